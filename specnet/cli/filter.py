"""`specnet filter`: what a classical kernel does to a picture, or to a sound's spectrogram."""

from pathlib import Path
from typing import Literal

import click

from specnet.cli.output import output_path, replacing


def png_path(context: click.Context, parameter: click.Parameter, value: Path) -> Path:
    if value.suffix.lower() != ".png":
        raise click.BadParameter(f"{value}: the name must end in .png.", param=parameter)
    output_path(context, parameter, value)
    return value


@click.command("filter")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--kernel", "kernels", multiple=True, required=True, metavar="NAME", help="Several work in turn.")
@click.option("--padding", type=click.Choice(["zero", "replicate"]), default="replicate", show_default=True,
              help="What lies around the picture: black, or copies of its border.")  # fmt: skip
@click.option("--stride", type=click.IntRange(1), default=1, show_default=True, metavar="N",
              help="Each kernel keeps one pixel in N, along both axes.")  # fmt: skip
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), callback=png_path, metavar="OUT.png",
              help="Where the filtered picture goes.")  # fmt: skip
def command(
    file: Path, kernels: tuple[str, ...], padding: Literal["zero", "replicate"], stride: int, output: Path
) -> None:
    """See what a classical kernel does to a picture, or to a sound's spectrogram.

    FILE is a PNG, JPEG, WebP, BMP or GIF. If its name is that of a sound (.wav, .flac, .mp3, ...), the picture is its
    log-mel spectrogram: a column per 10 ms, a row per mel band, low frequencies at the bottom, silence black.

    Each colour is filtered by itself (cross-correlation, as in a network). Edge kernels give positive and negative
    numbers: 0 is drawn mid grey, the strongest black or white. Others give a picture, clipped to black and white.

    \b
    Kernels:
      identity                           changes nothing
      edge-diagonal                      corners and diagonal edges (mixed derivative)
      edge-laplacian, edge-outline       edges in all directions (4 and 8 neighbours)
      sobel-x, prewitt-x                 vertical edges, white where it grows bright to the right
      sobel-y, prewitt-y                 horizontal edges, white where it grows bright downwards
      sharpen                            more contrast to the neighbours
      box-blur, box-blur-5, gaussian     smooth: mean of 3x3, of 5x5, weighted mean of 3x3

    \b
    Examples:
      specnet filter photo.jpg --kernel sobel-x -o edges.png
      specnet filter welcome.flac --kernel edge-outline -o spectrogram.png
      specnet filter photo.jpg --kernel gaussian --kernel edge-laplacian -o blobs.png
      specnet filter photo.jpg --kernel box-blur-5 --stride 2 --padding zero -o half.png
    """
    if output.resolve() == file.resolve():
        raise click.UsageError(f"--output {output} would overwrite {file}.")
    from specnet.app.filter import filter_file
    from specnet.images.files import write_png

    picture = filter_file(file, kernels, fill=padding, stride=stride)
    with replacing(output) as temporary:
        write_png(temporary, picture)
