from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specnet.data.interval import Interval
from specnet.data.ipa import read
from specnet.data.phones import PHONES, VOWELS, english, from_ipa, join_words, nearest, sounds


@pytest.mark.parametrize(
    ("ipa", "phones"),
    [
        ("wˈɛlkəm", "W EH L K AH M"),
        ("əlˈɛksə", "AH L EH K S AH"),
        ("kəmpjˈuːɾɚ", "K AH M P Y UW T ER"),
        ("tʃˈɔɪs, dʒˈʌdʒ", "CH OY S SIL SIL JH AH JH"),
        ("smˈɑːɹt mˈɪɹɚ", "S M AA R T SIL M IH R ER"),
        ("θˈɹəʊ ðə ɹˈaʊnd", "TH R OW SIL DH AH SIL R AW N D"),
    ],
)
def test_ipa_as_engines_write_it_becomes_cmu_phones(ipa: str, phones: str) -> None:
    assert [phone for phone, _, _ in from_ipa(ipa)] == phones.split()


@pytest.mark.parametrize(
    ("language", "text", "phones"),
    [
        ("fr-fr", "bonjour", "B AO ZH UW R"),
        ("de", "küche", "K UH HH AH"),
        ("es", "niño", "N IY N OW"),
        ("hi", "चाय", "CH AE Y"),
        ("pl", "dzień", "D ZH EH N"),
    ],
)
def test_what_english_lacks_is_the_nearest_phone(language: str, text: str, phones: str) -> None:
    assert " ".join(english(read(text, language))) == phones


@given(st.text(alphabet="tʃdʒɔ̃ːˈaʊyøʁɲʲ ,?4", max_size=12))
def test_sounds_are_the_letters_with_their_marks(ipa: str) -> None:
    found = sounds(ipa)
    assert all(sound[0].isalpha() and nearest(sound) in PHONES for sound in found)
    assert sum(map(len, found)) <= len(ipa)
    assert len(english(ipa)) <= len(found), "a diphthong is one phone and two sounds"


def test_a_nasal_vowel_is_another_sound_and_still_a_vowel() -> None:
    assert sounds("bɔ̃") == ("b", "ɔ̃") != sounds("bɔ") and nearest("ɔ̃") in VOWELS


@given(st.text(alphabet="wˈɛlkəmaɪoʊtʃdʒːˌʲ ,.?ʰx"))
def test_every_character_belongs_to_one_phone_in_order(ipa: str) -> None:
    found = from_ipa(ipa)
    assert {phone for phone, _, _ in found} <= set(PHONES)
    ends = [0, *(end for _, _, end in found)]
    assert [start for _, start, _ in found] == ends[:-1]
    assert ipa[ends[-1] :].strip("ˈˌ") == ""


def test_the_inventory_has_each_phone_once_and_silence_first() -> None:
    assert len(PHONES) == len(set(PHONES)) == 40
    assert PHONES[0] == "SIL"


def test_neighbours_share_the_blank_between_words_and_keep_a_pause() -> None:
    ipa = "wi, a ɪ"
    times = [Interval(phone, float(i), i + 1.0) for i, (phone, _, _) in enumerate(from_ipa(ipa))]
    joined = join_words(times, ipa)
    assert [phone.label for phone in joined] == ["W", "IY", "SIL", "SIL", "AE", "IH"]  # the comma is a pause
    assert joined[4].end == joined[5].start == 5.5
    assert all(one.end == other.start for one, other in pairwise(joined))
    assert (joined[0].start, joined[-1].end) == (0.0, 7.0)
