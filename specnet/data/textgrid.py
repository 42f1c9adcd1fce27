"""Praat's TextGrid: a row of texts in quotation marks and numbers that stand alone; all other words are comments.

Source: Praat's manual, TextGrid file formats: the long and the short kind are read alike.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from specnet.errors import SpecnetError
from specnet.units import Seconds

TOKEN = re.compile(
    r'"((?:[^"]|"")*)"|(?<!\S)([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?!\S)|(<(?:exists|absent)>)|!.*'
)


class Token(NamedTuple):
    """A text, number or flag, and the line it stands in."""

    line: int
    text: str | None
    number: str | None
    flag: str | None


class Tokens:
    """What is yet to be read."""

    def __init__(self, text: str) -> None:
        self._all = iter(list(_tokens(text)))
        self._line = 1

    def text(self, what: str) -> str:
        """The next one, which must be a text."""
        token = self._next(what)
        if token.text is None:
            raise SpecnetError(f", line {token.line}: {token.number or token.flag}: must be {what}, in quotation marks")
        return token.text.replace('""', '"')

    def number(self, what: str) -> tuple[int, float]:
        """The next one, which must be a number, after its line."""
        token = self._next(what)
        if token.number is None:
            raise SpecnetError(f", line {token.line}: {token.text or token.flag!r:.60}: must be a number, {what}")
        return token.line, float(token.number)

    def flag(self) -> str:
        """The next one, which must say whether there are tiers."""
        token = self._next("<exists>")
        if token.flag is None:
            raise SpecnetError(f", line {token.line}: must say <exists>, if there are tiers, or <absent>")
        return token.flag

    def _next(self, what: str) -> Token:
        token = next(self._all, None)
        if token is None:
            raise SpecnetError(f", line {self._line}: ends where {what} should be")
        self._line = token.line
        return token


def textgrid_rows(text: str) -> Iterator[tuple[int, str, Seconds, Seconds]]:
    """Line, label, start and end of every interval and point of all tiers, but for those without a label.

    >>> short = '"ooTextFile" "TextGrid" 0 1 <exists> 1 "IntervalTier" "words" 0 1 2 0 0.4 "" 0.4 1 "hey"'
    >>> list(textgrid_rows(short.replace(" ", chr(10))))
    [(15, 'hey', 0.4, 1.0)]

    Raises `SpecnetError`, a text that begins with the line, where it is no TextGrid.
    """
    tokens = Tokens(text)
    if tokens.text('"ooTextFile"') != "ooTextFile" or tokens.text('"TextGrid"') != "TextGrid":
        raise SpecnetError(', line 1: no TextGrid: must begin with "ooTextFile" and "TextGrid"')
    tokens.number("where it starts"), tokens.number("where it ends")
    tiers = int(tokens.number("how many tiers there are")[1]) if tokens.flag() == "<exists>" else 0
    for _ in range(tiers):
        kind = tokens.text("the class of a tier")
        tokens.text("the name of a tier")
        tokens.number("where the tier starts"), tokens.number("where the tier ends")
        for _ in range(int(tokens.number("the size of the tier")[1])):
            line, start = tokens.number("a time")
            end = tokens.number("where the interval ends")[1] if kind == "IntervalTier" else start
            if label := tokens.text("a label").strip():
                yield line, label, start, end


def _tokens(text: str) -> Iterator[Token]:
    line, at = 1, 0
    for found in TOKEN.finditer(text):
        line += text.count("\n", at, found.start())
        at = found.start()
        if any(group is not None for group in found.groups()):
            yield Token(line, *found.groups())
