"""May this person appear? The rule agrees with a plain oracle, and half-empty data never allows anything."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.rules.consent import (
    Answer,
    Because,
    Facts,
    Giver,
    Medium,
    Occasion,
    PersonKind,
    Purpose,
    Record,
    Standard,
    Standards,
    Word,
    may_appear,
)
from tests.in_full import often

MANY = settings(max_examples=often(300, 2500), deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAY = date(2026, 6, 10)
pytestmark = pytest.mark.long
near = st.integers(-3, 3).map(lambda days: DAY + timedelta(days=days))
lately = st.integers(-70, 3).map(lambda days: DAY + timedelta(days=days))
maybe_near = st.none() | near
records = st.builds(
    Record,
    word=st.sampled_from(Word),
    giver=st.sampled_from(Giver),
    starts=near | lately,
    until=maybe_near,
    withdrawn_on=maybe_near,
    purpose=st.none() | st.sampled_from(Purpose),
    medium=st.none() | st.sampled_from(Medium),
    account=st.none() | st.integers(1, 2),
)
people = st.builds(Facts, st.sampled_from(PersonKind), st.booleans(), st.booleans(), maybe_near)
occasions = st.builds(
    Occasion, st.sampled_from(Medium), st.none() | st.integers(1, 2), st.sampled_from(Purpose), near, maybe_near
)
by_medium = st.dictionaries(st.sampled_from(Medium), st.sampled_from(Standard))
schools = st.builds(Standards, by_medium, by_medium, st.none() | st.integers(0, 2))
histories = st.lists(records, max_size=5)
days = st.sets(near, max_size=2)


def whole_months(day: date, months: int) -> date:
    """Day by day, as on a wall calendar: the same number so many months on, or the last day of a shorter month."""
    month = day.replace(day=1)
    for _ in range(months):
        month = (month + timedelta(days=31)).replace(day=1)
    inside = [month + timedelta(days=n) for n in range(31) if (month + timedelta(days=n)).month == month.month]
    return inside[min(day.day, len(inside)) - 1]


def oracle(facts: Facts, said: list[Record], out: set[date], when: Occasion, school: Standards) -> bool:
    """The policy in plain words, as slowly as one likes: every reason against, then every reason for."""
    in_force = []
    for record in said:
        last = min(record.until or date.max, (record.withdrawn_on or date.max) - timedelta(days=1))
        if school.months is not None and record.word == "granted":
            last = min(last, whole_months(record.starts, school.months) - timedelta(days=1))
        about_here = record.medium is None or record.medium == when.medium
        about_account = record.account is None or record.account == when.account
        about_this = record.purpose is None or record.purpose == when.purpose
        if record.starts <= when.day <= last and about_here and about_account and about_this:
            in_force.append(record)
    grown_up = facts.left and facts.protected_until is not None and when.day > facts.protected_until
    as_pupil = facts.kind == "pupil" and not grown_up
    standard = (school.pupils if as_pupil else school.adults).get(when.medium, Standard.PERMISSION)
    yes_from = {"parent 1", "parent 2", "the adult"} if facts.kind == "pupil" else {"the adult"}
    against = [
        facts.no_publish,
        when.day in out or when.taken in out,
        any(record.word == "refused" for record in in_force),
        standard in ("not at all", "non-identifiable only"),
    ]
    granted = any(record.word == "granted" and record.giver in yes_from for record in in_force)
    return not any(against) and (granted or standard == "list only")


@MANY
@given(people, histories, days, occasions, schools)
def test_any_register_on_any_channel_and_day_agrees_with_the_oracle(
    facts: Facts, said: list[Record], out: set[date], when: Occasion, school: Standards
) -> None:
    assert may_appear(facts, said, out, when, school).may == oracle(facts, said, out, when, school)


@MANY
@given(people, histories, days, occasions, schools, st.data())
def test_half_empty_data_never_turns_a_refusal_into_a_permission(
    facts: Facts, said: list[Record], out: set[date], when: Occasion, school: Standards, data: st.DataObject
) -> None:
    """Lose any permission, or learn of any refusal, day or place on the list: nobody may more than before."""
    before = may_appear(facts, said, out, when, school).may
    granted = [record for record in said if record.word is Word.GRANTED]
    lost = data.draw(st.lists(st.sampled_from(granted), unique_by=id) if granted else st.just([]))
    kept = [record for record in said if record not in lost]
    refused = data.draw(st.lists(records.map(lambda record: replace(record, word=Word.REFUSED)), max_size=2))
    worse = replace(facts, no_publish=facts.no_publish or data.draw(st.booleans()))
    assert may_appear(worse, kept + refused, out | data.draw(days), when, school).may <= before


@MANY
@given(people, histories, days, occasions, schools, st.randoms(use_true_random=False))
def test_the_order_of_what_was_said_changes_nothing(
    facts: Facts, said: list[Record], out: set[date], when: Occasion, school: Standards, luck: object
) -> None:
    shuffled = list(said)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (may_appear(facts, order, out, when, school) for order in (said, shuffled))
    assert one.because is other.because


PUPIL = Facts()
NEWS = Occasion(Medium.SOCIAL, 1, Purpose.NEWS, DAY)
YES = Record(Word.GRANTED, Giver.PARENT_1, DAY - timedelta(days=9))
NO = replace(YES, word=Word.REFUSED)


def answer(*said: Record, facts: Facts = PUPIL, out: tuple[date, ...] = (), when: Occasion = NEWS) -> Because:
    return may_appear(facts, said, out, when, Standards()).because


def test_no_record_means_no() -> None:
    assert answer() is Because.NO_RECORD
    assert answer(YES) is Because.GRANTED


@pytest.mark.parametrize("who", Giver)
def test_anybodys_refusal_wins_over_both_parents_permission(who: Giver) -> None:
    both = (YES, replace(YES, giver=Giver.PARENT_2))
    assert answer(*both, replace(NO, giver=who)) is Because.REFUSED


def test_a_childs_own_yes_is_not_enough_and_its_no_always_is() -> None:
    assert answer(replace(YES, giver=Giver.CHILD)) is Because.NO_RECORD
    assert answer(YES, replace(NO, giver=Giver.CHILD)) is Because.REFUSED


def test_adults_speak_for_themselves() -> None:
    for kind in (PersonKind.STAFF, PersonKind.ADULT):
        assert answer(YES, facts=Facts(kind)) is Because.NO_RECORD
        assert answer(replace(YES, giver=Giver.ADULT), facts=Facts(kind)) is Because.GRANTED


def test_the_list_comes_first_then_the_day() -> None:
    assert answer(YES, facts=Facts(no_publish=True), out=(DAY,)) is Because.LISTED
    assert answer(YES, out=(DAY,)) is Because.ASKED
    assert answer(YES, out=(DAY - timedelta(days=1),)) is Because.GRANTED


def test_who_asked_to_be_left_out_on_the_day_of_the_photos_is_left_out_later_too() -> None:
    yesterday = DAY - timedelta(days=1)
    assert answer(YES, out=(yesterday,), when=replace(NEWS, taken=yesterday)) is Because.ASKED


def test_a_withdrawn_permission_ends_at_once() -> None:
    assert answer(replace(YES, withdrawn_on=DAY)) is Because.NO_RECORD
    assert answer(replace(YES, withdrawn_on=DAY + timedelta(days=1))) is Because.GRANTED


def test_the_first_and_the_last_day_belong_to_a_permission() -> None:
    assert answer(replace(YES, starts=DAY, until=DAY)) is Because.GRANTED
    assert answer(replace(YES, starts=DAY + timedelta(days=1))) is Because.NO_RECORD
    assert answer(replace(YES, until=DAY - timedelta(days=1))) is Because.NO_RECORD


def test_staff_never_read_the_reason() -> None:
    """“Must not be recognisable” is the school's own rule, the same for every pupil."""
    no = {because for because in Because if not Answer(because).may} - {Because.UNRECOGNISABLE}
    assert {Answer(because).said for because in no} == {"must not appear"}
    assert Answer(Because.UNRECOGNISABLE).said == "must not be recognisable"


MONTH = replace(YES, starts=date(2026, 1, 31))


@pytest.mark.parametrize(
    ("day", "because"), [(date(2026, 2, 27), Because.GRANTED), (date(2026, 2, 28), Because.NO_RECORD)]
)
def test_a_permission_runs_out_after_the_schools_months(day: date, because: Because) -> None:
    """Until the day before the same day of the month; where that month has no such day, before its last."""
    assert may_appear(PUPIL, [MONTH], (), replace(NEWS, day=day), Standards(months=1)).because is because


def test_a_permission_s_own_last_day_counts_if_it_is_earlier_and_a_refusal_never_runs_out() -> None:
    short = replace(MONTH, until=date(2026, 2, 1))
    assert [one.last_day(1) for one in (short, replace(short, until=None), replace(MONTH, word=Word.REFUSED))] == [
        date(2026, 2, 1),
        date(2026, 2, 27),
        None,
    ]
