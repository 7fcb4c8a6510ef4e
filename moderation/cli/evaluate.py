"""gatepost evaluate: how good the checks are on labelled pictures of one's own."""

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from moderation.rules.measuring import Figures, Share
    from moderation.services.evaluation import Measured

_path = click.Path(path_type=Path)


@click.group()
def evaluate() -> None:
    """Measure the checks on labelled pictures."""


@evaluate.command()
@click.argument("folder", type=_path)
@click.option("--json", "as_json", is_flag=True, help="The same figures as one JSON object.")
@click.option("--plot", "plot_to", type=_path, metavar="FILE.png", help="Draw misses against false alarms.")
def faces(folder: Path, as_json: bool, plot_to: Path | None) -> None:
    """Measure the face check on FOLDER: one subfolder a person, pictures of that person in it.

    Exit 0: measured. 2: nothing could be measured, or unusable arguments.
    """
    from moderation.services import evaluation, plots
    from moderation.services.files import NotUsable
    from moderation.services.looking import Looker

    logging.getLogger().setLevel(logging.ERROR)
    try:
        if plot_to:
            plots.check_plot(plot_to)
        shown, problems = evaluation.read(folder, Looker(), _watch)
        for problem in problems:
            click.echo(f"gatepost evaluate: {problem}", err=True)
        measured = evaluation.measure(shown)
        if plot_to:
            plots.plot(measured, plot_to)
    except NotUsable as error:
        click.echo(f"gatepost evaluate: {error}", err=True)
        sys.exit(2)
    people = len({one.person for one in shown})
    if as_json:
        counted = {"people": people, "pictures": len(shown), "not_used": problems, "in_force": _in_force()}
        click.echo(json.dumps({**counted, "measured": [asdict(one) for one in measured]}, ensure_ascii=False))
        return
    click.echo(f"{people} people, {len(shown)} pictures measured, {len(problems)} not used.")
    for one in measured:
        click.echo("\n".join(_told(one)))


def _watch(done: int, of: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\rpicture {done} of {of}", nl=done == of, err=True)


def _in_force() -> dict[str, object]:
    """The numbers that `gatepost check` and the workers judge by; those in lists go by the number of references."""
    from moderation.rules import faces as limits

    return {
        "match": limits.MATCH,
        "possible": limits.POSSIBLE,
        "widen": limits.WIDEN,
        "height": limits.HEIGHT,
        "sharpness": limits.SHARPNESS,
        "sureness": limits.SURENESS,
    }


def _told(one: "Measured") -> Iterator[str]:
    from moderation.rules import faces as limits
    from moderation.rules.measuring import in_words

    at = min(one.references, len(limits.MATCH)) - 1
    yield ""
    yield f"With {one.references} reference photo{'s' if one.references > 1 else ''} a person"
    yield f"  {one.people} people took a turn, at most {one.longest} at once: a longer list has more false alarms."
    yield f"  In force: a match up to {limits.MATCH[at]}, possible up to {limits.POSSIBLE[at]},"
    yield f"  up to {limits.WIDEN} more for a face seen badly; below {limits.HEIGHT[1]} px it is always unclear."
    yield ""
    yield f"  {'limits':18}{HEAD}"
    for row in one.rows:
        yield f"  {'in force' if row.wider == 0 else f'{row.wider:+.2f}':18}{_cells(row)}"
    yield ""
    yield f"  {'face height':18}{HEAD}"
    now = [row.wider for row in one.rows].index(0.0)
    sizes = {size: rows[now] for size, rows in one.sizes.items()}
    for size, row in sizes.items():
        yield f"  {size:18}{_cells(row)}"
    yield ""
    for size, row in sizes.items():
        yield f"  {in_words(size, row)}"
    yield ""
    yield f"  Suggestion: {one.advice.words}"


HEAD = f"{'pictures':>9}{'missed':>9}{'unclear':>9}   |{'others':>7}{'match':>9}{'possible':>10}{'unclear':>9}"


def _cells(row: "Figures") -> str:
    ours = f"{row.listed:9}{_percent(row.missed):>9}{_percent(row.unclear):>9}"
    others = f"{_percent(row.false_match):>9}{_percent(row.false_possible):>10}{_percent(row.others_unclear):>9}"
    return f"{ours}   |{row.others:7}{others}"


def _percent(share: "Share | None") -> str:
    return "–" if share is None else f"{share.rate:.1%}"
