"""From a written word to a recipe for it: how it is said, what sounds like it, and what there is to learn from."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from string import Template
from typing import Any

from specnet.app.keyword.cast import cast, engine, part
from specnet.app.keyword.language import Language, find_language
from specnet.app.keyword.script import scripts
from specnet.data.align import Aligner
from specnet.data.fetch import LIBRISPEECH
from specnet.data.folder import COMMANDS, INDEX, Sources, read_index
from specnet.data.speech import Script
from specnet.errors import SpecnetError
from specnet.train.settings import to_toml, toml_list
from specnet.units import Seconds

HERE = Path(__file__).parent
SHARE_ALIKE = "-SA"  # in the name of a licence
SHORT = 4  # phones; a keyword with fewer is found in too many other words
LINE: dict[str, Seconds] = {"kokoro": 0.5, "espeak": 0.05}  # to say one line, on two cores
LATIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
STEP: Seconds = 0.28  # of training on two cores, with its part of mining and measuring


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is said and learnt."""

    positives: int
    negatives: int
    epochs: int
    steps_per_epoch: int


EFFORTS = {
    "quick": Effort(positives=240, negatives=120, epochs=2, steps_per_epoch=500),
    "normal": Effort(positives=1200, negatives=600, epochs=5, steps_per_epoch=700),
    "best": Effort(positives=2400, negatives=1200, epochs=18, steps_per_epoch=700),
}


@dataclass(frozen=True, slots=True)
class Keyword:
    """A recipe that has been written, how long its training will take, and what the user should know before."""

    recipe: Path
    name: str
    minutes: float
    warnings: tuple[str, ...]


def write_recipe(
    phrases: Sequence[str],
    folder: Path,
    data: Path | None,
    effort: str,
    recordings: Sequence[Path] = (),
    background: Sequence[Path] = (),
    language: str = "en",
) -> Keyword:
    """Write `folder`/NAME/recipe.toml, which finds the `phrases`, and beside it what is said of each.

    `language` is a code of `find_language`. Trained on all that the folder `data` has, or on public originals, and on
    folders of the user's own `recordings` of the phrases and `background` without them. Raises `SpecnetError` where a
    phrase cannot be said, a folder is not there, and where another recipe of this name is there.
    """
    for place in (*recordings, *background):
        if not place.is_dir():
            raise SpecnetError(f"{place}: should be a folder of recordings")
    spoken, much = find_language(language), EFFORTS[effort]
    if recordings or data is None:
        Aligner()  # finds the words, or the phones, in them: what is missing is said before anything is written
    labels = _labels(phrases, spoken)
    voice = engine(labels, spoken)
    said = {_slug(script): script for script in scripts(labels, spoken, voice)}
    if len(said) < len(labels):
        raise SpecnetError(f"{', '.join(map(repr, phrases))}: should be different words")
    name = "-".join(said)
    place = folder / name
    texts = {f"{slug}.toml": _script_text(each) for slug, each in said.items()}
    heard = replace(sources(data), recordings=_named(recordings), background=_named(background))
    texts["recipe.toml"] = _recipe_text(name, labels, place, list(texts), heard, much, spoken, voice)
    _write(place, texts)
    lines = len(labels) * (much.positives + much.negatives)
    seconds = lines * LINE[voice] + much.epochs * much.steps_per_epoch * STEP
    return Keyword(place / "recipe.toml", name, seconds / 60, tuple(_warnings(said.values(), spoken)))


def _labels(phrases: Sequence[str], language: Language) -> list[str]:
    labels = [" ".join(unicodedata.normalize("NFC", phrase).lower().split()) for phrase in phrases]
    for label, phrase in zip(labels, phrases, strict=True):
        if not re.search(r"[^\W\d_]", label):
            raise SpecnetError(f"{phrase!r}: should be a word or a phrase in letters")
        language.check(label)
    if len(set(labels)) < len(labels):
        raise SpecnetError(f"{', '.join(map(repr, phrases))}: should be different words")
    return labels


