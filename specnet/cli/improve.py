"""`specnet improve`: a model goes on learning from its mistakes."""

from pathlib import Path

import click

from specnet.cli.training import Display, cache_option, data_option, resume_option

Folders = tuple[Path, ...]


@click.command("improve")
@click.argument("model")
@click.option("--missed", multiple=True, type=click.Path(path_type=Path), help="Recordings of words it did not find.")
@click.option(
    "--false-alarms", multiple=True, type=click.Path(path_type=Path), help="Sound without the words, where it fires."
)
@data_option
@click.option("--out", type=click.Path(path_type=Path), help="Where the run goes.  [default: runs/NAME-improved]")
@cache_option
@resume_option
def command(
    model: str,
    missed: Folders,
    false_alarms: Folders,
    data: Path | None,
    out: Path | None,
    cache: Path,
    resume: bool,
) -> None:
    """Train MODEL on, from recordings of what it missed and of what it took for its words.

    MODEL is a NAME.specnet file or the name of a shipped model, and stays as it is: the better one goes to OUT, with
    its report. It is trained on everything that MODEL was trained on, and on these folders. Each recording of --missed
    holds the word once; with several labels they lie in folders named by them.

    \b
    Examples:
      specnet improve runs/hey-kitchen/hey-kitchen.specnet --false-alarms television/ --data DIR
      specnet improve welcome --missed mumbled/ --false-alarms radio/ --data DIR --out runs/welcome-2
    """
    from specnet.app.keyword.improve import improvement

    recipe = improvement(model, missed, false_alarms)
    from specnet.app.train import train_model  # imports torch: a mistake is said before

    out = out or Path("runs") / f"{recipe.name}-improved"
    with Display() as display:
        path = train_model(recipe, data=data, out=out, cache=cache, observer=display, resume=resume)
    click.echo(path)
