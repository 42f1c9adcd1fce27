"""A model as a page for browsers: a folder that any web server can hand out, and that needs nothing from elsewhere."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from specnet.app.export.onnx_graph import onnx_graph
from specnet.errors import SpecnetError
from specnet.runtime.bundle import Bundle

PAGE = (Path(__file__).parent / "web", Path(__file__).parents[1] / "browser")
MODEL = "model.onnx"
RUNTIME = ("ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm")
"""What of onnxruntime-web a page needs: the one that runs on the processor."""


def runtime_files(package: Path) -> list[Path]:
    """The files of the npm package onnxruntime-web, or of its folder dist.

    Raises `SpecnetError` that says how to get them.
    """
    for folder in (package / "dist", package):
        files = [folder / name for name in RUNTIME]
        if all(file.is_file() for file in files):
            return files
    raise SpecnetError(
        f"{package}: holds no {' and '.join(RUNTIME)}, which run the model in the browser: npm install onnxruntime-web,"
        " or copy the folder dist of that package from where there is npm and name it with --onnxruntime-web"
    )


def write_page(bundle: Bundle, runtime: Sequence[Path], folder: Path) -> None:
    """Put the page, the model and the files of the `runtime` into `folder`."""
    (folder / MODEL).write_bytes(onnx_graph(bundle))
    for file in [*(file for part in PAGE for file in part.iterdir()), *runtime]:
        shutil.copyfile(file, folder / file.name)
