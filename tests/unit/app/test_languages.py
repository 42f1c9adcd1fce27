"""Keywords of other languages than English: who says them, what is said around them, and what is refused."""

import os
from pathlib import Path

import pytest

from specnet.app.keyword.cast import engine
from specnet.app.keyword.language import CARRIERS, find_language
from specnet.app.keyword.recipe import write_recipe
from specnet.app.keyword.script import scripts
from specnet.data.corpus import is_held_out
from specnet.data.ipa import languages
from specnet.data.speech import lines
from specnet.data.voices import kokoro
from specnet.data.voices.espeak import VARIANTS
from specnet.errors import SpecnetError
from specnet.train.recipes import read_recipe
from specnet.train.sound_learner import SoundLearner
from specnet.train.sound_recipe import SoundRecipe

SAYS = """#!/bin/sh
exec cat '{0}'
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "speech").mkdir(parents=True)
    (folder / "speech" / "index.tsv").write_text("file\tspeaker\tlicence\ntalks/a.wav\tann\tCC0\n")
    return folder


@pytest.fixture
def espeak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Says the same whatever it is asked."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "said.wav").write_bytes(b"\0" * 24 + (22050).to_bytes(4, "little") + b"\0" * 16 + b"\1\2" * 2205)
    (tools / "espeak-ng").write_text(SAYS.format(tools / "said.wav"))
    (tools / "espeak-ng").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


def written(word: str, language: str, folder: Path, data: Path) -> SoundRecipe:
    recipe = read_recipe(write_recipe([word], folder, data, "quick", language=language).recipe)
    assert isinstance(recipe, SoundRecipe)
    return recipe


@pytest.mark.parametrize(
    ("language", "word", "name", "accents"),
    [
        ("fr", "Sœur", "soeur", ("fr-fr",)),
        ("es", "buenos días", "buenos-dias", ("es", "es-419")),
        ("es-419", "niño", "nino", ("es-419",)),
        ("it", "perché", "perche", ("it",)),
        ("pt_BR", "coração", "coracao", ("pt-br",)),
        ("hi", "नमस्ते", "nahmahsteh", ("hi",)),
    ],
)
def test_kokoro_says_what_it_has_learnt(
    language: str, word: str, name: str, accents: tuple[str, ...], tmp_path: Path, data: Path
) -> None:
    recipe = written(word, language, tmp_path / "recipes", data)
    [script], [cast] = recipe.voices.scripts, recipe.voices.casts
    assert recipe.name == name and recipe.labels == (word.lower(),) == (script.label,)
    assert (cast.engine, cast.accents, len(cast.speakers)) == ("kokoro", accents, 54)
    assert recipe.scenes.spliced_share == recipe.scenes.near_miss_share == 0, "real people's speech is English"
    assert recipe.scenes.synthetic_filler_share == 0.4 and recipe.loss.phone_weight > 0
    assert 80 <= len(script.near) <= 240 and len(set(script.before)) > 25
    SoundLearner(recipe)


def test_espeak_says_the_rest(espeak: None, tmp_path: Path, data: Path) -> None:
    recipe = written("Küche", "de", tmp_path / "recipes", data)
    [script], [cast] = recipe.voices.scripts, recipe.voices.casts
    assert (recipe.name, script.label, cast.engine, cast.mixtures) == ("kuche", "küche", "espeak", 0)
    assert cast.speakers[0] == "de+m1" and len(set(cast.speakers)) == len(VARIANTS)
    assert "bitte" in script.before
    assert all(line.voice in cast.speakers for line in lines(script, cast, 1))


def test_a_language_without_carriers_says_the_word_among_others(espeak: None, tmp_path: Path, data: Path) -> None:
    keyword = write_recipe(["dzień dobry"], tmp_path / "recipes", data, "quick", language="pl")
    assert keyword.name == "dzien-dobry"
    assert keyword.warnings == (
        "nobody wrote down what people say in Polish: the voices say each word alone, and between others that sound"
        " like it",
    )
    recipe = read_recipe(keyword.recipe)
    assert isinstance(recipe, SoundRecipe)
    [script] = recipe.voices.scripts
    assert set(script.before) == set(script.after) == {"", *script.near} and "dobry" in script.near
    assert script.before.count("") == len(script.near), "half of the lines begin with the word"


def test_english_can_be_narrowed_to_an_accent(tmp_path: Path, data: Path) -> None:
    recipe = written("kitchen", "en-gb", tmp_path / "recipes", data)
    assert recipe.voices.casts[0].accents == ("en-gb",)
    assert recipe.scenes.spliced_share > 0 and recipe.voices.scripts[0].phones == ("K IH CH AH N",)


@pytest.mark.parametrize(("word", "language"), [("eau", "fr"), ("y", "es"), ("è", "it"), ("eye", "en")])
def test_one_phoneme_is_warned_of(word: str, language: str, tmp_path: Path, data: Path) -> None:
    [warning] = write_recipe([word], tmp_path / "recipes", data, "quick", language=language).warnings
    assert warning == (
        f"{word!r} has only 1 phone: many words hold what sounds so; expect false alarms, or take a phrase of 4 or more"
    )


@pytest.mark.parametrize(
    ("words", "language", "message"),
    [
        (["kitchen"], "xx", "--language 'xx': should be the code of a language; did you mean"),
        (["kitchen"], "zzzz", "--language 'zzzz': should be the code of a language; espeak-ng --voices lists them"),
        (["küche"], "German", "did you mean de (German)?"),
        (["привет"], "en", "'привет': nobody can say it in English; write it in the letters of that language"),
        (["привет"], "fr", "'привет': nobody can say it in French"),
        (["你好"], "es", "'你好': nobody can say it in Spanish"),
        (["今日"], "ja", "'今日': nobody can say it in Japanese"),
        (["!"], "fr", "'!': should be a word or a phrase in letters"),
        (["el", "él"], "es", "'el', 'él': should be different words"),
    ],
)
def test_what_is_refused_is_one_line_and_leaves_nothing(
    words: list[str], language: str, message: str, espeak: None, tmp_path: Path, data: Path
) -> None:
    with pytest.raises(SpecnetError) as refused:
        write_recipe(words, tmp_path / "recipes", data, "quick", language=language)
    assert message in str(refused.value) and "\n" not in str(refused.value)
    assert not (tmp_path / "recipes").exists()


def test_without_espeak_only_kokoro_speaks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: Path) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert engine(["ciao"], find_language("it")) == "kokoro"
    with pytest.raises(SpecnetError, match="espeak-ng: program not found; install it"):
        write_recipe(["küche"], tmp_path / "recipes", data, "quick", language="de")
    assert not (tmp_path / "recipes").exists()


def test_kokoro_leaves_to_espeak_what_it_has_no_sound_for(espeak: None, monkeypatch: pytest.MonkeyPatch) -> None:
    french = find_language("fr")
    assert engine(["bonjour"], french) == "kokoro"
    monkeypatch.setattr("specnet.app.keyword.cast.unknown", lambda ipa: "ʁ" if "ʁ" in ipa else "")
    assert engine(["bonjour"], french) == "espeak" and engine(["non"], french) == "kokoro"


@pytest.mark.parametrize("path", sorted(CARRIERS.glob("*.toml")), ids=lambda path: path.stem)
def test_carriers_can_be_said(path: Path) -> None:
    language = find_language(path.stem)
    carriers = language.carriers()
    for texts in (carriers["before"], carriers["after"]):
        assert len({*texts}) > 25 and all(texts)
        assert all(text == " ".join(text.split()) for text in texts)
        assert all(read for text in texts for read in language.read(text))
        if language.fluent and language.family != "en":
            assert not [text for text in texts for read in language.read(text) if kokoro.unknown(read)]


@pytest.mark.parametrize(
    ("language", "labels", "left_out"),
    [
        ("en", ["music", "good night"], {"play some music", "good night"}),
        ("es", ["luz", "por favor"], {"enciende la luz", "por favor", "más alto, por favor"}),
    ],
)
def test_nobody_says_a_keyword_around_one(language: str, labels: list[str], left_out: set[str]) -> None:
    known = find_language(language)
    texts = {text for part in known.carriers().values() for text in part}
    for script in scripts(labels, known, "kokoro"):
        assert left_out <= texts - {*script.before, *script.after}
        assert all(label not in text.split() for label in labels for text in (*script.before, *script.after))


def test_near_misses_are_said_by_the_same_voices() -> None:
    [script] = scripts(["bonjour"], find_language("fr"), "kokoro")
    french = find_language("fr")
    assert not any(kokoro.unknown(read) for text in script.near for read in french.read(text))
    assert script.phones == ("B AO ZH UW R",), "to find it in recordings"
    assert script.spellings == ("bonjour", "Bonjour", "bonjour!")


def test_every_language_has_voices_on_both_sides() -> None:
    for code in languages():
        kept = [is_held_out("espeak", f"{code}+{variant}", 0.15) for variant in VARIANTS]
        assert any(kept) and not all(kept), code
