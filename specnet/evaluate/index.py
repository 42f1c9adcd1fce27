"""An index.tsv: what is known of the recordings beside it, one row a word or a recording.

A tab-separated table with a header. `file` is needed; `start`, `end` (seconds) say where a word is, `label` which word
it is, `contains_LABEL` (yes, no or unknown) whether the recording holds it at all; other columns (speaker, source,
snr...) can group results. A file in NAME.tar is called by its name there, with or without `NAME/` before it.
"""

import csv
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from specnet.errors import SpecnetError
from specnet.evaluate.sounds import Sound
from specnet.units import Seconds

INDEX = "index.tsv"
_MARKS = ("yes", "no", "unknown")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column, and `where` it stands, for messages."""

    cells: Mapping[str, str]
    where: str

    @property
    def bounds(self) -> tuple[Seconds, Seconds] | None:
        """Start and end of the word, if both cells are filled. Errors: not numbers, or not 0 <= start < end."""
        start, end = self.cells.get("start", ""), self.cells.get("end", "")
        if not start and not end:
            return None
        try:
            bounds = float(start), float(end)
        except ValueError:
            raise SpecnetError(f"{self.where}: start {start!r} and end {end!r} must be seconds") from None
        if not 0 <= bounds[0] < bounds[1] < math.inf:
            raise SpecnetError(f"{self.where}: start {start} must be at least 0 and before end {end}")
        return bounds

    def contains(self, labels: Sequence[str], marks: Collection[str] = ("yes",)) -> frozenset[str] | None:
        """Those of `labels` with one of `marks` in their column `contains_LABEL`; None where there is no such column.

        >>> Row({"file": "a.wav", "contains_smart_mirror": "yes"}, "index.tsv:2").contains(["smart mirror"])
        frozenset({'smart mirror'})
        """
        columns = {label: f"contains_{plain(label).replace(' ', '_')}" for label in labels}
        found = {label: self.cells[column].lower() for label, column in columns.items() if column in self.cells}
        for label, mark in found.items():
            if mark not in _MARKS:
                raise SpecnetError(f"{self.where}: {columns[label]} must be yes, no or unknown, not {mark!r}")
        return frozenset(label for label, mark in found.items() if mark in marks) if found else None


def read_index(root: Path, sounds: Sequence[Sound]) -> dict[str, list[Row]] | None:
    """The rows of every index in the folder `root`, or of the one beside the file `root`, by the name of their sound.

    None where there is no index. Errors: no column `file`, an index that names missing files (only one in the
    folder: an index beside a file may speak of others too).
    """
    top = root if root.is_dir() else root.parent
    names = {**_unpacked_names(sounds, top), **{sound.name: sound.name for sound in sounds}}
    found: dict[str, list[Row]] = {}
    indices = sorted(root.rglob(INDEX)) if root.is_dir() else [path for path in [top / INDEX] if path.is_file()]
    for path in indices:
        missing = []
        for row in _table(path):
            name = str(PurePosixPath(path.parent.relative_to(top).as_posix(), row.cells["file"]))
            if name in names:
                found.setdefault(names[name], []).append(row)
            else:
                missing.append(row)
        if missing and root.is_dir():
            first = missing[0]
            raise SpecnetError(f"{first.where}: no such file: {first.cells['file']!r} ({len(missing)} missing in all)")
    return found if found or (indices and root.is_dir()) else None


def plain(name: str) -> str:
    """A label as it is compared: case aside, `_` and `-` for a space.

    >>> plain("Smart_Mirror")
    'smart mirror'
    """
    return name.strip().lower().replace("_", " ").replace("-", " ")


def _unpacked_names(sounds: Sequence[Sound], top: Path) -> dict[str, str]:
    """What parts of archives would be called if they lay beside their archive, where that is not ambiguous."""
    names = []
    for sound in sounds:
        if sound.offset is not None:
            parts = PurePosixPath(sound.name).parts
            depth = len(sound.path.relative_to(top).parts) - 1
            names.append((str(PurePosixPath(*parts[:depth], *parts[depth + 1 :])), sound.name))
    count = Counter(name for name, _ in names)
    return {name: full for name, full in names if count[name] == 1}


def _table(path: Path) -> list[Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, restkey="", restval="")
            if "file" not in (reader.fieldnames or ()):
                raise SpecnetError(f"{path}: the header has no column 'file' (columns are separated by tabs)")
            return [
                Row({column: cell.strip() for column, cell in cells.items() if column}, f"{path}:{number}")
                for number, cells in enumerate(reader, start=2)
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SpecnetError(f"{path}: cannot be read as text ({error})") from error
