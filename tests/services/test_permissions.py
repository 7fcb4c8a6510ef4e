"""Permissions are written down, kept with their evidence, withdrawn and never changed; each with its audit row."""

import json
from dataclasses import replace
from datetime import date

import pytest

from moderation.db.models import AuditRow, DayExclusion, Permission
from moderation.rules.consent import Giver, Medium, Standard, Word
from moderation.rules.presets import PRESETS, Ages
from moderation.rules.roles import Actor
from moderation.services import appearing, audit, permissions, standards
from moderation.services.permissions import PermissionForm
from moderation.services.work import Mistake, NotFound
from tests.builders import School
from tests.services.moments import later, rows, small_photo

FORM = PermissionForm(Word.GRANTED, Giver.PARENT_1, date(2026, 1, 5), how="paper form")
PDF = b"%PDF-1.7 a signed form of the family Quill"


def said(school: School, action: str) -> list[dict[str, object]]:
    with school.parts.reading() as work:
        found = work.session.query(AuditRow).filter_by(action=action).order_by(AuditRow.number)
        return [json.loads(row.detail) for row in found]


def record(school: School, person_id: int, form: PermissionForm = FORM, evidence: bytes | None = None) -> int:
    kept = permissions.prepare_evidence(evidence) if evidence else None
    with school.parts.work() as work:
        return permissions.record(work, school.data_lead, person_id, form, kept).id


def test_a_permission_is_kept_as_it_was_given(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    number = record(school, ada.id, replace(FORM, account_id=school.account.id, until=date(2027, 8, 31)))
    with school.parts.reading() as work:
        (row,) = permissions.of_person(work, ada.id)
        assert (row.id, row.giver, row.account_id, row.until) == (
            number, Giver.PARENT_1, school.account.id, date(2027, 8, 31)
        )  # fmt: skip
        assert (row.recorded_by_id, row.how, row.withdrawn_on) == (school.data_lead.id, "paper form", None)
    assert said(school, "permission recorded") == [{"person": ada.id, "permission": number, "word": "granted"}]


@pytest.mark.parametrize("wrong", [{"until": date(2025, 1, 1)}, {"account_id": 99}])
def test_law_12_what_cannot_be_is_refused_with_a_sentence(school: School, wrong: dict[str, object]) -> None:
    ada = school.person("A1", "Ada", "Quill")
    with pytest.raises(Mistake):
        record(school, ada.id, replace(FORM, **wrong))  # type: ignore[arg-type]
    assert rows(school, Permission) == 0


@pytest.mark.parametrize(
    "again", [{}, {"how": "by telephone"}, {"until": date(2027, 8, 31)}, {"starts": date(2026, 5, 1)}]
)
def test_the_same_word_is_recorded_once(school: School, again: dict[str, object]) -> None:
    ada = school.person("A1", "Ada", "Quill")
    first = record(school, ada.id)
    with pytest.raises(Mistake, match="recorded already, from 5 January 2026"):
        record(school, ada.id, replace(FORM, **again))  # type: ignore[arg-type]
    with school.parts.work() as work:
        permissions.withdraw(work, school.data_lead, ada.id, first)
    record(school, ada.id, replace(FORM, **again))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [{"giver": Giver.PARENT_2}, {"word": Word.REFUSED}, {"medium": Medium.PRESS}, {"starts": date(2025, 9, 1)}],
)
def test_another_word_is_a_row_of_its_own(school: School, other: dict[str, object]) -> None:
    ada = school.person("A1", "Ada", "Quill")
    record(school, ada.id)
    record(school, ada.id, replace(FORM, **other))  # type: ignore[arg-type]
    assert rows(school, Permission) == 2


