"""What is live against what was approved: told, shown, and settled by a person; what is unclear is never a pass."""

import io
from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw

from moderation.db.models import LiveCheck, NewsRow
from moderation.media import photo as pictures
from moderation.rules.as_approved import How, Judged, Result
from moderation.rules.connecting import LivePost
from moderation.rules.findings import Box
from moderation.rules.roles import SYSTEM, Role
from moderation.rules.telling import News
from moderation.rules.workflow import NotYours, Refused, Stale
from moderation.services import cases, comparing, live, publishing, purging
from moderation.services.comparing import Approved, ApprovedPicture
from moderation.services.work import Mistake
from tests.builders import School

Photo = pictures.Photo


def scene(seed: int) -> bytes:
    """A picture with enough in it to be found again; each seed is another one."""
    image = Image.effect_noise((40, 30), 90).convert("RGB").resize((800, 600), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for number in range(24):
        x, y = (number * 137 + seed * 61) % 760, (number * 89 + seed * 43) % 560
        fill = number * 9, 255 - number * 9, seed * 50 % 255
        draw.rectangle((x, y, x + 40 + seed, y + 30), fill=fill, outline="white")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return pictures.ingest(out.getvalue()).jpeg


def smaller(jpeg: bytes) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(jpeg)).resize((640, 480)).save(out, "JPEG", quality=75)
    return out.getvalue()


FIRST, SECOND = scene(1), scene(2)
COVERED = pictures.cover(FIRST, [Box(300, 200, 360, 270)]).jpeg
WANTED = Approved("Well done all", (ApprovedPicture(COVERED, "A stall", (FIRST,)), ApprovedPicture(SECOND, "A tent")))
ALTS = ("A stall", "A tent")


def results(judged: Sequence[Judged]) -> dict[str, Result]:
    return {one.what: one.result for one in judged}


def test_what_a_connected_account_gives_back_as_it_went_out_is_the_same() -> None:
    given = LivePost("Well done all \r\n", (smaller(COVERED), smaller(SECOND)), ALTS)
    assert set(results(comparing.read(WANTED, given)).values()) == {Result.SAME}


def test_a_link_that_somebody_exchanged_for_a_short_one_is_a_difference() -> None:
    """What the account keeps holds no short link of the network's own: where it leads, nobody approved."""
    approved = Approved("Look: https://school.example/fair", ())
    [judged] = comparing.read(approved, LivePost("Look: https://t.co/abc", (), ()))
    assert judged.result is Result.DIFFERS


def test_a_lost_cover_is_named_as_what_it_is() -> None:
    judged = comparing.read(WANTED, LivePost("Well done all", (smaller(FIRST), smaller(SECOND)), ALTS))
    (picture,) = [one for one in judged if one.what == "Picture 1"]
    assert picture.result is Result.DIFFERS and "before something in it was covered" in picture.said[0]


def test_pictures_in_another_order_missing_or_more_are_differences() -> None:
    turned = results(comparing.read(WANTED, LivePost("Well done all", (smaller(SECOND), smaller(COVERED)), ALTS)))
    assert turned["Picture 1"] is turned["Picture 2"] is Result.DIFFERS
    fewer = results(comparing.read(WANTED, LivePost("Well done all", (smaller(COVERED),), ALTS)))
    assert fewer["The number of pictures"] is Result.DIFFERS and fewer["Picture 2"] is not Result.SAME


def test_what_the_network_does_not_give_back_or_cannot_be_opened_is_unclear() -> None:
    judged = results(comparing.read(WANTED, LivePost(None, (smaller(COVERED), b"no picture"))))
    assert judged["The words"] is judged["Alternative text of picture 1"] is judged["Picture 2"] is Result.UNCLEAR
    assert judged["Picture 1"] is Result.SAME


def checked(school: School, post_id: int, result: Result, why: str = "Why.") -> int:
    with school.parts.work() as work:
        judged = [Judged("The words", result, (why,))]
        return live.record(work, SYSTEM, cases.get(work, post_id), school.account, How.CONNECTED, judged).id


def waiting(school: School) -> list[int]:
    with school.parts.reading() as work:
        return [check.id for check in live.waiting(work)]


def told(school: School) -> list[int | None]:
    with school.parts.reading() as work:
        rows = work.session.query(NewsRow).filter_by(news=News.NOT_AS_APPROVED, over_at=None)
        return sorted(row.user_id for row in rows)


