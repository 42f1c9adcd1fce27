"""What the commands that run a model over files share: options, their checks, and saying what was found."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, TypeAlias

import click

from specnet.app.detect import FALSE_ALARMS_PER_HOUR
from specnet.app.results import Header
from specnet.audio.pcm import NAMES, PcmFormat
from specnet.cli.main import complain
from specnet.cli.output import output_path, real, write
from specnet.cli.table import as_rich_table, as_table
from specnet.cli.work import R
from specnet.errors import SpecnetError

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]
Formats: TypeAlias = Mapping[str, Callable[[Header, Iterable[R]], Iterator[str]]]


def finite(_: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and not isfinite(value):
        raise click.BadParameter(f"{value} is not a number.", param=parameter)
    return value


def output_option(*names: str, help: str, metavar: str) -> Decorator:
    return click.option(*names, type=click.Path(path_type=Path), callback=output_path, metavar=metavar, help=help)


def format_option(formats: Iterable[str]) -> Decorator:
    choice = click.Choice(["table", *formats])
    return click.option("--format", "format_name", type=choice, default="table", show_default=True)


def threshold_option(default: float | None = None) -> Decorator:
    """`--threshold`; without a default, what it is without one is the command's matter."""
    least = "The least score that counts, 0 to 1."
    kind = click.FloatRange(0, 1)
    return click.option(
        "--threshold", type=kind, callback=finite, default=default, show_default=default is not None, help=least
    )


false_alarms_option = click.option(
    "--false-alarms-per-hour",
    type=click.FloatRange(0, min_open=True),
    callback=finite,
    help=f"Take the threshold calibrated for this rate.  [default: {FALSE_ALARMS_PER_HOUR}]",
)
models_option = click.option(
    "--model",
    "--ensemble",
    "models",
    multiple=True,
    default=("welcome",),
    show_default=True,
    help="A model that ships with specnet, or NAME.specnet; repeated, the mean of their scores counts.",
)
label_option = click.option("--label", "wanted", multiple=True, help="Keep only this label (may be repeated).")


def pcm_format(_: click.Context, parameter: click.Parameter, value: str | None) -> PcmFormat | None:
    try:
        return None if value is None else PcmFormat.parse(value)
    except SpecnetError as problem:
        raise click.BadParameter(f"{problem}.", param=parameter) from None


raw_option = click.option(
    "--raw",
    callback=pcm_format,
    metavar="FORMAT@RATExCHANNELS",
    help=f"FILE has no header but samples alone, as in s16le@16000x1; FORMAT is {', '.join(NAMES)}.",
)
interim_option = click.option(
    "--interim",
    is_flag=True,
    help="With jsonl, also a line as soon as a word is certain, some 0.4 s before its bounds and score are.",
)
to_file_option = output_option(
    "-o", "--output", metavar="FILE", help="Write the result there instead of to standard output."
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Work on so many files at a time."
)


def check_one_threshold(threshold: float | None, false_alarms_per_hour: float | None) -> None:
    """Refuse two ways at once to say which score counts."""
    if threshold is not None and false_alarms_per_hour is not None:
        raise click.UsageError("--threshold and --false-alarms-per-hour exclude each other: give one of them.")


def check_interim(interim: bool, format_name: str) -> None:
    """Refuse interim lines where nobody could tell them from others."""
    if interim and format_name != "jsonl":
        raise click.UsageError(f"--interim: a {format_name} has no place for what is not certain: take --format jsonl.")


def check_outputs(files: Sequence[str], outputs: Mapping[str, Path | None]) -> None:
    """Refuse a file that would be written twice, or over what is read; and --plot, --scores of more than one file."""
    seen = {real(Path(file)): file for file in files}
    for option, path in outputs.items():
        if path is None:
            continue
        if option != "--output" and (len(files) > 1 or files[0] == "-"):
            raise click.UsageError(f"{option} needs exactly one FILE, which is not standard input.")
        taken = seen.setdefault(real(path), option)
        if taken != option:
            raise click.UsageError(f"{option} {path} would overwrite {taken}.")


def check_picture(path: Path, suffixes: Sequence[str]) -> None:
    """Refuse a --plot whose name does not end in one of `suffixes`."""
    if path.suffix.lower() not in suffixes:
        raise click.UsageError(f"--plot {path}: the name must end in {', '.join(suffixes)}.")


def check_standard_input(files: Sequence[str], jobs: int) -> None:
    """Refuse what standard input (-) cannot do."""
    if files.count("-") > 1:
        raise click.UsageError("standard input (-) can be read only once.")
    if "-" in files and len(files) > 1 and jobs > 1:
        raise click.UsageError("standard input (-) cannot be shared out by --jobs: give it alone, or leave --jobs out.")


def check_labels(wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The labels to keep, in the model's order: all of them where none is named."""
    for label in wanted:
        if label not in known:
            from difflib import get_close_matches

            near = get_close_matches(label, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it knows {', '.join(map(repr, known))}."
            raise click.UsageError(f"--label {label!r}: the model does not know it; {hint}")
    return tuple(label for label in known if not wanted or label in wanted)


def report(
    results: Iterable[R], header: Header, name: str, formats: Formats[R], output: Path | None, whole: bool = False
) -> list[R]:
    """Write the results as they come, in the format of this name, say each error at once, and return them all.

    Where a `whole` file is what the format describes, an error ends the run: there is nothing to write.
    """
    finished: list[R] = []
    table = as_rich_table if output is None and sys.stdout.isatty() else as_table
    render = table if name == "table" else formats[name]
    write(render(header, keep(results, finished, whole)), output)
    return finished


def keep(results: Iterable[R], finished: list[R], whole: bool) -> Iterator[R]:
    for result in results:
        if result.error is not None:
            if whole:
                raise SpecnetError(result.error)
            complain(result.error)
        finished.append(result)
        yield result
