"""Random register states × tags × channels × days agree with a plain oracle, every time: asked of the real database."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.db.models import Account, ConsentRule, DayExclusion, Permission, Person
from moderation.rules.consent import Giver, Medium, PersonKind, Purpose, Standard, Word
from moderation.rules.findings import Kind
from moderation.services import appearing
from moderation.services.appearing import Setting
from moderation.services.looking import Looker
from moderation.services.work import Work
from tests.builders import open_school
from tests.in_full import often

EXAMPLES = often(200, 2_000)
pytestmark = pytest.mark.long
# Every kind of place, and one of them twice: a word about one account says nothing about the other.
CHANNELS = (
    ("Facebook", Medium.SOCIAL),
    ("Instagram", Medium.SOCIAL),
    ("Website", Medium.WEBSITE),
    ("Newsletter", Medium.NEWSLETTER),
    ("Gazette", Medium.PRESS),
)
KEYS = ("R1", "R2", "R3")
offsets = st.integers(-45, 45)
maybe = st.none() | offsets


@dataclass(frozen=True)
class Said:
    """One word about somebody; days count from today, `account` is a place in CHANNELS."""

    word: Word
    giver: Giver
    starts: int
    lasts: int | None
    withdrawn: int | None
    purpose: Purpose | None
    medium: Medium | None
    account: int | None


@dataclass(frozen=True)
class Somebody:
    kind: PersonKind
    no_publish: bool
    left: bool
    protected: int | None
    said: tuple[Said, ...]
    out: frozenset[int]


@dataclass(frozen=True)
class State:
    """A register, what its school asks for, and one post with everybody tagged; asked on several days."""

    people: tuple[Somebody, ...]
    pupils: dict[Medium, Standard]
    adults: dict[Medium, Standard]
    months: int | None
    channels: frozenset[int]
    purpose: Purpose
    taken: int | None
    days: frozenset[int]


word = st.builds(
    Said,
    st.sampled_from([Word.GRANTED, Word.GRANTED, Word.GRANTED, Word.REFUSED]),
    st.sampled_from(Giver),
    offsets,
    st.none() | st.integers(0, 60),
    st.none() | st.none() | offsets,
    st.none() | st.sampled_from(Purpose),
    st.none() | st.sampled_from(Medium),
    st.none() | st.integers(0, len(CHANNELS) - 1),
)
somebody = st.builds(
    Somebody,
    st.sampled_from(PersonKind),
    st.sampled_from([False, False, False, True]),
    st.booleans(),
    maybe,
    st.lists(word, max_size=4).map(tuple),
    st.frozensets(offsets, max_size=2),
)
states = st.builds(
    State,
    st.tuples(*[somebody] * len(KEYS)),
    st.dictionaries(st.sampled_from(Medium), st.sampled_from(Standard)),
    st.dictionaries(
        st.sampled_from(Medium), st.sampled_from([one for one in Standard if one is not Standard.UNRECOGNISABLE])
    ),
    st.none() | st.integers(1, 2),
    st.frozensets(st.integers(0, len(CHANNELS) - 1), min_size=1),
    st.sampled_from(Purpose),
    maybe,
    st.frozensets(offsets, min_size=2, max_size=4),
)


def month_later(day: date, months: int) -> date:
    """The same number on the wall calendar; a short month's last day where it has no such number."""
    first = day.replace(day=1)
    for _ in range(months):
        first = (first + timedelta(days=31)).replace(day=1)
    for number in range(day.day, 0, -1):
        try:
            return first.replace(day=number)
        except ValueError:
            continue
    raise AssertionError


def may(one: Somebody, state: State, channel: int, today: date, asked: int) -> bool:
    """The policy, read slowly by somebody who knows nothing of the program."""
    medium = CHANNELS[channel][1]
    yes, no = False, False
    for said in one.said:
        starts = today + timedelta(days=said.starts)
        day = today + timedelta(days=asked)
        if day < starts:
            continue
        if said.lasts is not None and day > starts + timedelta(days=said.lasts):
            continue
        if said.withdrawn is not None and asked >= said.withdrawn:
            continue
        if said.word == "granted" and state.months and day >= month_later(starts, state.months):
            continue
        if said.purpose not in (None, state.purpose) or said.medium not in (None, medium):
            continue
        if said.account not in (None, channel):
            continue
        if said.word == "refused":
            no = True
        elif said.giver == "the adult" or (one.kind == "pupil" and said.giver in ("parent 1", "parent 2")):
            yes = True
    if one.no_publish or no or asked in one.out or state.taken in one.out:
        return False
    rule = (state.pupils if is_child(one, asked) else state.adults).get(medium, "permission needed")
    return {"not at all": False, "non-identifiable only": False, "permission needed": yes, "list only": True}[str(rule)]


