"""The data folder: recordings of speech, words, noise and rooms, and what is known about them (`docs/data.md`)."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from specnet.data.augment import trim_room
from specnet.data.clips import Clip, decoded
from specnet.data.interval import Interval
from specnet.errors import SpecnetError
from specnet.features.logmel import LogMel

TONE_BANDS = 8
COMMANDS = ("speech_commands/training", "speech_commands/validation")
OTHERS = {"wake_words": "Apache-2.0 (Picovoice wake-word-benchmark)"}
LICENCES = {
    "commands": {"name": "Speech Commands v0.01", "licence": "CC BY 4.0"},
    "noise": {"name": "noise: ESC-10, ambiences", "licence": "CC BY 3.0, CC0, Pixabay"},
    "impulse_responses": {"name": "impulse responses: OpenAIR, web-audio-samples", "licence": "CC BY, CC0, Apache-2.0"},
}


@dataclass(frozen=True)
class Sources:
    """What is read from the data folder; a recipe's `[data]`.

    `speech` sources are trained on, and so are the words and phrases of `others`, in which nobody says a label;
    `measured` ones are only calibrated with (both are folders below the data folder). Speakers who appear in the index
    of a `judges` folder are left out of all.
    """

    speech: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    judges: tuple[str, ...] = ()
    commands: bool = False
    noise: bool = True
    impulse_responses: bool = True
    validation_share: Annotated[float, Field(ge=0, le=1)] = 0.15
    validation_scenes: Annotated[int, Field(ge=1)] = 400


@dataclass(frozen=True)
class Recordings:
    """What a data folder gives, without those that say a label or are spoken by a judge.

    `commands` are words and short phrases, `rooms` impulse responses, `licences` those of all that is trained on.
    """

    speech: Sequence[Clip]
    commands: Sequence[Clip]
    measured: Sequence[Clip]
    noise: Sequence[Clip]
    rooms: tuple[NDArray[np.float32], ...]
    licences: tuple[dict[str, str], ...]


def read_folder(sources: Sources, labels: Sequence[str], data: Path, cache: Path) -> Recordings:
    """Read what `sources` names, decoding it into `cache` the first time.

    Raises `SpecnetError` when something that is named is not there.
    """
    judges = {row["speaker"] for name in sources.judges for row in _table(data / name / "index.tsv")}
    speech, licences = _speech(data, sources.speech, labels, judges, cache)
    commands = [clip for name in COMMANDS if sources.commands for clip in _commands(data / name, cache)]
    commands += [clip for name in sources.others for clip in _unlabelled(data / name, labels, judges, cache)]
    responses = decoded(data / "impulse_responses" / "impulse_responses", cache) if sources.impulse_responses else []
    licences += [{"name": name, "licence": OTHERS.get(name.split("/")[0], "unknown")} for name in sources.others]
    own = data / "licences.json"
    known = LICENCES | (json.loads(own.read_text(encoding="utf-8")) if own.is_file() else {})
    return Recordings(
        speech=speech,
        commands=commands,
        measured=[clip for name in sources.measured for clip in _unlabelled(data / name, labels, judges, cache)],
        noise=decoded(data / "noise" / "noise", cache) if sources.noise else [],
        rooms=tuple(trim_room(clip.load().waveform) for clip in responses),
        licences=(*licences, *(licence for key, licence in known.items() if getattr(sources, key))),
    )


def _speech(
    data: Path, names: Sequence[str], labels: Sequence[str], judges: set[str], cache: Path
) -> tuple[list[Clip], list[dict[str, str]]]:
    """Clips of aligned and other speech without the labels, and the licence of each source."""
    folder = data / "speech"
    rows = {row["file"]: row for row in _table(folder / "index.tsv")} if names else {}
    phones = _phones(folder / "phones.jsonl") if names else {}
    clips: list[Clip] = []
    licences: list[dict[str, str]] = []
    for name in names:
        for clip in decoded(folder / name, cache):
            row = rows.get(f"{name}/{clip.name}")
            if row is None:
                raise SpecnetError(f"{folder / 'index.tsv'}: has no row for {name}/{clip.name}")
            if row["speaker"] not in judges and not _says(row, labels):
                known = phones.get(row["file"], ())
                clips.append(replace(clip, speaker=row["speaker"], phones=known, tone=_tone(clip) if known else ()))
        licence = next(row["licence"] for file, row in rows.items() if file.startswith(f"{name}/"))
        licences.append({"name": name, "licence": licence})
    return clips, licences


def _unlabelled(place: Path, labels: Sequence[str], judges: set[str], cache: Path) -> list[Clip]:
    """Clips of a folder or `.tar` without the labels; the index beside it, if any, says what they hold."""
    index = place.parent / "index.tsv"
    rows = {row["file"]: row for row in _table(index)} if index.is_file() else {}
    known = ((clip, rows.get(f"{place.name}/{clip.name}", {})) for clip in decoded(place, cache))
    return [clip for clip, row in known if not _says(row, labels) and row.get("speaker") not in judges]


def _commands(place: Path, cache: Path) -> list[Clip]:
    """Single words, named `word/SPEAKER_nohash_N`."""
    return [replace(clip, speaker=Path(clip.name).name.split("_")[0]) for clip in decoded(place, cache)]


def _says(row: dict[str, str], labels: Sequence[str]) -> bool:
    said = row.get("transcript", "").lower()
    return any(label.replace("_", " ") in said or row.get(f"contains_{label}") == "yes" for label in labels)


def _phones(path: Path) -> dict[str, tuple[Interval, ...]]:
    """Phone times by file, from one JSON object a line."""
    if not path.is_file():
        return {}
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {row["file"]: tuple(Interval(*phone) for phone in row["phones"]) for row in rows}


def _table(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise SpecnetError(f"{path}: not there; the recipe's [data] needs it")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _tone(clip: Clip) -> tuple[float, ...]:
    levels = LogMel()(clip.load().waveform) * np.float32(10 / np.log(10))
    loud = levels[:, levels.mean(0) >= np.median(levels.mean(0))]
    bands = loud.mean(1).reshape(TONE_BANDS, -1).mean(1)
    return tuple(float(band) for band in bands - bands.mean())
