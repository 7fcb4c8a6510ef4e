"""What posts hold about one person: where they are tagged or found, what was taken down, what was done."""

import json
from collections.abc import Iterable

from sqlalchemy import select

from moderation.db.models import AuditRow, Finding, Person, Post, Publication, Scan, Tag, Takedown
from moderation.rules.language import N_, gettext
from moderation.rules.plain_words import DONE_WITH_RECORDS, KINDS, STATES
from moderation.services.held_words import Row, Table, on, when, yes
from moderation.services.hiding import Names
from moderation.services.work import Work


def posts_of(work: Work, person_id: int) -> list[Post]:
    """Posts in which they are tagged or a check pointed at them, whatever was said about it."""
    tagged = select(Tag.post_id).where(Tag.person_id == person_id)
    found = select(Scan.post_id).join(Finding).where(Finding.person_id == person_id)
    return list(work.session.scalars(select(Post).where(Post.id.in_(tagged.union(found))).order_by(Post.id)))


def posts(work: Work, person: Person, names: Names) -> Table:
    tagged = set(work.session.scalars(select(Tag.post_id).where(Tag.person_id == person.id)))
    rows = (_post(work, post, post.id in tagged, names) for post in posts_of(work, person.id))
    headings = (
        gettext("Post"), gettext("State"), gettext("Begun"), gettext("Day of the photos"), gettext("Tagged"),
        gettext("Accounts"), gettext("Links"), gettext("Words"), gettext("Descriptions"),
    )  # fmt: skip
    return Table(gettext("Posts"), headings, tuple(rows))


def _post(work: Work, post: Post, tagged: bool, names: Names) -> Row:
    links = work.session.scalars(select(Publication.link).where(Publication.post_id == post.id))
    return (
        str(post.id),
        gettext(STATES[post.state]),
        when(work, post.created_at),
        on(post.taken_on),
        yes(tagged),
        ", ".join(account.title for account in post.accounts),
        " ".join(names.hidden(link) for link in links),
        names.hidden(post.words_out),
        " · ".join(names.hidden(photo.alt_text) for photo in post.photos),
    )


def findings(work: Work, person: Person, names: Names) -> Table:
    question = select(Finding, Scan).join(Scan).where(Finding.person_id == person.id).order_by(Finding.id)
    rows = (
        (
            str(scan.post_id),
            when(work, scan.ended_at),
            gettext(KINDS[finding.kind]),
            names.hidden(finding.evidence),
            gettext(finding.resolution) if finding.resolution else "",
            names.hidden(finding.reason),
        )
        for finding, scan in work.session.execute(question)
    )
    headings = (
        gettext("Post"), gettext("Looked at"), gettext("What the check saw"), gettext("Why"),
        gettext("A person’s word"), gettext("Reason"),
    )  # fmt: skip
    return Table(gettext("What the checks pointed at"), headings, tuple(rows))


def takedowns(work: Work, person: Person, names: Names) -> Table:
    question = select(Takedown).where(Takedown.person_id == person.id).order_by(Takedown.id)
    rows = (
        (
            str(row.publication.post_id),
            when(work, row.opened_at),
            gettext(row.reason),
            gettext(row.end) if row.end else "",
            when(work, row.ended_at),
            names.hidden(row.proof),
        )
        for row in work.session.scalars(question)
    )
    headings = (
        gettext("Post"), gettext("Opened"), gettext("Why"), gettext("How it ended"), gettext("When"), gettext("Proof"),
    )  # fmt: skip
    return Table(gettext("Taken down, or to be"), headings, tuple(rows))


def history(work: Work, person: Person, names: Names) -> Table:
    rows = (
        (
            when(work, row.at),
            gettext(DONE_WITH_RECORDS.get(row.action, row.action)),
            gettext(row.actor.role if row.actor else N_("the program")),
            names.hidden(row.reason),
        )
        for row in _audit_rows(work, person.id)
    )
    headings = (gettext("When"), gettext("What"), gettext("By"), gettext("Reason"))
    return Table(gettext("What was done with these records"), headings, tuple(rows))


def _audit_rows(work: Work, person_id: int) -> Iterable[AuditRow]:
    question = select(AuditRow).where(AuditRow.detail.contains(str(person_id))).order_by(AuditRow.number)
    for row in work.session.scalars(question):
        detail = json.loads(row.detail)
        if detail.get("person") == person_id or person_id in [*detail.get("added", ()), *detail.get("taken", ())]:
            yield row
