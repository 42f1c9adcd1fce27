"""`specnet ablate`: what each choice of a recipe is worth."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specnet.cli.output import write
from specnet.cli.table import plain
from specnet.cli.training import Display, cache_option, data_option
from specnet.cli.trials_table import ablation_table, markdown

if TYPE_CHECKING:
    from specnet.app.ablate import Row
    from specnet.train.recipe import Recipe

PAGE = "ablation.md"


@click.command("ablate")
@click.argument("recipe", type=click.Path(path_type=Path), metavar="RECIPE.toml")
@click.option("--drop", "drops", multiple=True, metavar="KEY", help="A row without this choice (may be repeated).")
@click.option("--try", "tries", multiple=True, metavar="KEY=VALUE", help="A row with this value (may be repeated).")
@click.option("--seeds", type=click.IntRange(1), default=3, show_default=True, help="So many trainings of each row.")
@data_option
@click.option("--out", type=click.Path(path_type=Path), help="Where trainings go.  [default: runs/NAME-ablation]")
@cache_option
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change a value in all rows.")
def command(
    recipe: Path,
    drops: tuple[str, ...],
    tries: tuple[str, ...],
    seeds: int,
    data: Path | None,
    out: Path | None,
    cache: Path,
    overrides: tuple[str, ...],
) -> None:
    """Train RECIPE.toml as it is, and without each --drop or with each --try, and compare what they get wrong.

    \b
    Dropped is
      a share, a weight, any other number: 0
      a switch: false
      a name or a list: nothing
      what does nothing at another value: that (loss.hard_fraction 1, network.members 1, scenes.speed [1, 1], ...)
      a key of network.overrides: dropout and norm 0, others the preset's own value
      a section: all of it that can be
    All rows are judged by what RECIPE.toml as it is holds out, with the same seeds. OUT receives ablation.md after
    every training. The same command goes on after an interruption, and with more rows or seeds it trains only these.

    \b
    Examples:
      specnet ablate recipes/digits/recipe.toml --drop augment --drop network.overrides.dropout
      specnet ablate recipes/welcome/recipe.toml --data DIR --drop scenes.noise_share --try loss.positive_q=0.3
    """
    from specnet.train.changes import change
    from specnet.train.recipes import read_recipe

    wanted = read_recipe(recipe, overrides)
    variants = variants_of(wanted, drops, tries, recipe, overrides)
    if not variants:
        raise click.UsageError("nothing to compare with: give --drop or --try.")
    from specnet.app.ablate import ablate  # imports torch: a mistake in the recipe is said before
    from specnet.app.trials import figure_name

    out = out or Path("runs") / f"{wanted.name}-ablation"
    changes = {name: change(wanted, variant) for name, variant in variants.items()}
    for rows in ablate(wanted, variants, seeds, data=data, out=out, cache=cache, observe=Display):
        table = ablation_table(rows, figure_name(wanted))
        write([page(wanted.name, table, rows, changes)], out / PAGE)
    write([plain(table)], None)


def variants_of(
    wanted: "Recipe", drops: Sequence[str], tries: Sequence[str], path: Path, overrides: Sequence[str]
) -> dict[str, "Recipe"]:
    """The rows of the table but the first, by what they are called."""
    from specnet.train.changes import comparable, without
    from specnet.train.recipes import read_recipe

    dropped = {f"without {key}": without(wanted, key) for key in drops}
    tried = {text: comparable(wanted, read_recipe(path, (*overrides, text)), f"--try {text}") for text in tries}
    return dropped | tried


def page(name: str, table: list[tuple[str, ...]], rows: Sequence["Row"], changes: Mapping[str, str]) -> str:
    """The table in Markdown, with what was changed in each row and where its trainings are."""
    about: list[tuple[str, ...]] = [("choice", "changed", "trainings")]
    for row in rows:
        places = ", ".join(f"`{place.parent.name}/{place.name}`" for place in row.places)
        about.append((row.name, changes.get(row.name, ""), places))
    how = (
        "Means over seeds. The interval is that of the difference, by Student's t over pairs of trainings of one seed:"
        " a choice whose interval holds 0 is not shown to be worth anything. The epoch of each training was chosen on"
        " the speakers or pictures that it is judged by, so the figures are a little optimistic, in all rows alike."
    )
    return f"# What the choices of {name} are worth\n\n{markdown(table)}\n{how}\n\n{markdown(about)}"
