"""The pages of the commands: what `--help` says, and the guide that shows its use."""

import html
import inspect
import re
from collections.abc import Iterator
from textwrap import dedent, indent

import click

from specnet.cli.main import COMMANDS, cli

GUIDES = {
    "detect": "detecting.md",
    "listen": "listening.md",
    "classify": "pictures.md",
    "scan-image": "pictures.md",
    "serve": "serving.md",
    "wyoming": "home-assistant.md",
    "new": "your-word.md",
    "improve": "your-word.md",
    "train": "training.md",
    "scenes": "scenes.md",
    "ablate": "comparing.md",
    "evaluate": "evaluating.md",
    "inspect": "inspecting.md",
    "summary": "architectures.md",
    "export": "exporting.md",
    "import": "architectures.md",
    "plot": "plotting.md",
    "filter": "pictures.md",
}


def pages() -> dict[str, str]:
    context = click.Context(cli, info_name="specnet", **cli.context_settings)
    made = {f"commands/{name}.md": page(name, context) for name in COMMANDS}
    return {"commands/index.md": index()} | made


def index() -> str:
    rows = (
        f"| [`specnet {name}`]({name}.md) | {line} | [guide](../{GUIDES[name]}) |" for name, line in COMMANDS.items()
    )
    return "\n".join(("# Commands", "", "| command | what it does | |", "|---|---|---|", *rows))


def page(name: str, parent: click.Context) -> str:
    command = cli.get_command(parent, name)
    assert command is not None
    context = click.Context(command, info_name=name, parent=parent)
    usage = command.get_usage(context).removeprefix("Usage: ")
    parts = [f"# specnet {name}", f"```\n{' '.join(usage.split())}\n```", *described(command.help or "")]
    return "\n\n".join(
        [*parts, f"The [guide](../{GUIDES[name]}) shows its use.", "## Options", *options(command, context)]
    )


def described(help: str) -> Iterator[str]:
    """The paragraphs of a help text; what click does not wrap (`\\b`) is code, below its title if it has one."""
    for paragraph in inspect.cleandoc(help).split("\n\n"):
        lines = paragraph.strip("\b\n").splitlines()
        if not paragraph.startswith("\b") or len(lines) == 1:
            yield prose(" ".join(paragraph.strip("\b").split()))
            continue
        title = "" if lines[0].startswith(" ") or not lines[1].startswith(" ") else lines.pop(0).rstrip(":")
        if title:
            yield f"**{prose(title)}**"
        code = dedent("\n".join(lines))
        yield f"```console\n{indent(code, '$ ')}\n```" if title == "Examples" else f"```text\n{code}\n```"


def options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and isinstance(parameter, click.Option):
            yield f"`{record[0]}`\n:   {prose(record[1])}"


def prose(text: str) -> str:
    """Plain text as Markdown: nothing in it is markup, and options are code.

    >>> prose("--data DIR: a <folder> of *.wav")
    '`--data` DIR: a &lt;folder&gt; of \\\\*.wav'
    """
    return re.sub(
        r"(?<!\w)(--?[a-z][a-z-]*)", r"`\1`", re.sub(r"([*_\[\]{}`])", r"\\\1", html.escape(text, quote=False))
    )
