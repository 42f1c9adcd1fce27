"""Detection: recordings in, segments out."""

import os
from collections.abc import Collection, Iterator

import numpy as np
from numpy.typing import NDArray

from specnet.app.stream import Array, Stream
from specnet.audio.resample import StreamResampler
from specnet.audio.source import Audio, open_audio
from specnet.detect.gate import Gate
from specnet.detect.segmenter import Segmenter
from specnet.detect.trigger import Trigger
from specnet.ensemble import Ensemble
from specnet.errors import SpecnetError
from specnet.runtime.bundle import Bundle
from specnet.scan import Scan, Scanner, Track
from specnet.timeline import FrameGrid, Segment
from specnet.units import Hertz, Seconds

FALSE_ALARMS_PER_HOUR = 0.5


class Detector:
    """A model, ready to find its words in recordings and streams.

    ``Detector.load("welcome").detect("party.wav")`` gives a list of `Segment`. Nothing is kept between calls, so one
    detector serves any number of files and streams. Errors are `SpecnetError`.

    Several models with the same labels are an ensemble: what counts is the mean of their scores. It has no calibrated
    thresholds, for those of its models do not hold for it: give one, as `specnet evaluate` measures it.

    >>> detector = Detector.load("welcome")
    >>> detector.labels, detector.detect(np.zeros(48_000, np.float32), sample_rate=48_000)
    (('welcome',), [])
    """

    def __init__(self, bundle: Bundle, *others: Bundle) -> None:
        self.bundles = (bundle, *others)
        self._scanner: Scan = Ensemble(self.bundles) if others else Scanner(bundle)
        self._segmenter = Segmenter(bundle.labels, self.grid)

    @classmethod
    def load(cls, model: str | os.PathLike[str], *others: str | os.PathLike[str]) -> "Detector":
        """The model of this shipped name, or in this NAME.specnet file; or an ensemble of several."""
        return cls(*map(Bundle.load, (model, *others)))

    @property
    def bundle(self) -> Bundle:
        """The model, or the first of several."""
        return self.bundles[0]

    @property
    def name(self) -> str:
        """That of the model; of several, all of them with + between."""
        return "+".join(bundle.name for bundle in self.bundles)

    @property
    def sha256(self) -> str:
        """That of the model file; of several, all of them with + between."""
        return "+".join(bundle.sha256 for bundle in self.bundles)

    @property
    def labels(self) -> tuple[str, ...]:
        """What it can hear, the label for other words included, if it has one."""
        return self.bundle.labels

    @property
    def grid(self) -> FrameGrid:
        """When each frame is, in the recording's own time."""
        return self._scanner.grid

    def threshold(self, false_alarms_per_hour: float = FALSE_ALARMS_PER_HOUR) -> float:
        """The score calibrated to let through so many false alarms per hour; an ensemble has none."""
        if len(self.bundles) > 1:
            raise SpecnetError(
                f"{self.name}: the mean of several models is not calibrated: give a threshold, as specnet evaluate"
                " measures it for them"
            )
        return self.bundle.threshold_for(false_alarms_per_hour)

    def detect(
        self,
        audio: Audio,
        sample_rate: Hertz | None = None,
        threshold: float | None = None,
        false_alarms_per_hour: float | None = None,
        labels: Collection[str] | None = None,
    ) -> list[Segment]:
        """The words in `audio`, times in seconds; an array needs its `sample_rate`. See `stream` for the rest."""
        stream = self.stream(self._rate, threshold, false_alarms_per_hour, labels)
        segments = []
        for block in self._blocks(audio, sample_rate):
            segments += stream.push(block)
        return segments + stream.finish()

    def stream(
        self,
        sample_rate: Hertz,
        threshold: float | None = None,
        false_alarms_per_hour: float | None = None,
        labels: Collection[str] | None = None,
    ) -> Stream:
        """Listen to something that is still going on, at `sample_rate`.

        `threshold` is the least score that counts; without it, it is the one calibrated for `false_alarms_per_hour`
        (0.5 unless told). `labels` keeps only these; all but the model's `unknown` unless given.
        Errors: both of them, a threshold outside of 0 to 1, a rate that is not calibrated, an unknown label.
        """
        if threshold is not None and false_alarms_per_hour is not None:
            raise SpecnetError("threshold and false_alarms_per_hour: give one of them, for one decides the other")
        if threshold is None:
            rate = FALSE_ALARMS_PER_HOUR if false_alarms_per_hour is None else false_alarms_per_hour
            threshold = self.threshold(rate)
        if not 0 <= threshold <= 1:
            raise SpecnetError(f"threshold {threshold}: must be between 0 and 1")
        for label in labels or ():
            if label not in self.labels:
                raise SpecnetError(f"label {label!r}: model {self.name} knows {', '.join(self.labels)}")
        wanted = self.bundle.card.reported if labels is None else labels
        segmenter = Segmenter(self.labels, self.grid, least=threshold)
        trigger, gate = Trigger(segmenter, threshold, wanted), Gate(threshold, wanted)
        return Stream(self._scanner, segmenter, trigger, gate, StreamResampler(sample_rate, self._rate))

    def candidates(self, audio: Audio, sample_rate: Hertz | None = None) -> tuple[list[Segment], Seconds]:
        """Every peak with a score of 0.01 or more, whatever the threshold, and how long the recording is."""
        scan, state, segments = self._scanner.start(), self._segmenter.start(), []
        for block in self._blocks(audio, sample_rate):
            track, scan = self._scanner.step(block, scan)
            found, state = self._segmenter.step(track, state)
            segments += found
        duration = self._scanner.duration(scan)
        found, state = self._segmenter.step(self._scanner.finish(scan), state, duration)
        return segments + found + self._segmenter.finish(state, duration), duration

    def scores(self, audio: Audio, sample_rate: Hertz | None = None) -> tuple[NDArray[np.float64], Array]:
        """Times ``[T]`` in seconds (where each frame's window ends), and scores ``[T, labels]``."""
        times, scores = zip(*self.tracks(audio, sample_rate), strict=True)
        return np.concatenate(times), np.concatenate(scores)

    def tracks(self, audio: Audio, sample_rate: Hertz | None = None) -> Iterator[tuple[NDArray[np.float64], Array]]:
        """What `scores` gives, block by block, for recordings of any length."""
        scan = self._scanner.start()
        for block in self._blocks(audio, sample_rate):
            track, scan = self._scanner.step(block, scan)
            yield self._times(track), track.scores
        track = self._scanner.finish(scan)
        yield self._times(track), track.scores

    @property
    def _rate(self) -> Hertz:
        return self.grid.sample_rate

    def _times(self, track: Track) -> NDArray[np.float64]:
        frames = range(track.first, track.first + len(track.scores))
        return np.array([self.grid.end(frame) for frame in frames], np.float64)

    def _blocks(self, audio: Audio, sample_rate: Hertz | None) -> Iterator[Array]:
        with open_audio(audio, sample_rate) as sound:
            yield from sound.blocks(self._rate)
