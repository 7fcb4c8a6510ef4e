"""gatepost evaluate names: how many names in labelled pictures are pointed at."""

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli.figures import percent, watch

if TYPE_CHECKING:
    from moderation.rules.measuring import Share
    from moderation.rules.measuring_names import Measured, Tally
    from moderation.settings import Settings

_path = click.Path(path_type=Path)
HEAD = f"{'names':>9}{'found':>9}{'possible':>10}{'missed':>9}   likely missed"


@click.command()
@click.argument("labels", type=_path, metavar="LABELS.jsonl")
@click.option(
    "--roll", type=_path, required=True, metavar="ROLL.csv", help="The roll that the names are looked for of."
)
@click.option("--json", "as_json", is_flag=True, help="The same figures as one JSON object.")
@click.pass_obj
def names(settings: "Settings", labels: Path, roll: Path, as_json: bool) -> None:
    """Measure the check for names: LABELS.jsonl says which names can be read where in which picture.

    Exit 0: measured. 2: nothing could be measured, or unusable arguments.
    """
    from moderation.rules.measuring_names import measure
    from moderation.services import name_evaluation as evaluation
    from moderation.services.files import NotUsable, read_roll
    from moderation.services.looking import Lists, Looker

    logging.getLogger().setLevel(logging.ERROR)
    try:
        lists = Lists(read_roll(roll, settings.own_nicknames()), None)
        pictures, problems = evaluation.look(evaluation.read_labels(labels), Looker(), lists, watch)
    except NotUsable as error:
        click.echo(f"gatepost evaluate: {error}", err=True)
        sys.exit(2)
    for problem in problems:
        click.echo(f"gatepost evaluate: {problem}", err=True)
    measured = measure(pictures)
    if as_json:
        click.echo(json.dumps({"not_used": problems, **asdict(measured)}, ensure_ascii=False))
        return
    click.echo("\n".join(_told(measured, len(problems))))


def _told(measured: "Measured", unused: int) -> Iterator[str]:
    yield f"{measured.pictures} pictures measured, {measured.clean} of them without names, {unused} not used."
    yield ""
    yield f"  {'':18}{HEAD}"
    yield _row("all", measured.all)
    for title, rows in (("kind", measured.by_kind), ("height", measured.by_height)):
        yield ""
        yield f"  {title}"
        for name, tally in rows.items():
            yield _row(name, tally)
    yield ""
    yield f"  Pictures with names in which at least one is pointed at: {_likely(measured.reached)}"
    yield f"  Pictures without names that are alarmed: {_likely(measured.false_alarms)}"
    yield f"  Seconds a picture, the check for names alone: {measured.seconds:.2f}"


def _row(name: str, tally: "Tally") -> str:
    cells = f"{percent(tally.found):>9}{percent(tally.possible):>10}{percent(tally.missed):>9}"
    low, high = (tally.missed.low, tally.missed.high) if tally.missed else (0.0, 1.0)
    return f"  {name:18}{tally.names:9}{cells}   {low:.0%} to {high:.0%}"


def _likely(share: "Share | None") -> str:
    return "there are none" if share is None else f"{share.rate:.1%} (likely {share.low:.0%} to {share.high:.0%})"
