"""`specnet import`: weights that were trained elsewhere."""

from pathlib import Path

import click

from specnet.cli.output import output_path, replacing

PREFIX = "torchvision:"


@click.command("import")
@click.argument("architecture", metavar="torchvision:NAME")
@click.argument("weights", type=click.Path(path_type=Path), metavar="WEIGHTS")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    callback=output_path,
    metavar="FILE",
    help="Where the weights go.  [default: NAME.safetensors]",
)
def command(architecture: str, weights: Path, output: Path | None) -> None:
    """Take over WEIGHTS of torchvision's network NAME: a state dict in a .pth or .safetensors file.

    Every tensor is checked against the preset NAME, and nothing in the file is executed. What is written is no model
    file yet, but the weights alone: safetensors, named as in the preset, with `preset` and `source` in the metadata.

    \b
    Examples:
      specnet import torchvision:resnet18 resnet18-f37072fd.pth
      specnet import torchvision:vgg16 model.safetensors -o vgg16-imagenet.safetensors
    """
    if not architecture.startswith(PREFIX):
        raise click.UsageError(f"{architecture}: say whose weights they are: {PREFIX}{architecture}.")
    name = architecture.removeprefix(PREFIX)
    output = output or Path(f"{name}.safetensors")
    if output.resolve() == weights.resolve():
        raise click.UsageError(f"{output} would replace the weights it is made of: name another file with --output.")
    from specnet.app.import_weights import import_torchvision  # imports torch: a wrong call is told at once

    with replacing(output) as temporary:
        import_torchvision(name, weights, temporary)
    click.echo(output)
