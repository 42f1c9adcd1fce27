"""`specnet classify`: what pictures show."""

from dataclasses import dataclass
from pathlib import Path

import click

from specnet import __version__
from specnet.app.classify import TOP, Guess, ImageModel
from specnet.app.results import Header
from specnet.cli import run
from specnet.cli.picture_results import ClassifiedPicture
from specnet.cli.records import RECORDS
from specnet.cli.work import Job, work_on
from specnet.errors import SpecnetError
from specnet.images import files as image_files


@dataclass(frozen=True, slots=True)
class Classify(Job[ImageModel, ClassifiedPicture]):
    """Say what a picture shows, with this model."""

    model: str
    top: int

    def load(self) -> ImageModel:
        return ImageModel.load(self.model)

    def work(self, model: ImageModel, file: str, show: bool = False) -> ClassifiedPicture:
        try:
            picture = image_files.read(file)
            guesses = model.classify(picture, self.top)
        except SpecnetError as problem:
            return ClassifiedPicture(file, error=str(problem))
        _, height, width = picture.shape
        rounded = [Guess(guess.label, round(guess.probability, 4)) for guess in guesses]
        return ClassifiedPicture(file, width, height, tuple(rounded))


@click.command("classify")
@click.argument("files", nargs=-1, required=True, metavar="IMAGE...")
@click.option("--model", default="digits", show_default=True, help="A model that ships with specnet, or NAME.specnet.")
@click.option("--top", type=click.IntRange(1), default=TOP, show_default=True, help="Give so many labels.")
@run.format_option(RECORDS)
@run.to_file_option
@run.jobs_option
def command(files: tuple[str, ...], model: str, top: int, format_name: str, output: Path | None, jobs: int) -> int:
    """Say what pictures show: the likeliest labels with their probabilities.

    IMAGE is a PNG, JPEG, WebP, BMP or GIF of any size and mode; - is standard input. The model "digits" reads one
    handwritten digit, dark on light or light on dark.

    \b
    Examples:
      specnet classify seven.png
      specnet classify scans/*.jpg --top 1 --format csv --jobs 2 -o digits.csv
      specnet classify cat.webp --model runs/cifar10/cifar10.specnet --format json
    """
    run.check_outputs(files, {"--output": output})
    run.check_standard_input(files, jobs)
    classifier = ImageModel.load(model)
    bundle = classifier.bundle
    header = Header(__version__, bundle.name, bundle.sha256, classifier.labels, results=ClassifiedPicture)
    results = work_on(files, Classify(model, top), classifier, jobs)
    finished = run.report(results, header, format_name, RECORDS, output)
    return 2 if any(result.error for result in finished) else 0
