"""Pages of what lies outside of docs/ and is linked to: the README, recipes, benchmarks, source.

A guide links to it by its path in the repository, as it must to be read there. On the site the link leads to a page
with the same content: a Markdown file is a page, another file is shown, a folder is its README and its files.
"""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
MADE = {"specnet": "modules/index.md", "specnet/pretrained": "models/index.md", "docs/decisions": "decisions/index.md"}
"""What pages of others are about."""
LANGUAGES = {".py": "python", ".toml": "toml", ".mjs": "javascript", ".js": "javascript", ".json": "json"}
UNREAD = "package-lock.json"
UNSOUGHT = "---\nsearch: { exclude: true }\n---\n"
"""Before source: whoever searches wants a guide."""
_LINK = re.compile(r"(?<=\]\()(?P<path>[^)#:\s]+)(?P<anchor>#[^)\s]*)?(?=\))")


def pages() -> dict[str, str]:
    """Every page by its place: those that have a name, the recipes, and whatever they and the guides link to."""
    found: dict[str, str] = {}
    waiting = [*NAMED, *(path.parent.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("recipes/*/README.md")))]
    for guide in sorted((ROOT / "docs").rglob("*.md")):
        waiting += targets(guide.read_text(encoding="utf-8"), guide.relative_to(ROOT).as_posix())
    for path in waiting:
        if (uri := place(path)) not in found and path not in MADE and not path.startswith("docs/"):
            text, where = content(path)
            found[uri] = linked(text, where, uri)
            waiting += targets(text, where)
    return found


def place(path: str) -> str:
    """Where on the site a file or folder of the repository is.

    >>> place("docs/data.md"), place("docs/decisions"), place("recipes/welcome"), place("specnet/scan.py")
    ('data.md', 'decisions/index.md', 'files/recipes/welcome.md', 'files/specnet/scan.py.md')
    """
    if path in NAMED | MADE:
        return (NAMED | MADE)[path]
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return f"files/{path.removesuffix('/README.md').removesuffix('.md')}.md"


def linked(text: str, path: str, uri: str | None = None) -> str:
    """The `text` of a file, its links to files of the repository now to pages; it will be the page `uri`."""
    here = posixpath.dirname(uri or place(path))

    def moved(link: re.Match[str]) -> str:
        target = _target(path, link["path"])
        return link[0] if target is None else posixpath.relpath(place(target), here) + (link["anchor"] or "")

    return _LINK.sub(moved, text)


def targets(text: str, path: str) -> Iterator[str]:
    """What of the repository a file links to."""
    for link in _LINK.finditer(text):
        if (target := _target(path, link["path"])) is not None:
            yield target


def content(path: str) -> tuple[str, str]:
    """The text of a page, and the file that its links start from."""
    whole = ROOT / path
    if whole.is_dir():
        parts = [read(file) for file in sorted(whole.iterdir()) if file.suffix in LANGUAGES and file.name != UNREAD]
        readme = whole / "README.md"
        head = readme.read_text(encoding="utf-8") if readme.exists() else f"# {path}"
        return "\n\n".join([head, *parts]), f"{path}/README.md"
    if whole.suffix == ".md":
        return whole.read_text(encoding="utf-8"), path
    return f"{UNSOUGHT}# {whole.name}\n\n`{path}`\n\n{fenced(whole)}", path


def read(file: Path) -> str:
    return f"## {file.name}\n\n{fenced(file)}"


def fenced(file: Path) -> str:
    return f"````{LANGUAGES.get(file.suffix, 'text')}\n{file.read_text(encoding='utf-8').rstrip()}\n````"


def _target(path: str, link: str) -> str | None:
    """The file or folder that a link in the file at `path` names; None for what is not there."""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link))
    return target if not target.startswith("..") and (ROOT / target).exists() else None
