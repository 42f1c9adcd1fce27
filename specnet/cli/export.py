"""`specnet export`: a model for other programs."""

from pathlib import Path

import click

from specnet.cli.output import new_folder, output_path, replacing

SUFFIXES = {"onnx": ".onnx", "torchscript": ".pt", "web": "-web"}
"""What is put behind a model's name where no output is named."""


@click.command("export")
@click.argument("model", metavar="MODEL")
@click.option("--to", "format_name", type=click.Choice(list(SUFFIXES)), required=True, help="What to make of it.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="Where it goes: a file, which is replaced, or for web a folder, which must not exist yet."
    "  [default: NAME.onnx, NAME.pt or NAME-web]",
)
@click.option(
    "--onnxruntime-web",
    "runtime",
    type=click.Path(path_type=Path),
    default=Path("node_modules/onnxruntime-web"),
    show_default=True,
    metavar="DIR",
    help="The npm package that runs the model in the browser, for web.",
)
@click.pass_context
def command(context: click.Context, model: str, format_name: str, output: Path | None, runtime: Path) -> None:
    """Write MODEL, which ships with specnet (welcome) or is a NAME.specnet file, for programs without specnet.

    \b
    onnx         one graph from samples to scores, for onnxruntime in any language
    torchscript  the same as a module for torch.jit.load, in Python and C++
    web          a folder for any web server: drop a file or open the microphone, all in the browser

    onnx and torchscript take samples at the model's rate and a state, and give scores and the next state, so that a
    stream can be fed in pieces. Labels, frame grid and thresholds are in the file. See docs/exporting.md.

    \b
    Examples:
      specnet export welcome --to onnx
      specnet export hey-kitchen.specnet --to torchscript -o kitchen.pt
      npm install onnxruntime-web && specnet export welcome --to web -o page
      python -m http.server --directory page
    """
    from specnet.runtime.bundle import Bundle  # imports numpy: --help needs none

    bundle = Bundle.load(model)
    target = output or Path(f"{bundle.name}{SUFFIXES[format_name]}")
    if format_name == "web":
        from specnet.app.export.page import runtime_files, write_page

        files = runtime_files(runtime)
        with new_folder(target) as temporary:
            write_page(bundle, files, temporary)
    else:
        [parameter] = [each for each in context.command.params if each.name == "output"]
        output_path(context, parameter, target)
        if format_name == "onnx":
            from specnet.app.export.onnx_graph import onnx_graph as exported
        else:
            from specnet.app.export.torchscript import torchscript as exported
        content = exported(bundle)
        with replacing(target) as temporary:
            temporary.write_bytes(content)
    click.echo(target)
