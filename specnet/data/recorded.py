"""Somebody's own recordings of a keyword: where in each it is said, and that none is background as well."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from specnet.data.align import FRAME, Aligner, sound_of
from specnet.data.clips import Clip, decoded
from specnet.data.interval import Interval
from specnet.errors import SpecnetError
from specnet.units import Seconds

AROUND: Seconds = 0.5  # of the recording is kept on each side of the word
UNLIKELY = 28.0  # a frame, compared with the likeliest sound there: other words are mostly above, the word itself below
NAMED = 5  # recordings that are named, of those left out


def read_recorded(
    place: Path, said: Mapping[str, Sequence[str]], cache: Path, progress: Callable[[str], None]
) -> list[Clip]:
    """The words in the recordings of `place`, each with what is said around it.

    `said` has the labels and their pronunciations in CMU phones, ``"W EH L K AH M"``. With several labels the
    recordings of each lie in a folder of its name. Those in which the word is not found are told to `progress` and left
    out. Raises `SpecnetError` where `place` holds no sound, a recording is in no label's folder, or no word is found.
    """
    aligner = Aligner({_entry(label): ways for label, ways in said.items()})
    found: list[Clip] = []
    missing: list[str] = []
    for clip in decoded(place, cache):
        label = _label(clip, list(said), place)
        word = _spotted(clip, label, aligner)
        if word is None:
            missing.append(clip.name)
        else:
            found.append(replace(clip, words=(word,)).cropped(word.start - AROUND, word.end + AROUND))
    if missing:
        whole = len(missing) + len(found)
        progress(f"{place}: the word is not found in {len(missing)} of {whole} recordings: {_some(missing)}")
    if not found:
        raise SpecnetError(f"{place}: {' or '.join(said)} is found in no recording; each should hold the word, once")
    return found


def without_recorded(
    background: Sequence[Clip], places: Sequence[Path], cache: Path, progress: Callable[[str], None]
) -> list[Clip]:
    """The clips of `background` that are no copies of recordings in `places`, which hold keywords.

    Those that are would be learnt from as sound without the keyword; they are told to `progress`.
    """
    if not background:
        return []
    recorded = {_digest(clip) for place in places for clip in decoded(place, cache)}
    copies = [clip for clip in background if _digest(clip) in recorded]
    if copies:
        names = _some([f"{clip.source}/{clip.name}" for clip in copies])
        progress(f"left out of the background, for they are among the recordings of the word: {names}")
    return [clip for clip in background if clip not in copies]


def _digest(clip: Clip) -> bytes:
    return hashlib.sha256(clip.load().waveform.tobytes()).digest()


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def _label(clip: Clip, labels: Sequence[str], place: Path) -> str:
    if len(labels) == 1:
        return labels[0]
    folder = Path(clip.name).parts[0].lower().replace("_", " ")
    if folder not in labels:
        raise SpecnetError(f"{place / clip.name}: should lie in a folder named by its word: {', '.join(labels)}")
    return folder


def _spotted(clip: Clip, label: str, aligner: Aligner) -> Interval | None:
    """The word, unless it is unlikely to be there: a forced alignment finds it in nearly anything."""
    entry = _entry(label)
    units = [unit for unit in aligner.units(sound_of(clip.load().waveform), [entry]) if unit.interval.label == entry]
    if not units:
        return None
    [(where, score, _)] = units
    return where._replace(label=label) if -score * FRAME / (where.end - where.start) < UNLIKELY else None


def _entry(label: str) -> str:
    """Of the aligner's dictionary, which may have the word itself already."""
    return f"keyword-{label.replace(' ', '-')}"
