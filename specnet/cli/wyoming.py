"""`specnet wyoming`: a wake-word server for Home Assistant and Rhasspy."""

import asyncio
from contextlib import suppress

import click

from specnet.app.wyoming.address import Address
from specnet.app.wyoming.words import WakeWords
from specnet.cli import run

PORT = 10400
"""Where wake-word servers of this protocol listen by custom."""


@click.command("wyoming")
@click.option(
    "--uri",
    default=f"tcp://0.0.0.0:{PORT}",
    show_default=True,
    metavar="tcp://HOST:PORT",
    help="Where to listen: 0.0.0.0 lets all machines of the network in, 127.0.0.1 only this one.",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    default=("welcome",),
    show_default=True,
    help="A model that ships with specnet, or NAME.specnet; repeated, each listens for its own words.",
)
@run.threshold_option()
@run.false_alarms_option
@click.option("--zeroconf", is_flag=True, help="Announce the server on the network, so that Home Assistant offers it.")
def command(
    uri: str, models: tuple[str, ...], threshold: float | None, false_alarms_per_hour: float | None, zeroconf: bool
) -> None:
    """Serve wake words by the Wyoming protocol, until Ctrl-C.

    In Home Assistant: Settings, Devices & services, Add integration, Wyoming Protocol, then host and port of this
    machine; the words can then be chosen in the voice assistant. Many clients at once may send sound of any sample
    rate, of 8 to 32 bits, with one channel or more. What is heard is said on standard error.

    \b
    Examples:
      specnet wyoming
      specnet wyoming --uri tcp://0.0.0.0:10400 --model hey-kitchen.specnet --zeroconf
      specnet wyoming --model hey-kitchen.specnet --model lights.specnet --false-alarms-per-hour 0.1
      specnet wyoming --uri tcp://127.0.0.1:10400 --threshold 0.8
    """
    run.check_one_threshold(threshold, false_alarms_per_hour)
    from specnet.app.wyoming.server import serve  # needs the extra

    address = Address.parse(uri)
    words = WakeWords.load(models, threshold, false_alarms_per_hour)
    asyncio.run(serve(words, address, say, zeroconf))


def say(line: str) -> None:
    with suppress(OSError):  # that nobody reads the log any more is no reason to stop
        click.echo(f"specnet: {line}", err=True)
