"""Reading texts of many languages."""

import sys

import pytest

from specnet.data import ipa
from specnet.errors import MissingExtra


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("welcome", "en-us", "wˈɛlkʌm"),
        ("bonjour", "fr-fr", "bɔ̃ʒˈuʁ"),
        ("Küche", "de", "kˈʏçə"),
        ("नमस्ते", "hi", "nəmˈʌsteː"),
        ("zz, top!", "en-us", "zˌiːzˈiː, tˈɑːp!"),
        ("", "es", ""),
        ("?", "es", "?"),
    ],
)
def test_a_text_is_read(text: str, language: str, said: str) -> None:
    assert ipa.read(text, language) == said


def test_a_word_of_another_language_is_not_marked() -> None:
    assert ipa.read("le week-end", "fr-fr").endswith("wˈiːkˈɛnd"), "no (en) before it, which a voice would say"


def test_languages_have_codes_and_names() -> None:
    known = ipa.languages()
    assert known["de"] == "German" and known["pt-br"] == "Portuguese (Brazil)" and len(known) > 100


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kokoro_onnx.tokenizer", None)
    ipa._backend.cache_clear()
    with pytest.raises(MissingExtra, match=r"pip install 'specnet\[speech\]'"):
        ipa.languages()
