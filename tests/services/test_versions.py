"""What a post was when it was last decided about: its flags, what changed since, and who approved it then."""

import pytest

from moderation.db.models import ScanState
from moderation.rules.blocks import Block
from moderation.rules.consent import Purpose
from moderation.rules.differences import Change
from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.workflow import Action, Refused, Stale, State
from moderation.services import cases, checks, intake, review, scanning, tagging, versions
from moderation.services.covering import Wish
from moderation.services.register import PersonForm, save
from tests.builders import School
from tests.services.moments import Quick, scans, small_photo

FACE = Sighting(Detector.FACES, Kind.FACE_UNCLEAR, Box(48, 32, 80, 72), evidence="too small to compare")


def flagged(school: School, caption: str = "A good day.") -> int:
    post_id = school.submit(small_photo(), caption=caption)
    for scan in scans(school, post_id):
        scanning.scan(school.parts.work, school.parts.reading, Quick(FACE), scan.id, scan.token)
    assert school.state(post_id) is State.IN_REVIEW
    return post_id


def send_back(school: School, post_id: int, *because_of: int) -> None:
    with school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.SEND_BACK, "Please look", because_of)


def test_the_author_sees_what_it_came_back_for_even_after_the_register_moved_on(school: School) -> None:
    post_id = flagged(school)
    flag = next(finding for finding in school.findings(post_id) if finding.kind is Kind.FACE_UNCLEAR)
    send_back(school, post_id, flag.id)
    with school.parts.work() as work:
        save(work, school.data_lead, PersonForm("U1", "Zofia", "Nowak"))
    assert not [finding for finding in school.findings(post_id) if finding.id == flag.id], "the roll moved on"
    with school.parts.reading() as work:
        pointed = versions.pointed_at(work, cases.get(work, post_id))
        assert [finding.id for finding in pointed.because_of] == [flag.id]
    page = school.browser(school.teacher.role).get(f"/posts/{post_id}").text
    assert "It came back because of this" in page and "too unclear to compare</strong> in photo 1" in page


def test_a_flag_in_a_photo_that_was_taken_out_is_done_with(school: School) -> None:
    post_id = flagged(school)
    flag = next(finding for finding in school.findings(post_id) if finding.kind is Kind.FACE_UNCLEAR)
    send_back(school, post_id, flag.id)
    with school.parts.work() as work:
        intake.remove_photo(work, school.teacher, post_id, school.post(post_id).photos[0].id)
    with school.parts.reading() as work:
        assert versions.pointed_at(work, cases.get(work, post_id)) == versions.Pointed()


def test_a_flag_of_another_post_cannot_be_attached(school: School) -> None:
    other = school.findings(flagged(school))[0]
    post_id = flagged(school)
    with pytest.raises(Stale):
        send_back(school, post_id, other.id)
    assert school.state(post_id) is State.IN_REVIEW, "nothing has changed"


def test_whoever_decides_again_sees_what_changed(school: School) -> None:
    post_id = flagged(school)
    send_back(school, post_id)
    with school.parts.work() as work:
        intake.save_words(work, school.teacher, post_id, intake.Words("A great day.", (school.account.id,)))
        prepared, _ = intake.prepare([intake.Upload("two.png", small_photo(30))])
        intake.add_photos(work, school.teacher, post_id, prepared)
        cases.get(work, post_id).photos[1].alt_text = "A second one"
        intake.submit(work, school.teacher, post_id)
    with school.parts.reading() as work:
        changed = versions.changed(work, cases.get(work, post_id))
    assert changed is not None and changed.pictures.added == (2,) and not changed.pictures.removed
    assert [piece.text for piece in changed.words if piece.change is not Change.SAME] == ["good", "great"]
    page = school.browser(school.head.role).get(f"/review/{post_id}").text
    assert "<del>good</del><ins>great</ins>" in page and "New: photo 2" in page


def test_a_first_hand_in_has_nothing_to_compare_with(school: School) -> None:
    with school.parts.reading() as work:
        assert versions.changed(work, cases.get(work, flagged(school))) is None


