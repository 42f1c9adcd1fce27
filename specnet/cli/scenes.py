"""`specnet scenes`: what a training would hear, as files to listen to."""

from collections.abc import Iterable
from pathlib import Path

import click
import soundfile

from specnet.cli.output import replacing
from specnet.cli.training import Display, cache_option, data_option
from specnet.data.interval import Interval
from specnet.data.utterance import SAMPLE_RATE, Utterance
from specnet.errors import SpecnetError


@click.command("scenes")
@click.argument("recipe", type=click.Path(path_type=Path), metavar="RECIPE.toml")
@data_option
@click.option("--count", "number", type=click.IntRange(1), default=10, show_default=True, help="How many scenes.")
@click.option("--out", type=click.Path(path_type=Path), help="Where they go: a new folder.  [default: scenes/NAME]")
@cache_option
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change a value: scenes.codec_share=1.")
def command(
    recipe: Path, data: Path | None, number: int, out: Path | None, cache: Path, overrides: tuple[str, ...]
) -> None:
    """Write the first scenes that a training of RECIPE.toml would hear.

    OUT receives scene-001.wav, scene-001.txt with the words in it and, where phones are known, scene-001.phones.txt:
    label tracks for Audacity (File > Import > Labels).

    \b
    Examples:
      specnet scenes recipes/welcome/recipe.toml --data DIR --count 20
      specnet scenes recipes/welcome/recipe.toml --data DIR --set scenes.codec_share=1 --out scenes/codecs
    """
    from specnet.train.recipes import read_recipe

    wanted = read_recipe(recipe, overrides)
    out = out or Path("scenes") / wanted.name
    if out.is_dir() and any(out.iterdir()):
        raise SpecnetError(f"{out}: is not empty; name another folder with --out")
    from specnet.app.scenes import compose_scenes  # imports what a training needs: a mistake is said before

    with Display() as display:
        scenes = compose_scenes(wanted, number, data=data, cache=cache, progress=display.note)
        out.mkdir(parents=True, exist_ok=True)
        for place, scene in enumerate(scenes, start=1):
            click.echo(write_scene(scene, out / f"scene-{place:0{max(3, len(str(number)))}}.wav"))


def write_scene(scene: Utterance, target: Path) -> Path:
    """The sound at `target` (WAV), its label tracks beside it."""
    with replacing(target) as temporary, temporary.open("wb") as file:
        soundfile.write(file, scene.waveform, SAMPLE_RATE, format="WAV", subtype="PCM_16")
    for known, suffix in ((scene.words, ".txt"), (scene.phones, ".phones.txt")):
        if known or suffix == ".txt":
            with replacing(target.with_suffix(suffix)) as temporary:
                temporary.write_text("".join(label_track(known)), encoding="utf-8")
    return target


def label_track(intervals: Iterable[Interval]) -> Iterable[str]:
    """Lines of an Audacity label track: start, end, label, with tabs between.

    >>> list(label_track([Interval("welcome", 0.5, 1.0)]))
    ['0.500000\\t1.000000\\twelcome\\n']
    """
    return (f"{i.start:.6f}\t{i.end:.6f}\t{i.label}\n" for i in intervals)
