"""Synthetic speech for a recipe: which lines to say, and a cache of what has been said.

A positive line puts the keyword between fragments of carrier speech, once or twice; a negative line is carrier
speech or words that sound alike, in the same voices, so that neither voice nor channel tells the classes apart.
"""

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import soundfile
from pydantic import Field

from specnet.data.clips import becoming, sweep
from specnet.data.interval import Interval, overlapping
from specnet.data.utterance import SAMPLE_RATE, Utterance
from specnet.data.voices import Line, Voice
from specnet.errors import SpecnetError

Text = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=0)]
FORMAT = 2  # of a cache entry; raise it when an engine's output for the same line changes


@dataclass(frozen=True)
class Script:
    """What is said around and instead of a keyword. `spellings` are ways to say it; `/.../` is IPA (Kokoro only)."""

    label: Text
    spellings: Annotated[tuple[Text, ...], Field(min_length=1)]
    before: Annotated[tuple[str, ...], Field(min_length=1)]
    after: Annotated[tuple[str, ...], Field(min_length=1)]
    near: Annotated[tuple[Text, ...], Field(min_length=1)]
    # its pronunciations in CMU phones, `"W EH L K AH M"`: what it is spliced from, and found by in recordings
    phones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cast:
    """How many lines an engine says, and in which speakers; `mixtures` is the share of mixed speakers.

    `speed` is the median, as a multiple of the engine's own: people say a wake word by itself more slowly than a
    sentence.
    """

    engine: Literal["kokoro", "espeak"]
    positives: Count
    negatives: Count
    speakers: Annotated[tuple[str, ...], Field(min_length=1)]
    mixtures: Annotated[float, Field(ge=0, le=1)]
    accents: Annotated[tuple[str, ...], Field(min_length=1)] = ("en-us", "en-gb")
    speed: Annotated[float, Field(gt=0)] = 1.0


def lines(script: Script, cast: Cast, seed: int) -> list[Line]:
    """The lines of one engine, positives first; the same for the same arguments."""
    random = np.random.default_rng([seed, len(script.label), cast.positives, cast.negatives])
    if cast.engine != "kokoro":
        script = replace(script, spellings=tuple(s for s in script.spellings if not s.startswith("/")))
        if not script.spellings:
            raise SpecnetError(f"voices.scripts: {script.label}: {cast.engine} reads no IPA; add a spelling in letters")
    said = [_line(_positive(script, random), cast, random) for _ in range(cast.positives)]
    return said + [_line(_negative(script, random), cast, random) for _ in range(cast.negatives)]


def _positive(script: Script, random: np.random.Generator) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    for _ in range(1 + int(random.random() < 0.35)):
        before, after = random.choice(script.before), random.choice(script.after)
        parts += [(before, ""), (random.choice(script.spellings), script.label), (after + ",", "")]
    return [part for part in parts if part[0].strip(", ")]


def _negative(script: Script, random: np.random.Generator) -> list[tuple[str, str]]:
    """Two to five words or phrases, of which one to three sound like the keyword: the nearest of all most often."""

    def near() -> str:
        return script.near[int(len(script.near) * random.random() ** 2)]

    words = [random.choice(script.before), near(), near(), random.choice(script.after), near()]
    return [(word, "") for word in words[: 2 + int(random.integers(4))] if word]


def _line(parts: list[tuple[str, str]], cast: Cast, random: np.random.Generator) -> Line:
    voice = str(random.choice(cast.speakers))
    if random.random() < cast.mixtures:
        weight = round(float(random.uniform(0.3, 0.7)), 2)
        voice = f"{voice}*{weight}+{random.choice(cast.speakers)}*{round(1 - weight, 2)}"
    speed = round(cast.speed * float(np.exp(random.normal(0.0, 0.18)).clip(0.65, 1.5)), 2)
    return Line(tuple((str(a), b) for a, b in parts), voice, speed, str(random.choice(cast.accents)))


def synthesise(
    said: list[Line],
    engine: str,
    make_voice: Callable[[], Voice],
    cache: Path,
    jobs: int = 1,
    progress: Callable[[str], None] = lambda line: None,
) -> Iterator[Utterance]:
    """The utterances of `said`, in order; what the cache holds is read, the rest is spoken by `jobs` processes."""
    cache.mkdir(parents=True, exist_ok=True)
    sweep(cache)
    paths = [cache / f"{_digest(line, engine)}.flac" for line in said]
    todo = [(line, path) for line, path in zip(said, paths, strict=True) if not path.with_suffix(".json").is_file()]
    if todo:
        make_voice()  # what is missing is fetched or refused here: a pool would start its workers again and again
        context = multiprocessing.get_context("spawn")
        with context.Pool(min(jobs, len(todo)), _start_speaker, (make_voice,)) as pool:
            for count, _ in enumerate(pool.imap_unordered(_speak, todo), start=1):
                if count % 20 == 0 or count == len(todo):
                    progress(f"synthesising speech with {engine}: {count} of {len(todo)} lines")
    for path in paths:
        yield load(path)


def load(path: Path) -> Utterance:
    """An utterance of the cache."""
    waveform, _ = soundfile.read(path, dtype="float32")
    times = json.loads(path.with_suffix(".json").read_text())
    words, phones = (tuple(Interval(*row) for row in times[key]) for key in ("words", "phones"))
    return Utterance(waveform, words, overlapping(phones, 0.0, len(waveform) / SAMPLE_RATE))  # a pause may be cut off


_speaker: Voice


def _start_speaker(make_voice: Callable[[], Voice]) -> None:
    global _speaker
    _speaker = make_voice()


def _speak(job: tuple[Line, Path]) -> Path:
    line, path = job
    utterance = _speaker.say(line)
    peak = max(1.0, float(np.abs(utterance.waveform).max()) * 1.01)
    with becoming(path) as part:
        soundfile.write(part, utterance.waveform / peak, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    times = {"line": astuple(line), "words": utterance.words, "phones": utterance.phones}
    with becoming(path.with_suffix(".json")) as part:
        part.write_text(json.dumps(times))
    return path


def _digest(line: Line, engine: str) -> str:
    return hashlib.sha256(json.dumps([FORMAT, engine, astuple(line)]).encode()).hexdigest()[:24]