def _warnings(said: Iterable[Script], language: Language) -> Iterator[str]:
    for script in said:
        count = len(script.phones[0].split())
        if count < SHORT:
            yield (
                f"{script.label!r} has only {count} phone{'' if count == 1 else 's'}: many words hold what sounds so;"
                f" expect false alarms, or take a phrase of {SHORT} or more"
            )
    if not language.carriers():
        yield (
            f"nobody wrote down what people say in {language.name}: the voices say each word alone, and between others"
            " that sound like it"
        )


def sources(data: Path | None) -> Sources:
    """All that there is to learn from in a data folder, or what can be fetched.

    Nothing is learnt from speech whose licence asks for the same licence (share-alike): it is measured on.
    """
    if data is None:
        return Sources(speech=tuple(LIBRISPEECH), commands=True, impulse_responses=False)
    rows = read_index(data / "speech" / INDEX, "file", "speaker")
    every = {row["file"].partition("/")[0] for row in rows}
    alike = {row["file"].partition("/")[0] for row in rows if SHARE_ALIKE in row.get("licence", "")}
    return Sources(
        speech=tuple(sorted(every - alike)),
        measured=tuple(f"speech/{name}" for name in sorted(alike)),
        commands=all((data / name).exists() or (data / f"{name}.tar").exists() for name in COMMANDS),
        noise=(data / "noise").is_dir(),
        impulse_responses=(data / "impulse_responses").is_dir(),
    )


def _recipe_text(
    name: str,
    labels: Sequence[str],
    place: Path,
    scripts: Sequence[str],
    heard: Sources,
    much: Effort,
    language: Language,
    voice: str,
) -> str:
    english = language.family == "en"
    values: dict[str, Any] = {
        "name": json.dumps(name),
        "labels": toml_list(labels),
        "speech": toml_list(heard.speech),
        "measured": toml_list(heard.measured),
        "recordings": toml_list(heard.recordings),
        "background": toml_list(heard.background),
        "scripts": toml_list(scripts),
        "command_filler_share": 0.15 if heard.commands else 0.0,
        **{key: json.dumps(getattr(heard, key)) for key in ("commands", "noise", "impulse_responses")},
        "cast": cast(language, voice, much.positives, much.negatives),
        "spliced": part("spliced" if english else "unspliced").template.rstrip(),
        **asdict(much),
    }
    template = Template((HERE / "recipe.toml").read_text(encoding="utf-8"))
    phrases = ", ".join(labels) + ("" if english else f" ({language.name})")
    return template.substitute(values, phrases=phrases, path=place / "recipe.toml")


def _script_text(said: Script) -> str:
    values = {key: list(value) if key != "label" else value for key, value in asdict(said).items()}
    return f"# What the synthetic voices say around, and instead of, the keyword.\n{to_toml(values)}\n"


def _named(folders: Sequence[Path]) -> tuple[str, ...]:
    """As a recipe names folders that lie anywhere."""
    return tuple(str(folder.resolve()) for folder in folders)


def _slug(script: Script) -> str:
    """A name for files; in other letters than Latin ones, what the label sounds like."""
    plain = unicodedata.normalize("NFKD", script.label.casefold().translate(LATIN))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    if not all(letter.isascii() for letter in plain if letter.isalnum()):
        plain = script.phones[0].replace(" ", "").lower()
    return re.sub(r"[\W_]+", "-", plain).strip("-")


def _write(place: Path, texts: dict[str, str]) -> None:
    """Write files that are not there; refuse to change one that is."""
    for name, text in texts.items():
        there = place / name
        if there.exists() and there.read_text(encoding="utf-8") != text:
            raise SpecnetError(
                f"{there}: is there already, and not what would be written; train it with specnet train"
                f" {place / 'recipe.toml'}, or remove {place}"
            )
    place.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        part = place / f"{name}.part"
        part.write_text(text, encoding="utf-8")
        part.replace(place / name)
