"""A file of the management system: seen before it is written, written once, never a way round a refusal."""

import io
import json

import pytest

from moderation.db.models import AuditRow, ImportState
from moderation.media.vault import Unsealable
from moderation.rules.columns import Column
from moderation.rules.import_changes import MANY
from moderation.rules.workflow import NotYours, Stale
from moderation.services import import_files, importing, register
from moderation.services.register import PersonForm
from moderation.services.work import Mistake, NotFound
from tests.builders import School
from tests.services.exports import apply, begin, bring_in, everybody_keys, person, preview, pupils, table
from workers import sweep as rounds


def media(school: School) -> set[str]:
    return set(school.parts.store.keys())


def counted(school: School, import_id: int) -> dict[str, int]:
    return {name: count for name, count in preview(school, import_id).diff.counts.items() if count}


def test_nothing_is_written_before_somebody_says_so(school: School) -> None:
    import_id = begin(school, table(*pupils(12)))
    assert counted(school, import_id) == {"new": 12}
    assert everybody_keys(school) == set()


def test_new_changed_and_missing_people_are_told_apart(school: School) -> None:
    bring_in(school, table(*pupils(5)))
    rows = pupils(3)
    rows[0] = (*rows[0][:3], "5B")
    import_id = begin(school, table(*rows, *pupils(1, first=9)))
    assert counted(school, import_id) == {"new": 1, "changed": 1, "same": 2, "missing": 2}
    apply(school, import_id)
    assert person(school, rows[0][0]).class_name == "5B"
    assert len(everybody_keys(school)) == 6, "whoever is missing stays, unless that was asked for"


def test_the_same_file_twice_changes_nothing(school: School) -> None:
    data = table(*pupils(3, "Yes", "No"))
    bring_in(school, data)
    import_id = begin(school, data)
    assert counted(school, import_id) == {"same": 3}
    with pytest.raises(Mistake, match="changes nothing"):
        apply(school, import_id)


def test_an_import_is_applied_to_the_register_that_was_shown(school: School) -> None:
    school.person("A000000000001", "Ada1", "Quill1")
    import_id = begin(school, table(*pupils(1)))
    seen = preview(school, import_id).digest
    ada = person(school, "A000000000001")
    with school.parts.work() as work:
        register.save(work, school.data_lead, PersonForm(ada.key, "Ada1", "Quill1", class_name="3A"), ada.id)
    with pytest.raises(Stale), school.parts.work() as work:
        importing.apply(work, school.data_lead, import_id, seen)
    assert person(school, ada.key).class_name == "3A"


def test_many_who_would_become_allowed_need_a_second_person(school: School) -> None:
    import_id = begin(school, table(*pupils(MANY + 1, "Yes", "")))
    assert apply(school, import_id).state is ImportState.ASKED
    assert everybody_keys(school) == set()
    with pytest.raises(NotYours):
        apply(school, import_id)
    assert apply(school, import_id, school.head).state is ImportState.APPLIED
    assert len(everybody_keys(school)) == MANY + 1


def test_as_many_as_one_class_has_need_one_person(school: School) -> None:
    assert apply(school, begin(school, table(*pupils(MANY, "Yes", "")))).state is ImportState.APPLIED


@pytest.mark.parametrize("what", ["renamed", "taken off"])
def test_many_who_are_renamed_or_taken_off_need_a_second_person(school: School, what: str) -> None:
    bring_in(school, table(*pupils(MANY + 2)))
    if what == "renamed":
        data, choices = (
            table(*[(key, surname, forename, group) for key, forename, surname, group in pupils(MANY + 1)]),
            {},
        )
    else:
        data, choices = table(*pupils(1)), {"take_off": True}
    import_id = begin(school, data, **choices)
    assert counted(school, import_id)[what] == MANY + 1
    assert apply(school, import_id).state is ImportState.ASKED


def test_a_second_person_sees_an_import_only_when_asked(school: School) -> None:
    import_id = begin(school, table(*pupils(1)))
    with pytest.raises(NotFound):
        apply(school, import_id, school.head)
    assert everybody_keys(school) == set()


def test_other_columns_end_what_a_second_person_was_asked(school: School) -> None:
    import_id = begin(school, table(*pupils(MANY + 1, "Yes", "")))
    apply(school, import_id)
    with school.parts.work() as work:
        row = import_files.get(work, import_id)
        import_files.choose(work, row, import_files.choices_of(row))
    with pytest.raises(NotFound):
        apply(school, import_id, school.head)


def test_people_who_are_taken_off_were_missing_from_a_file_without_bad_lines(school: School) -> None:
    bring_in(school, table(*pupils(3)))
    complete, broken = pupils(1), ("", "Nobody", "Known", "4B")
    import_id = begin(school, table(*complete, broken), take_off=True)
    assert counted(school, import_id) == {"same": 1, "missing": 2, "bad": 1}, "the bad line may be theirs"
    bring_in(school, table(*complete), take_off=True)
    assert everybody_keys(school) == {complete[0][0]}


