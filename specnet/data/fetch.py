"""A data folder of public originals, for a training that is given none.

LibriSpeech and Speech Commands come from torchaudio's data sets and are moved to where `corpus` reads them; the noise
is what Speech Commands brings along. The phones of the speech are found by forced alignment.
"""

import json
import shutil
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from specnet.data.align import aligned
from specnet.data.folder import Sources
from specnet.errors import SpecnetError

LIBRISPEECH = {"libri-dev-clean": "dev-clean", "libri-dev-other": "dev-other"}
SPEECH_COMMANDS = {"speech_commands": "speech_commands_v0.01", "speech_commands_v0.02": "speech_commands_v0.02"}
SUBSETS = ("training", "validation", "testing")
COLUMNS = ("file", "speaker", "transcript", "licence", "origin")


def fetched(sources: Sources, place: Path, progress: Callable[[str], None], jobs: int = 2) -> Path:
    """The folder `place`, once whatever of `sources` was not in it yet has been downloaded.

    Raises `SpecnetError` where the recipe names something that has no public original here, or none can be reached.
    """
    _require_public(sources)
    speech = place / "speech"
    for name in sorted({*sources.speech, *(Path(name).name for name in sources.measured)}):
        if not (speech / f"{name}.tsv").is_file():
            _fetch_librispeech(name, place, progress, jobs)
    for name in _commands_wanted(sources, place):
        _fetch_commands(name, place, progress)
    here = [name for name in LIBRISPEECH if (speech / f"{name}.tsv").is_file()]
    if here:
        rows, phones = (
            [(speech / f"{name}.{kind}").read_text(encoding="utf-8") for name in here] for kind in ("tsv", "jsonl")
        )
        _write(speech / "index.tsv", ["\t".join(COLUMNS) + "\n", *rows])
        _write(speech / "phones.jsonl", phones)
    return place


def _commands_wanted(sources: Sources, place: Path) -> list[str]:
    """The versions of Speech Commands that are not here: those named, and any one where there is no noise yet."""
    wanted = {Path(name).parent.name for name in sources.words} | ({"speech_commands"} if sources.commands else set())
    if sources.noise and not any((place / name).is_dir() for name in SPEECH_COMMANDS):
        wanted = wanted or {"speech_commands"}
    return sorted(name for name in wanted if not (place / name).is_dir())


def _require_public(sources: Sources) -> None:
    """Refuse what cannot be fetched, with the settings that do without it."""
    public = {
        "speech": list(LIBRISPEECH),
        "measured": [f"speech/{name}" for name in LIBRISPEECH],
        "words": [f"{name}/{subset}" for name in SPEECH_COMMANDS for subset in SUBSETS],
    }
    missing: list[str] = []
    settings: list[str] = []
    for key in ("speech", "others", "words", "measured", "judges"):
        unknown = [name for name in getattr(sources, key) if name not in public.get(key, [])]
        if unknown:
            missing += unknown
            instead = {"speech": public["speech"], "words": ["speech_commands/training"]}.get(key, [])
            settings.append(f"--set 'data.{key}={json.dumps(instead)}'")
    if sources.impulse_responses:
        missing.append("impulse_responses")
        settings.append("--set data.impulse_responses=false")
    if missing:
        raise SpecnetError(
            f"no public original can be fetched for {', '.join(missing)}: give a folder that has it with --data DIR, "
            f"or do without: {' '.join(settings)}"
        )


def _fetch_librispeech(name: str, place: Path, progress: Callable[[str], None], jobs: int) -> None:
    """`speech/NAME/`, its phones and, last of all, its rows of the index: a source that has them is complete."""
    from torchaudio.datasets import LIBRISPEECH as Original

    speech, root, part = place / "speech", place / "originals" / name, LIBRISPEECH[name]
    progress(f"fetching LibriSpeech {part}")
    original = _downloaded(lambda: Original(root, part, download=True), root / "LibriSpeech", f"LibriSpeech {part}")
    rows: dict[Path, tuple[str, ...]] = {}
    for i in range(len(original)):
        path, _, transcript, speaker, *_ = original.get_metadata(i)
        file = _moved(root / "LibriSpeech" / path, speech / name)
        who, origin = f"{name}_{speaker}", f"LibriSpeech {part}, https://www.openslr.org/12"
        rows[file] = (f"{name}/{file.name}", who, transcript, "CC BY 4.0", origin)
    lines: list[str] = []
    texts = {file: row[2] for file, row in rows.items()}
    for count, (file, (words, phones)) in enumerate(aligned(texts, jobs), start=1):
        if phones:
            lines.append(json.dumps({"file": rows[file][0], "words": words, "phones": phones}) + "\n")
        if count % 200 == 0 or count == len(texts):
            progress(f"finding the phones of {name}: {count} of {len(texts)} recordings")
    _write(speech / f"{name}.jsonl", lines)
    _write(speech / f"{name}.tsv", ("\t".join(row) + "\n" for row in rows.values()))
    shutil.rmtree(root)


def _fetch_commands(name: str, place: Path, progress: Callable[[str], None]) -> None:
    """`noise/` and the folder `name`, which gets its name when it is complete."""
    from torchaudio.datasets import SPEECHCOMMANDS as Original

    root, part, version = place / "originals" / name, place / f"{name}.part", SPEECH_COMMANDS[name]
    what = f"Speech Commands {version.rpartition('_')[2]}"
    progress(f"fetching {what}")
    extracted = root / "SpeechCommands"
    _downloaded(lambda: Original(root, version, download=True), extracted, what)
    subsets = {subset: Original(root, version, subset=subset) for subset in SUBSETS}
    for subset, original in subsets.items():
        for i in range(len(original)):
            path, _, word, *_ = original.get_metadata(i)
            _moved(extracted / path, part / subset / word)
    for path in sorted((extracted / version / "_background_noise_").glob("*.wav")):
        _moved(path, place / "noise" / "noise")
    _write(place / "licences.json", [json.dumps({"noise": {"name": f"noise: {what}", "licence": "CC BY 4.0"}})])
    part.rename(place / name)
    shutil.rmtree(root)


def _downloaded(download: Callable[[], Any], extracted: Path, what: str) -> Any:
    """The data set; an archive that is here is unpacked anew, as nobody knows whether it was unpacked to its end."""
    shutil.rmtree(extracted, ignore_errors=True)
    extracted.parent.mkdir(parents=True, exist_ok=True)
    try:
        return download()
    except (OSError, RuntimeError, EOFError, tarfile.TarError) as error:
        shutil.rmtree(extracted.parent)  # the archive too: if it is damaged, it would be so the next time
        why = " ".join(str(error).split())
        raise SpecnetError(f"{what}: cannot be fetched ({why}); try again, or give a folder by --data DIR") from error


def _moved(file: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return file.replace(folder / file.name)


def _write(path: Path, texts: Iterable[str]) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text("".join(texts), encoding="utf-8")
    part.replace(path)
