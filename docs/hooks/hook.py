"""What MkDocs asks while it builds the site: the pages that are made, their places in the navigation, and links.

Pages are made of the commands, the shipped models, the decisions, the modules and of files that the guides link to, so
that none of these is written down twice. `FOLDER/*` in the navigation stands for all pages of a folder.
"""

from collections.abc import Iterable
from typing import Any

import cards
import commands
import decisions
import reference
import repository
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page


def on_files(files: Files, config: MkDocsConfig) -> Files:
    made = {
        **commands.pages(),
        **cards.pages(),
        **decisions.pages(),
        **reference.pages(),
        **repository.pages(),
    }
    for uri, text in made.items():
        files.append(File.generated(config, uri, content=text))
    config.nav = expanded(config.nav or [], list(files.src_uris))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links that leave docs/ lead to the pages made of what they name; those of made pages do so already."""
    return markdown if page.file.generated_by else repository.linked(markdown, f"docs/{page.file.src_uri}")


def expanded(items: list[Any], uris: Iterable[str]) -> list[Any]:
    """The navigation with the pages of a folder, its index first, in the place of `FOLDER/*`.

    >>> expanded([{"Commands": "commands/*"}], ["a.md", "commands/detect.md", "commands/index.md"])
    [{'Commands': ['commands/index.md', 'commands/detect.md']}]
    """
    return [{title: _expanded(value, uris) for title, value in item.items()} for item in map(_titled, items)]


def _titled(item: Any) -> dict[Any, Any]:
    return item if isinstance(item, dict) else {None: item}


def _expanded(value: Any, uris: Iterable[str]) -> Any:
    if isinstance(value, list):
        return expanded(value, uris)
    folder, _, rest = value.rpartition("/")
    if rest != "*":
        return value
    return sorted(
        (uri for uri in uris if uri.rpartition("/")[0] == folder), key=lambda uri: not uri.endswith("/index.md")
    )
