"""The pages of connected accounts: a sign-in goes in and never comes out; the feed holds what is live, no more."""

from xml.etree.ElementTree import fromstring

import pytest

from moderation.db.models import Account, Connection
from moderation.rules.connecting import Kind
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import cases, connections, encodings, kit_pictures, publishing, restored, takedowns
from tests.builders import School
from tests.connectors.test_calls import odd as odd  # a server that answers oddly
from tests.services.moments import small_photo
from tests.services.noticeboard import SECRET, Noticeboard, ask, connected, delivery, released, run
from tests.services.test_delivering import stop

ATOM = "{http://www.w3.org/2005/Atom}"


def kept(school: School, account: Account) -> Connection | None:
    with school.parts.reading() as work:
        return connections.of_account(work, account.id)


@pytest.fixture
def website(school: School) -> Account:
    with school.parts.work() as work:
        administrator = school.people[Role.ADMINISTRATOR]
        account = school.add_account(work, "School website", "oakfield.example")
        connections.connect(work, administrator, account.id, connections.Form(Kind.FEED), "")
        return account


def feed(school: School, website: Account) -> str:
    connection = kept(school, website)
    assert connection and connection.feed_token
    return f"/feeds/{connection.feed_token}"


def posted(school: School, website: Account, *photos: bytes, caption: str = "A good <day>.") -> int:
    post_id = released(school, website, caption=caption, photos=photos)
    answer = school.browser(Role.RESOURCES_MANAGER).post(f"/publish/{post_id}/accounts/{website.id}")
    assert answer.status_code == 303 and school.state(post_id) is State.LIVE
    return post_id


def entries(school: School, website: Account) -> list[str]:
    answer = school.browser().get(f"{feed(school, website)}.atom")
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    return [one.findtext(f"{ATOM}content") or "" for one in fromstring(answer.data).iter(f"{ATOM}entry")]


def test_a_sign_in_that_does_not_answer_is_not_kept_and_never_shown(school: School, odd: str) -> None:
    with school.parts.work() as work:
        account = school.add_account(work, "Bluesky", "@oakfield")
    browser = school.browser(Role.ADMINISTRATOR)
    form = {"kind": "bluesky", "address": f"{odd}/401", "login": "oakfield", "secret": SECRET}
    answer = browser.post(f"/accounts/{account.id}/connection/", data=form)
    assert answer.status_code == 422 and "Nothing was kept" in answer.text
    assert SECRET not in answer.text and f"{odd}/401" in answer.text
    assert kept(school, account) is None


def test_facebook_goes_by_kit_and_the_page_says_so(school: School) -> None:
    browser = school.browser(Role.ADMINISTRATOR)
    page = browser.get(f"/accounts/{school.account.id}/connection/").text
    assert "by kit" in page and "Instagram and X" in page and 'name="secret"' not in page
    form = {"kind": "feed"}
    assert browser.post(f"/accounts/{school.account.id}/connection/", data=form).status_code == 422


def test_a_kept_secret_is_sealed_and_disconnecting_destroys_its_key(school: School) -> None:
    account = connected(school)
    connection = kept(school, account)
    assert connection and connection.sealed_secret and SECRET.encode() not in connection.sealed_secret
    page = school.browser(Role.ADMINISTRATOR).get(f"/accounts/{account.id}/connection/").text
    assert SECRET not in page and "Disconnect" in page
    with school.parts.reading() as work:
        encodings.UNCLAIMED, before = -1.0, encodings.UNCLAIMED
        try:
            encodings.destroy_unclaimed_keys(work)
        finally:
            encodings.UNCLAIMED = before
        assert connections.form_of(work, account.id).secret == SECRET  # its key is somebody's
    school.browser(Role.ADMINISTRATOR).post(f"/accounts/{account.id}/connection/disconnect")
    assert kept(school, account) is None and not school.parts.keys.exists(connection.key_id)


