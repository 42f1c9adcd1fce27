"""The recordings of a folder, an archive or a single file, each under one name."""

import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from specnet.errors import SpecnetError

AUDIO_SUFFIXES = frozenset(
    {".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".au", ".w64", ".caf", ".m4a", ".webm"}
)


@dataclass(frozen=True, slots=True)
class Sound:
    """One recording: a file, or the part [offset, offset + size) of an uncompressed tar archive.

    `name` is its path below the folder that was listed; an archive stands for a folder of its own name, so that
    `speech/wuw2.tar` holding `a.opus` gives the same names as the folder `speech/wuw2`.
    """

    name: str
    path: Path
    offset: int | None = None
    size: int = 0

    @property
    def folder(self) -> str:
        """The name of the folder, or of the archive, that the recording lies in.

        >>> Sound("speech/wuw2/a.opus", Path("speech/wuw2.tar")).folder
        'wuw2'
        """
        return PurePosixPath(self.name).parent.name or self.path.absolute().parent.name

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """A path that it can be read from; a part of an archive is unpacked while the context lasts."""
        if self.offset is None:
            yield self.path
            return
        with self.path.open("rb") as archive:
            archive.seek(self.offset)
            content = archive.read(self.size)
        with tempfile.NamedTemporaryFile(prefix="specnet-", suffix=PurePosixPath(self.name).suffix) as unpacked:
            unpacked.write(content)
            unpacked.flush()
            try:
                yield Path(unpacked.name)
            except SpecnetError as error:
                raise SpecnetError(str(error).replace(unpacked.name, self.name)) from error


def list_sounds(root: Path) -> list[Sound]:
    """Every recording in `root` (a folder with all below it, a .tar, or one file), in the order of their names.

    Errors: nothing there, a damaged archive, no audio in it.
    """
    if not root.exists():
        raise SpecnetError(f"{root}: no such file or folder")
    if root.is_dir():
        paths = (Path(folder, name) for folder, _, files in os.walk(root) for name in files)
        found = [sound for path in paths for sound in _open(path, root)]
    else:
        found = list(_open(root, root.parent)) if root.suffix.lower() == ".tar" else [Sound(root.name, root)]
    if not found:
        raise SpecnetError(f"{root}: no audio there (looked for {', '.join(sorted(AUDIO_SUFFIXES))} and .tar archives)")
    return sorted(found, key=lambda sound: sound.name)


def _open(path: Path, root: Path) -> Iterator[Sound]:
    name = path.relative_to(root)
    if path.suffix.lower() in AUDIO_SUFFIXES:
        yield Sound(name.as_posix(), path)
    elif path.suffix.lower() == ".tar":
        try:
            with tarfile.open(path, "r:") as archive:
                for member in archive:
                    if member.isfile() and PurePosixPath(member.name).suffix.lower() in AUDIO_SUFFIXES:
                        inside = PurePosixPath(name.with_suffix("").as_posix(), member.name)
                        yield Sound(str(inside), path, member.offset_data, member.size)
        except (tarfile.TarError, OSError) as error:
            raise SpecnetError(f"{path}: not a readable tar archive ({error})") from error
