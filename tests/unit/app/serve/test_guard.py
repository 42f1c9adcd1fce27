"""Tokens and origins."""

import pytest
from starlette.datastructures import Headers

from specnet.app.serve.guard import is_allowed, is_foreign


@pytest.mark.parametrize(
    ("token", "given", "allowed"),
    [
        (None, None, True),
        (None, "any", True),
        ("ab", "ab", True),
        ("ab", "ä", False),
        ("ab", "", False),
        ("ab", "ä", False),
    ],
)
def test_a_token_is_known_or_not(token: str | None, given: str | None, allowed: bool) -> None:
    assert is_allowed(token, given) is allowed


@pytest.mark.parametrize(
    ("origin", "foreign"),
    [
        ("http://localhost:8080", False),
        ("https://localhost:8080", False),  # a proxy that speaks TLS
        ("http://localhost:8081", True),
        ("http://localhost", True),
        ("null", True),
        ("", True),
        ("http://localhost:8080.evil.example", True),
    ],
)
def test_another_hosts_page_is_foreign(origin: str, foreign: bool) -> None:
    assert is_foreign(Headers({"host": "localhost:8080", "origin": origin})) is foreign
