"""Every page for everybody: no violation that axe knows, no sideways scrolling, no target too small, no bare colour."""

import pytest
from playwright.sync_api import BrowserContext

from moderation.web.audience import AUDIENCE
from tests.access import measures
from tests.access.conftest import Town
from tests.access.visits import EMPTY, FIRST, HEAD, NO_PAGE, STRANGER, TEACHER, VISITS, endpoint_of
from tests.in_full import IN_FULL

pytestmark = pytest.mark.long
OFTEN = {STRANGER, TEACHER, HEAD}  # who opens most pages most often; `make test-long` walks as everybody
WALKED = VISITS if IN_FULL else [visit for visit in FIRST if visit.who in OFTEN]
SIZES = [measures.PHONE, measures.DESK] if IN_FULL else [measures.PHONE]
THEMES = ["light", "dark"] if IN_FULL else ["light"]
GROUPS = sorted({(visit.school, str(visit.who)) for visit in WALKED})


def test_every_page_of_the_table_of_endpoints_is_visited(town: Town) -> None:
    """Whoever adds a page adds its visit, or says that it is none."""
    app = town.school(EMPTY)[0].school.browser().application
    answering = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    visited = {endpoint_of(app, visit.address) for visit in FIRST}
    assert answering & set(AUDIENCE) == visited | set(NO_PAGE)
    assert visited.isdisjoint(NO_PAGE)


@pytest.mark.parametrize(("school", "who"), GROUPS)
def test_no_page_shuts_anybody_out(town: Town, context: BrowserContext, school: str, who: str) -> None:
    page = town.sign_in(context, school, who)
    filled, address = town.school(school)
    wrong: list[str] = []
    for visit in [visit for visit in WALKED if (visit.school, visit.who) == (school, who)]:
        answer = page.goto(address + visit.address.format(**filled.numbers))
        assert answer is not None and answer.status == visit.status, f"{visit}: {answer and answer.status}"
        assert answer.headers["content-type"].startswith("text/html"), visit
        wrong += [f"{visit.address}: {one}" for one in measures.everything(page, SIZES, THEMES)]
    assert not wrong, "\n".join(["", *wrong])
