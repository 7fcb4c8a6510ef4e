"""Law 3, of things that are somebody's: each address with a number in it, tried by each relation to what it names."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from moderation.rules.post_kinds import PostKind
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import apart, cases, intake, phone, takedown_desk, takedowns
from moderation.web import create_app
from tests.builders import LINK, School, copy_of
from tests.web import ownership as table

ROLES = {
    table.PUBLISHER: Role.RESOURCES_MANAGER,
    table.HEAD: Role.ASSISTANT_HEAD,
    table.DATA_LEAD: Role.DATA_LEAD,
    table.ADMINISTRATOR: Role.ADMINISTRATOR,
}


@pytest.fixture(scope="module")
def owned(desk: School, tmp_path_factory: pytest.TempPathFactory) -> School:
    return copy_of(desk, tmp_path_factory.mktemp("owned") / "instance")


@pytest.fixture(scope="module")
def browsers(owned: School) -> dict[str, FlaskClient]:
    found = {name: owned.browser(role) for name, role in ROLES.items()}
    teachers = {table.AUTHOR: owned.browser(Role.TEACHER), table.COLLEAGUE: owned.browser(Role.TEACHER, 2)}
    return found | teachers | {table.STRANGER: owned.browser()}


def numbered(school: School) -> dict[str, str]:
    """(endpoint: address) of all that hold the number of something."""
    rules = create_app(school.parts).url_map.iter_rules()
    return {rule.endpoint: rule.rule for rule in rules if "<int:" in rule.rule}


def made(school: School, state: State) -> int:
    """A teacher's post in that state, of words alone."""
    ways: dict[State, Callable[..., int]] = {
        State.DRAFT: school.draft,
        State.CHECKING: school.submit,
        State.IN_REVIEW: school.in_review,
        State.RELEASED: school.released,
        State.LIVE: school.live,
    }
    return ways[state](caption="A day at the museum.")


def done(school: School, browser: FlaskClient, rule: str, method: str, post_id: int) -> bool:
    """Whether this person is shown it, or does it."""
    address = re.sub(r"<int:account_id>", str(school.account.id), rule.replace("<int:post_id>", str(post_id)))
    form = {"digest": school.digest(post_id), "reason": "Because.", "action": "send back", "until": "", "held": ""}
    form |= {"caption": "A day at the museum.", "link": LINK + "2", "do": "save"}
    answer = browser.open(re.sub(r"<int:\w+>", "1", address).replace("<size>", "thumb"), method=method, data=form)
    assert answer.status_code < 500, (address, answer.status_code)
    return answer.status_code < 400 and answer.headers.get("Location", "") != "/sign-in"


def test_law_3_every_address_with_a_number_in_it_has_its_row_and_one_alone(owned: School) -> None:
    rows = [*table.OF_A_POST, *table.ELSEWHERE, *table.BY_ROLE]
    assert sorted(rows) == sorted(numbered(owned))


@pytest.mark.parametrize("named", sorted(set(table.ELSEWHERE.values())))
def test_what_the_table_names_is_one_test_and_somebody_is_refused_in_it(named: str) -> None:
    file, begins = named.split("::")
    source = Path(file).read_text("utf-8")
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    (test,) = (node for node in functions if node.name.startswith(begins))
    called = {ast.unparse(node.func) for node in ast.walk(test) if isinstance(node, ast.Call)}
    said = [ast.get_source_segment(source, node) or "" for node in functions if node is test or node.name in called]
    assert re.search(table.REFUSALS, "\n".join(said)), f"{test.name} refuses nobody"


@pytest.mark.parametrize("endpoint", table.OF_A_POST)
def test_law_3_each_thing_is_done_to_a_post_by_exactly_these_people(
    owned: School, browsers: dict[str, FlaskClient], endpoint: str
) -> None:
    method, state, theirs = table.OF_A_POST[endpoint]
    rule = numbered(owned)[endpoint]
    post_id = made(owned, state)
    did = set()
    for person in sorted(table.PEOPLE, key=lambda one: one in theirs):
        if done(owned, browsers[person], rule, method, post_id):
            did.add(person)
            post_id = made(owned, state) if method == "POST" else post_id
    assert did == theirs


def test_a_draft_is_nobodys_but_its_authors_at_any_address(owned: School, browsers: dict[str, FlaskClient]) -> None:
    post_id = made(owned, State.DRAFT)
    before = owned.digest(post_id)
    rules = [rule for rule in create_app(owned.parts).url_map.iter_rules() if "<int:post_id>" in rule.rule]
    assert len(rules) > 40
    wrong = [
        (person, method, rule.rule)
        for rule in rules
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        for person in table.PEOPLE
        if person != table.AUTHOR
        and rule.endpoint not in table.OF_ONES_OWN
        and done(owned, browsers[person], rule.rule, method, post_id)
    ]
    assert wrong == []
    assert (owned.state(post_id), owned.digest(post_id)) == (State.DRAFT, before)


def test_law_3_the_last_editor_approves_nothing_and_another_head_does(
    owned: School, browsers: dict[str, FlaskClient]
) -> None:
    post_id = made(owned, State.IN_REVIEW)
    with owned.parts.work() as work:
        cases.get(work, post_id).last_editor_id = owned.head.id
    rule = numbered(owned)["review.approve"]
    assert not done(owned, browsers[table.HEAD], rule, "POST", post_id)
    assert owned.state(post_id) is State.IN_REVIEW
    assert done(owned, owned.browser(Role.ASSISTANT_HEAD, 2), rule, "POST", post_id)
    assert not done(owned, owned.browser(Role.HEADTEACHER), rule, "POST", post_id), "it is approved already"
    assert owned.state(post_id) is State.RELEASED


