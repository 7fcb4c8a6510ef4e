"""gatepost check: pictures checked without the web."""

import json
import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from moderation.cli.permission import PERMITTED, check_permission

if TYPE_CHECKING:
    from moderation.services.files import Answer
    from moderation.services.looking import Lists
    from moderation.settings import Settings

_path = click.Path(path_type=Path)


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--roll", type=_path, help="CSV of names: id,forename,surname and optionally preferred_name,class,aliases,kind."
)
@click.option("--no-publish", type=_path, help="Folder with one subfolder of reference photos a person.")
@click.option("--permitted", is_flag=True, help=PERMITTED)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each picture.")
@click.option("--report", type=_path, metavar="FILE.html", help="Write a page with the boxes drawn, in one file.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Pictures checked at once.")
@click.pass_obj
def check(
    settings: "Settings",
    paths: tuple[str, ...],
    roll: Path | None,
    no_publish: Path | None,
    permitted: bool,
    as_json: bool,
    report: Path | None,
    jobs: int,
) -> None:
    """Check pictures for faces on a no-publish list and for names that can be read.

    Exit 0: all clear. 1: something to settle or to look at. 2: unusable arguments.
    """
    from moderation.rules.findings import Verdict
    from moderation.services import files
    from moderation.services.looking import Looker

    logging.getLogger().setLevel(logging.ERROR)
    looker = Looker()
    try:
        if report and (report.is_dir() or not report.parent.is_dir()):
            raise files.NotUsable(f"{report}: the report cannot be written there.")
        if no_publish and not permitted:
            check_permission(settings, no_publish)
        lists, problems = files.read_lists(roll, no_publish, looker, settings.own_nicknames())
    except files.NotUsable as error:
        _unusable(error)
    for option, what in ((roll, "--roll: no name of your own is"), (no_publish, "--no-publish: no face is")):
        if option is None:
            click.echo(f"gatepost check: without {what} looked for", err=True)
    for problem in problems:
        click.echo(f"gatepost check: {problem}", err=True)
    answers = []
    for answer in files.check_all(paths, looker, lists, jobs, previews=report is not None):
        click.echo(json.dumps(answer.as_json()) if as_json else "\n".join(_table(answer)))
        answers.append(answer)
    if report:
        _write(report, answers, lists, problems)
    sys.exit(0 if not problems and all(answer.verdict is Verdict.CLEAR for answer in answers) else 1)


def _write(path: Path, answers: "list[Answer]", lists: "Lists", problems: list[str]) -> None:
    from moderation.cli.report import Given, write
    from moderation.services.files import NotUsable

    names = None if lists.roll is None else len(lists.roll.entries)
    people = None if lists.gallery is None else len(lists.gallery)
    try:
        write(path, answers, Given(names, people, problems))
    except NotUsable as error:
        _unusable(error)


def _unusable(error: Exception) -> NoReturn:
    click.echo(f"gatepost check: {error}", err=True)
    sys.exit(2)


def _table(answer: "Answer") -> Iterable[str]:
    from moderation.services import files

    size = f"{answer.width} × {answer.height}" if answer.width else "not opened"
    yield f"{files.readable(answer.photo)}: {answer.verdict.upper()} ({size}, {answer.seconds:.1f} s)"
    for seen in answer.sightings:
        place = ",".join(map(str, seen.box)) if seen.box else ""
        yield f"  {seen.severity:5}  {seen.kind:15}  {seen.subject or '':10}  {place:22}  {seen.evidence}"
    if not answer.sightings:
        yield "  no match found (which does not prove that nobody is there)"
