"""Where results go: files of which nobody ever sees half, and standard output."""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path

import click

from specnet.errors import SpecnetError


def output_path(_: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    """A file name that can be written: refused before any work is done."""
    if value is None:
        return None
    if not value.parent.is_dir():
        raise click.BadParameter(f"the directory {value.parent} does not exist.", param=parameter)
    if value.is_dir():
        raise click.BadParameter(f"{value} is a directory: name a file in it.", param=parameter)
    place = value if is_stream(value) else real(value).parent
    if not os.access(place, os.W_OK):
        raise click.BadParameter(f"no permission to write {value}: choose another place.", param=parameter)
    return value


def is_stream(path: Path) -> bool:
    """Whether `path` is a device or a pipe, such as /dev/stdout: written as it is, for no file may take its place.

    >>> is_stream(Path("/dev/null")), is_stream(Path("words.csv"))
    (True, False)
    """
    return path.exists() and not path.is_file()


def real(path: Path) -> Path:
    """`path` without links (`Path.resolve` raises `RuntimeError` where they go in a circle)."""
    return Path(os.path.realpath(path))


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yields a temporary name beside `target`, which becomes `target` if the block succeeds and vanishes if not.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(Path(folder, "words.csv")) as name:
    ...         _ = name.write_text("file,label")
    ...     sorted(path.name for path in Path(folder).iterdir())
    ['words.csv']

    Raises `SpecnetError` where `target` cannot be written.
    """
    file = real(target)  # a link stays one
    temporary = target if is_stream(target) else file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        if temporary != target:
            temporary.replace(file)
    except OSError as error:
        raise SpecnetError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        if temporary != target:
            with suppress(OSError):
                temporary.unlink()


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Yields a temporary folder beside `target`, which becomes `target` if the block succeeds and vanishes if not.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with new_folder(Path(place, "page")) as name:
    ...         _ = Path(name, "index.html").write_text("<!doctype html>")
    ...     [path.name for path in Path(place).iterdir()]
    ['page']

    Raises `SpecnetError` where there is a `target` already, or it cannot be written.
    """
    if os.path.lexists(target):
        raise SpecnetError(f"{target}: exists already: name a folder that does not")
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.mkdir()
        yield temporary
        temporary.rename(target)
    except OSError as error:
        raise SpecnetError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write(pieces: Iterable[str], output: Path | None) -> None:
    """To standard output as they come, or to a file that appears when it is whole."""
    if output is not None:
        with replacing(output) as temporary, temporary.open("w", encoding="utf-8", errors="surrogateescape") as file:
            file.writelines(pieces)
        return
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="surrogateescape")  # file names need not be valid UTF-8
    for piece in pieces:
        try:
            click.echo(piece, nl=False)
        except BrokenPipeError:  # whoever read it has had enough
            raise
        except OSError as error:
            raise SpecnetError(f"standard output: cannot be written: {error.strerror or error}") from error
