"""Examples in docstrings are shown as code: to Markdown, `>>>` at the start of a line would be a quotation."""

import re
from typing import Any

import griffe

_EXAMPLE = re.compile(r"^>>>.*(?:\n.+)*", re.MULTILINE)


class Doctests(griffe.Extension):
    """Puts a fence around each example, from its first `>>>` to the next empty line."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring is not None:
            obj.docstring.value = _EXAMPLE.sub(r"```pycon\n\g<0>\n```", obj.docstring.value)
