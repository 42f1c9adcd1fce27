"""`specnet scenes` as a process, on the recordings in data/ and a stand-in for espeak-ng that plays them back."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from specnet.app.corpus import read_corpus
from specnet.cli.main import run
from specnet.train.recipes import read_recipe
from tests.cli.conftest import Run

RECIPES = Path(__file__).parents[2] / "recipes"
RECIPE = RECIPES / "smoke" / "recipe.toml"


def test_scenes_are_those_of_the_training_with_their_words(
    specnet: Run, folder: Path, weasels: dict[str, str], tmp_path: Path
) -> None:
    options = ("--data", folder, "--cache", "cache", "--count", 11, "--set", "scenes.codec_share=0.5")
    done = specnet("scenes", RECIPE, *options, env=weasels)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"scenes/smoke/scene-{i:03}.wav" for i in range(1, 12)]

    recipe = read_recipe(RECIPE, ["scenes.codec_share=0.5"])
    composer = read_corpus(recipe, folder, tmp_path / "cache", lambda line: None).composer("train")
    scenes = [scene for step in (0, 1) for scene in composer.batch(step)][:11]  # eight a batch
    assert any(scene.words for scene in scenes) and not all(scene.words for scene in scenes)
    out = tmp_path / "scenes" / "smoke"
    assert {path.suffix for path in out.iterdir()} == {".wav", ".txt"}
    for i, scene in enumerate(scenes, start=1):
        wave, rate = soundfile.read(out / f"scene-{i:03}.wav", dtype="float32")
        assert rate == 16000
        np.testing.assert_allclose(wave, scene.waveform.clip(-1, 1), atol=2**-15)
        rows = [line.split("\t") for line in (out / f"scene-{i:03}.txt").read_text().splitlines()]
        assert [row[2] for row in rows] == [word.label for word in scene.words]
        for row, word in zip(rows, scene.words, strict=True):
            assert (float(row[0]), float(row[1])) == pytest.approx((word.start, word.end), abs=1e-5)

    again = specnet("scenes", RECIPE, *options, env=weasels)
    assert again.returncode == 2
    assert again.stderr == "specnet: scenes/smoke: is not empty; name another folder with --out\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([RECIPES / "mnist" / "recipe.toml"], "recipe mnist: is for pictures; scenes are composed of sound alone"),
        ([RECIPE, "--set", "scenes.codec_shar=1"], "unknown key scenes.codec_shar; did you mean scenes.codec_share?"),
        ([RECIPE, "--data", "nowhere"], "nowhere/speech/index.tsv: not there; the recipe's [data] needs it"),
        ([RECIPE, "--count", "0"], "0 is not in the range x>=1"),
    ],
)
def test_what_has_no_scenes_is_one_line(
    arguments: list[object],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["scenes", *map(str, arguments)]) == 2
    assert message in capfd.readouterr().err.splitlines()[-1]
    assert not list(tmp_path.iterdir())
