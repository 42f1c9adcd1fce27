from collections.abc import Mapping
from pathlib import Path

import pytest

from specnet.app import corpus, train
from specnet.cli.main import run
from specnet.data.folder import Sources
from specnet.errors import SpecnetError
from specnet.train.recipes import read_recipe

SMOKE = Path(__file__).parents[3] / "recipes" / "smoke" / "recipe.toml"


class Quiet:
    def note(self, line: str) -> None: ...

    def step(self, step: int, steps: int, loss: float) -> None: ...

    def epoch(self, figures: Mapping[str, float]) -> None: ...


@pytest.fixture
def fetches(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Sources, Path]]:
    """What was asked to be fetched, and where to."""
    asked: list[tuple[Sources, Path]] = []

    def fetched(sources: Sources, place: Path, progress: object) -> Path:
        asked.append((sources, place))
        return place

    monkeypatch.setattr(corpus, "fetched", fetched)
    return asked


def test_without_a_folder_the_originals_are_fetched_into_the_cache(
    fetches: list[tuple[Sources, Path]], tmp_path: Path
) -> None:
    recipe, place = read_recipe(SMOKE), tmp_path / "cache" / "public"
    with pytest.raises(SpecnetError, match=r"public/speech/index\.tsv: not there"):  # and are then what is read
        train.train_model(recipe, data=None, out=tmp_path / "run", cache=tmp_path / "cache", observer=Quiet())
    assert fetches == [(recipe.data, place)]


def test_with_a_folder_nothing_is_fetched(fetches: list[tuple[Sources, Path]], tmp_path: Path) -> None:
    with pytest.raises(SpecnetError, match=r"mine/speech/index\.tsv: not there"):
        train.train_model(
            read_recipe(SMOKE), data=tmp_path / "mine", out=tmp_path / "run", cache=tmp_path / "cache", observer=Quiet()
        )
    assert not fetches


def test_a_recipe_of_other_sources_wants_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert run(["train", str(SMOKE)]) == 2
    line = capfd.readouterr().err.splitlines()[-1]
    assert line.startswith(
        "specnet: no public original can be fetched for fixtures: give a folder that has it with --data"
    )
    assert line.endswith("""--set 'data.speech=["libri-dev-clean", "libri-dev-other"]'""")
    assert not list(tmp_path.iterdir())