def test_a_difference_is_told_to_the_heads_and_waits_until_one_settles_it(school: School) -> None:
    post_id = school.live()
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        judged = comparing.read(live.approved(work, post, school.account), LivePost("A bad day.", ()))
        check = live.record(work, SYSTEM, post, school.account, How.CONNECTED, judged)
        number, result = check.id, check.result
    assert result is Result.DIFFERS and waiting(school) == [number]
    staff = (school.people, school.others)
    heads = [people[role].id for people in staff for role in (Role.ASSISTANT_HEAD, Role.HEADTEACHER)]
    assert told(school) == sorted(heads)
    checked(school, post_id, Result.SAME)
    assert waiting(school) == [number], "that it is mended now settles nothing"
    with school.parts.work() as work, pytest.raises(NotYours):
        live.settle(work, school.manager, number, "It is fine")
    with school.parts.work() as work, pytest.raises(Mistake):
        live.settle(work, school.head, number, " ")
    with school.parts.work() as work:
        live.settle(work, school.head, number, "The network shortened it")
    assert waiting(school) == []
    with school.parts.work() as work, pytest.raises(Stale):
        live.settle(work, school.head, number, "Again")


def test_what_could_not_be_compared_waits_until_a_later_look_succeeds(school: School) -> None:
    post_id = school.live()
    first = checked(school, post_id, Result.UNCLEAR)
    assert waiting(school) == [first] and told(school) == []
    second = checked(school, post_id, Result.UNCLEAR, "Another reason.")
    assert waiting(school) == [second], "one look an account"
    assert "1 live post is not as approved" in school.browser(Role.ASSISTANT_HEAD).get("/review/").text
    checked(school, post_id, Result.SAME)
    assert waiting(school) == []


def test_the_author_settles_nothing_and_nothing_is_compared_once_it_is_down(school: School) -> None:
    post_id = school.in_review(author=school.head)
    school.approve(post_id, school.people[Role.HEADTEACHER])
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
        publishing.mark_live(work, school.manager, post_id, {school.account.id: "https://social.example/2"})
    number = checked(school, post_id, Result.DIFFERS)
    with school.parts.work() as work, pytest.raises(Refused):
        live.settle(work, school.head, number, "I know it")
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "It was wrong")
    assert waiting(school) == [] and told(school) == []
    with pytest.raises(Refused):
        checked(school, post_id, Result.SAME)
    with school.parts.work() as work:
        purging.post(work, school.data_lead, cases.get(work, post_id))
        assert work.session.query(LiveCheck).all() == []


def test_the_pages_show_it_to_those_who_act_and_take_words_and_screenshots(school: School) -> None:
    post_id = school.live(caption="Well done all")
    manager, head = school.browser(Role.RESOURCES_MANAGER), school.browser(Role.ASSISTANT_HEAD)
    form = {"account": str(school.account.id), "words": "Well done none"}
    assert "not compared yet" in manager.get("/publish/").text
    assert manager.post(f"/live/{post_id}", data=form).status_code == 303
    page = manager.get(f"/live/{post_id}").text
    assert "Not as approved" in page and "none" in page and "/settle" not in page
    for browser, address in ((manager, "/publish/"), (head, "/review/"), (head, "/live/")):
        assert "ot as approved" in browser.get(address).text
    assert f"/live/{post_id}" in head.get(f"/posts/{post_id}").text
    assert "Settle" in head.get(f"/live/{post_id}").text
    (number,) = waiting(school)
    assert "in a few words" in head.post(f"/live/checks/{number}/settle", data={"reason": ""}).text
    assert head.post(f"/live/checks/{number}/settle", data={"reason": "I compared it"}).status_code == 303
    assert "I compared it" in head.get(f"/live/{post_id}").text and waiting(school) == []
    assert "not as approved but settled" in manager.get("/publish/").text
    nothing = manager.post(f"/live/{post_id}", data={"account": str(school.account.id)})
    assert nothing.status_code == 422 and "Choose a screenshot" in nothing.text
    broken = {"account": str(school.account.id), "words": "My words", "screenshot": (io.BytesIO(b"no"), "a.png")}
    answer = manager.post(f"/live/{post_id}", data=broken)
    assert answer.status_code == 422 and "My words" in answer.text