def test_law_3_a_head_decides_nothing_about_their_own_post_at_any_address(
    owned: School, browsers: dict[str, FlaskClient]
) -> None:
    post_id = owned.in_review(caption="A day at the museum.", author=owned.head)
    before = owned.digest(post_id)
    rules = {rule for end, rule in numbered(owned).items() if end.startswith(("review.", "covering.", "calendar."))}
    # To look, and to ask where the links lead, is no decision.
    looks = ("/left", "/looking", "/links")
    tried = [rule for rule in sorted(rules) if "<int:post_id>" in rule and not rule.endswith(looks)]
    assert len(tried) > 12
    wrong = [rule for rule in tried if done(owned, browsers[table.HEAD], rule, "POST", post_id)]
    assert wrong == []
    assert (owned.state(post_id), owned.digest(post_id)) == (State.IN_REVIEW, before)


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.RELEASED])
def test_of_a_post_that_is_kept_apart_nobody_does_anything_that_lets_it_out(
    owned: School, browsers: dict[str, FlaskClient], state: State
) -> None:
    post_id = made(owned, state)
    with owned.parts.work() as work:
        apart.keep_apart(work, owned.data_lead, post_id, may_be_indecent=False)
    rules = numbered(owned)
    did = [
        (endpoint, person)
        for endpoint in table.NOT_IF_APART
        for person in table.PEOPLE
        if done(owned, browsers[person], rules[endpoint], "POST", post_id)
    ]
    assert (did, owned.state(post_id)) == ([], State.STOPPED)


def test_law_3_a_link_to_a_phone_is_shown_to_whoever_made_it_and_opens_once(
    owned: School, browsers: dict[str, FlaskClient]
) -> None:
    post_id = made(owned, State.RELEASED)
    mine, theirs = browsers[table.PUBLISHER], owned.browser(Role.RESOURCES_MANAGER, 2)
    assert done(owned, mine, numbered(owned)["publish.open_kit"], "POST", post_id)
    page = f"/publish/{post_id}/phone"
    assert mine.post(page).status_code == 303
    shown = ['class="qr-box"' in one.get(page).text for one in (theirs, mine, mine)]
    assert shown == [False, True, False], "once, and to nobody else"
    with owned.parts.work() as work:
        link = f"/phone/open/{phone.make(work, owned.manager, post_id)}"
    opened = owned.browser()
    assert [one.post(link).status_code for one in (opened, owned.browser())] == [303, 409]
    assert [one.get("/phone/").status_code for one in (opened, owned.browser())] == [200, 409]


def test_law_3_a_slip_is_taken_back_by_whoever_made_it_and_a_takedown_given_back_by_whoever_took_it_on(
    owned: School, browsers: dict[str, FlaskClient]
) -> None:
    post_id = made(owned, State.LIVE)
    with owned.parts.work() as work:
        slip = apart.mistake(work, owned.teacher, post_id).id
        task = next(one.takedown.id for one in takedowns.waiting(work) if one.post.id == post_id)
        takedown_desk.take_on(work, owned.manager, task)
    for address, owner in ((f"/takedowns/{task}/give-back", table.PUBLISHER), (f"/concerns/{slip}/slip", table.AUTHOR)):
        others = [browsers[person].post(address).status_code for person in table.PEOPLE if person != owner]
        assert all(code >= 400 for code in others), (address, others)
        assert browsers[owner].post(address).status_code == 303, address


def test_law_3_an_account_is_looked_after_by_its_own_people_and_the_keepers(
    owned: School, browsers: dict[str, FlaskClient]
) -> None:
    rules, post_id = numbered(owned), made(owned, State.DRAFT)
    for endpoint in table.each("account_steps", "withdraw look credentials record block close people take_over"):
        method = "GET" if endpoint.endswith("credentials") else "POST"
        for person in (table.COLLEAGUE, table.DATA_LEAD, table.STRANGER):
            assert not done(owned, browsers[person], rules[endpoint], method, post_id), (endpoint, person)
    assert done(owned, owned.browser(Role.HEADTEACHER), rules["account_steps.look"], "POST", post_id)


def test_law_3_a_reminder_is_written_by_its_author_alone(owned: School, browsers: dict[str, FlaskClient]) -> None:
    with owned.parts.work() as work:
        draft = intake.create(work, owned.teacher, PostKind.REMINDER).id
    for endpoint, method in (("reminders.edit", "GET"), ("reminders.save", "POST")):
        did = {who for who in table.PEOPLE if done(owned, browsers[who], numbered(owned)[endpoint], method, draft)}
        assert did == {table.AUTHOR}, endpoint


def test_law_3_a_concern_is_dealt_with_by_who_handles_it(owned: School, browsers: dict[str, FlaskClient]) -> None:
    post_id = made(owned, State.LIVE)
    with owned.parts.work() as work:
        concern = apart.keep_apart(work, owned.teacher, post_id, may_be_indecent=False).id
    form = {"what": "put back", "why": "It is nothing", "reason": "Because.", "said": "Because."}
    for address in (f"/concerns/{concern}/take-down", f"/concerns/{concern}/apart"):
        for person in (table.AUTHOR, table.COLLEAGUE, table.ADMINISTRATOR, table.STRANGER):
            assert browsers[person].post(address, data=form).status_code in (401, 403, 404), (address, person)
