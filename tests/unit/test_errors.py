"""Errors say what would be right."""

from specnet.errors import MissingExtra, SpecnetError


def test_missing_extra_says_what_to_install() -> None:
    error = MissingExtra("training", "train")
    assert isinstance(error, SpecnetError) and (error.feature, error.extra) == ("training", "train")
    assert str(error) == "training needs more packages: pip install 'specnet[train]'"
