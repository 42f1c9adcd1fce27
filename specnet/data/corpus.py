"""Everything a training hears, read from a data folder and synthesised: split by speaker, never across."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path

from specnet.data.clips import Clip, store, stored
from specnet.data.folder import Recordings, Sources, read_folder
from specnet.data.folds import Speaker, deal
from specnet.data.held_out import HeldOut, streams
from specnet.data.mix import Material, Mix
from specnet.data.recorded import read_recorded, without_recorded
from specnet.data.scenes import SceneComposer
from specnet.data.speech import Cast, Script, lines, synthesise
from specnet.data.splice import Splicer
from specnet.data.voices import Voice
from specnet.data.voices.espeak import Espeak
from specnet.data.voices.kokoro import Kokoro
from specnet.errors import SpecnetError

ENGINES = {"kokoro": "Kokoro-82M, Apache-2.0", "espeak": "espeak-ng, GPL-3.0 (the program; its sound is free)"}


@dataclass(frozen=True)
class Corpus:
    """The material of a training and of its validation, and where it comes from."""

    training: Material
    held_out: Material
    measured: Sequence[Clip]
    mix: Mix
    seed: int
    batch_size: int
    validation_scenes: int
    provenance: tuple[dict[str, str], ...]

    def composer(self, split: str) -> SceneComposer:
        """Scenes of a split, `train` or `validation`."""
        material, seed = {"train": (self.training, self.seed), "validation": (self.held_out, self.seed + 1)}[split]
        return SceneComposer(material, self.mix, seed, self.batch_size)

    def validation(self) -> HeldOut:
        """What thresholds are calibrated on; nobody in it was trained on."""
        mix = replace(self.mix, keyword_share=1.0, start_share=0.0, unknown_share=0.0)
        composer = SceneComposer(self.held_out, mix, self.seed + 2, 1)
        scenes = [composer.batch(step)[0] for step in range(self.validation_scenes)]
        kept = self.held_out
        heard = (kept.speech, kept.commands, kept.unknown, kept.background, self.measured)
        without = [stream for clips in heard for stream in streams(clips)]
        return HeldOut(scenes, without or streams(kept.noise), self.composer("validation"))


def prepare(
    sources: Sources,
    scripts: Sequence[Script],
    casts: Sequence[Cast],
    mix: Mix,
    *,
    data: Path,
    cache: Path,
    seed: int,
    batch_size: int,
    labels: Sequence[str],
    progress: Callable[[str], None],
    jobs: int = 2,
) -> Corpus:
    """Read the data folder, say what has not been said yet, and split by speaker.

    `labels` are what is to be found. `cache` keeps decoded recordings and synthetic speech; `progress` gets a line now
    and then. Raises `SpecnetError` when something the recipe names is not there.

    Recordings of the keywords are all learnt from: how well they are found, `specnet evaluate` says on others.
    """
    progress("reading recordings")
    read = read_folder(sources, labels, data, cache)
    said = {script.label: script.phones for script in scripts}
    places = [Path(place) for place in sources.recordings]
    recorded = [clip for place in places for clip in read_recorded(place, said, cache, progress)]
    read = replace(read, background=without_recorded(read.background, places, cache, progress))
    voices = [
        clip
        for script in scripts
        for cast in casts
        for clip in _synthetic(script, cast, data, cache, seed=seed, jobs=jobs, progress=progress)
    ]

    kept = _held_out(sources, read, voices)

    def material(held_out: bool) -> Material:
        def part(clips: Iterable[Clip]) -> list[Clip]:
            return [clip for clip in clips if (_speaker(clip) in kept) == held_out]

        speech = part(read.speech)
        spoken = part(voices)

        def splicers(clips: Sequence[Clip]) -> tuple[Splicer, ...]:
            if not mix.spliced_share and not mix.near_miss_share:
                return ()
            pace = mix.spliced_pace
            every = [Splicer(clips, script.label, way.split(), pace) for script in scripts for way in script.phones]
            return tuple(splicer for splicer in every if splicer)

        return Material(
            speech=speech,
            positives=[clip for clip in spoken if clip.words],
            negatives=[clip for clip in spoken if not clip.words],
            commands=part(read.commands),
            words=[clip for clip in part(read.words) if clip.words[0].label != sources.unknown],
            unknown=[clip for clip in part(read.words) if clip.words[0].label == sources.unknown],
            cut=part(read.cut),
            noise=part(read.noise),
            rooms=read.rooms,
            splicers=splicers(speech),
            mimics=splicers(spoken),
            recorded=[] if held_out else recorded,
            background=part(read.background),
        )

    training, held_out = material(False), material(True)
    said_alone = [label for label in labels if label != sources.unknown]
    _require(training, "training", said_alone)
    _require(held_out, "validation", said_alone)
    engines = [{"name": f"synthetic speech: {cast.engine}", "licence": ENGINES[cast.engine]} for cast in casts]
    own = [
        {"name": Path(place).name, "licence": "the user's own"} for place in (*sources.recordings, *sources.background)
    ]
    provenance = (*read.licences, *own, *engines)
    return Corpus(training, held_out, read.measured, mix, seed, batch_size, sources.validation_scenes, provenance)


def _require(material: Material, use: str, labels: Sequence[str]) -> None:
    """Refuse a split that scenes cannot be made of, single words of all `labels` where there are some of one."""
    rule = "add sources or change data.validation_share"
    if material.words:
        missing = set(labels) - {clip.words[0].label for clip in material.words}
        if missing:
            raise SpecnetError(f"data.words: no recording of {min(missing)!r} is left for {use}; {rule}")
        return
    if not material.speech:
        raise SpecnetError(f"data.speech: no recording is left for {use}; {rule}")
    if not material.positives and not material.splicers:
        raise SpecnetError(f"voices: no keyword is left for {use}; raise positives of a cast or {rule}")


def _synthetic(
    script: Script,
    cast: Cast,
    data: Path,
    cache: Path,
    *,
    seed: int,
    jobs: int,
    progress: Callable[[str], None],
) -> list[Clip]:
    """What a cast says of a script, as clips; a speaker is a voice."""
    models = data / "kokoro" if (data / "kokoro").is_dir() else cache / "kokoro"
    engines: dict[str, Callable[[], Voice]] = {"kokoro": partial(Kokoro, models), "espeak": Espeak}
    wanted = lines(script, cast, seed)
    said = list(synthesise(wanted, cast.engine, engines[cast.engine], cache / "said" / cast.engine, jobs, progress))
    digest = hashlib.sha256(json.dumps([astuple(line) for line in wanted]).encode()).hexdigest()[:16]
    index = cache / f"{script.label}-{cast.engine}-{digest}.json"
    store(((str(i), utterance.waveform) for i, utterance in enumerate(said)), index)
    return [
        replace(clip, source=cast.engine, speaker=line.voice, words=utterance.words, phones=utterance.phones)
        for clip, line, utterance in zip(stored(index), wanted, said, strict=True)
    ]


def is_held_out(source: str, speaker: str, share: float) -> bool:
    """Whether a speaker of a source is kept out of training: a fixed draw, the same for every recipe.

    >>> is_held_out("an4", "an4_fash", 0.0), is_held_out("an4", "an4_fash", 1.0)
    (False, True)
    """
    draw = hashlib.sha256(f"{source}/{speaker}".encode()).digest()[:4]
    return int.from_bytes(draw, "big") < share * 2**32


def _held_out(sources: Sources, read: Recordings, voices: Sequence[Clip]) -> set[Speaker]:
    """Who is kept out of training: a share of all, or those of one fold, of whom each fold has some."""
    said = [clip for clip in voices if clip.words]
    heard = (read.speech, said, voices, read.commands, read.words, read.background, read.noise)
    kinds = [{_speaker(clip) for clip in clips} for clips in heard]
    if sources.fold is None:
        return {who for who in set().union(*kinds) if is_held_out(*who, sources.validation_share)}
    dealt, folds = deal(kinds, sources.fold.of), sources.fold.of
    for what, kind in zip(("data.speech", "voices"), kinds, strict=False):
        if kind and len({dealt[who] for who in kind}) < folds:
            raise SpecnetError(f"{what}: {len(kind)} speakers are too few for {folds} folds: add sources or take fewer")
    return {who for who, fold in dealt.items() if fold == sources.fold.number}


def _speaker(clip: Clip) -> Speaker:
    """Who speaks; where that is not known, the recording: no voice is on both sides of the split."""
    return Path(clip.source).name, clip.speaker or clip.name
