"""`specnet scan-image`: objects anywhere on pictures."""

from dataclasses import dataclass, replace
from pathlib import Path

import click

from specnet import __version__
from specnet.app.results import Header
from specnet.app.scan_image import THRESHOLD, ImageScanner
from specnet.cli import run
from specnet.cli.output import replacing
from specnet.cli.picture_results import ScannedPicture
from specnet.cli.progress import share
from specnet.cli.records import RECORDS
from specnet.cli.work import Job, work_on
from specnet.errors import SpecnetError
from specnet.images import files as image_files
from specnet.images.draw import draw_boxes
from specnet.runtime.bundle import ImageBundle

WORTH_SHOWING = 1_000_000
"""Pixels: a smaller picture is done before anyone could read the bar."""


@dataclass(frozen=True, slots=True)
class Scan(Job[ImageScanner, ScannedPicture]):
    """Look for objects with this model."""

    model: str
    threshold: float
    labels: tuple[str, ...]

    def load(self) -> ImageScanner:
        return ImageScanner.load(self.model)

    def work(self, model: ImageScanner, file: str, show: bool = False) -> ScannedPicture:
        try:
            picture = image_files.read(file)
            with share(file, show and picture[0].size >= WORTH_SHOWING) as done:
                boxes = model.scan(picture, self.threshold, self.labels, done)
        except SpecnetError as problem:
            return ScannedPicture(file, error=str(problem))
        _, height, width = picture.shape
        return ScannedPicture(file, width, height, tuple(replace(box, score=round(box.score, 4)) for box in boxes))


@click.command("scan-image")
@click.argument("files", nargs=-1, required=True, metavar="IMAGE...")
@click.option("--model", default="digits", show_default=True, help="A model that ships with specnet, or NAME.specnet.")
@run.threshold_option(THRESHOLD)
@run.label_option
@run.format_option(RECORDS)
@run.to_file_option
@run.output_option("--plot", metavar="OUT.png", help="Draw the boxes on the picture (one IMAGE).")
@run.jobs_option
def command(
    files: tuple[str, ...],
    model: str,
    threshold: float,
    wanted: tuple[str, ...],
    format_name: str,
    output: Path | None,
    plot: Path | None,
    jobs: int,
) -> int:
    """Find objects anywhere on pictures: label, box in pixels and score of each.

    IMAGE is a PNG, JPEG, WebP, BMP or GIF of any size and mode; - is standard input. The model slides over it at many
    sizes; the shipped "digits" finds handwritten digits of 14 pixels and more, dark on light or light on dark.

    \b
    Examples:
      specnet scan-image form.png --plot found.png
      specnet scan-image pages/*.jpg --threshold 0.99 --format json --jobs 2 -o found.json
    """
    bundle = ImageBundle.load(model)
    return scan(files, model, bundle, threshold, wanted, format_name, output, plot, jobs)


def scan(
    files: tuple[str, ...],
    model: str,
    bundle: ImageBundle,
    threshold: float | None,
    wanted: tuple[str, ...],
    format_name: str,
    output: Path | None,
    plot: Path | None,
    jobs: int,
) -> int:
    """The exit code, after `bundle`, which was loaded as `model`, has been run over the files."""
    run.check_outputs(files, {"--output": output, "--plot": plot})
    if plot is not None:
        run.check_picture(plot, [".png"])
    run.check_standard_input(files, jobs)
    scanner = ImageScanner(bundle)
    labels = run.check_labels(wanted, bundle.card.classes)
    threshold = THRESHOLD if threshold is None else threshold
    header = Header(__version__, bundle.name, bundle.sha256, bundle.card.classes, threshold, ScannedPicture)
    results = work_on(files, Scan(model, threshold, labels), scanner, jobs)
    finished = run.report(results, header, format_name, RECORDS, output)
    if any(result.error for result in finished):
        return 2
    if plot is not None:
        drawn = draw_boxes(image_files.read(files[0]), finished[0].boxes)
        with replacing(plot) as temporary:
            image_files.write_png(temporary, drawn)
    return 0
