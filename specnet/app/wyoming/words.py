"""What a server listens for: the words of its models, each with the score that counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from specnet.app.detect import FALSE_ALARMS_PER_HOUR, Detector
from specnet.app.listener import Listener
from specnet.audio.pcm import PcmFormat
from specnet.errors import SpecnetError


@dataclass(frozen=True)
class Spotter:
    """A model and the least score of it that counts."""

    detector: Detector
    threshold: float

    @property
    def words(self) -> tuple[str, ...]:
        """The labels that are words to wake for: all but the model's `unknown`."""
        return self.detector.bundle.card.reported


class WakeWords:
    """The words of several models; each word, by its label, belongs to one of them.

    >>> words = WakeWords.load(["welcome"])
    >>> words.names, words.choose(["alexa", "welcome"])
    (('welcome',), (('welcome',), ('alexa',)))

    Raises `SpecnetError` where two models have the same word.
    """

    def __init__(self, spotters: Sequence[Spotter]) -> None:
        self.spotters = tuple(spotters)
        owners: dict[str, str] = {}
        for spotter in spotters:
            for word in spotter.words:
                if word in owners:
                    raise SpecnetError(
                        f"--model {spotter.detector.name}: {word!r} is the word of {owners[word]} already:"
                        " give one model for each word"
                    )
                owners[word] = spotter.detector.name
        self.names = tuple(owners)

    @classmethod
    def load(
        cls, models: Sequence[str], threshold: float | None = None, false_alarms_per_hour: float | None = None
    ) -> "WakeWords":
        """Models by their shipped name or file. Without a `threshold`, each has its own for the rate of false alarms.

        Raises `SpecnetError` for what is no model for sound, and for a rate that a model is not calibrated for.
        """
        rate = FALSE_ALARMS_PER_HOUR if false_alarms_per_hour is None else false_alarms_per_hour
        detectors = [Detector.load(model) for model in models]
        return cls([Spotter(each, each.threshold(rate) if threshold is None else threshold) for each in detectors])

    def __str__(self) -> str:
        each = (f"{word!r} from a score of {of.threshold:.3f}" for of in self.spotters for word in of.words)
        return ", ".join(each)

    def choose(self, names: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Those of `names` that are known, and those that are not."""
        return (
            tuple(name for name in self.names if name in names),
            tuple(name for name in names if name not in self.names),
        )

    def listener(self, form: PcmFormat, names: Collection[str]) -> Listener:
        """One that has heard nothing yet, for these words; models that have none of them do not run."""
        streams = []
        for spotter in self.spotters:
            if chosen := [word for word in spotter.words if word in names]:
                streams.append(spotter.detector.stream(form.rate, threshold=spotter.threshold, labels=chosen))
        return Listener(form, streams)
