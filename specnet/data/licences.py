"""What the card of a model says of the sounds it learnt from: the name and the licence of each source."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from specnet.errors import SpecnetError

Licence = dict[str, str]
WAKE_WORDS = "Apache-2.0 (Picovoice wake-word-benchmark)"
USUAL = {
    "commands": {"name": "Speech Commands v0.01", "licence": "CC BY 4.0"},
    "speech_commands/training": {"name": "Speech Commands v0.01", "licence": "CC BY 4.0"},
    "speech_commands_v0.02/training": {"name": "Speech Commands v0.02", "licence": "CC BY 4.0"},
    "noise": {"name": "noise: ESC-10, ambiences", "licence": "CC BY 3.0, CC0, Pixabay"},
    "impulse_responses": {"name": "impulse responses: OpenAIR, web-audio-samples", "licence": "CC BY, CC0, Apache-2.0"},
    **{
        f"wake_words/{word}": {"name": f"wake_words/{word}", "licence": WAKE_WORDS}
        for word in ("alexa", "computer", "smart_mirror", "snowboy")
    },
}


def read_licences(path: Path) -> dict[str, Licence]:
    """The licences of sources by what the recipe calls them: those of a `licences.json`, over the usual ones.

    >>> read_licences(Path("nowhere.json"))["commands"]["licence"]
    'CC BY 4.0'
    """
    if not path.is_file():
        return USUAL
    try:
        own = json.loads(path.read_text(encoding="utf-8"))
        return USUAL | {
            key: {**entry, "name": entry["name"], "licence": entry["licence"]} for key, entry in own.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SpecnetError(
            f'{path}: should be like {{"noise": {{"name": "rain", "licence": "CC0"}}}} ({error!r})'
        ) from error


def credit(source: str, rows: Iterable[Mapping[str, str]], known: Mapping[str, Licence], data: Path) -> Licence:
    """The licence of a source: by the rows of its recordings in an index, else one of those `known`.

    >>> credit("talks", [{"licence": "CC0"}, {"licence": "CC BY 4.0"}, {"licence": "CC0"}], {}, Path("data"))
    {'name': 'talks', 'licence': 'CC BY 4.0, CC0'}
    """
    said = sorted({row["licence"] for row in rows if row.get("licence")})
    if said:
        return {"name": source, "licence": ", ".join(said)}
    if source not in known:
        entry = json.dumps({source: {"name": source, "licence": "CC0"}})
        raise SpecnetError(f"{data / 'licences.json'}: should say the licence of {source}, like {entry}")
    return known[source]
