"""`specnet new`: from a written word to a model that finds it."""

from pathlib import Path

import click

from specnet.cli.training import Display, cache_option, data_option


@click.command("new")
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
@click.option(
    "--language",
    default="en",
    show_default=True,
    help="Of the words: es, fr, hi, it, pt, or any of espeak-ng --voices, which then has to be installed.",
)
@data_option
@click.option(
    "--effort",
    type=click.Choice(["quick", "normal", "best"]),
    default="normal",
    show_default=True,
    help="How much is said and learnt: quick is to try it out.",
)
@click.option("--recordings", multiple=True, type=click.Path(path_type=Path), help="Your own recordings of the words.")
@click.option("--negatives", multiple=True, type=click.Path(path_type=Path), help="Your own sound without the words.")
@click.option(
    "--recipes", type=click.Path(path_type=Path), default=Path("recipes"), show_default=True, help="Where recipes go."
)
@click.option("--out", type=click.Path(path_type=Path), help="Where the run goes.  [default: runs/NAME]")
@cache_option
def command(
    words: tuple[str, ...],
    language: str,
    data: Path | None,
    effort: str,
    recordings: tuple[Path, ...],
    negatives: tuple[Path, ...],
    recipes: Path,
    out: Path | None,
    cache: Path,
) -> None:
    """Make a model that finds each WORD (or phrase), from no recordings of it.

    Writes recipes/NAME/recipe.toml, which you can read, change and train again; lets synthetic voices say the words and
    what sounds like them; trains; and leaves NAME.specnet with its report in OUT. The same command goes on with a
    training that was interrupted.

    Words are English unless --language says otherwise, written with all their accents and in their own letters.

    It needs no recordings, but learns from a folder of yours if there is one: --recordings, each with the word once (of
    several words, in folders named by them), and --negatives, what your microphone hears without them.

    \b
    Examples:
      specnet new "hey kitchen" --data DIR
      specnet new lights music --effort best --out runs/house
      specnet new computer --recordings mine/ --negatives television/ --data DIR
      specnet new --language es "buenos días" --data DIR
      specnet detect --model runs/hey-kitchen/hey-kitchen.specnet party.wav
    """
    from specnet.app.keyword.recipe import write_recipe

    with Display() as display:
        display.note("looking up how it is said, and what sounds like it")
        keyword = write_recipe(words, recipes, data, effort, recordings, negatives, language)
        for warning in keyword.warnings:
            display.note(f"warning: {warning}")
        display.note(f"{keyword.recipe}: written; change it and train it again with specnet train {keyword.recipe}")
        display.note(f"about {keyword.minutes:.0f} minutes on two cores, once {data or 'the data'} has been read")
        from specnet.app.train import train_model  # imports torch: a mistake is said before
        from specnet.train.loop import LAST
        from specnet.train.recipes import read_recipe

        out = out or Path("runs") / keyword.name
        model = train_model(
            read_recipe(keyword.recipe),
            data=data,
            out=out,
            cache=cache,
            observer=display,
            resume=(out / LAST).exists(),
        )
    click.echo(model)
