"""The page of a recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specnet.features.logmel import LogMel
from specnet.inspect import draw
from specnet.inspect.decisions import Look, looks
from specnet.inspect.fields import Layer
from specnet.inspect.file_page import MOST_LOOKS, Asked, Decision, drawn, file_page
from specnet.inspect.listening import Hearing
from specnet.inspect.maps import Scene
from specnet.inspect.subject import Subject
from specnet.pages.listen import mp3
from specnet.pages.pictures import page_style
from specnet.pages.store import Store
from specnet.timeline import Segment

SECOND = 4.2
"""Of a part of the spectrogram that excites a map: it is drawn so many times as wide as all bands are high."""


@dataclass(frozen=True)
class Heard:
    """What a detector says of a recording: `tracks` ``[T, labels]`` is the score of each label at `times` ``[T]``."""

    times: NDArray[np.float64]
    tracks: NDArray[np.float32]
    threshold: float
    candidates: Sequence[Segment]

    @property
    def segments(self) -> list[Segment]:
        """What it reports."""
        return [segment for segment in self.candidates if segment.score >= self.threshold]

    @property
    def nearest(self) -> list[Segment]:
        """The few segments of the highest scores, in the order of time; without any, what came nearest."""
        count = min(MOST_LOOKS, len(self.segments)) or 1
        best = sorted(self.candidates, key=lambda segment: -segment.score)[:count]
        return sorted(best, key=lambda segment: segment.start)


def sound_page(
    subject: Subject,
    name: str,
    waveform: NDArray[np.float32],
    hearing: Hearing,
    heard: Heard,
    asked: Asked,
    store: Store,
) -> str:
    """The page of a recording called `name`, HTML; its pictures and its sound go to `store`."""
    logmel, frames, features = hearing.logmel, hearing.frames, hearing.features[0].numpy()
    with page_style():
        shown = (0.0, hearing.duration)
        figure, heights = draw.spectrogram(features, frames, logmel, None, shown, heard.segments)
        values = {
            "kind": "sound",
            "audio": store.file("sound.mp3", mp3(waveform, frames.sample_rate)),
            "duration": hearing.duration,
            "input": store.figure("input", figure, f"Spectrogram of {hearing.duration:.1f} seconds"),
            "raw": store.file("spectrogram.png", draw.png(draw.stretched(features)[::-1], "magma")),
            "aspect": SECOND * features.shape[1] * frames.stride / frames.sample_rate,
            "found": heard.segments,
            "threshold": heard.threshold,
            "plot": draw.PLOT,
            "heights": draw.PLOT_HEIGHTS,
            "corners": logmel.corners.round(1).tolist(),
            "size": None,
            "coloured": False,
            "missing": "" if heard.candidates else "Nothing comes near a word: there is no decision to look into.",
            "sees": lambda layer: sees(layer, logmel),
            "scores": "",
        }
        if "scores" in asked.what:
            tracks = dict(zip(subject.labels, heard.tracks.T, strict=True))
            figure = draw.scores(heard.times, tracks, heard.threshold, heard.segments, hearing.duration)
            values["scores"] = store.figure("scores", figure, "The score over time, the threshold, the segments found")
        scene = Scene(
            first=-frames.offset / frames.stride,
            columns=hearing.duration * frames.sample_rate / frames.stride,
            edges=tuple(float(1 - height) for height in heights),
            shape=(logmel.bands, features.shape[1]),
            upward=True,
            size=logmel.n_fft / logmel.hop,
        )
        decisions = _decisions(subject, hearing, heard, asked, store) if "cam" in asked.what else []
        return file_page(subject, name, hearing.features, scene, decisions, asked, store, values)


def sees(layer: Layer, logmel: LogMel) -> str:
    """How much of the sound a unit of a layer sees.

    >>> from specnet.inspect.fields import Field
    >>> sees(Layer("conv1", "conv", Field(0, 2, 5), Field(99, 2, 5), lookback=99), LogMel())
    '72 ms and 5 of 40 bands, and 990 ms before for their level'
    """
    bands = f"{layer.rows.span} of {logmel.bands} bands" if layer.rows.stride else "all bands"
    frames, back = (layer.columns.span - 1) * logmel.hop + logmel.n_fft, layer.lookback * logmel.hop
    seen, level = (round(1000 * samples / logmel.sample_rate) for samples in (frames, back))
    return f"{seen} ms and {bands}" + (f", and {level} ms before for their level" if level else "")


def _decisions(subject: Subject, hearing: Hearing, heard: Heard, asked: Asked, store: Store) -> list[Decision]:
    evidence, late = hearing.evidence(subject), subject.layers[-1].lookback
    decisions: list[Decision] = []
    for segment in heard.nearest:
        label = subject.labels.index(segment.label)
        score = hearing.peak(evidence[:, label], segment)
        x, grid = hearing.window(score, subject), hearing.at(score)
        shown = (grid.centre(late), grid.centre(x.shape[-1] - 1))

        def over(look: Look, name: str, x=x, grid=grid, shown=shown, segment=segment) -> str:  # type: ignore[no-untyped-def]
            figure, _ = draw.spectrogram(x[0].numpy(), grid, hearing.logmel, look.heat, shown, [segment])
            return store.figure(name, figure, f"{look.method} over the spectrogram")

        found = drawn(list(looks(subject, asked.looked_at(subject), x, label)), over, len(decisions))
        decisions.append(Decision(f"{segment.label} at {segment.start:.2f} s, score {segment.score:.3f}", found))
    return decisions
