"""Words as they are heard, for programs: a line of JSON each, at once."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from specnet.app.results import tidy
from specnet.app.stream import Heard, Stream
from specnet.audio.files import Recording
from specnet.audio.pcm import PcmFormat
from specnet.cli.main import complain
from specnet.cli.output import write
from specnet.cli.progress import progress
from specnet.errors import SpecnetError
from specnet.timeline import Segment
from specnet.units import Hertz


@dataclass(frozen=True, slots=True)
class JsonLines:
    """Lines as `specnet detect --format jsonl` writes them. With `interim`, ``"final"`` tells them apart."""

    file: str
    interim: bool

    def __call__(self, heard: Heard) -> Iterator[str]:
        if self.interim:
            yield from self._lines(heard.interim, {"final": False})
        yield from self._lines(heard.segments, {"final": True} if self.interim else {})

    def _lines(self, segments: Iterable[Segment], more: dict[str, bool]) -> Iterator[str]:
        for segment in segments:
            yield json.dumps({"file": self.file, **asdict(tidy(segment)), **more}) + "\n"


def report_live(stream: Stream, sample_rate: Hertz, raw: PcmFormat | None, interim: bool, output: Path | None) -> int:
    """Write what `stream` hears on standard input, each line as soon as it is certain; the exit code."""
    failures: list[str] = []
    write(_live_lines(stream, sample_rate, raw, JsonLines("-", interim), failures), output)
    return 2 if failures else 0


def _live_lines(
    stream: Stream, sample_rate: Hertz, raw: PcmFormat | None, lines: JsonLines, failures: list[str]
) -> Iterator[str]:
    try:
        with Recording("-", raw) as recording, progress("-", recording.info.duration, not sys.stdout.isatty()) as heard:
            for block in recording.blocks(sample_rate):
                yield from lines(stream.hear(block))
                heard(recording.heard)
    except SpecnetError as problem:
        failures.append(str(problem))
    yield from lines(stream.end())
    for failure in failures:
        complain(failure)
        yield json.dumps({"file": "-", "error": failure}) + "\n"
