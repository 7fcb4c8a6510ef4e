"""The checklist: ticked for the post as it is before it is handed in; own devices, and other people's photos."""

import json

import pytest

from moderation.db.models import ChecklistTick
from moderation.rules.checklist import READY, Line, Origin
from moderation.rules.findings import Detector, Kind
from moderation.rules.roles import Actor, Role
from moderation.rules.workflow import Refused, State
from moderation.services import audit, cases, checklist, intake, publishing
from moderation.services.checklist import Answers
from moderation.services.work import Mistake, NotFound
from tests.builders import School
from tests.services.moments import rows, small_photo


@pytest.fixture
def asking(school: School) -> School:
    with school.parts.work() as work:
        checklist.take_ready(work, school.people[Role.ADMINISTRATOR])
    return school


def lines(school: School) -> tuple[int, ...]:
    with school.parts.reading() as work:
        return tuple(line.id for line in checklist.lines(work))


def answer(school: School, post_id: int, answers: Answers) -> None:
    with school.parts.work() as work:
        checklist.save(work, cases.get(work, post_id), answers, new_photos=False)


def hand_in(school: School, post_id: int, actor: Actor | None = None) -> None:
    with school.parts.work() as work:
        intake.submit(work, actor or school.teacher, post_id)


def test_every_line_is_ticked_before_a_post_is_handed_in(asking: School) -> None:
    post_id = asking.draft()
    every = lines(asking)
    for ticked in ((), every[:2], every[1:]):
        answer(asking, post_id, Answers(ticked))
        with pytest.raises(Refused, match="Tick every line"):
            hand_in(asking, post_id)
    answer(asking, post_id, Answers(every))
    hand_in(asking, post_id)
    assert asking.state(post_id) is State.CHECKING


@pytest.mark.parametrize("role", [Role.TEACHER, Role.HEADTEACHER, Role.RESOURCES_MANAGER, Role.DATA_LEAD])
def test_nobody_is_spared_the_checklist(asking: School, role: Role) -> None:
    post_id = asking.draft(author=asking.people[role])
    with pytest.raises(Refused, match="Tick every line"):
        hand_in(asking, post_id, asking.people[role])


def test_a_tick_is_for_the_post_as_it_was_and_other_words_or_photos_ask_again(asking: School) -> None:
    for change in ("caption", "alt text", "photo"):
        post_id = asking.draft(small_photo(10), small_photo(90))
        answer(asking, post_id, Answers(lines(asking), Origin.SCHOOL))
        with asking.parts.work() as work:
            post = cases.get(work, post_id)
            if change == "caption":
                post.caption = "Other words."
            elif change == "alt text":
                post.photos[0].alt_text = "Something else"
            else:
                intake.remove_photo(work, asking.teacher, post_id, post.photos[0].id)
        with pytest.raises(Refused, match="Tick every line"):
            hand_in(asking, post_id)


def test_who_adds_photos_says_where_they_come_from_and_words_alone_need_not(asking: School) -> None:
    with_photo, words = asking.draft(small_photo()), asking.draft()
    for post_id in (with_photo, words):
        answer(asking, post_id, Answers(lines(asking)))
    hand_in(asking, words)
    with pytest.raises(Refused, match="what the photos were taken with"):
        hand_in(asking, with_photo)


def test_photos_of_others_need_source_credit_and_permission(asking: School) -> None:
    post_id = asking.draft(small_photo())
    full = {"source": "The Gazette", "credit": "Photo: The Gazette", "permission": "The editor, by mail"}
    for name in full:
        answer(asking, post_id, Answers(lines(asking), Origin.OTHERS, **{**full, name: " "}))
        with pytest.raises(Refused, match="source, a credit line, and who gave permission"):
            hand_in(asking, post_id)
    answer(asking, post_id, Answers(lines(asking), Origin.OTHERS, **full))
    hand_in(asking, post_id)


