"""How texts of any language are read: espeak-ng's library, which Kokoro brings along, writes the phonetic alphabet."""

import logging
from functools import cache
from typing import Any

from specnet.errors import MissingExtra


def languages() -> dict[str, str]:
    """The names of the languages that can be read, by their codes.

    >>> languages()["es-419"]
    'Spanish (Latin America)'
    """
    return {code: name.strip() for code, name in _backend().supported_languages().items()}


def read(text: str, language: str) -> str:
    """A text in the International Phonetic Alphabet, with stress and punctuation, as a speaker of `language` (a code of
    `languages`) reads it. Raises `MissingExtra` where the library is not installed.

    >>> read("buenos días", "es")
    'bwˈenos ðˈias'
    """
    return " ".join(_reader(language).phonemize([text])).strip()


@cache
def _reader(language: str) -> Any:
    # words that are read as those of another language are neither marked, for Kokoro would say the mark, nor told of
    quiet = logging.getLogger(__name__)
    quiet.setLevel(logging.ERROR)
    return _backend()(
        language, preserve_punctuation=True, with_stress=True, language_switch="remove-flags", logger=quiet
    )


@cache
def _backend() -> Any:
    try:
        from kokoro_onnx.tokenizer import Tokenizer
        from phonemizer.backend import EspeakBackend
    except ImportError as error:
        raise MissingExtra("finding how words are said", "speech") from error
    Tokenizer()  # says where the library lies
    return EspeakBackend
