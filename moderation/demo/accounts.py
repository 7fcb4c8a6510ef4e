"""The demonstration school's accounts: those its posts go to, with complete cases, and one in each other standing."""

from datetime import timedelta

from sqlalchemy import delete

from moderation.db.models import Account, NewsRow
from moderation.rules.connecting import Kind
from moderation.rules.consent import Medium
from moderation.rules.roles import Actor, Role
from moderation.rules.telling import News
from moderation.services import accounts, connections
from moderation.services.accounts import CaseForm, Consent, Credentials, Place
from moderation.services.work import Work

People = dict[Role, Actor]

IN_USE = (
    Place("Facebook", "Oakfield Primary"),
    Place("Instagram", "@oakfieldprimary"),
    Place("School website", "News page", Medium.WEBSITE),
)
APPLIED, APPROVED, BLOCKED, CLOSED = (
    Place("Bluesky", "oakfield.example"),
    Place("YouTube", "Oakfield Primary"),
    Place("X", "@oakfieldsport"),
    Place("Mastodon", "@oakfield@school.example"),
)
NAMED = (Role.ASSISTANT_HEAD, Role.RESOURCES_MANAGER)


def fill(work: Work, people: People) -> None:
    for place in IN_USE:
        account = put_in_use(work, people, place)
        if place.medium is Medium.WEBSITE:
            connections.connect(work, people[Role.ADMINISTRATOR], account.id, connections.Form(Kind.FEED), "")
    apply(work, people, APPLIED)
    _approved(work, people, APPROVED)
    blocked = put_in_use(work, people, BLOCKED)
    accounts.block(work, people[Role.ADMINISTRATOR], blocked.id, "Somebody else posted there; the password is changed.")
    closed = apply(work, people, CLOSED)
    reason = "Few of our families are there. Let us do the others well."
    accounts.refuse(work, people[Role.HEADTEACHER], closed.id, reason)


def apply(work: Work, people: People, place: Place) -> Account:
    """A complete case, by the teacher."""
    form = CaseForm(
        aim="Showing families what our children learn, and celebrating their work.",
        audience="Families of our pupils, and those who think of joining us.",
        promotion="A line in the newsletter and a link on the website.",
        people=tuple(people[role].id or 0 for role in NAMED),
        is_open=True,
        minimum_age=0 if place.medium is Medium.WEBSITE else 13,
        uses_logo=True,
    )
    return accounts.apply(work, people[Role.TEACHER], place, form)


def _approved(work: Work, people: People, place: Place) -> Account:
    account = apply(work, people, place)
    accounts.consent(work, people[Role.HEADTEACHER], account.id, Consent(logo_allowed=True))
    return account


def put_in_use(work: Work, people: People, place: Place) -> Account:
    """The whole way: applied for, approved by the headteacher, credentials recorded."""
    account = _approved(work, people, place)
    changed_on = work.today - timedelta(days=20)
    held = Credentials(
        "The school’s password manager, folder Publicity", people[Role.RESOURCES_MANAGER].id, changed_on, True
    )
    accounts.record(work, people[Role.RESOURCES_MANAGER], account.id, held)
    told = (News.ACCOUNT_WAITS, News.ACCOUNT_DECIDED)  # all that was long before the first day
    work.session.execute(delete(NewsRow).where(NewsRow.news.in_(told), NewsRow.about == account.id))
    return account
