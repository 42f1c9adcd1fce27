"""`specnet train`: a model from a recipe."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specnet.cli.output import write
from specnet.cli.table import plain
from specnet.cli.training import Display, cache_option, data_option, resume_option
from specnet.cli.trials_table import folds_table, markdown

if TYPE_CHECKING:
    from specnet.train.recipe import Recipe


@click.command("train")
@click.argument("recipe", type=click.Path(path_type=Path), metavar="RECIPE.toml")
@data_option
@click.option("--out", type=click.Path(path_type=Path), help="Where the run goes.  [default: runs/NAME]")
@cache_option
@resume_option
@click.option("--init", metavar="MODEL", help="Begin with the layers of a model that fit, all but the last.")
@click.option("--freeze", metavar="LAYERS", help="Of those, leave these as they are: conv1,conv2 or backbone (all).")
@click.option(
    "--teacher", "teachers", multiple=True, metavar="MODEL", help="Learn what a model says (may be repeated)."
)
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change a value: loss.hard_fraction=0.5.")
@click.option("--folds", type=click.IntRange(2), metavar="N", help="Cross-validate by speaker: N trainings, a table.")
def command(
    recipe: Path,
    data: Path | None,
    out: Path | None,
    cache: Path,
    resume: bool,
    init: str | None,
    freeze: str | None,
    teachers: tuple[str, ...],
    overrides: tuple[str, ...],
    folds: int | None,
) -> None:
    """Train the model that RECIPE.toml describes.

    OUT receives NAME.specnet and its report at the end (report.html for sound, report.md for images), and checkpoints
    and a TensorBoard log all along.

    With --folds, every speaker (every picture) is held out of one of N trainings, OUT/fold-1 and so on, and the figures
    of all go to OUT/folds.md.

    \b
    Examples:
      specnet train recipes/welcome/recipe.toml --data DIR --out runs/welcome
      specnet train recipes/digits/recipe.toml --set schedule.epochs=2
      specnet train recipes/transfer/recipe.toml --init digits --freeze backbone
      specnet train small.toml --teacher runs/one/word.specnet --teacher runs/two/word.specnet
      specnet train recipes/digits/recipe.toml --folds 5
    """
    from specnet.train.recipes import read_recipe

    options = {"transfer.init": init, "transfer.freeze": freeze and freeze.split(","), "distil.teachers": teachers}
    overrides += tuple(f"{key}={json.dumps(value)}" for key, value in options.items() if value)
    wanted = read_recipe(recipe, overrides)
    from specnet.app.train import train_model  # imports torch: a mistake in the recipe is said before

    out = out or Path("runs") / wanted.name
    if folds is not None:
        cross_validate(wanted, folds, data, out, cache, resume)
        return
    with Display() as display:
        model = train_model(wanted, data=data, out=out, cache=cache, observer=display, resume=resume)
    click.echo(model)


def cross_validate(recipe: "Recipe", folds: int, data: Path | None, out: Path, cache: Path, resume: bool) -> None:
    """Write OUT/folds.md after each fold, and the table of all at the end."""
    from specnet.app import folds as app
    from specnet.app.trials import figure_name

    for found in app.cross_validate(recipe, folds, data=data, out=out, cache=cache, observe=Display, resume=resume):
        table = folds_table(found, figure_name(recipe))
        write([f"# {recipe.name}: {len(found.figures)} of {folds} folds\n\n", markdown(table)], out / "folds.md")
    write([plain(table)], None)
