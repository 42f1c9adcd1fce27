"""`specnet inspect`: what a network sees in a file, or in a folder of them, as a page."""

from pathlib import Path

import click

from specnet.cli.output import new_folder, output_path, replacing

PARTS = ("kernels", "maps", "cam", "scores")
PAGES = (".html", ".htm")
INDEX = "index.html"


def page_path(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    """An HTML file, or a folder that does not exist yet."""
    if value is not None and value.suffix.lower() in PAGES:
        return output_path(context, parameter, value)
    if value is not None and value.exists():
        raise click.BadParameter(f"{value} exists already: name a new folder, or a page.html.", param=parameter)
    if value is not None and not value.absolute().parent.is_dir():
        raise click.BadParameter(f"the directory {value.parent} does not exist.", param=parameter)
    return value


@click.command("inspect")
@click.argument("model")
@click.argument("file", required=False)
@click.option("--dataset", type=click.Path(path_type=Path), metavar="DIR", help="Look at a folder instead of a FILE.")
@click.option("--what", type=click.Choice([*PARTS, "all"]), multiple=True, default=("all",), show_default=True,
              help="Parts of the page of a FILE (may be repeated).")  # fmt: skip
@click.option("--layer", metavar="NAME", help="Show this layer alone, and look where it looks.")
@click.option("-o", "--output", type=click.Path(path_type=Path), callback=page_path, metavar="OUT.html|DIR",
              help="One page, or a folder of PNG files with an index.  [default: FILE's name with .html]")  # fmt: skip
def command(
    model: str, file: str | None, dataset: Path | None, what: tuple[str, ...], layer: str | None, output: Path | None
) -> None:
    """See what a network sees: its kernels, the maps of its layers, and where it looks when it decides.

    MODEL ships with specnet (welcome, digits) or is a NAME.specnet file; FILE is a recording of at most a minute, or a
    picture, as the model takes it. For pictures, MODEL may also be a preset that has learnt nothing (resnet18), or
    weights that specnet import wrote. The page is one file that needs no network.

    \b
    kernels   the first layer as pictures; for each later layer the parts of FILE that excite it most
    maps      feature maps, the largest activations first; what a chosen unit sees is framed on the input
    cam       where it looked: CAM, Grad-CAM, Grad-CAM++, sum of activations, integrated gradients, occlusion
    scores    over time, with threshold and segments; of a picture, the probabilities

    With --dataset: the surest hits, the worst misses and the worst false alarms of a folder, each with what decided,
    to hear or to see; the mean of that for each label; and how much of it lies inside the spoken word. The words of
    recordings are known from an index.tsv or from the names of their folders, as for specnet evaluate; pictures lie in
    a folder for each label.

    \b
    Examples:
      specnet inspect welcome party.wav
      specnet inspect welcome party.wav --what cam --layer separable3 -o party.html
      specnet inspect digits seven.png -o seven/
      specnet inspect resnet18 photo.jpg --what kernels
      specnet inspect welcome --dataset said/ -o said.html
    """
    if (file is None) == (dataset is None):
        raise click.UsageError("nothing to look at: give a FILE or --dataset DIR." if file is None else
                               "FILE and --dataset exclude each other: give one of them.")  # fmt: skip
    if dataset is not None and (layer or what != ("all",)):
        raise click.UsageError("--what and --layer are for a FILE: leave them out, or leave out --dataset.")
    if output is None:
        source = Path(file or dataset or "").absolute()
        output = page_path(click.get_current_context(), click.Option(["-o"]), Path(f"{source.stem or model}.html"))
    assert output is not None
    from specnet.app.inspect import Looking, inspect_file  # imports torch: --help needs none
    from specnet.app.inspect_folder import inspect_folder
    from specnet.cli.evaluate import show_progress
    from specnet.pages.store import Beside, Embedded, Store

    looking = Looking.open(model)

    def page(store: Store) -> str:
        if dataset is not None:
            return inspect_folder(looking, dataset, store, show_progress)
        return inspect_file(looking, str(file), store, PARTS if "all" in what else what, layer)

    if output.suffix.lower() in PAGES:
        text = page(Embedded())
        with replacing(output) as temporary:
            temporary.write_text(text, encoding="utf-8")
    else:
        with new_folder(output) as folder:
            (folder / INDEX).write_text(page(Beside(folder)), encoding="utf-8")
    click.echo(output if output.suffix.lower() in PAGES else output / INDEX)
