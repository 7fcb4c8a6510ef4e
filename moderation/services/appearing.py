"""Whether people may appear where a post goes: the register asked, by the rules of permission."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from moderation.db.models import Account, ConsentRule, DayExclusion, Permission, Person, Post, Tag
from moderation.rules.consent import (
    Answer,
    Because,
    Facts,
    Occasion,
    Purpose,
    Record,
    Standard,
    Standards,
    may_appear,
)
from moderation.rules.digest import people_digest
from moderation.rules.findings import Detector, Kind, Sighting
from moderation.rules.language import Language, gettext, speaking
from moderation.services.work import Work


@dataclass(frozen=True)
class Standing:
    """One person and the answer for each account."""

    person: Person
    answers: tuple[tuple[Account, Answer], ...]
    never: bool = False  # a pupil, and somewhere the school shows none at all

    @property
    def refused(self) -> list[Account]:
        return [account for account, answer in self.answers if not answer.may]

    @property
    def nowhere(self) -> bool:
        """No account on which they may appear. Where there is no account, nobody may."""
        return len(self.refused) == len(self.answers)

    @property
    def said(self) -> str:
        """For any member of staff: whether they may appear and where, never why."""
        if self.answers and all(answer.because is Because.UNRECOGNISABLE for _, answer in self.answers):
            return gettext("must not be recognisable")
        if self.nowhere:
            return gettext("must not appear")
        if self.refused:
            accounts = ", ".join(account.title for account in self.refused)
            return gettext("must not appear on {accounts}").format(accounts=accounts)
        return gettext("may appear")


@dataclass(frozen=True)
class Setting:
    """Where it goes, what for, and the day of the photos if it is another one than today."""

    accounts: Sequence[Account]
    purpose: Purpose = Purpose.NEWS
    taken: date | None = None


def tagged(work: Work, post: Post) -> list[Person]:
    """Who is in the post, as its author says."""
    return list(work.once("tagged", post.id, lambda: _tagged(work, post.id)))


def _tagged(work: Work, post_id: int) -> Sequence[Person]:
    question = select(Person).join(Tag, Tag.person_id == Person.id).where(Tag.post_id == post_id)
    question = question.order_by(Person.class_name, Person.surname, Person.forename, Person.id)
    return work.session.scalars(question).all()


def of_post(work: Work, post: Post) -> list[Standing]:
    """Everybody who is tagged, with today's answers for the accounts of the post."""
    return of_people(work, tagged(work, post), setting_of(post))


def setting_of(post: Post) -> Setting:
    return Setting(tuple(post.accounts), post.purpose, post.taken_on)


def of_people(work: Work, people: Sequence[Person], setting: Setting) -> list[Standing]:
    """Today's answers for these people, in a constant number of queries."""
    if not people:
        return []
    ids = [person.id for person in people]
    known, days = work.once("words of", tuple(ids), lambda: words_of(work, ids))
    standards = school_standards(work)
    occasions = _occasions(work, setting)
    return [
        Standing(
            person,
            tuple(
                (account, may_appear(facts(person), known[person.id], days[person.id], occasion, standards))
                for account, occasion in occasions
            ),
            any(_never(facts(person), occasion, standards) for _, occasion in occasions),
        )
        for person in people
    ]


def _never(who: Facts, occasion: Occasion, standards: Standards) -> bool:
    return who.is_child_here(occasion.day) and standards.of(who, occasion) is Standard.NEVER


def _occasions(work: Work, setting: Setting) -> list[tuple[Account, Occasion]]:
    return [
        (account, Occasion(account.medium, account.id, setting.purpose, work.today, setting.taken))
        for account in setting.accounts
    ]


def facts(person: Person) -> Facts:
    return Facts(person.kind, person.no_publish, person.left_at is not None, person.protected_until)


def words_of(work: Work, ids: Sequence[int]) -> tuple[dict[int, list[Record]], dict[int, set[date]]]:
    """Permissions and refusals, and the days on which they asked to be left out; by person."""
    return records(work, ids), _days(work, ids)


def records(work: Work, ids: Sequence[int]) -> dict[int, list[Record]]:
    """All permissions and refusals of these people, by person."""
    found: dict[int, list[Record]] = defaultdict(list)
    for row in work.session.scalars(select(Permission).where(Permission.person_id.in_(ids)).order_by(Permission.id)):
        found[row.person_id].append(record_of(row))
    return found


def record_of(row: Permission) -> Record:
    return Record(
        word=row.word,
        giver=row.giver,
        starts=row.starts,
        until=row.until,
        withdrawn_on=row.withdrawn_on,
        purpose=row.purpose,
        medium=row.medium,
        account=row.account_id,
        id=row.id,
    )


def _days(work: Work, ids: Sequence[int]) -> dict[int, set[date]]:
    found: dict[int, set[date]] = defaultdict(set)
    for row in work.session.scalars(select(DayExclusion).where(DayExclusion.person_id.in_(ids))):
        found[row.person_id].add(row.day)
    return found


def school_standards(work: Work) -> Standards:
    return work.once("standards", None, lambda: _standards(work))


def _standards(work: Work) -> Standards:
    rules = work.session.scalars(select(ConsentRule)).all()
    pupils = {rule.medium: rule.pupils for rule in rules}
    adults = {rule.medium: rule.adults for rule in rules}
    return Standards(pupils, adults, work.register_version.permission_months)


def rule_for_pupils(work: Work, post: Post) -> Standard | None:
    """The rule that makes every face in the pictures of this post a flag; None if there is no such rule for it."""
    if not post.photos:
        return None
    rule = school_standards(work).of_pupils(account.medium for account in post.accounts)
    return rule if rule in (Standard.NEVER, Standard.UNRECOGNISABLE) else None


def digest_of(post: Post, standings: Sequence[Standing]) -> str:
    """What the check of the people is bound to: pictures, who is tagged, and each answer. Nobody tagged: nothing."""
    if not standings:
        return ""
    answers = tuple(
        (standing.person.id, tuple((account.id, answer.may) for account, answer in standing.answers))
        for standing in standings
    )
    never = tuple(standing.person.id for standing in standings if standing.never)
    return people_digest(tuple(photo.media_key for photo in post.photos), answers, never)


def sightings(standings: Sequence[Standing]) -> list[Sighting]:
    """One for each tagged person who may not appear everywhere where the post goes. Without accounts: nowhere."""
    with speaking(Language.ENGLISH):  # it is kept
        return [
            Sighting(
                Detector.TAGS,
                Kind.TAG_PUPIL if standing.never else Kind.TAG_REFUSED,
                subject=str(standing.person.id),
                evidence=f"{standing.said[0].upper()}{standing.said[1:]}.",
            )
            for standing in standings
            if standing.refused or standing.nowhere
        ]


def relied_on(standings: Sequence[Standing]) -> list[int]:
    """The ids of the permissions that these answers rest on: evidence for an approval."""
    return sorted({a.record for standing in standings for _, a in standing.answers if a.record is not None})
