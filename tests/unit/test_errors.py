"""Errors say what would be right."""

import pickle

from specnet.errors import MissingExtra, SpecnetError


def test_missing_extra_says_what_to_install() -> None:
    error = MissingExtra("training", "train")
    assert isinstance(error, SpecnetError) and (error.feature, error.extra) == ("training", "train")
    assert str(error) == "training needs more packages: pip install 'specnet[train]'"


def test_missing_extra_passes_between_processes() -> None:
    error = pickle.loads(pickle.dumps(MissingExtra("training", "train")))
    assert (error.feature, error.extra) == ("training", "train")
