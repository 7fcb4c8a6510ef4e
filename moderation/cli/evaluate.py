"""gatepost evaluate: how good the checks are on labelled pictures of one's own."""

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli.evaluate_names import names
from moderation.cli.figures import percent, watch
from moderation.cli.permission import PERMITTED, check_permission

if TYPE_CHECKING:
    from moderation.rules.measuring import Figures, Measured
    from moderation.settings import Settings

_path = click.Path(path_type=Path)


@click.group()
def evaluate() -> None:
    """Measure the checks on labelled pictures."""


evaluate.add_command(names)


@evaluate.command()
@click.argument("folder", type=_path)
@click.option("--json", "as_json", is_flag=True, help="The same figures as one JSON object.")
@click.option("--plot", "plot_to", type=_path, metavar="FILE.png", help="Draw misses against false alarms.")
@click.option("--smaller", is_flag=True, help="Look at each picture made smaller, too: what becomes of small faces.")
@click.option("--figures", "keep_in", type=_path, metavar="FILE.json", help="Keep the figures for the page “Faces”.")
@click.option("--wider", type=float, help="The setting in force, such as 0.02 (default: the school's own).")
@click.option("--permitted", is_flag=True, help=PERMITTED)
@click.pass_obj
def faces(
    settings: "Settings",
    folder: Path,
    permitted: bool,
    as_json: bool,
    plot_to: Path | None,
    smaller: bool,
    keep_in: Path | None,
    wider: float | None,
) -> None:
    """Measure the face check on FOLDER: one subfolder a person, pictures of that person in it.

    Exit 0: measured. 2: nothing could be measured, or unusable arguments.
    """
    from moderation.rules.measuring import advise
    from moderation.services import evaluation, face_figures, plots
    from moderation.services.files import NotUsable
    from moderation.services.looking import Looker

    logging.getLogger().setLevel(logging.ERROR)
    try:
        if not permitted:
            check_permission(settings, folder)
        now = _setting(settings, wider)
        if plot_to:
            plots.check_plot(plot_to)
        shown, problems = evaluation.read(folder, Looker(), watch, smaller)
        for problem in problems:
            click.echo(f"gatepost evaluate: {problem}", err=True)
        measured = evaluation.measure(shown)
        pictures = sum(not one.smaller for one in shown)
        if plot_to:
            plots.plot(measured, plot_to, now)
        if keep_in:
            face_figures.keep(keep_in, measured, pictures, datetime.now(UTC).date())
    except NotUsable as error:
        click.echo(f"gatepost evaluate: {error}", err=True)
        sys.exit(2)
    people, advice = len({one.person for one in shown}), advise(measured, now)
    if as_json:
        counted = {"people": people, "pictures": pictures, "not_used": problems}
        in_force = {"wider": now, **face_figures.in_force()}
        figures = {"measured": [asdict(one) for one in measured], "suggestion": asdict(advice)}
        click.echo(json.dumps({**counted, "in_force": in_force, **figures}, ensure_ascii=False))
        return
    click.echo(f"{people} people, {pictures} pictures measured, {len(problems)} not used.")
    for one in measured:
        click.echo("\n".join(_told(one, now)))
    click.echo(f"\nSuggestion: {advice.words}")


def _setting(settings: "Settings", wider: float | None) -> float:
    """One of STEPS: as given, else what the school of this instance has set, else as it comes. Raises NotUsable."""
    from sqlalchemy.exc import SQLAlchemyError

    from moderation.rules.measuring import STEPS
    from moderation.services.enrolment import face_rules
    from moderation.services.files import NotUsable
    from moderation.wiring import NotSetUp, wire

    if wider is None:
        try:
            with wire(settings).reading() as work:
                wider = face_rules(work).wider
        except NotSetUp:
            wider = 0.0
        except SQLAlchemyError as error:
            raise NotUsable("The school's setting cannot be read; give it with --wider.") from error
    if wider not in STEPS:
        raise NotUsable(f"--wider: it can be set to {', '.join(f'{step:+.2f}' for step in STEPS)}.")
    return wider


def _told(one: "Measured", now: float) -> Iterator[str]:
    from moderation.rules import faces as limits
    from moderation.rules.measuring import in_words, photos

    at = min(one.references, len(limits.MATCH)) - 1
    yield ""
    yield f"With {photos(one.references)} a person"
    yield f"  {one.people} people took a turn, at most {one.longest} at once: a longer list has more false alarms."
    yield f"  In force: a match up to {limits.MATCH[at] + now:.3f}, possible up to {limits.POSSIBLE[at] + now:.3f},"
    yield f"  up to {limits.WIDEN} more for a face seen badly; below {limits.HEIGHT[1]} px it is always unclear."
    yield ""
    yield f"  {'limits':18}{HEAD}"
    for row in one.rows:
        yield f"  {f'{row.wider:+.2f}' + (' in force' if row.wider == now else ''):18}{_cells(row)}"
    yield ""
    yield f"  {'face height':18}{HEAD}"
    step = [row.wider for row in one.rows].index(now)
    sizes = {size: rows[step] for size, rows in one.sizes.items()}
    for size, row in sizes.items():
        yield f"  {size:18}{_cells(row)}"
    yield ""
    for size, row in sizes.items():
        yield f"  {in_words(size, row)}"


HEAD = f"{'pictures':>9}{'missed':>9}{'unclear':>9}   |{'others':>7}{'match':>9}{'possible':>10}{'unclear':>9}"


def _cells(row: "Figures") -> str:
    ours = f"{row.listed:9}{percent(row.missed):>9}{percent(row.unclear):>9}"
    others = f"{percent(row.false_match):>9}{percent(row.false_possible):>10}{percent(row.others_unclear):>9}"
    return f"{ours}   |{row.others:7}{others}"