def test_the_columns_of_the_last_import_are_remembered(school: School) -> None:
    headings = ("Ref", "Given", "Family", "Set")
    chosen = (Column.KEY, Column.FORENAME, Column.SURNAME, Column.CLASS_NAME)
    bring_in(school, table(*pupils(1), headings=headings), columns=chosen)
    import_id = begin(school, table(*pupils(2), headings=("Set", *headings[:3])))
    with school.parts.reading() as work:
        row = import_files.get(work, import_id)
        assert import_files.columns_of(row) == [Column.CLASS_NAME, *chosen[:3]]
        assert "Ref" not in row.headings, "a file without headings has a person's details there"


def test_bad_lines_come_back_as_a_file_that_no_spreadsheet_runs(school: School) -> None:
    data = table(("", "=cmd|' /C calc'!A0", "Rowe", "4B"), *pupils(1), ("A9", "+44", "", ""))
    import_id = begin(school, data)
    with school.parts.reading() as work:
        table_again = import_files.table_of(work, import_files.get(work, import_id))
        lines = list(importing.to_mend(table_again, preview(school, import_id).diff.bad))
    assert [line[0] for line in lines[1:]] == ["2", "4"]
    assert lines[0][2:] == ["UPN", *lines[0][3:]]
    assert lines[1][3] == "'=cmd|' /C calc'!A0"
    assert all(not cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)


def test_what_waits_is_sealed_and_goes_after_its_days(school: School) -> None:
    before = media(school)
    import_id = begin(school, table(*pupils(1)))
    (key,) = media(school) - before
    assert b"Quill" not in school.parts.store.get(key)
    with school.parts.work() as work:
        row = import_files.get(work, import_id)
        row.expires_at = work.now
        work.session.flush()
        assert import_files.forget_expired(work, school.data_lead) == 1
    assert media(school) == before
    with pytest.raises(NotFound):
        preview(school, import_id)


def test_the_sweep_forgets_what_has_waited_too_long(school: School) -> None:
    import_id = begin(school, table(*pupils(2)))
    rounds.tidy(school.parts)
    assert media(school), "its days are not over"
    with school.parts.work() as work:
        import_files.get(work, import_id).expires_at = work.now
    rounds.tidy(school.parts)
    assert media(school) == set()


def test_a_sealed_file_opens_for_its_own_import_alone(school: School) -> None:
    one, two = begin(school, table(*pupils(1))), begin(school, table(*pupils(2)))
    with school.parts.work() as work, pytest.raises(Unsealable):
        row = import_files.get(work, one)
        row.file_key = import_files.get(work, two).file_key
        import_files.table_of(work, row)


def test_the_audit_trail_counts_and_names_nobody(school: School) -> None:
    bring_in(school, table(*pupils(2, "Yes", "No")))
    with school.parts.reading() as work:
        row = work.session.query(AuditRow).filter(AuditRow.action == "register imported").one()
    detail = json.loads(row.detail)
    assert (detail["new"], detail["allowed"]) == (2, 2)
    assert "Quill" not in row.detail and "A0000" not in row.detail


def test_a_file_that_is_no_table_is_refused_with_a_sentence(school: School) -> None:
    for data in (b"", b"UPN,Forename\n", io.BytesIO(b"PK\x03\x04 and no more").read()):
        with pytest.raises(Mistake):
            begin(school, data)


def test_a_preview_made_before_anything_is_locked_is_written_if_nothing_has_changed(school: School) -> None:
    import_id = begin(school, table(*pupils(2)))
    with school.parts.reading() as work:
        ready = importing.prepared(work, school.data_lead, import_id)
    school.draft()  # of posts the register knows nothing
    with school.parts.work() as work:
        assert ready.of == importing.preview(work, import_files.get(work, import_id)).of
        importing.apply(work, school.data_lead, import_id, ready.digest, ready)
    assert len(everybody_keys(school)) == 2


def test_law_1_a_preview_that_the_register_has_overtaken_is_never_written(school: School) -> None:
    import_id = begin(school, table(*pupils(1, "Yes", "")))
    with school.parts.reading() as work:
        ready = importing.prepared(work, school.data_lead, import_id)
    school.person(pupils(1)[0][0], "Ada1", "Quill1", no_publish=True)
    with pytest.raises(Stale), school.parts.work() as work:
        importing.apply(work, school.data_lead, import_id, ready.digest, ready)
    assert person(school, pupils(1)[0][0]).no_publish


def test_a_preview_of_other_columns_is_never_written(school: School) -> None:
    import_id = begin(school, table(*pupils(1, "Yes", "")))
    with school.parts.reading() as work:
        ready = importing.prepared(work, school.data_lead, import_id)
    with school.parts.work() as work:
        row = import_files.get(work, import_id)
        import_files.choose(
            work, row, import_files.Choices((Column.KEY, Column.FORENAME, Column.SURNAME, None, None, None))
        )
    with pytest.raises(Stale), school.parts.work() as work:
        importing.apply(work, school.data_lead, import_id, ready.digest, ready)
