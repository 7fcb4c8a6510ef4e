"""Forms that come back: each address that takes one is sent an empty one, and its answer is looked at as any page."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page

from moderation.web.audience import AUDIENCE, HALFWAY, PUBLIC
from tests.access import measures
from tests.access.conftest import Town
from tests.access.visits import ADMINISTRATOR, DATA_LEAD, FILLED, HEAD, HEADTEACHER, MANAGER, STRANGER, TEACHER
from tests.in_full import IN_FULL

pytestmark = pytest.mark.long
# What ends the sign-in, answers with a file, or needs what only a browser's own dialogue gives.
NOT_SENT = {
    "signing_in.sign_out", "own_sign_ins.end", "own_sign_ins.end_others", "evidence.make", "incident.evidence",
    "passkeys.begin", "passkeys.finish", "single_sign_on.begin", "own_link.start", "phone.enter", "second_step.give",
    "typing.words", "typing.lengths", "review.looking", "review.left", "restored.confirm", "own_passkeys.start",
    "own_passkeys.add", "incident.stop", "incident.take_all_down", "calendar.make_feed",
    "sending.begin", "sending.part",
}  # fmt: skip
# What comes back most: these are sent in every run.
OFTEN = {
    "writing.create",
    "reminders.create",
    "register.create",
    "concerns.add",
    "accounts.apply",
    "signing_in.sign_in",
}
ORDER = (TEACHER, HEAD, MANAGER, DATA_LEAD, HEADTEACHER, ADMINISTRATOR)
WHERE = {
    "post_id": "in_review",
    "person_id": "listed",
    "photo_id": "photo",
    "group_id": "group",
    "import_id": "columns",
}
WHERE |= {"concern_id": "apart"}
STATES = {"posts.": "draft", "writing.save": "draft", "reminders.save": "reminder", "live.": "out"}
STATES |= {"publish.": "kit", "covering.put": "draft", "anybody.ask_for_takedown": "live", "calendar.": "draft"}

_SEND = """(address) => {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: address });
  form.append(document.querySelector("input[name=csrf_token]").cloneNode());
  document.body.append(form);
  form.submit();
}"""


def forms(town: Town, who: str) -> list[tuple[str, str]]:
    """(endpoint, address) of what this person is the first of all roles to send."""
    filled, _ = town.school(FILLED)
    found = []
    for rule in filled.school.browser().application.url_map.iter_rules():
        audience = AUDIENCE[rule.endpoint]
        first = STRANGER if audience is PUBLIC else next((role for role in ORDER if role in (audience or ())), HALFWAY)
        if "POST" in (rule.methods or set()) and rule.endpoint not in NOT_SENT and first == who:
            found.append((rule.endpoint, _filled(rule.rule, rule.endpoint, filled.numbers)))
    return [one for one in found if IN_FULL or one[0] in OFTEN]


def _filled(rule: str, endpoint: str, numbers: dict[str, object]) -> str:
    state = next((state for start, state in STATES.items() if endpoint.startswith(start)), None)
    names = WHERE | ({"post_id": state} if state else {}) | ({"photo_id": "draft_photo"} if state == "draft" else {})
    return re.sub(r"<\w+:(\w+)>", lambda part: str(numbers.get(names.get(part[1], ""), 1)), rule)


@pytest.mark.parametrize("who", [STRANGER, *ORDER] if IN_FULL else [STRANGER, TEACHER, DATA_LEAD])
def test_no_form_that_comes_back_shuts_anybody_out(town: Town, context: BrowserContext, who: str) -> None:
    filled, address = town.copy()
    page = town.sign_in(context, FILLED, who, at=(filled, address))
    wrong: list[str] = []
    answers: dict[str, int] = {}
    for endpoint, path in forms(town, who):
        page.goto(f"{address}/sign-in" if who == STRANGER else f"{address}/news/choices")
        answers[endpoint] = _send(page, path)
        wrong += [f"{endpoint}: {one}" for one in measures.everything(page, [measures.PHONE], ["light"])]
    print(f"\nas {who}:", ", ".join(f"{endpoint} {status}" for endpoint, status in answers.items()))
    assert answers and not [endpoint for endpoint, status in answers.items() if status >= 500]
    assert not wrong, "\n".join(["", *wrong])


def _send(page: Page, path: str) -> int:
    with page.expect_navigation(wait_until="domcontentloaded") as answer:
        page.evaluate(_SEND, path)
    page.wait_for_load_state()
    return answer.value.status