def test_the_kit_offers_to_post_to_a_connected_account_only(school: School) -> None:
    account = connected(school)
    post_id = released(school, account, school.account)
    page = school.browser(Role.RESOURCES_MANAGER).get(f"/publish/{post_id}/kit").text
    assert "Post to Bluesky: @school" in page and "Post to Facebook" not in page
    asked = ask(school, post_id, account)
    page = school.browser(Role.RESOURCES_MANAGER).get(f"/publish/{post_id}/kit").text
    assert "Waits to be posted" in page and f'hx-get="/publish/{post_id}/deliveries?going={account.id}"' in page
    part = f"/publish/{post_id}/deliveries?going={account.id}"
    assert "HX-Refresh" not in school.browser(Role.RESOURCES_MANAGER).get(part).headers
    assert run(school, Noticeboard(), asked)
    assert school.browser(Role.RESOURCES_MANAGER).get(part).headers["HX-Refresh"] == "true"
    page = school.browser(Role.RESOURCES_MANAGER).get(f"/publish/{post_id}/kit").text
    assert delivery(school, asked).link in page and f'name="link-{account.id}"' not in page
    assert f'name="link-{school.account.id}"' in page


def test_the_feed_holds_the_words_the_pictures_and_the_alt_texts_of_what_is_live(
    school: School, website: Account
) -> None:
    assert entries(school, website) == []
    post_id = posted(school, website, small_photo(80), small_photo(90), caption="A good <day>.\n\nAnd more.")
    (content,) = entries(school, website)
    assert "<p>A good &lt;day&gt;.</p><p>And more.</p>" in content and content.count('alt="What the photo shows"') == 2
    with school.parts.reading() as work:
        kit = kit_pictures.of_account(work, cases.get(work, post_id), work.session.merge(website))
        (live,) = cases.publications(work, cases.get(work, post_id))
    for number, file in enumerate(kit, 1):
        answer = school.browser().get(f"{feed(school, website)}/{post_id}/{number}.jpg")
        assert answer.data == file.data and answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Cache-Control"] == "max-age=60, must-revalidate" and "Set-Cookie" not in answer.headers
        assert f"{school.parts.settings.public_url}{feed(school, website)}/{post_id}/{number}.jpg" in content
    assert live.link.endswith(f"{feed(school, website)}.atom#post-{post_id}")
    assert school.browser().get(f"{feed(school, website)}/{post_id}/3.jpg").status_code == 404
    assert school.browser().get("/feeds/guessed.atom").status_code == 404


def test_a_post_that_waits_for_other_accounts_is_in_the_feed_until_it_is_stopped(
    school: School, website: Account
) -> None:
    post_id = released(school, website, school.account)
    assert entries(school, website) == []
    ask(school, post_id, website)
    assert school.state(post_id) is State.RELEASED and len(entries(school, website)) == 1
    stop(school, post_id)
    assert entries(school, website) == []


def test_whoever_asks_for_a_takedown_empties_the_feed_at_once(school: School, website: Account) -> None:
    post_id = posted(school, website, small_photo())
    with school.parts.work() as work:
        takedowns.ask_for(work, school.teacher, post_id, "A family asks for it")
    assert entries(school, website) == []
    assert school.browser().get(f"{feed(school, website)}/{post_id}/1.jpg").status_code == 404
    with school.parts.work() as work:
        (task,) = takedowns.waiting(work)
        takedowns.stays(work, school.head, task.takedown.id, "It may stay")
    assert len(entries(school, website)) == 1
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "A slip")
    assert entries(school, website) == []


def test_somebody_tagged_who_may_not_appear_any_more_empties_it_at_once(school: School, website: Account) -> None:
    from moderation.db.models import Tag

    post_id = posted(school, website)
    person = school.person("p1", "Maya", "Marchetti")
    with school.parts.work() as work:
        work.session.add(Tag(post_id=post_id, person_id=person.id))
    assert entries(school, website) == []


def test_after_an_older_database_was_put_back_the_feed_gives_nothing_out(school: School, website: Account) -> None:
    post_id, address = posted(school, website, small_photo()), feed(school, website)
    with school.parts.work() as work:
        restored.say(work, "2026-11-01 10:00", purged_again=0, purges_known=True, steps_known=True)
    for asked in (f"{address}.atom", f"{address}/{post_id}/1.jpg"):
        answer = school.browser().get(asked)
        assert answer.status_code == 503 and b"A good" not in answer.data, asked


def test_a_disconnected_feed_is_gone(school: School, website: Account) -> None:
    address = feed(school, website)
    posted(school, website)
    with school.parts.work() as work:
        connections.disconnect(work, school.people[Role.ADMINISTRATOR], website.id)
    assert school.browser().get(f"{address}.atom").status_code == 404