def test_an_approved_post_that_comes_back_says_so(school: School) -> None:
    post_id = school.released(caption="Well done, all.")
    with school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.UNAPPROVE, "One more look")
    page = school.browser(school.head.role).get(f"/review/{post_id}").text
    assert "assistant head 1 approved it on" in page and "approval taken back" in page and "One more look" in page
    assert "Nothing changed since it was last decided about" in page


def test_law_1_what_was_sent_back_and_stopped_goes_on_only_once_its_author_hands_it_in_again(school: School) -> None:
    post_id = flagged(school)
    send_back(school, post_id)
    with school.parts.work() as work:
        intake.save_words(work, school.teacher, post_id, intake.Words("Half a sen", (school.account.id,)))
        review.decide(work, school.data_lead, post_id, Action.STOP, "Wait")
    with pytest.raises(Refused, match="hand it in again"), school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.RESUME, "Go on")
    assert school.state(post_id) is State.STOPPED
    page = school.browser(school.head.role).get(f"/review/{post_id}").text
    assert "Send it back to the author" in page
    send_back(school, post_id)
    assert school.state(post_id) is State.SENT_BACK
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
        changed = versions.changed(work, cases.get(work, post_id))
        assert changed is not None and changed.words, "against what was sent back first, not what nobody had seen"
        review.decide(work, school.data_lead, post_id, Action.STOP, "Wait")
        review.decide(work, school.head, post_id, Action.RESUME, "It was handed in")
    assert school.state(post_id) is State.CHECKING


def test_whoever_decides_again_sees_who_is_no_longer_tagged(school: School) -> None:
    gone, stays = school.person("U1", "Zofia", "Nowak"), school.person("U2", "Harvey", "Pemberton")
    post_id = school.draft(caption="A good day.")
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [gone.id])
        intake.submit(work, school.teacher, post_id)
    school.run_checks(post_id)
    send_back(school, post_id)
    with school.parts.work() as work:
        tagging.save(work, school.teacher, post_id, tagging.People((gone.id, stays.id), (stays.id,), others=0))
        intake.submit(work, school.teacher, post_id)
    page = school.browser(school.head.role).get(f"/review/{post_id}").text
    assert "Tagged now: Harvey Pemberton" in page and "No longer tagged: Zofia Nowak" in page


def test_a_post_that_its_author_took_back_leads_to_the_queue(school: School) -> None:
    post_id = school.in_review(caption="A good day.")
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
    answer = school.browser(school.head.role).get(f"/review/{post_id}", follow_redirects=True)
    assert answer.status_code == 200 and "taken that post back" in answer.text


def test_whoever_decides_again_sees_how_many_others_are_in_it_and_what_it_is_for_now(school: School) -> None:
    post_id = flagged(school)
    send_back(school, post_id)
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        post.others, post.purpose = 3, Purpose.PROMOTION
        intake.submit(work, school.teacher, post_id)
        changed = versions.changed(work, post)
    assert changed is not None and changed.any
    assert (changed.others, changed.purpose) == ((0, 3), (Purpose.NEWS, Purpose.PROMOTION))
    page = school.browser(school.head.role).get(f"/review/{post_id}").text
    assert "People in it who are not on the register: 0 before, 3 now" in page
    assert f"What for: {Purpose.NEWS} before, {Purpose.PROMOTION} now" in page


def test_a_flag_about_people_that_a_cover_asks_again_says_why(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    post_id = school.draft(small_photo(), caption="")
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [ada.id])
        intake.submit(work, school.teacher, post_id)

    def look() -> None:
        for scan in scans(school, post_id):
            if scan.state is ScanState.WAITING:
                assert scanning.scan(school.parts.work, school.parts.reading, Quick(FACE), scan.id, scan.token)

    look()
    school.settle_all(post_id)
    with school.parts.reading() as work:
        post = cases.get(work, post_id)
        assert versions.asked_again(work, post, checks.findings(work, post)) == {}
    school.cover(post_id, Wish(own=(Block(0, 0, 20, 20),)), photo_id=school.post(post_id).photos[0].id)
    look()
    with school.parts.reading() as work:
        post = cases.get(work, post_id)
        said = versions.asked_again(work, post, checks.findings(work, post))
    assert list(said.values()) == ["Asked again: it was settled before, and a photo has changed since."]
    assert "Asked again: it was settled before" in school.browser(school.head.role).get(f"/review/{post_id}").text
