"""Settings there and back: what is written as TOML is what is read."""

import tomllib

import pytest

from specnet.train.settings import to_toml


@pytest.mark.parametrize(
    "text",
    [
        "one line",
        'layers = [\n\t{ kind = "conv" },  # größer\n]\n',
        "\nbegins with a line",
        "it's\nof two lines, ends with '",
        "ends\nwith ''",
        "three\n'''quotes'''",
        "a bell\n\a",
        "another\r\nend of line",
        'a "quote", a \\ and a \x7f',
    ],
)
def test_texts_of_every_kind(text: str) -> None:
    assert tomllib.loads(to_toml({"network": {"text": text}})) == {"network": {"text": text}}
