"""`specnet serve`: a service over HTTP and WebSocket, and a page."""

import logging
import os
from contextlib import suppress
from pathlib import Path

import click

from specnet.cli import run
from specnet.errors import SpecnetError

TOKEN = "SPECNET_TOKEN"


@click.command("serve")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen: 127.0.0.1 lets only this machine in, 0.0.0.0 all machines of the network.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: any that is free.")
@click.option(
    "--model",
    "models",
    multiple=True,
    default=("welcome",),
    show_default=True,
    help="A model that ships with specnet, or NAME.specnet; repeated, clients choose one by its name.",
)
@run.threshold_option()
@run.false_alarms_option
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"Answer only who knows the token in this file, or in the environment variable {TOKEN}.",
)
@click.option(
    "--upload-limit", type=click.IntRange(1), default=100, show_default=True, metavar="MB", help="The largest upload."
)
@click.option(
    "--time-limit",
    type=click.IntRange(1),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="An upload has so long to arrive, and so long to be scanned.",
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Scan so many uploads at a time.")
def command(
    host: str,
    port: int,
    models: tuple[str, ...],
    threshold: float | None,
    false_alarms_per_hour: float | None,
    token_file: Path | None,
    upload_limit: int,
    time_limit: int,
    jobs: int,
) -> None:
    """Serve detection over HTTP and WebSocket, with a page to see and hear it, until Ctrl-C.

    The page is at http://127.0.0.1:8080/, and what programs can call at /docs. The operating point given here is that
    of clients who ask for none.

    \b
    Examples:
      specnet serve
      specnet serve --model welcome --model hey-kitchen.specnet --false-alarms-per-hour 0.1
      specnet serve --host 0.0.0.0 --port 80 --token-file token.txt --jobs 4
      curl --data-binary @party.wav http://127.0.0.1:8080/detect
    """
    run.check_one_threshold(threshold, false_alarms_per_hour)
    from specnet.app.serve.models import Models
    from specnet.app.serve.server import Place, serve  # needs the extra
    from specnet.app.serve.work import Limits

    token = read_token(token_file)
    loaded = Models.load(models, threshold, false_alarms_per_hour)
    logging.basicConfig(format="specnet: %(message)s", level=logging.WARNING)
    serve(loaded, Place(host, port), Limits(upload_limit * 10**6, time_limit, jobs), token, say)


def read_token(file: Path | None) -> str | None:
    """The token in this file, or else in the environment; raises `SpecnetError` where it is not to be had, or empty."""
    if file is None:
        if (token := os.environ.get(TOKEN)) is None:
            return None
        source = TOKEN
    else:
        source = f"--token-file {file}"
        try:
            token = file.read_text()
        except (OSError, UnicodeError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else "it is not text"
            raise SpecnetError(f"{source}: cannot be read: {reason}") from None
    token = token.strip()
    if not token.isprintable() or not token.isascii() or not token or " " in token:
        raise SpecnetError(f"{source}: must hold a token of one line, of letters, digits and signs without spaces")
    return token


def say(line: str) -> None:
    with suppress(OSError):  # that nobody reads the log any more is no reason to stop
        click.echo("specnet: " + "".join(sign if sign.isprintable() else " " for sign in line), err=True)
