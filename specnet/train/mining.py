"""Hard negatives: what a network takes for a word in the very sound it learns from.

At the end of an epoch the network of that time is run over all of it, and the places where it fires become a part of
the scenes of the next (bootstrapping, Sung and Poggio 1998, "Example-based learning for view-based human face
detection"). They follow from its weights alone, so an interrupted training finds the same again.
"""

from __future__ import annotations

from collections.abc import Sequence

from specnet.data.clips import Clip
from specnet.data.held_out import streams
from specnet.runtime.bundle import Bundle
from specnet.scan import Scanner
from specnet.timeline import Segment
from specnet.train.calibrate import candidates
from specnet.units import Seconds

AROUND: Seconds = 0.5  # of the sound is heard on each side
PER_HOUR = 20  # so many places are taken, those of the highest scores


def mine(bundle: Bundle, clips: Sequence[Clip]) -> list[Clip]:
    """Where in `clips`, none of which holds a label, the model fires loudest, as clips of their own, loudest first."""
    scanner = Scanner(bundle)
    fired: list[tuple[float, Clip]] = []
    seconds = 0.0
    for stream in streams(clips):
        waveform = stream.waveform
        seconds += len(waveform) / bundle.grid.sample_rate
        for segment in candidates(scanner, bundle.card, waveform):
            clip, end = stream.at(segment.end)
            fired.append((segment.score, _place(clip, end, segment)))
    fired.sort(key=lambda one: one[0], reverse=True)
    return [clip for _, clip in fired[: round(PER_HOUR * seconds / 3600)]]


def _place(clip: Clip, end: Seconds, segment: Segment) -> Clip:
    return clip.cropped(end - (segment.end - segment.start) - AROUND, end + AROUND)
