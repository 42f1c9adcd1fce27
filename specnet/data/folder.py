"""The data folder: recordings of speech, words, noise and rooms, and what is known about them (`docs/data.md`)."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from specnet.data.augment import trim_room
from specnet.data.clips import Clip, decoded
from specnet.data.folds import Fold
from specnet.data.interval import Interval
from specnet.data.licences import Licence, credit, read_licences
from specnet.data.phones import PHONES
from specnet.data.words import cut, read_words
from specnet.errors import SpecnetError
from specnet.features.logmel import LogMel

TONE_BANDS = 8
COMMANDS = ("speech_commands/training", "speech_commands/validation")
INDEX = "index.tsv"
Row = dict[str, str]


@dataclass(frozen=True)
class Sources:
    """What is read from the data folder; a recipe's `[data]`.

    `speech` sources are trained on, and so are the words and phrases of `others`, in which nobody says a label;
    `measured` ones are only calibrated with (both are folders below the data folder). Speakers who appear in the index
    of a `judges` folder are left out of all. A `fold` of all speakers is held out instead of `validation_share`.

    `words` are folders of single words, `WORD/SPEAKER_*.wav`: those that are labels are learnt, those `left_out` are
    not read at all, and all others are the label `unknown`, or background where there is none.

    `recordings` of the labels and `background` without them are folders anywhere: somebody's own.
    """

    speech: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    judges: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    commands: bool = False
    words: tuple[str, ...] = ()
    unknown: str | None = None
    left_out: tuple[str, ...] = ()
    noise: bool = True
    impulse_responses: bool = True
    validation_share: Annotated[float, Field(ge=0, le=1)] = 0.15
    validation_scenes: Annotated[int, Field(ge=1)] = 400
    fold: Fold | None = None


@dataclass(frozen=True)
class Recordings:
    """What a data folder gives, without those that say a label or are spoken by a judge.

    `commands` are words and short phrases without the labels, `words` single words with theirs, `cut` words out of
    sentences with theirs, `background` what somebody's own microphone hears, `rooms` impulse
    responses, `licences` those of all that is trained on.
    """

    speech: Sequence[Clip]
    commands: Sequence[Clip]
    words: Sequence[Clip]
    cut: Sequence[Clip]
    background: Sequence[Clip]
    measured: Sequence[Clip]
    noise: Sequence[Clip]
    rooms: tuple[NDArray[np.float32], ...]
    licences: tuple[Licence, ...]


def read_folder(sources: Sources, labels: Sequence[str], data: Path, cache: Path) -> Recordings:
    """Read what `sources` names, decoding it into `cache` the first time.

    Raises `SpecnetError` when something that is named is not there, or nobody says what its licence is.
    """
    judges = {row["speaker"] for name in sources.judges for row in read_index(data / name / INDEX, "speaker")}
    known = read_licences(data / "licences.json")
    sentences, licences = _speech(data, sources.speech, labels, judges, cache, known)
    speech = [clip for clip, says in sentences if not says]
    single = [
        clip
        for name in sources.words
        for clip in read_words(data / name, labels, sources.unknown, sources.left_out, cache)
    ]
    commands = [clip for clip in single if not clip.words]
    commands += [clip for name in COMMANDS if sources.commands for clip in _commands(data / name, labels, cache)]
    commands += [clip for name in sources.others for clip in _unlabelled(data / name, labels, judges, cache)]
    responses = decoded(data / "impulse_responses" / "impulse_responses", cache) if sources.impulse_responses else []
    licences += [credit(name, _beside(data / name).values(), known, data) for name in (*sources.others, *sources.words)]
    licences += [known[key] for key in ("commands", "noise", "impulse_responses") if getattr(sources, key)]
    return Recordings(
        speech=speech,
        commands=commands,
        words=[clip for clip in single if clip.words],
        cut=cut([clip for clip, _ in sentences], labels, sources.unknown) if sources.unknown else [],
        background=[clip for name in sources.background for clip in _unlabelled(Path(name), labels, judges, cache)],
        measured=[clip for name in sources.measured for clip in _unlabelled(data / name, labels, judges, cache)],
        noise=decoded(data / "noise" / "noise", cache) if sources.noise else [],
        rooms=tuple(_room(clip) for clip in responses),
        licences=tuple(licences),
    )


def _speech(
    data: Path,
    names: Sequence[str],
    labels: Sequence[str],
    judges: set[str],
    cache: Path,
    known_licences: Mapping[str, Licence],
) -> tuple[list[tuple[Clip, bool]], list[Licence]]:
    """Clips of aligned and other speech, and whether they say a label; and the licence of each source."""
    folder = data / "speech"
    table = read_index(folder / INDEX, "file", "speaker") if names else []
    aligned = _aligned(folder / "phones.jsonl") if names else {}
    clips: list[tuple[Clip, bool]] = []
    licences: list[Licence] = []
    for name in names:
        rows = _of(name, table)
        for clip in decoded(folder / name, cache):
            row = rows.get(clip.name)
            if row is None:
                raise SpecnetError(f"{folder / INDEX}: has no row for {name}/{clip.name}")
            says = _says(row, labels)
            if row["speaker"] not in judges:
                known, words = aligned.get(row["file"], ((), ()))
                tone, text = _tone(clip) if known else (), words or _text(row, clip)
                clips.append((replace(clip, speaker=row["speaker"], phones=known, tone=tone, text=text), says))
        licences.append(credit(name, rows.values(), known_licences, data))
    return clips, licences


def _unlabelled(place: Path, labels: Sequence[str], judges: set[str], cache: Path) -> list[Clip]:
    """Clips of a folder or `.tar` without the labels; the index beside it, if any, says what they hold."""
    rows = _beside(place)
    known = ((clip, rows.get(clip.name, {})) for clip in decoded(place, cache))
    return [
        replace(clip, text=_text(row, clip))
        for clip, row in known
        if not _says(row, labels) and row.get("speaker") not in judges
    ]


def _commands(place: Path, labels: Sequence[str], cache: Path) -> list[Clip]:
    """Single words, named `word/SPEAKER_nohash_N`, but for those that are labels."""
    found = ((clip, Path(clip.name)) for clip in decoded(place, cache))
    source = f"{place.parent.name}/{place.name}"
    return [
        replace(
            clip,
            source=source,
            speaker=path.name.split("_")[0],
            text=(Interval(path.parent.name, 0.0, clip.duration),),
        )
        for clip, path in found
        if path.parent.name not in labels
    ]


def _says(row: Row, labels: Sequence[str]) -> bool:
    """Whether a label is said; `Smart_Mirror` is "smart mirror" in a transcript and `contains_smart_mirror`."""
    said = _plain(row.get("transcript", ""))
    columns = (f"contains_{_plain(label).replace(' ', '_')}" for label in labels)
    return any(_plain(label) in said for label in labels) or any(
        row.get(column, "").lower() == "yes" for column in columns
    )


def _plain(text: str) -> str:
    return text.lower().replace("_", " ").replace("-", " ")


def _text(row: Row, clip: Clip) -> tuple[Interval, ...]:
    """The transcript, of which nobody knows when its words are said."""
    return (Interval(row["transcript"], 0.0, clip.duration),) if row.get("transcript") else ()


def _aligned(path: Path) -> dict[str, tuple[tuple[Interval, ...], tuple[Interval, ...]]]:
    """The times of phones, and of words where they are given, by file: from one JSON object a line."""
    found: dict[str, tuple[tuple[Interval, ...], tuple[Interval, ...]]] = {}
    for number, line in enumerate(path.read_bytes().splitlines() if path.is_file() else (), start=1):
        try:
            row = json.loads(line)
            phones, words = (
                tuple(Interval(str(said), float(start), float(end)) for said, start, end in known)
                for known in (row["phones"], row.get("words", ()))
            )
            found[row["file"]] = phones, tuple(word for word in words if not word.label.startswith("<"))
        except (ValueError, KeyError, TypeError) as error:
            rule = 'should be like {"file": "talks/a.wav", "phones": [["SIL", 0.0, 0.3]]}'
            raise SpecnetError(f"{path}:{number}: {rule} ({error!r})") from error
        for phone, _, _ in phones:
            if phone not in PHONES:
                raise SpecnetError(f"{path}:{number}: phone {phone!r} should be one of {' '.join(PHONES)}")
    return found


def _beside(place: Path) -> dict[str, Row]:
    """The rows of a folder or `.tar` in the index beside it, if there is one, by the names of the recordings."""
    index = place.parent / INDEX
    return _of(place.name, read_index(index, "file")) if index.is_file() else {}


def _of(name: str, table: Iterable[Row]) -> dict[str, Row]:
    start = f"{name}/"
    return {row["file"].removeprefix(start): row for row in table if row["file"].startswith(start)}


def read_index(path: Path, *columns: str) -> list[Row]:
    """The rows of an `index.tsv`, which has `columns` and may have others."""
    if not path.is_file():
        raise SpecnetError(f"{path}: not there; the recipe's [data] needs it")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
            rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise SpecnetError(f"{path}: not a table in UTF-8 with tabs between its columns ({error})") from error
    for column in columns:
        if column not in (reader.fieldnames or ()):
            raise SpecnetError(f"{path}: has no column {column!r} (columns are separated by tabs)")
    return rows


def _room(response: Clip) -> NDArray[np.float32]:
    wave = response.load().waveform
    if not wave.any():
        raise SpecnetError(f"{response.source}/{response.name}: silent, so it is no impulse response; remove it")
    return trim_room(wave)


def _tone(clip: Clip) -> tuple[float, ...]:
    levels = LogMel()(clip.load().waveform) * np.float32(10 / np.log(10))
    loud = levels[:, levels.mean(0) >= np.median(levels.mean(0))]
    bands = loud.mean(1).reshape(TONE_BANDS, -1).mean(1)
    return tuple(float(band) for band in bands - bands.mean())
