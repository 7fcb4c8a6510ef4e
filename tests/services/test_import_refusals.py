"""A half-empty file never turns a refusal into permission, whatever it holds and however often it comes."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.db.models import Permission, Person
from moderation.rules.columns import Column
from moderation.rules.consent import Giver, Medium, Occasion, Purpose, Word, may_appear
from moderation.rules.import_diff import compare
from moderation.rules.import_rows import read_rows
from moderation.services import appearing, import_words, import_writing, importing, permissions
from moderation.services.permissions import PermissionForm
from moderation.services.work import Work
from tests.builders import School
from tests.services.exports import bring_in, person, pupils, table

KEY = "A000000000001"
COLUMNS = (
    *(Column.KEY, Column.FORENAME, Column.SURNAME, Column.MUST_NOT_APPEAR),
    *(Column.PHOTOS, Column.EVERY_CHANNEL, Column.WEBSITE, Column.SOCIAL, Column.NEWSLETTER, Column.PRESS),
)
CONSENTS = COLUMNS[3:]
SAYS_YES = ("Yes", "Y", "1", "Consent given")
CELLS = st.sampled_from(("", " ", "-", "n/a", "Pending", "Not returned", "No", "N", "Refused", "Maybe", *SAYS_YES))
LINES = st.tuples(*[CELLS for _ in CONSENTS])


def may(work: Work, one: Person) -> dict[Medium, bool]:
    """Where this person may appear today, by the rule that the program uses."""
    rows = permissions.of_person(work, one.id)
    records = [appearing.record_of(row) for row in rows]
    standards = appearing.school_standards(work)
    facts = appearing.facts(one)
    return {
        medium: may_appear(facts, records, [], Occasion(medium, None, Purpose.NEWS, work.today), standards).may
        for medium in Medium
    }


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    before=st.lists(LINES, max_size=2),
    listed=st.booleans(),
    by_hand=st.lists(st.sampled_from([None, *Medium]), max_size=2, unique=True),
    now=LINES,
)
def test_nobody_becomes_allowed_without_a_yes_and_never_against_a_word_of_the_family(
    school: School, before: list[tuple[str, ...]], listed: bool, by_hand: list[Medium | None], now: tuple[str, ...]
) -> None:
    with school.trying() as work:
        one = Person(key=KEY, forename="Ada", surname="Quill", no_publish=listed)
        work.session.add(one)
        work.session.flush()
        for medium in by_hand:
            refusal = PermissionForm(Word.REFUSED, Giver.PARENT_2, work.today - timedelta(days=9), medium=medium)
            permissions.record(work, school.data_lead, one.id, refusal)
        for line in before:
            bring(work, school, line)
        was, was_listed = may(work, one), one.no_publish
        bring(work, school, now)
        allowed = {medium for medium, yes in may(work, one).items() if yes}
        assert one.no_publish or not was_listed, "an import takes nobody off the list"
        assert not (allowed and one.no_publish)
        assert not allowed & set(by_hand)
        assert not (allowed and None in by_hand)
        said = dict(zip(CONSENTS, now, strict=True))
        for medium in allowed - {medium for medium, yes in was.items() if yes}:
            channel = next(column for column, of in import_words.MEDIA.items() if of is medium)
            assert said[channel] in SAYS_YES or said[Column.EVERY_CHANNEL] in SAYS_YES


def bring(work: Work, school: School, line: tuple[str, ...]) -> None:

    rows, bad = read_rows([(2, [KEY, "", "", *line])], COLUMNS)
    import_writing.write(work, school.data_lead, compare(rows, bad, importing.known(work)))


def test_an_empty_column_after_a_refusal_changes_nothing(school: School) -> None:
    bring_in(school, table(*pupils(2, "No", "Yes")))
    bring_in(school, table(*pupils(2, "", ""), *pupils(1, first=9)))
    with school.parts.reading() as work:
        found = work.session.query(Permission).filter(Permission.withdrawn_on.is_(None)).all()
        assert sorted((str(one.medium), str(one.word)) for one in found) == [
            *[("social media", "granted")] * 2,
            *[("website", "refused")] * 2,
        ]


def test_a_no_to_every_channel_is_the_no_publish_list(school: School) -> None:
    headings = ("UPN", "Surname", "Photo consent", "Consent website")
    bring_in(school, table(("A1", "Quill", "No", "Yes"), headings=headings))
    assert person(school, "A1").no_publish
    bring_in(school, table(("A1", "Quill", "Yes", "Yes"), ("A2", "Rowe", "", ""), headings=headings))
    assert person(school, "A1").no_publish, "only a person takes somebody off the list"


def test_a_yes_that_names_no_channel_allows_nothing(school: School) -> None:
    bring_in(school, table(("A1", "Quill", "Yes"), headings=("UPN", "Surname", "Photo consent")))
    with school.parts.reading() as work:
        assert not any(may(work, work.session.query(Person).one()).values())
