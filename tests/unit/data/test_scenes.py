"""The keyword is a tone of 1.5 kHz and nothing else is, so that its place in a finished scene can be measured."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specnet.data.clips import Clip
from specnet.data.interval import Interval
from specnet.data.mix import Material, Mix
from specnet.data.scenes import LEAST_AFTER, SceneComposer
from specnet.data.splice import Splicer
from specnet.data.utterance import Utterance
from specnet.data.words import PHRASE

RATE = 16000
FRAME = 160
PLAIN = Mix(
    length=3.0, keyword_share=1.0, spliced_share=0.0, near_miss_share=0.0, noise_share=0.0, reverb_share=0.0,
    colour_db=0.0, telephone_share=0.0, clipping_share=0.0, start_share=0.0, gain_db=(-6.0, 0.0),
)  # fmt: skip
EFFECTS = {
    "plain": {},
    "alone": {"alone_share": 1.0},
    "in company": {"alone_share": 0.0},
    "speed": {"speed": (0.7, 1.4)},
    "reverb": {"reverb_share": 1.0},
    "noise": {"noise_share": 1.0, "snr_db": (12.0, 20.0)},
    "babble": {"noise_share": 1.0, "babble_share": 1.0, "snr_db": (0.0, 5.0)},
    "colour": {"colour_db": 6.0},
    "telephone": {"telephone_share": 1.0},
    "quiet": {"gain_db": (-36.0, -30.0)},
    "clipping": {"clipping_share": 1.0, "alone_share": 1.0, "speed": (1.0, 1.0)},
    "start": {"start_share": 1.0},
    "spliced": {"spliced_share": 1.0},
    "tempo": {"tempo_share": 1.0, "tempo": (0.7, 1.4), "speed": (1.0, 1.0)},
    "pitch": {"pitch_share": 1.0, "pitch_semitones": (-1.0, 1.0)},  # a formant narrower than any would hide more
    "tract": {"tract_share": 1.0},
    "overlap": {"overlap_share": 1.0, "overlap_voices": (1, 3), "overlap_snr_db": (0.0, 5.0)},
    "distance": {"reverb_share": 1.0, "direct_db": (-6.0, 12.0)},
    "codec": {"codec_share": 1.0},
    "device": {"resonance_share": 1.0, "gate_share": 1.0, "gain_control_share": 1.0, "quantisation_share": 1.0},
    "all": {"reverb_share": 1.0, "noise_share": 1.0, "snr_db": (12.0, 20.0), "colour_db": 4.0, "telephone_share": 0.5},
}

HALF = (
    "noise", "reverb", "spliced", "keyword", "tempo", "pitch", "tract", "overlap", "resonance", "gate",
    "gain_control", "quantisation", "codec", "packet_loss",
)  # fmt: skip
EVERYTHING = Mix(**{f"{name}_share": 0.5 for name in HALF}, direct_db=(-3.0, 9.0), codecs=("mu-law", "gsm", "mp3"))


def tone(hertz: float, seconds: float) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


@pytest.fixture
def material(record: Callable[..., Clip]) -> Material:
    """Speech that hums at 300 Hz around a keyword of 1.5 kHz from 0.3 s to 0.7 s, synthetic or of two halves."""
    hum = tone(300, 0.3)
    word = np.r_[hum, tone(1500, 0.4), hum]
    times = (0.3, 0.4, 0.5, 0.6, 0.7)
    phones = [Interval(name, *span) for name, span in zip("ABCD", pairwise(times), strict=True)]
    phones = [Interval("SIL", 0.0, 0.3), *phones, Interval("SIL", 0.7, 1.0)]
    tail = 0.05 * np.random.default_rng(0).standard_normal(1600) * np.exp(-np.arange(1600) / 200)
    tail[0] = 1.0
    whisper = np.random.default_rng(1).standard_normal(5 * RATE).astype(np.float32)
    return Material(
        speech=[record(np.tile(tone(300, 1.0), 5), "speech")],
        positives=[record(word, "word", words=[Interval("hey", 0.3, 0.7)], phones=phones)],
        negatives=[record(tone(450, 1.2), "negative")],
        commands=[record(tone(200, 1.0), "command")],
        noise=[record(0.1 * whisper, "noise")],
        rooms=(tail.astype(np.float32),),
        splicers=(Splicer([record(word, "said", phones=phones)], "hey", list("ABCD")),),
    )


def sounding(scene: Utterance) -> np.ndarray:
    """Which frames of 10 ms hold the tone; speed moves it between 1 and 2.15 kHz."""
    frames = scene.waveform[: len(scene.waveform) // FRAME * FRAME].reshape(-1, FRAME)
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(FRAME))))[:, 10:22].sum(1)
    return np.asarray(power > 0.2 * np.sort(power)[-10])


@pytest.mark.parametrize("effect", EFFECTS)
def test_the_keyword_is_where_it_sounds(effect: str, material: Material) -> None:
    composer = SceneComposer(material, replace(PLAIN, **EFFECTS[effect]), seed=3, batch_size=1)
    for step in range(15):
        (scene,) = composer.batch(step)
        (word,) = scene.words
        heard = np.flatnonzero(sounding(scene)) * FRAME / RATE
        assert heard[0] == pytest.approx(word.start, abs=0.02), step
        assert heard[-1] + FRAME / RATE == pytest.approx(word.end, abs=0.03), step  # a room rings on
        assert len(heard) * FRAME / RATE == pytest.approx(word.end - word.start, abs=0.04), step


def test_what_is_off_leaves_scenes_as_they_were(material: Material) -> None:
    """Draws and levels of specnet 0.1: recipes from before an effect was there still give the weights they gave."""
    drawn, levels = [], []
    for seed, mix in enumerate((Mix(), Mix(length=2.0, spliced_share=0.6, near_miss_share=0.25, start_share=0.4))):
        random = np.random.default_rng(seed)
        scenes = [SceneComposer(material, mix, 1, 1).scenes([random])[0] for _ in range(12)]
        drawn.append(int(random.integers(10**9)))
        levels.append(float(np.sqrt(np.square([scene.waveform for scene in scenes]).mean())))
    assert drawn == [454583449, 925964167]
    assert levels == pytest.approx([0.116317, 0.094797], rel=1e-3)


def single(record: Callable[..., Clip], label: str, hertz: float = 1500.0) -> Clip:
    hum = tone(300, 0.3)
    return record(np.r_[hum, tone(hertz, 0.4), hum], label, words=[Interval(label, 0.3, 0.7)])


def test_single_words_take_the_place_of_all_other_keywords(material: Material, record: Callable[..., Clip]) -> None:
    words, unknown, cut = ([single(record, label)] for label in ("go", "cat", "sat"))
    material = replace(material, words=words, unknown=unknown, cut=cut)

    def said(**shares: float) -> list[str]:
        composer = SceneComposer(material, replace(PLAIN, length=2.0, **shares), seed=1, batch_size=40)
        return [word.label for scene in composer.batch(0) for word in scene.words]

    assert set(said(unknown_share=0.0)) == {"go"}
    assert set(said(unknown_share=1.0, cut_share=0.0)) == {"cat"}
    assert set(said(unknown_share=1.0, cut_share=1.0)) == {"sat"}
    labels = said(unknown_share=0.4, cut_share=0.25)
    assert len(labels) == 40 and labels.count("go") > labels.count("cat") > labels.count("sat") > 0


@pytest.mark.parametrize("after", [(0.1, 0.1), (0.3, 0.6)])
def test_so_much_of_a_scene_comes_after_the_keyword(after: tuple[float, float], material: Material) -> None:
    composer = SceneComposer(material, replace(PLAIN, length=2.0, after=after), seed=1, batch_size=20)
    left = [2.0 - scene.words[-1].end for scene in composer.batch(0)]
    assert after[0] - 0.01 <= min(left) <= max(left) <= after[1] + 0.01
    assert max(left) - min(left) >= 0.5 * (after[1] - after[0])


def test_where_there_is_nothing_else_to_say_there_is_silence(record: Callable[..., Clip]) -> None:
    bare = Material([], [], [], [], [], (), (), words=[single(record, "go")])
    mix = replace(PLAIN, length=2.0, keyword_share=0.5, alone_share=0.0)
    scenes = SceneComposer(bare, mix, seed=1, batch_size=20).batch(0)
    silent = [scene for scene in scenes if not scene.words]
    assert 0 < len(silent) < 20 and all(len(scene.waveform) == 2 * RATE for scene in scenes)
    assert all(not scene.voices for scene in silent)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_scenes_without_a_keyword_may_be_silent(share: float, material: Material) -> None:
    mix = replace(PLAIN, keyword_share=0.0, silence_share=share, length=2.0)
    scenes = SceneComposer(material, mix, seed=1, batch_size=20).batch(0)
    assert all(bool(scene.voices) == (share == 0.0) for scene in scenes)


def test_noise_may_begin_and_end_where_nobody_speaks(material: Material) -> None:
    mix = replace(PLAIN, keyword_share=0.0, silence_share=1.0, burst_share=1.0, length=2.5, gain_db=(-6.0, -6.0))
    scenes = SceneComposer(material, mix, seed=1, batch_size=20).batch(0)
    assert all(not scene.words and not scene.voices for scene in scenes)
    loud = [np.flatnonzero(np.square(scene.waveform.reshape(-1, FRAME)).mean(1) > 1e-3) for scene in scenes]
    lengths = [(frames[-1] + 1 - frames[0]) * FRAME / RATE for frames in loud]
    assert max(lengths) == pytest.approx(1.0, abs=0.03) and min(lengths) >= 0.48
    assert any(frames[0] == 0 for frames in loud) and any(frames[0] > 0 for frames in loud)


def test_how_an_effect_that_is_off_would_be_does_not_matter(material: Material) -> None:
    other = Mix(length=1.0, pitch_semitones=(1.0, 2.0), tract=(0.9, 1.0), overlap_voices=(2, 3), codecs=("gsm",))
    for one, two in zip(
        SceneComposer(material, Mix(length=1.0), 1, 8).batch(0),
        SceneComposer(material, other, 1, 8).batch(0),
        strict=True,
    ):
        np.testing.assert_array_equal(one.waveform, two.waveform)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31), step=st.integers(0, 10**6), size=st.integers(1, 4))
def test_a_scene_depends_on_seed_step_and_place_alone(material: Material, seed: int, step: int, size: int) -> None:
    mix = replace(EVERYTHING, length=1.0)
    composer = SceneComposer(material, mix, seed, size)
    composer.batch(step + 1)  # what came before does not matter
    again = SceneComposer(material, mix, seed, 4).batch(step)[:size]
    for one, other in zip(composer.batch(step), again, strict=True):
        np.testing.assert_array_equal(one.waveform, other.waveform)
        assert (one.words, one.phones) == (other.words, other.phones)


def test_other_seeds_steps_and_places_are_other_scenes(material: Material) -> None:
    waves = [
        scene.waveform.tobytes()
        for seed in (1, 2)
        for step in (0, 1)
        for scene in SceneComposer(material, replace(PLAIN, length=1.0), seed, 2).batch(step)
    ]
    assert len(set(waves)) == 8


@pytest.mark.parametrize("mix", [Mix(), EVERYTHING], ids=["default", "everything"])
def test_every_scene_is_a_bounded_wave_of_the_asked_length(mix: Mix, material: Material) -> None:
    composer = SceneComposer(material, replace(mix, length=2.2), seed=1, batch_size=40)
    for scene in composer.batch(0):
        assert (scene.waveform.dtype, len(scene.waveform)) == (np.float32, round(2.2 * RATE))
        assert np.isfinite(scene.waveform).all() and np.abs(scene.waveform).max() <= 1.002
        for known in (*scene.words, *scene.phones):
            assert 0 <= known.start < known.end <= 2.2 + 1e-6


def test_keywords_end_in_the_second_half_and_leave_time_after(material: Material) -> None:
    ends = [s.words[-1].end for s in SceneComposer(material, PLAIN, seed=1, batch_size=40).batch(0)]
    assert min(ends) >= 1.5 - 1e-3 and max(ends) <= 3.0 - LEAST_AFTER + 1e-3
    assert min(ends) < 1.7 and max(ends) > 2.55  # and anywhere there


def test_a_keyword_may_be_said_again_around_a_keyword(material: Material) -> None:
    mix = replace(PLAIN, length=5.0, alone_share=0.0)
    once, often, always = (
        [len(scene.words) for scene in SceneComposer(material, replace(mix, again_share=share), 1, 30).batch(0)]
        for share in (0.0, 0.5, 1.0)
    )
    assert 1 <= np.mean(once) < np.mean(often) < np.mean(always) and min(always) > 1
    never = replace(mix, keyword_share=0.0, again_share=1.0)
    assert not any(scene.words for scene in SceneComposer(material, never, 1, 20).batch(0))


def test_another_tempo_is_another_length_at_the_same_pitch(material: Material) -> None:
    mix = replace(PLAIN, speed=(1.0, 1.0), alone_share=1.0)
    slow = replace(mix, tempo_share=1.0, tempo=(0.7, 0.7))
    usual, slower = (SceneComposer(material, each, 1, 1).batch(0)[0] for each in (mix, slow))
    lengths = [scene.words[-1].end - scene.words[-1].start for scene in (usual, slower)]
    assert lengths[1] == pytest.approx(lengths[0] / 0.7, abs=0.01)
    word = slower.words[-1]
    sound = slower.waveform[round(word.start * RATE) : round(word.end * RATE)]
    assert np.argmax(np.abs(np.fft.rfft(sound))) * RATE / len(sound) == pytest.approx(1500, rel=0.04)


def test_shares_are_kept(material: Material) -> None:
    scenes = SceneComposer(material, replace(PLAIN, keyword_share=0.3, length=1.5), seed=1, batch_size=100).batch(0)
    assert np.mean([bool(scene.words) for scene in scenes]) == pytest.approx(0.3, abs=0.12)
    never = replace(PLAIN, keyword_share=0.0, length=1.5)
    assert not any(scene.words for scene in SceneComposer(material, never, seed=1, batch_size=50).batch(0))


def test_background_does_not_hold_the_keyword(material: Material) -> None:
    mix = replace(PLAIN, keyword_share=0.0)
    for scene in SceneComposer(material, mix, seed=2, batch_size=30).batch(0):
        spectrum = np.square(np.abs(np.fft.rfft(scene.waveform)))
        hertz = np.fft.rfftfreq(len(scene.waveform), 1 / RATE)
        band = (hertz > 1200) & (hertz < 1900)
        assert spectrum[band].sum() < 0.02 * spectrum.sum() or np.abs(scene.waveform).max() < 2e-3  # or is silence


def begins(scenes: list[Utterance]) -> np.ndarray:
    """When the first sound of each scene is; a scene without any is left out."""
    waves = [np.abs(scene.waveform) > 5e-3 for scene in scenes if np.abs(scene.waveform).max() > 5e-3]
    return np.array([np.argmax(wave) / RATE for wave in waves])


def test_a_start_of_silence_ends_shortly_before_the_word(material: Material) -> None:
    mix = replace(PLAIN, start_share=1.0, alone_share=0.0)
    scenes = SceneComposer(material, mix, seed=5, batch_size=60).batch(0)
    before = np.array([scene.words[0].start for scene in scenes]) - begins(scenes)
    assert before.min() > -0.005
    assert 0.3 < np.median(before) < 0.8 and before.max() > 1.2  # exponential with a mean of 0.7 s, and a pause


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0.0, 0.02), (0.3, 0.18, 0.45), (1.0, 0.95, 1.0)])
def test_background_begins_with_silence_as_often_as_keywords_do(
    share: float, least: float, most: float, material: Material
) -> None:
    mix = replace(PLAIN, keyword_share=0.0, alone_share=share, synthetic_filler_share=0.0, command_filler_share=0.0)
    silent = begins(SceneComposer(material, mix, seed=1, batch_size=80).batch(0)) > 0.02
    assert least <= silent.mean() <= most


def test_half_of_the_fillers_begin_where_their_recording_does(material: Material, record: Callable[..., Clip]) -> None:
    marked = record(np.r_[tone(1500, 0.2), np.tile(tone(300, 1.0), 20)], "marked")
    mix = replace(PLAIN, keyword_share=0.0, alone_share=0.0, synthetic_filler_share=0.0, command_filler_share=0.0)
    scenes = SceneComposer(replace(material, speech=[marked]), mix, seed=1, batch_size=100).batch(0)
    starts = [np.abs(np.fft.rfft(scene.waveform[:1600])) for scene in scenes if begins([scene]).size]
    assert np.mean([np.argmax(spectrum) > 90 for spectrum in starts]) == pytest.approx(0.5, abs=0.15)


def test_phones_of_the_keyword_lie_in_it(material: Material) -> None:
    for share in (0.0, 1.0):
        mix = replace(PLAIN, spliced_share=share)
        for scene in SceneComposer(material, mix, seed=1, batch_size=10).batch(0):
            word = scene.words[0]
            inside = [p for p in scene.phones if p.start >= word.start - 1e-4 and p.end <= word.end + 1e-4]
            assert [phone.label for phone in inside] == list("ABCD")
            assert inside[0].start == pytest.approx(word.start, abs=1e-3)
            assert inside[-1].end == pytest.approx(word.end, abs=1e-3)


@pytest.mark.parametrize(("spliced", "pitch"), [(1.0, 2400), (0.0, 3300)])
def test_near_misses_are_of_the_speech_that_keywords_are_of(
    spliced: float, pitch: int, material: Material, record: Callable[..., Clip]
) -> None:
    def splicer(hertz: float) -> Splicer:
        phones = [Interval(name, 0.1 * i, 0.1 * (i + 1)) for i, name in enumerate(["SIL", *"ABCD", "SIL"])]
        return Splicer([record(tone(hertz, 0.6), str(hertz), phones=phones)], "hey", list("ABCD"))

    near = replace(material, splicers=(splicer(2400),), mimics=(splicer(3300),))
    mix = replace(PLAIN, keyword_share=0.0, near_miss_share=1.0, spliced_share=spliced, speed=(1.0, 1.0))
    heard = 0
    for scene in SceneComposer(near, mix, seed=2, batch_size=10).batch(0):
        spectrum = np.abs(np.fft.rfft(scene.waveform)) if np.abs(scene.waveform).max() > 0.01 else np.zeros(1)
        heard += len(spectrum) > 1
        assert len(spectrum) == 1 or np.argmax(spectrum) / mix.length == pytest.approx(pitch, abs=5)
    assert heard >= 8


def test_what_a_network_found_hard_is_heard_in_its_share(material: Material, record: Callable[..., Clip]) -> None:
    mix = replace(PLAIN, keyword_share=0.0, alone_share=0.0, mined_share=1.0, speed=(1.0, 1.0))
    asked: list[str] = []

    def find(clips: Sequence[Clip]) -> list[Clip]:
        asked.extend(clip.name for clip in clips)
        return [record(tone(700, 0.5), "mined")]

    plain = SceneComposer(material, mix, seed=0, batch_size=4)
    loudest = {round(np.abs(np.fft.rfft(scene.waveform)).argmax() / 3) for scene in plain.hardened(find).batch(0)}
    assert all(abs(hertz - 700) <= 2 for hertz in loudest) and asked == ["speech", "command", "negative"]
    off = SceneComposer(material, replace(mix, mined_share=0.0), seed=0, batch_size=4)
    for one, other in zip(off.hardened(find).batch(0), off.batch(0), strict=True):
        np.testing.assert_array_equal(one.waveform, other.waveform)


def test_others_say_as_little_as_a_keyword_and_as_much_alone(material: Material) -> None:
    mix = replace(PLAIN, keyword_share=0.0, silence_share=0.0, phrase_share=1.0, speed=(1.0, 1.0))
    lengths, begins = [], []
    for scene in SceneComposer(material, mix, seed=0, batch_size=24).batch(0):
        loud = np.flatnonzero(np.abs(scene.waveform) > 0.02)
        assert not scene.words and np.diff(loud).max() < 0.1 * RATE  # one phrase
        lengths.append((loud[-1] - loud[0]) / RATE)
        begins.append(loud[0] / RATE)
    low, high = PHRASE
    assert low - 0.05 <= min(lengths) < 0.7 and 1.1 < max(lengths) <= high + 0.05
    assert min(begins) < 0.5 and max(begins) > 1.5


def test_no_keyword_is_said_faster_than_people_do(material: Material) -> None:
    """The word has four phones in 0.4 s."""
    fast = replace(PLAIN, speed=(1.5, 1.5), tempo_share=0.5, tempo=(1.0, 2.0))

    def paces(least: float) -> np.ndarray:
        composers = (SceneComposer(material, replace(fast, least_pace=least), seed, 4) for seed in range(8))
        return np.array([word.end - word.start for c in composers for s in c.batch(0) for word in s.words]) / 4

    assert paces(0.08) == pytest.approx(0.08, abs=1e-6)
    assert paces(0.05).min() == pytest.approx(0.05, abs=1e-6) and paces(0.05).max() == pytest.approx(0.1 / 1.5)
    assert paces(0.0).min() < 0.045
