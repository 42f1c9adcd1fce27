"""`specnet summary`: the arithmetic of a network, layer by layer."""

import json

import click

from specnet.cli.summary_formats import as_markdown, as_table

LARGEST = 100_000
"""Of any axis of an input: beyond, sizes in bytes no longer fit 64 bits."""


def sizes(_: click.Context, parameter: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    """Numbers with commas between."""
    if value is None:
        return None
    numbers = value.split(",")
    if not all(number.isdecimal() and 1 <= int(number) <= LARGEST for number in numbers):
        raise click.BadParameter(
            f"{value!r}: write whole numbers from 1 to {LARGEST} with commas between, as 3,224,224.", param=parameter
        )
    return tuple(map(int, numbers))


@click.command("summary")
@click.argument("network", metavar="PRESET_OR_MODEL_OR_RECIPE")
@click.option(
    "--input",
    callback=sizes,
    metavar="C,H,W",
    help="Channels, height and width of an image  [default: the preset's own]; or bands and frames of sound"
    "  [default: 40 bands or those of the recipe, and the frames that one score sees].",
)
@click.option(
    "--format", "format_name", type=click.Choice(["table", "json", "markdown"]), default="table", show_default=True
)
def command(network: str, input: tuple[int, ...] | None, format_name: str) -> None:
    """Count what a network has and does: sizes, parameters, multiply-adds, receptive field, memory of each layer.

    The network is a preset (resnet50, phonetic), a TOML file of layers, a recipe.toml, a model that ships with specnet
    (welcome) or a NAME.specnet file. It is not run, and its weights take no memory.

    One multiply-add is one weight of a kernel applied at one place. What follows a kernel number by number (norm,
    activation) is in its row. "sees" is the receptive field in the input of one position, over the edges where it is
    padded, and "every" how far apart two positions look; a gate (squeeze and excite) is not counted in them, though it
    looks at everything.

    \b
    Examples:
      specnet summary resnet50
      specnet summary lenet5 --input 1,32,32 --format markdown
      specnet summary phonetic --input 40,1000
      specnet summary welcome --format json
    """
    from specnet.app.summary import summary  # imports torch: --help needs none

    found = summary(network, input)
    if format_name == "json":
        click.echo(json.dumps(found.as_dict(), indent=2))
    else:
        click.echo(as_markdown(found) if format_name == "markdown" else as_table(found), nl=False)