def test_a_permission_that_lasts_longer_than_the_one_before_is_a_renewal(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    record(school, ada.id, replace(FORM, until=date(2027, 8, 31)))
    record(school, ada.id, replace(FORM, until=date(2028, 8, 31)))


def test_a_withdrawal_is_kept_beside_the_permission_and_told_once(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    number = record(school, ada.id)
    for _ in range(2):
        with school.parts.work() as work:
            permissions.withdraw(work, school.data_lead, ada.id, number)
    with school.parts.reading() as work:
        (row,) = permissions.of_person(work, ada.id)
        assert (row.withdrawn_on, row.withdrawn_by_id) == (work.today, school.data_lead.id)
        assert audit.verify(work.session) is None
    assert len(said(school, "permission withdrawn")) == 1


def test_another_persons_permission_is_not_there(school: School) -> None:
    ada, ben = school.person("A1", "Ada", "Quill"), school.person("B2", "Ben", "Fenn")
    number = record(school, ada.id, evidence=PDF)
    for verb in (permissions.withdraw, permissions.evidence):
        with pytest.raises(NotFound), school.parts.work() as work:
            verb(work, school.data_lead, ben.id, number)


def test_evidence_is_sealed_in_the_media_and_each_look_is_recorded(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    number = record(school, ada.id, evidence=PDF)
    kept = list(map(school.parts.store.raw, school.parts.store.keys()))
    assert kept and not [data for data in kept if b"Quill" in data or b"%PDF" in data]
    with school.parts.work() as work:
        assert permissions.evidence(work, school.data_lead, ada.id, number) == PDF
    assert said(school, "evidence read") == [{"person": ada.id, "permission": number}]


def test_a_picture_as_evidence_is_encoded_again_and_anything_else_is_refused() -> None:
    assert permissions.prepare_evidence(small_photo()).data.startswith(b"\xff\xd8")
    for data in (b"<html>", b"", b"%PDF-" + bytes(permissions.LARGEST_EVIDENCE)):
        with pytest.raises(Mistake):
            permissions.prepare_evidence(data)


def test_who_asked_to_be_left_out_is_left_out_that_day_alone(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    record(school, ada.id)
    for _ in range(2):
        with school.parts.work() as work:
            permissions.exclude_today(work, school.teacher, ada.id)
    assert rows(school, DayExclusion) == 1
    with later(school, hours=0) as work:
        (today,) = appearing.of_people(work, [ada], appearing.Setting([school.account]))
    with later(school, days=1) as work:
        (tomorrow,) = appearing.of_people(work, [ada], appearing.Setting([school.account]))
        (with_photos_of_today,) = appearing.of_people(
            work, [ada], appearing.Setting([school.account], taken=date.fromordinal(work.today.toordinal() - 1))
        )
    assert (today.said, tomorrow.said) == ("must not appear", "may appear")
    assert with_photos_of_today.said == "must not appear"


def test_a_slip_is_taken_back_by_whoever_made_it_and_by_nobody_else(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")

    def mark(actor: Actor) -> None:
        with school.parts.work() as work:
            permissions.undo_exclusion(work, actor, ada.id)

    with school.parts.work() as work:
        permissions.exclude_today(work, school.teacher, ada.id)
    with pytest.raises(NotFound):
        mark(school.head)
    mark(school.teacher)
    assert rows(school, DayExclusion) == 0
    assert len(said(school, "asked out today")) == len(said(school, "asked out today, taken back")) == 1


def test_a_school_without_an_account_lets_nobody_appear(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    record(school, ada.id)
    with school.parts.reading() as work:
        (standing,) = appearing.of_people(work, [ada], appearing.Setting([]))
    assert standing.nowhere and standing.said == "must not appear"


def test_the_schools_standard_holds_from_the_moment_it_is_set(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")

    def may() -> str:
        with school.parts.reading() as work:
            (standing,) = appearing.of_people(work, [ada], appearing.Setting([school.account]))
            return standing.said

    assert may() == "must not appear", "permission needed is the default"
    with school.parts.work() as work:
        standards.set_standard(work, school.data_lead, Medium.SOCIAL, Standard.LIST_ONLY, Standard.PERMISSION)
    assert may() == "may appear"
    record(school, ada.id)
    with school.parts.work() as work:
        standards.take_preset(work, school.data_lead, "declaration")
        assert standards.ages(work) == PRESETS["declaration"].ages
    assert may() == "must not appear"
    assert len(said(school, "standard set")) == 1 + len(Medium)


def test_a_setting_that_changes_nothing_leaves_no_row(school: School) -> None:
    with school.parts.work() as work:
        standards.set_standard(work, school.data_lead, Medium.PRESS, Standard.PERMISSION, Standard.PERMISSION)
        standards.set_ages(work, school.data_lead, standards.ages(work))
        with pytest.raises(Mistake):
            standards.set_ages(work, school.data_lead, Ages(0, 21, 24))
        with pytest.raises(NotFound):
            standards.take_preset(work, school.data_lead, "no such thing")
    assert said(school, "standard set") == said(school, "ages set") == []