def test_the_credit_line_is_checked_approved_and_goes_out_and_the_rest_stays_inside(school: School) -> None:
    school.person("p1", "Harvey", "Pemberton")
    post_id = school.draft(small_photo(), caption="Our fair.")
    plain = school.digest(post_id)
    inside = Answers(origin=Origin.OTHERS, source="The Gazette", permission="The editor")
    answer(school, post_id, inside)
    assert school.digest(post_id) == plain, "what does not go out changes no digest"
    answer(school, post_id, Answers((), Origin.OTHERS, "The Gazette", "Photo: Harvey Pemberton", "The editor"))
    assert school.digest(post_id) != plain
    hand_in(school, post_id)
    school.run_checks(post_id)
    found = [(one.detector, one.kind) for one in school.findings(post_id)]
    assert (Detector.WORDS, Kind.NAME_MATCH) in found
    school.settle_all(post_id)
    school.approve(post_id)
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
        files = dict(publishing.kit_files(work, school.manager, post_id).files)
    assert files["caption.txt"].decode() == "Our fair.\n\nPhoto: Harvey Pemberton"
    assert json.loads(files["manifest.json"])["caption"]
    assert not any(b"Gazette" in data or b"editor" in data for data in files.values())


def test_a_credit_line_does_not_outlive_another_answer(school: School) -> None:
    post_id = school.draft(small_photo())
    answer(school, post_id, Answers((), Origin.OTHERS, "a", "Photo: a", "c"))
    answer(school, post_id, Answers((), Origin.SCHOOL, "a", "Photo: a", "c"))
    assert school.post(post_id).words_out == "A good day."


def test_photos_on_an_own_device_are_reminded_of_until_their_author_says_they_are_deleted(school: School) -> None:
    post_id = school.draft(small_photo())
    answer(school, post_id, Answers((), Origin.OWN))

    def reminded(actor: Actor) -> list[int]:
        with school.parts.reading() as work:
            return [post.id for post in checklist.on_own_device(work, actor)]

    assert reminded(school.teacher) == [post_id] and reminded(school.head) == []
    with pytest.raises(NotFound), school.parts.work() as work:
        checklist.off_device(work, school.head, post_id)
    with school.parts.work() as work:
        checklist.off_device(work, school.teacher, post_id)
        assert cases.get(work, post_id).off_device_at == work.now
    assert reminded(school.teacher) == []
    with school.parts.reading() as work:
        assert audit.of_post(work.session, post_id)[-1].action == "deleted from own device"
    with school.parts.work() as work:
        checklist.save(work, cases.get(work, post_id), Answers((), Origin.OWN), new_photos=True)
    assert reminded(school.teacher) == [post_id], "new photos are another deletion"


def test_other_words_are_another_line_and_what_was_ticked_stays_as_it_was_read(asking: School) -> None:
    post_id = asking.draft()
    first, *others = lines(asking)
    answer(asking, post_id, Answers((first, *others)))
    with asking.parts.work() as work:
        checklist.reword(work, asking.people[Role.HEADTEACHER], first, "It is kind.")
        wordings = [line.wording for line in checklist.lines(work)]
    assert wordings == ["It is kind.", *(wording for _, wording in READY[1:])], "it keeps its place"
    with asking.parts.reading() as work:
        assert checklist.ticks(work, cases.get(work, post_id))[0].line.wording == READY[0][1]
    with pytest.raises(Refused, match="Tick every line"):
        hand_in(asking, post_id)


def test_the_ready_lines_are_taken_once_and_the_origin_is_asked_once(asking: School) -> None:
    with asking.parts.work() as work:
        checklist.take_ready(work, asking.people[Role.ADMINISTRATOR])
        assert len(checklist.lines(work)) == len(READY)
        with pytest.raises(Mistake, match="asks already"):
            checklist.add(work, asking.people[Role.ADMINISTRATOR], Line.ORIGIN, "Whose are they?")
        for wording in (" ", "x" * 301):
            with pytest.raises(Mistake, match="needs words"):
                checklist.add(work, asking.people[Role.ADMINISTRATOR], Line.TICK, wording)


def test_a_school_without_a_checklist_asks_nothing(school: School) -> None:
    post_id = school.submit(small_photo())
    assert school.state(post_id) is State.CHECKING and rows(school, ChecklistTick) == 0
