"""`specnet listen`: the words in what a microphone hears, as they are said."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from specnet.app.detect import FALSE_ALARMS_PER_HOUR, Detector
from specnet.app.listen.clips import Clips
from specnet.app.listen.commands import Commands
from specnet.app.listen.live import Moment, Source, listen
from specnet.app.results import FileResult, tidy
from specnet.app.stream import Heard, Stream
from specnet.audio.microphone import Input, Microphone, PortAudioDevice, inputs, load_portaudio
from specnet.cli import run
from specnet.cli.live import JsonLines
from specnet.cli.main import complain
from specnet.cli.meter import Meter, meter
from specnet.cli.output import write
from specnet.runtime.bundle import Bundle


@dataclass(frozen=True, slots=True)
class Wish:
    """What is done with the words that are heard."""

    detector: Detector
    threshold: float
    labels: tuple[str, ...]
    lines: Callable[[Heard], Iterator[str]]
    command: str | None = None
    folder: Path | None = None


@click.command("listen")
@click.option("--device", help="Number or part of the name of a microphone.  [default: that of the system]")
@click.option("--list-devices", is_flag=True, help="List the microphones, and end.")
@run.models_option
@run.threshold_option()
@run.false_alarms_option
@run.label_option
@run.format_option(["jsonl"])
@run.interim_option
@click.option("--exec", "command", metavar="'PROGRAM ...'", help="Run this for every word, as soon as it is certain.")
@click.option(
    "--save",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Keep the sound of every word there, with 3 s before and 1 s after it, as WAV.",
)
def command(
    device: str | None,
    list_devices: bool,
    models: tuple[str, ...],
    threshold: float | None,
    false_alarms_per_hour: float | None,
    wanted: tuple[str, ...],
    format_name: str,
    interim: bool,
    command: str | None,
    folder: Path | None,
) -> int:
    """Find words in what a microphone hears, until Ctrl-C: label, start, end and score of each.

    Times count from the beginning. A meter on standard error shows how loud it is, and how much it sounds like a word.

    In PROGRAM, {label}, {score}, {start} and {end} are those of the word. No shell is involved: no pipes, variables or
    wildcards, and nothing is ever executed that a label holds. It runs within 0.2 s of the end of the word, listening
    goes on meanwhile, and what it prints goes to standard error.

    What --save keeps can be learnt from: listen to it, move away what was no false alarm, and give DIR to
    specnet improve --false-alarms.

    \b
    Examples:
      specnet listen
      specnet listen --list-devices
      specnet listen --device USB --model hey-kitchen.specnet --false-alarms-per-hour 0.1
      specnet listen --exec 'aplay -q chime.wav'
      specnet listen --exec 'curl -s http://lamp.local/on?word={label}' --save heard/
      specnet listen --format jsonl --interim | jq --unbuffered .label
    """
    if list_devices:
        write(map(device_line, inputs(load_portaudio())), None)
        return 0
    run.check_one_threshold(threshold, false_alarms_per_hour)
    run.check_interim(interim, format_name)
    detector = Detector(*map(Bundle.load, models))
    labels = run.check_labels(wanted, detector.labels) if wanted else detector.bundle.card.reported
    if threshold is None:
        threshold = detector.threshold(false_alarms_per_hour or FALSE_ALARMS_PER_HOUR)
    rate = detector.grid.sample_rate
    microphone = Microphone(PortAudioDevice(load_portaudio(), device, rate), rate)
    lines = table_line if format_name == "table" else JsonLines(microphone.name, interim)
    return listen_to(microphone, Wish(detector, threshold, labels, lines, command, folder))


def listen_to(source: Source, wish: Wish) -> int:
    """Say what `source` gives to hear, until it ends or the process is told to; the exit code."""
    rate = wish.detector.grid.sample_rate
    with meter() as display, told_to_end() as told:

        def say(text: str) -> None:
            display.clear()
            complain(text)

        commands = None if wish.command is None else Commands(wish.command, say)
        clips = None if wish.folder is None else Clips(wish.folder, rate, say)
        stream = wish.detector.stream(rate, wish.threshold, labels=wish.labels)
        say(f"{source.name}: listening for {', '.join(map(repr, wish.labels))} from a score of {wish.threshold:.3f}")
        moments = listen(source, stream, lambda: bool(told), commands, clips)
        write(lines_of(moments, source, stream, wish, display, say), None)
        if source.lost > 1:
            say(f"sound was lost {source.lost} times")
    return 130 if signal.SIGINT in told else 0


def lines_of(
    moments: Iterator[Moment], source: Source, stream: Stream, wish: Wish, display: Meter, say: Callable[[str], None]
) -> Iterator[str]:
    """A line for every word; the meter moves meanwhile."""
    columns = [wish.detector.labels.index(label) for label in wish.labels]
    now, said = 0.0, False
    for moment in moments:
        now += len(moment.block) / wish.detector.grid.sample_rate
        if source.lost and not said:
            say("some sound was lost, for nobody had time for it: is the machine too busy?")
            said = True
        if lines := list(wish.lines(moment.heard)):
            display.clear()
            yield from lines
        best = max(columns, key=lambda column: stream.scores[column])
        display.show(now, moment.block, wish.detector.labels[best], float(stream.scores[best]), source.lost)


@contextmanager
def told_to_end() -> Iterator[list[int]]:
    """The signals to end that came while the block ran, of which the second one ends it at once."""
    told: list[int] = []

    def note(number: int, _: object) -> None:
        told.append(number)
        signal.signal(number, before[signal.Signals(number)])

    ends = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in ends}
    try:
        for number in ends:
            if before[number] != signal.SIG_IGN:  # as a shell has it for what runs in the background
                signal.signal(number, note)
        yield told
    finally:
        for number in ends:
            signal.signal(number, before[number])


def table_line(heard: Heard) -> Iterator[str]:
    for segment in map(tidy, heard.segments):
        yield "  ".join(FileResult.cells(segment)) + "\n"


def device_line(device: Input) -> str:
    """One of a list; the default has an asterisk.

    >>> device_line(Input(3, "USB Audio: - (hw:1,0)", channels=1, rate=48_000, default=True))
    '* 3  USB Audio: - (hw:1,0)  48000 Hz, 1 channel\\n'
    """
    plural = "s" * (device.channels > 1)
    mark = "*" if device.default else " "
    return f"{mark} {device.number}  {device.name}  {device.rate} Hz, {device.channels} channel{plural}\n"
