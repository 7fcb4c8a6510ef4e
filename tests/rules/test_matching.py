"""Law 9: may this face be matched on this day? Compared with a plain reading of the law, case by case."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.rules.matching import Answer, Obstacle, Permission, may_encode, obstacle

DAY = date(2026, 9, 10)
days = st.integers(-4, 4).map(lambda number: DAY + timedelta(days=number))
maybe = st.none() | days
answers = st.builds(Answer, maybe, maybe, maybe, maybe)
some = st.lists(answers, max_size=3).map(tuple)
permissions = st.none() | st.builds(Permission, some, st.none() | st.none() | days, days, days)


def allowed(permission: Permission | None, day: date) -> bool:
    """The oracle: each parent told, one agreed in writing after that, nobody objects, the child did not refuse."""
    if permission is None or len(permission.answers) == 0 or permission.refused_on is not None:
        return False
    agreed = 0
    for parent in permission.answers:
        if parent.objected_on is not None:
            return False
        need_not_be_told = parent.excused_on is not None and parent.excused_on <= day
        if not need_not_be_told and (parent.told_on is None or parent.told_on > day):
            return False
        if (
            parent.told_on is not None
            and parent.agreed_on is not None
            and parent.told_on <= parent.agreed_on
            and parent.agreed_on <= day
        ):
            agreed += 1
    return agreed >= 1 and permission.starts_on <= day and day <= permission.ends_on


@settings(max_examples=2000, deadline=None)
@given(permissions, days)
def test_law_9_the_rule_agrees_with_a_plain_reading_of_the_law(permission: Permission | None, day: date) -> None:
    assert (obstacle(permission, day) is None) == allowed(permission, day)


def permission(*answers: Answer, refused_on: date | None = None) -> Permission:
    return Permission(answers, refused_on, DAY, DAY + timedelta(days=10))


TOLD, AGREED = Answer(DAY), Answer(DAY, DAY)


def test_each_parent_is_told_and_one_agrees() -> None:
    assert obstacle(permission(AGREED, TOLD), DAY) is None
    assert obstacle(permission(TOLD, TOLD), DAY) is Obstacle.NOT_AGREED
    assert obstacle(permission(AGREED, Answer()), DAY) is Obstacle.NOT_TOLD
    assert obstacle(permission(), DAY) is Obstacle.NOT_TOLD
    assert obstacle(None, DAY) is Obstacle.NONE_RECORDED


def test_a_parent_who_need_not_be_told_keeps_nothing_back_but_never_stands_for_a_yes() -> None:
    """Section 27: who cannot be found, lacks capacity, must not be contacted, or cannot practicably be asked."""
    lost = Answer(excused_on=DAY)
    assert obstacle(permission(AGREED, lost), DAY) is None
    assert obstacle(permission(lost), DAY) is obstacle(permission(TOLD, lost), DAY) is Obstacle.NOT_AGREED
    assert obstacle(permission(AGREED, Answer(excused_on=DAY + timedelta(days=1))), DAY) is Obstacle.NOT_TOLD
    assert obstacle(permission(AGREED, Answer(objected_on=DAY, excused_on=DAY)), DAY) is Obstacle.OBJECTED


def test_one_objection_or_the_child_s_refusal_beats_every_agreement_whatever_its_date() -> None:
    later = DAY + timedelta(days=99)
    assert obstacle(permission(AGREED, Answer(DAY, DAY, DAY)), DAY) is Obstacle.OBJECTED
    assert obstacle(permission(AGREED, Answer(DAY, objected_on=later)), DAY) is Obstacle.OBJECTED
    assert obstacle(permission(AGREED, AGREED, refused_on=later), DAY) is Obstacle.REFUSED


def test_it_holds_from_its_first_to_its_last_day() -> None:
    given = permission(Answer(DAY - timedelta(days=9), DAY - timedelta(days=9)))
    assert obstacle(given, DAY - timedelta(days=1)) is Obstacle.NOT_YET
    assert obstacle(given, DAY) is obstacle(given, given.ends_on) is None
    assert obstacle(given, given.ends_on + timedelta(days=1)) is Obstacle.ENDED


@given(st.lists(st.booleans(), max_size=6))
def test_strict_one_person_without_permission_or_nobody_tagged_means_no_encoding(tagged: list[bool]) -> None:
    assert may_encode(False, tagged)
    assert may_encode(True, tagged) == (len(tagged) > 0 and False not in tagged)
