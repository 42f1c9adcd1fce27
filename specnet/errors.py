"""What can go wrong in a way that the user can put right."""


class SpecnetError(Exception):
    """One clear line: what was wrong, with its name and value, and what would be right.

    The command line prints it as ``specnet: MESSAGE`` and exits with status 2.

    >>> raise SpecnetError("party.wav: the file is empty")
    Traceback (most recent call last):
    specnet.errors.SpecnetError: party.wav: the file is empty
    """


class MissingExtra(SpecnetError):
    """A feature was asked for whose packages are not installed.

    >>> raise MissingExtra("training", "train")
    Traceback (most recent call last):
    specnet.errors.MissingExtra: training needs more packages: pip install 'specnet[train]'
    """

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs more packages: pip install 'specnet[{extra}]'")
        self.feature = feature
        self.extra = extra

    def __reduce__(self) -> tuple[type["MissingExtra"], tuple[str, str]]:
        """So that a worker process can hand it on."""
        return MissingExtra, (self.feature, self.extra)
