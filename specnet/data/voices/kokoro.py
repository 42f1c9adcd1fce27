"""Kokoro-82M (Apache-2.0) by kokoro-onnx: 54 speakers and weighted mixtures of them.

The engine predicts how many 25 ms frames each phoneme lasts before it makes any sound; reading that tensor from
its graph gives exact word and phone times, so nothing has to be aligned afterwards.
"""

import io
import unicodedata
import urllib.request
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from specnet.data.interval import Interval
from specnet.data.ipa import read
from specnet.data.phones import from_ipa, join_words
from specnet.data.utterance import SAMPLE_RATE, Utterance, trim
from specnet.data.voices import Line
from specnet.errors import MissingExtra, SpecnetError

RELEASE = "https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0/"
MODEL, VOICES = "kokoro-v1.0.int8.onnx", "voices-v1.0.bin"
ACCENTS = {  # of espeak-ng, in the languages that the model has learnt (VOICES.md of hexgrad/Kokoro-82M)
    "en": ("en-us", "en-gb", "en-gb-scotland"),
    "es": ("es", "es-419"),
    "fr": ("fr-fr",),
    "hi": ("hi",),
    "it": ("it",),
    "pt": ("pt-br", "pt"),
}
ENGINE_RATE = 24_000
DURATION_FRAME = 600  # samples at the engine's rate: one unit of the predicted durations
_DURATIONS = "/encoder/Clip_output_0"  # the clipped, rounded duration of every token
NEAREST = str.maketrans({"ʉ": "u", "ʍ": "w"})  # of Scottish English: the model has no token for them


def fetch(directory: Path) -> Path:
    """The folder that holds the model, downloaded from its public release where it is not there yet."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in (MODEL, VOICES):
        if not (directory / name).is_file():
            part = directory / f"{name}.part"
            try:
                urllib.request.urlretrieve(RELEASE + name, part)
            except OSError as error:
                raise SpecnetError(
                    f"{directory / name}: not there and {RELEASE + name} cannot be reached ({error}); "
                    "download it by hand into that folder"
                ) from error
            part.replace(directory / name)
    return directory


def unknown(ipa: str) -> str:
    """The letters of an IPA string that the model has no token for: it would leave them out without a word.

    >>> unknown("bˈɔ̃"), unknown("kˈʏçə")
    ('', 'ʏ')
    """
    try:
        from kokoro_onnx.config import DEFAULT_VOCAB
    except ImportError as error:
        raise MissingExtra("the Kokoro voices", "speech") from error
    return "".join(c for c in ipa if c not in DEFAULT_VOCAB and (c.isalpha() or unicodedata.combining(c)))


class Kokoro:
    """The engine. A voice name is a speaker (`af_heart`) or a mixture (`af_heart*0.6+zm_yunxi*0.4`)."""

    def __init__(self, directory: Path, threads: int = 1) -> None:
        try:
            import onnx
            import onnxruntime
            from kokoro_onnx.config import MAX_PHONEME_LENGTH
            from kokoro_onnx.tokenizer import Tokenizer
        except ImportError as error:
            raise MissingExtra("the Kokoro voices", "speech") from error
        graph = onnx.load(str(fetch(directory) / MODEL))
        graph.graph.output.append(onnx.helper.make_empty_tensor_value_info(_DURATIONS))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(
            graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        self._styles = np.load(io.BytesIO((directory / VOICES).read_bytes()))
        self._tokenizer = Tokenizer()
        self._longest = MAX_PHONEME_LENGTH

    def names(self) -> list[str]:
        return sorted(self._styles.files)

    def say(self, line: Line) -> Utterance:
        """The line in 16 kHz sound, its labelled parts and, of English, all phones with their times."""
        import soxr

        ipa, labelled = self._phonemes(line)
        tokens = self._tokenizer.tokenize(ipa)
        if not 0 < len(tokens) == len(ipa) <= self._longest:
            raise SpecnetError(f"text {line.parts!r}: {len(ipa)} phonemes, must be between 1 and {self._longest}")
        audio, durations = self._session.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], np.int64),
                "style": self._style(line.voice, len(tokens)),
                "speed": np.array([line.speed], np.float32),
            },
        )
        edges = (np.cumsum([0, *durations.reshape(-1)]) * (DURATION_FRAME / ENGINE_RATE)).tolist()
        starts = edges[1:]  # skips the leading blank token: character c of `ipa` begins at starts[c]
        wave = soxr.resample(np.asarray(audio, np.float32).reshape(-1), ENGINE_RATE, SAMPLE_RATE).astype(np.float32)
        phones = [Interval(phone, starts[a], starts[b]) for phone, a, b in from_ipa(ipa)]
        known = join_words(phones, ipa) if line.accent.startswith("en") else ()
        words = [Interval(label, starts[a], starts[b]) for label, a, b in labelled]
        return trim(Utterance(wave, tuple(words), known))

    def _phonemes(self, line: Line) -> tuple[str, list[tuple[str, int, int]]]:
        ipa, labelled = "", []
        for text, label in line.parts:
            spelt = text.startswith("/") and text.rstrip(",").endswith("/")
            piece = text.replace("/", "") if spelt else read(text, line.accent)
            piece = "".join(c for c in piece.translate(NEAREST) if c in self._tokenizer.vocab)
            ipa += " " if ipa else ""
            start, ipa = len(ipa), ipa + piece
            if label:
                labelled.append((label, start, start + len(piece.rstrip(",.?!;: "))))
        return ipa, labelled

    def _style(self, voice: str, length: int) -> NDArray[np.float32]:
        mixture = np.zeros((1, 256), np.float32)
        for term in voice.split("+"):
            name, _, weight = term.partition("*")
            if name not in self._styles.files:
                raise SpecnetError(f"voice {name!r}: not one of {', '.join(self.names())}")
            mixture += float(weight or 1.0) * self._styles[name][min(length, 509)]
        return mixture
