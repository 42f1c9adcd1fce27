"""Single words: recordings in a folder a word, and words cut out of sentences whose times are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from specnet.data.clips import Clip, decoded
from specnet.data.interval import Interval
from specnet.data.phones import SILENCE
from specnet.data.utterance import SAMPLE_RATE, Utterance, crossfaded
from specnet.units import Seconds

FRAME: Seconds = 0.01
SMOOTHED = 3  # frames
LOUD = 0.3  # of the way, in dB, from the quietest tenth of the frames to the loudest
LENGTH: tuple[Seconds, Seconds] = (0.15, 1.0)  # of a word that is cut out of a sentence
PHRASE: tuple[Seconds, Seconds] = (0.3, 1.6)  # what is cut out of a sentence as long as a keyword, or two
MIDDLE = (0.35, 0.65)  # of a word: where its halves meet
JOINT: Seconds = 0.008  # how long one half fades into the other
PAUSE: Seconds = 0.15  # inside a word at most: before the burst of a T or P


def spoken(waveform: NDArray[np.float32]) -> tuple[Seconds, Seconds]:
    """From when to when the one word of a recording is said: the loud stretch around its loudest moment.

    Words of Speech Commands begin 0.05 s from where forced alignment finds them on average, and end 0.06 s from it
    (benchmarks/word_times.py).

    >>> wave = np.r_[np.zeros(4800), np.ones(8000), np.zeros(3200)].astype(np.float32)
    >>> [round(time, 2) for time in spoken(wave)]
    [0.29, 0.81]
    """
    size = round(FRAME * SAMPLE_RATE)
    power = np.square(waveform[: len(waveform) // size * size].reshape(-1, size)).mean(1)
    level = np.log10(np.convolve(np.pad(power, SMOOTHED // 2, "edge"), np.ones(SMOOTHED) / SMOOTHED, "valid") + 1e-9)
    floor, peak = float(np.quantile(level, 0.1)), int(level.argmax())
    loud = np.flatnonzero(level >= floor + LOUD * (level[peak] - floor))
    stretches = np.split(loud, np.flatnonzero(np.diff(loud) > PAUSE / FRAME) + 1)
    [(first, last)] = [(int(one[0]), int(one[-1])) for one in stretches if one[0] <= peak <= one[-1]]
    return first * FRAME, (last + 1) * FRAME


def read_words(
    place: Path, labels: Sequence[str], unknown: str | None, left_out: Sequence[str], cache: Path
) -> list[Clip]:
    """The recordings of a folder or `.tar`, named `WORD/SPEAKER_*.wav`, without the words `left_out`.

    Words are labelled by their folder; those that are no label are `unknown`, or have no label where that is None.
    Folders that begin with an underscore hold no words.
    """
    read: list[Clip] = []
    for clip in decoded(place, cache):
        path = Path(clip.name)
        word, speaker = path.parent.name.replace("_", " "), path.name.split("_")[0]
        if word in left_out or path.parent.name.startswith("_"):
            continue
        label = word if word in labels else unknown
        said = () if label is None else (Interval(label, *spoken(clip.load().waveform)),)
        text = (Interval(word, 0.0, clip.duration),)
        read.append(replace(clip, source=f"{place.parent.name}/{place.name}", speaker=speaker, words=said, text=text))
    return read


def cut(sentences: Sequence[Clip], labels: Sequence[str], unknown: str) -> list[Clip]:
    """The words of sentences whose times are known, each by itself; what sounds as a label does is that label."""
    said = [(clip, word, _phones(clip, word)) for clip in sentences if clip.phones for word in clip.text]
    ways = {phones: word.label for _, word, phones in said if word.label in labels}
    return [
        replace(piece, words=(Interval(ways.get(phones, unknown), 0.0, piece.duration),))
        for clip, word, phones in said
        if LENGTH[0] <= word.end - word.start <= LENGTH[1]
        for piece in (clip.cropped(word.start, word.end),)
    ]


def phrase(sentence: Clip, random: np.random.Generator) -> Utterance:
    """Some of a sentence, as long as a keyword or two: whole words or phones, where their times are known."""
    length = float(random.uniform(*PHRASE))
    start = float(random.uniform(0, max(0.0, sentence.duration - length)))
    known = sentence.text if len(sentence.text) > 1 else sentence.phones
    said = [one for one in known if one.label != SILENCE and start <= (one.start + one.end) / 2 < start + length]
    return sentence.load(said[0].start, said[-1].end) if said else sentence.load(start, start + length)


def turned(word: Utterance, label: str, random: np.random.Generator) -> Utterance:
    """A single word with its second half said first: the same voice and sounds, and another word, `label`.

    >>> sound = np.r_[np.zeros(8000), np.full(4000, 0.1), np.full(4000, 0.5)].astype(np.float32)
    >>> other = turned(Utterance(sound, (Interval("go", 0.5, 1.0),)), "unknown", np.random.default_rng(2))
    >>> other.words[0].label, [round(float(other.waveform[i]), 1) for i in (9000, -1000)]
    ('unknown', [0.5, 0.1])
    """
    [(_, start, end)] = word.words
    middle = start + random.uniform(*MIDDLE) * (end - start)
    parts = [word.cropped(*span) for span in ((0.0, start), (middle, end), (start, middle), (end, word.duration))]
    whole = crossfaded([part for part in parts if len(part.waveform)], JOINT)
    return replace(whole, words=(Interval(label, max(0.0, start - JOINT), end - 2 * JOINT),))


def _phones(clip: Clip, word: Interval) -> tuple[str, ...]:
    inside = (phone for phone in clip.phones if word.start <= (phone.start + phone.end) / 2 <= word.end)
    return tuple(phone.label for phone in inside)
