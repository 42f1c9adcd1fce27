"""`specnet detect`: the words in recordings, and the objects on pictures where the model is one for images."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from specnet import __version__
from specnet.app.detect import FALSE_ALARMS_PER_HOUR, Detector
from specnet.app.results import FileResult, Header
from specnet.audio.files import Recording
from specnet.audio.pcm import PcmFormat
from specnet.cli import run
from specnet.cli.formats import FORMATS, ONE_RECORDING
from specnet.cli.live import report_live
from specnet.cli.progress import progress
from specnet.cli.records import RECORDS
from specnet.cli.work import Job, work_on
from specnet.errors import SpecnetError
from specnet.runtime.bundle import Bundle, ImageBundle, read_model


@dataclass(frozen=True, slots=True)
class Detect(Job[Detector, FileResult]):
    """Look for words with this model, or with several together."""

    models: tuple[str, ...]
    threshold: float
    labels: tuple[str, ...]
    raw: PcmFormat | None = None

    def load(self) -> Detector:
        return Detector.load(*self.models)

    def work(self, model: Detector, file: str, show: bool = False) -> FileResult:
        """Scan one file as a stream, in constant memory."""
        rate = model.grid.sample_rate
        stream = model.stream(rate, threshold=self.threshold, labels=self.labels)
        try:
            with Recording(file, self.raw) as recording, progress(file, recording.info.duration, show) as heard:
                return FileResult.of(file, recording, stream, rate, each=lambda _: heard(recording.heard))
        except SpecnetError as problem:
            return FileResult(file, error=str(problem))


@click.command("detect")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@run.models_option
@run.threshold_option()
@run.false_alarms_option
@run.label_option
@run.format_option(FORMATS)
@run.interim_option
@run.raw_option
@run.to_file_option
@run.output_option("--plot", metavar="OUT.png", help="Draw spectrogram, scores, threshold and segments (one FILE).")
@run.output_option("--scores", metavar="OUT.csv", help="Write the score of every frame (one FILE).")
@run.jobs_option
def command(
    files: tuple[str, ...],
    models: tuple[str, ...],
    threshold: float | None,
    false_alarms_per_hour: float | None,
    wanted: tuple[str, ...],
    format_name: str,
    interim: bool,
    raw: PcmFormat | None,
    output: Path | None,
    plot: Path | None,
    scores: Path | None,
    jobs: int,
) -> int:
    """Find words in recordings: label, start, end and score of each.

    FILE is audio of any kind that libsndfile or ffmpeg reads, at any rate and length; - is standard input.
    With --format jsonl, what is said on standard input is written while it goes on, if it comes as WAV or --raw.
    With a model for images, FILE is a picture: see specnet scan-image.

    \b
    Examples:
      specnet detect party.wav
      specnet detect *.flac --format json --jobs 2 -o found.json
      specnet detect day.mp3 --false-alarms-per-hour 0.1 --plot day.png --scores day.csv
      arecord -q -f S16_LE -r 16000 -t wav | specnet detect - --format jsonl
      ssh pi arecord -q -f S16_LE -r 16000 -t raw | specnet detect - --raw s16le@16000 --format jsonl --interim
      specnet detect --model a.specnet --model b.specnet --threshold 0.8 party.wav
    """
    run.check_one_threshold(threshold, false_alarms_per_hour)
    live = files == ("-",) and format_name == "jsonl"
    if interim and not live:
        raise click.UsageError("--interim: needs standard input (-) as the only FILE, and --format jsonl.")
    model, *others = models
    bundle = read_model(model)
    if isinstance(bundle, ImageBundle):
        if others:
            raise click.UsageError(f"--model {others[0]}: {model} is a model for images: give it alone.")
        refuse_sound_only(
            model, format_name, {"--false-alarms-per-hour": false_alarms_per_hour, "--scores": scores, "--raw": raw}
        )
        from specnet.cli.scan_image import scan  # needs the extra for images

        return scan(files, model, bundle, threshold, wanted, format_name, output, plot, jobs)
    check_files(files, format_name, jobs)
    if raw is not None and (plot or scores):
        raise click.UsageError("--raw: --plot and --scores need a FILE with a header, such as WAV.")
    run.check_outputs(files, {"--output": output, "--plot": plot, "--scores": scores})
    if plot is not None:
        from specnet.plot import SUFFIXES, require_matplotlib

        run.check_picture(plot, SUFFIXES)
        require_matplotlib()
    detector = Detector(bundle, *map(Bundle.load, others))
    labels = run.check_labels(wanted, detector.labels)
    if threshold is None:
        threshold = detector.threshold(false_alarms_per_hour or FALSE_ALARMS_PER_HOUR)
    if live:
        rate = detector.grid.sample_rate
        return report_live(detector.stream(rate, threshold, labels=labels), rate, raw, interim, output)
    header = Header(__version__, detector.name, detector.sha256, detector.labels, threshold)
    results = work_on(files, Detect(models, threshold, labels, raw), detector, jobs)
    finished = run.report(results, header, format_name, FORMATS, output, whole=format_name in ONE_RECORDING)
    if any(result.error for result in finished):
        return 2
    if scores or plot:
        from specnet.cli.tracks import write_tracks

        write_tracks(detector, finished[0], labels, threshold, scores, plot)
    return 0


def refuse_sound_only(model: str, format_name: str, options: dict[str, object]) -> None:
    """Refuse what only a model for sound can do."""
    for option, value in options.items():
        if value is not None:
            raise click.UsageError(f"{option}: {model} is a model for images, which has no such thing.")
    if format_name not in ("table", *RECORDS):
        raise click.UsageError(f"--format {format_name}: {model} is a model for images: take {', '.join(RECORDS)}.")


def check_files(files: Sequence[str], format_name: str, jobs: int) -> None:
    """Refuse what a format or standard input cannot do."""
    if format_name in ONE_RECORDING and len(files) > 1:
        raise click.UsageError(
            f"--format {format_name} describes one recording, and {len(files)} are given:"
            " call specnet for each, or take json, jsonl, csv or rttm."
        )
    run.check_standard_input(files, jobs)
