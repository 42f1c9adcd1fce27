"""The index of the decisions: a line each, which is its title."""

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "decisions"
HEAD = """# Decisions

Why things are as they are, where somebody could reasonably have done otherwise. What was decided later wins.
"""


def pages() -> dict[str, str]:
    rows = (f"- [{title(file)}]({file.name})" for file in sorted(FOLDER.glob("[0-9]*.md")))
    return {"decisions/index.md": "\n".join([HEAD, *rows])}


def title(file: Path) -> str:
    return file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").replace(". ", "\\. ", 1)
