"""A model as a page for browsers: a folder that any web server can hand out, and that needs nothing from elsewhere.

It is the page of `specnet serve`, in which the model answers instead of a service.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from specnet.app.export.onnx_graph import onnx_graph
from specnet.errors import SpecnetError
from specnet.runtime.bundle import Bundle

PAGE = Path(__file__).parents[1] / "serve" / "page"
OWN = Path(__file__).parent / "web"
OF_A_SERVICE = ("docs.html", "docs.js")
"""What of the page is about calling a service."""

INDEX = "index.html"
WORDS = {
    "Nothing is kept: the sound goes to this service, and is forgotten with the answer.": (
        "Nothing is sent: the sound stays in this browser."
    ),
    '<footer><a href="docs">What programs can call</a></footer>\n': "",
}
"""What the page says of a service, and what it says without one."""

MODEL = "model.onnx"
RUNTIME = ("ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm")
"""What of onnxruntime-web a page needs: the part that runs on the processor."""


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
    shared = [file for file in PAGE.iterdir() if file.name not in OF_A_SERVICE]
    for file in [*shared, *OWN.iterdir(), *runtime]:  # our own service.js takes the place of the shared one
        shutil.copyfile(file, folder / file.name)
    index = (folder / INDEX).read_text(encoding="utf-8")
    for words, others in WORDS.items():
        index = index.replace(words, others)
    (folder / INDEX).write_text(index, encoding="utf-8")
    (folder / MODEL).write_bytes(onnx_graph(bundle))
