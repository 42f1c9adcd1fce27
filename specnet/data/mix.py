"""What scenes are made of, and how they are composed: a recipe's `[scenes]`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from specnet.data.clips import Clip
from specnet.data.codec import CODECS, Name
from specnet.data.splice import Splicer
from specnet.units import Seconds


@dataclass(frozen=True)
class Mix:
    """How scenes are composed. Shares are probabilities; of the scenes with a keyword the rest is synthetic speech."""

    length: Seconds = 5.0
    keyword_share: float = 0.5
    again_share: float = 0.0  # of the speech around a keyword: a keyword, too
    spliced_share: float = 0.45
    # of a phone of a spliced word, the median: people take 0.07 in a sentence, and 0.1 for a word by itself
    spliced_pace: Annotated[Seconds, Field(gt=0)] = 0.08
    least_pace: Annotated[Seconds, Field(ge=0)] = 0.0  # of a phone of a keyword: none is said faster
    silence_share: float = 0.05  # of the scenes without a keyword: nobody speaks
    burst_share: float = 0.0  # of these: a second of noise begins and ends, as recordings of single words do
    phrase_share: float = 0.0  # of the scenes where others speak: a word or a few by themselves, as keywords are said
    near_miss_share: float = 0.15
    synthetic_filler_share: float = 0.15
    command_filler_share: float = 0.12
    recorded_share: float = 0.5  # of the keywords, where there are recordings of them
    unknown_share: float = 0.3  # of the single words: those that are no label
    turned_share: float = 0.0  # of these: a label with its halves exchanged
    cut_share: float = 0.5  # of the others, where there are sentences whose words have times: cut out of them
    mined_share: float = 0.0  # of the other speech, from the second epoch on: where the network fired in the last one
    background_share: float = 0.3  # of the other speech, where there is background of somebody's own
    after: tuple[Seconds, Seconds] | None = None  # of a scene behind its keyword; 0.25 s to half of it unless given
    alone_share: float = 0.3  # each side of a keyword, and before other speech: nothing but silence there
    noise_share: float = 0.75
    snr_db: tuple[float, float] = (0.0, 35.0)
    babble_share: float = 0.1
    reverb_share: float = 0.4
    colour_db: float = 4.0
    telephone_share: float = 0.12
    speed: tuple[float, float] = (0.85, 1.2)
    gain_db: tuple[float, float] = (-36.0, 0.0)
    clipping_share: float = 0.05
    start_share: float = 0.1  # begin with digital silence, as a file does
    # off unless asked for (docs/scenes.md says what each does and costs)
    tempo_share: float = 0.0  # of the spoken parts: more slowly or faster, at the same pitch
    tempo: tuple[float, float] = (0.8, 1.4)
    pitch_share: float = 0.0  # of the spoken parts: another pitch, the same formants
    pitch_semitones: tuple[float, float] = (-3.0, 3.0)
    tract_share: float = 0.0  # of the spoken parts: a vocal tract of another length, the same pitch
    tract: tuple[float, float] = (0.88, 1.14)  # times its length
    overlap_share: float = 0.0  # other people talk all the while, and say no keyword
    overlap_voices: tuple[int, int] = (1, 1)  # how many
    overlap_snr_db: tuple[float, float] = (0.0, 20.0)  # all of them together
    direct_db: tuple[float, float] = (0.0, 0.0)  # direct sound of a room: the speaker nearer (more) or further (less)
    resonance_share: float = 0.0  # a capsule in a case: resonances, a low cut-off
    gate_share: float = 0.0  # of the speech of a scene: nearly silent where it is soft, as suppressed noise leaves it
    gain_control_share: float = 0.0  # automatic, with noise that comes up where nobody speaks
    quantisation_share: float = 0.0  # 5 to 9 bits
    codec_share: float = 0.0
    codecs: Annotated[tuple[Name, ...], Field(min_length=1)] = tuple(CODECS)
    packet_loss_share: float = 0.0


@dataclass(frozen=True)
class Material:
    """What scenes are made of. `positives` are the labelled synthetic utterances; `splicers` splice real speech,
    `mimics` synthetic speech, for near misses alone. `recorded` are keywords in somebody's own recordings, `background`
    is what is heard there without them, `mined` what a network has taken for one. `words` are single words that are
    labels, `unknown` others, `cut` those that are cut out of sentences."""

    speech: Sequence[Clip]
    positives: Sequence[Clip]
    negatives: Sequence[Clip]
    commands: Sequence[Clip]
    noise: Sequence[Clip]
    rooms: tuple[NDArray[np.float32], ...]
    splicers: tuple[Splicer, ...]
    mimics: tuple[Splicer, ...] = ()
    recorded: Sequence[Clip] = ()
    background: Sequence[Clip] = ()
    mined: Sequence[Clip] = ()
    words: Sequence[Clip] = ()
    unknown: Sequence[Clip] = ()
    cut: Sequence[Clip] = ()
