"""What is really said in the recordings: words by an index.tsv, or by the names of the folders."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path

from specnet.errors import SpecnetError
from specnet.evaluate.index import Row, plain, read_index
from specnet.evaluate.sounds import Sound, list_sounds
from specnet.units import Seconds

BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class Word:
    """A word that is spoken in a recording; without boundaries it may be anywhere.

    `columns` is what else is known of it: its row of the index, and the `source`.
    """

    label: str
    start: Seconds = -math.inf
    end: Seconds = math.inf
    columns: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def bounded(self) -> bool:
        return math.isfinite(self.start) and math.isfinite(self.end)


@dataclass(frozen=True, slots=True)
class Recording:
    """A sound and the words in it. `contains` names labels that are, or may be, said in it."""

    sound: Sound
    words: tuple[Word, ...] = ()
    contains: frozenset[str] = frozenset()

    @property
    def annotated(self) -> bool:
        """Whether every word has boundaries, so that a detection anywhere else is a false alarm."""
        return all(word.bounded for word in self.words)


def read_positives(root: Path, labels: Sequence[str], wanted: Sequence[str] = ()) -> list[Recording]:
    """The recordings in `root` that hold words of the model's `labels`; only those `wanted`, if any are named.

    With an index these are the files it names. A word's label is that of its row (`label`, or `contains_LABEL`),
    else that of its folder, else the only one there is.
    Errors: an index naming missing files or unknown labels, wrong boundaries, a label that cannot be told.
    """
    wanted = wanted or labels
    sounds = list_sounds(root)
    index = read_index(root, sounds)
    by_folder = any(find_label(sound.folder, labels) for sound in sounds)
    found = []
    for sound in sounds:
        words = []
        for row in index.get(sound.name, ()) if index is not None else (Row({}, sound.name),):
            start, end = row.bounds or (-math.inf, math.inf)
            columns = {"source": sound.folder, **{column: cell for column, cell in row.cells.items() if cell}}
            for label in _labels(row, sound.folder if by_folder else None, labels, wanted):
                words.append(Word(label, start, end, columns))
        words = [word for word in words if word.label in wanted]
        if words:
            found.append(Recording(sound, tuple(words), frozenset(word.label for word in words)))
    if not found:
        raise SpecnetError(f"{root}: no recording of {', '.join(wanted)} by its index or folders")
    return found


def _labels(row: Row, folder: str | None, labels: Sequence[str], wanted: Sequence[str]) -> Iterable[str]:
    """The labels of the words that a row speaks of."""
    if named := row.cells.get("label"):
        if label := find_label(named, labels):
            return [label]
        raise SpecnetError(f"{row.where}: the model has no label {named!r}; it has {', '.join(labels)}")
    if (contained := row.contains(labels)) is not None:
        return sorted(contained)
    if folder is not None:
        if label := find_label(folder, labels):
            return [label]
        raise SpecnetError(f"{row.where}: the folder {folder!r} is no label of the model; it has {', '.join(labels)}")
    if len(wanted) == 1:
        return wanted
    raise SpecnetError(f"{row.where}: which of {', '.join(wanted)} is said? Use one folder a label, or choose a label")


def read_negatives(root: Path, labels: Sequence[str]) -> list[Recording]:
    """The recordings in `root`; what an index marks `contains_LABEL` = yes or unknown is in their `contains`."""
    sounds = list_sounds(root)
    index = read_index(root, sounds) or {}
    found = []
    for sound in sounds:
        marks = [row.contains(labels, ("yes", "unknown")) or frozenset() for row in index.get(sound.name, ())]
        found.append(Recording(sound, contains=frozenset[str]().union(*marks)))
    return found


def read_all(root: Path, labels: Sequence[str]) -> list[Recording]:
    """Every recording in `root`: with its words as `read_positives` has them, or without any.

    Where folders are named by labels, what lies in others holds none of them. What an index marks unknown is left out.
    """
    sounds = list_sounds(root)
    folders = [find_label(sound.folder, labels) for sound in sounds]
    if any(folders) and read_index(root, sounds) is None:
        return [Recording(sound, (Word(label),) if label else ()) for sound, label in zip(sounds, folders, strict=True)]
    spoken = read_positives(root, labels)
    names = {recording.sound.name for recording in spoken}
    others = read_negatives(root, labels)
    return spoken + [one for one in others if one.sound.name not in names and not one.contains]


def read_clips(pattern: str, labels: Sequence[str]) -> list[Recording]:
    """One word a clip, named by the folder it lies in. `pattern` is a folder, an archive or `DIR/label/*.wav`.

    The folder `background` holds clips with none of the labels. Errors: no clips, a folder that is no label.
    """
    if Path(pattern).exists():
        sounds = list_sounds(Path(pattern))
    else:
        names = glob(pattern) or glob(pattern.replace("/label/", "/*/"))  # noqa: PTH207 (the pattern may be absolute)
        paths = [path for path in map(Path, sorted(names)) if path.is_file()]
        if not paths:
            raise SpecnetError(f"{pattern}: no clips there; give a folder of folders named by label, or 'DIR/*/*.wav'")
        sounds = [Sound(f"{path.absolute().parent.name}/{path.name}", path) for path in paths]
    clips = []
    for sound in sounds:
        label = find_label(sound.folder, (*labels, BACKGROUND))
        if label is None:
            known = ", ".join((*labels, BACKGROUND))
            raise SpecnetError(f"{sound.name}: the folder {sound.folder!r} is no label of the model; it has {known}")
        clips.append(Recording(sound, (Word(label),)))
    return clips


def find_label(name: str, labels: Sequence[str]) -> str | None:
    """The label meant by the name of a folder or the text of a cell, if any.

    >>> find_label("Smart_Mirror", ["alexa", "smart mirror"])
    'smart mirror'
    """
    return {plain(label): label for label in labels}.get(plain(name))


def choose_labels(names: Iterable[str], labels: Sequence[str]) -> tuple[str, ...]:
    """The labels asked for, or all of them when none are. Errors: a name that is none of `labels`."""
    chosen = []
    for name in names:
        label = find_label(name, labels)
        if label is None:
            raise SpecnetError(f"the model has no label {name!r}; it has {', '.join(labels)}")
        chosen.append(label)
    return tuple(chosen) or tuple(labels)