def is_child(one: Somebody, asked: int) -> bool:
    grown_up = one.left and one.protected is not None and asked > one.protected
    return one.kind == "pupil" and not grown_up


def written(work: Work, people: list[Person], accounts: list[Account], state: State) -> None:
    """The state as rows of the database."""

    def on(days: int | None) -> date | None:
        return None if days is None else work.today + timedelta(days=days)

    session: Session = work.session
    work.register_version.permission_months = state.months
    for medium in Medium:
        if medium in state.pupils or medium in state.adults:
            pupils = state.pupils.get(medium, Standard.PERMISSION)
            session.add(ConsentRule(medium=medium, pupils=pupils, adults=state.adults.get(medium, Standard.PERMISSION)))
    for person, one in zip(people, state.people, strict=True):
        person.kind, person.no_publish, person.protected_until = one.kind, one.no_publish, on(one.protected)
        person.left_at = work.now if one.left else None
        for said in one.said:
            session.add(
                Permission(
                    person_id=person.id,
                    word=said.word,
                    giver=said.giver,
                    purpose=said.purpose,
                    medium=said.medium,
                    account_id=None if said.account is None else accounts[said.account].id,
                    starts=on(said.starts),
                    until=None if said.lasts is None else on(said.starts + said.lasts),
                    withdrawn_on=on(said.withdrawn),
                    recorded_at=work.now,
                )
            )
        session.add_all(DayExclusion(person_id=person.id, day=on(day), recorded_at=work.now) for day in one.out)
    session.flush()


def test_every_random_register_answers_for_every_channel_and_day_as_the_oracle_does(
    tmp_path: Path, looker: Looker
) -> None:
    school = open_school(tmp_path / "instance", looker)
    for key in KEYS:
        school.person(key, f"Name{key}", "Random")
    counted = {"examples": 0, "answers": 0, "yes": 0}
    with school.parts.work() as work:
        accounts = [school.add_account(work, name, "of the register", kind) for name, kind in CHANNELS]
        people = list(work.session.scalars(select(Person).where(Person.key.in_(KEYS)).order_by(Person.id)))

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(states)
        def agrees(state: State) -> None:
            with work.session.begin_nested() as undone:
                written(work, people, accounts, state)
                for asked in sorted(state.days):
                    counted["answers"] += on_a_day(work, people, accounts, state, asked, counted)
                undone.rollback()
            work.session.expire_all()
            counted["examples"] += 1

        agrees()
    print(f"\n{counted['examples']:,} random registers, {counted['answers']:,} answers: {counted['yes']:,} say yes")
    assert counted["examples"] >= EXAMPLES and counted["yes"] > counted["answers"] / 20


def on_a_day(
    work: Work, people: list[Person], accounts: list[Account], state: State, asked: int, counted: dict[str, int]
) -> int:
    """How many answers were compared; the answers for each channel, and the flags of a post that goes to them."""
    day = replace(work, now=work.now + timedelta(days=asked))
    if (day.today - work.today).days != asked:
        return 0  # the clock is turned that night; another day of this register is asked anyway
    channels = sorted(state.channels)
    taken = None if state.taken is None else work.today + timedelta(days=state.taken)
    standings = appearing.of_people(day, people, Setting([accounts[n] for n in channels], state.purpose, taken))
    right = [[may(one, state, n, work.today, asked) for n in channels] for one in state.people]
    assert [[answer.may for _, answer in standing.answers] for standing in standings] == right
    flags = {int(seen.subject or 0): seen.kind for seen in appearing.sightings(standings)}
    assert flags == {
        person.id: Kind.TAG_PUPIL if shown_never(one, state, channels, asked) else Kind.TAG_REFUSED
        for person, one, answers in zip(people, state.people, right, strict=True)
        if not all(answers)
    }
    counted["yes"] += sum(map(sum, right))
    return sum(map(len, right))


def shown_never(one: Somebody, state: State, channels: list[int], asked: int) -> bool:
    return is_child(one, asked) and any(state.pupils.get(CHANNELS[n][1]) == "not at all" for n in channels)
