"""Every page there is, by who opens it and in which state: made of the table of endpoints, so that none is forgotten.

An address may hold the names of `Filled.numbers`. The first visit to an endpoint is the one of every run.
"""

from dataclasses import dataclass

from flask import Flask

from moderation.rules.roles import Role

TEACHER, HEAD, HEADTEACHER, MANAGER, DATA_LEAD, ADMINISTRATOR = (
    Role.TEACHER, Role.ASSISTANT_HEAD, Role.HEADTEACHER, Role.RESOURCES_MANAGER, Role.DATA_LEAD, Role.ADMINISTRATOR,
)  # fmt: skip
STRANGER, HALFWAY, SHARED = "a stranger", "halfway in", "a teacher on a shared computer"
FILLED, EMPTY, FROZEN = "filled", "empty", "frozen"


@dataclass(frozen=True)
class Visit:
    """One page in one state."""

    address: str
    who: str
    school: str = FILLED
    status: int = 200

    def __str__(self) -> str:
        return f"{self.address} · {self.who} · {self.school}"


def _each(who: str, addresses: str, school: str = FILLED, status: int = 200) -> list[Visit]:
    return [Visit(address, who, school, status) for address in addresses.split()]


# What is no page: files, and parts of a page that its script fetches and that stand in the page itself, too.
NO_PAGE = {
    "acceptance.statement": "a PDF",
    "calendar.feed": "a calendar",
    "covering.checked": "a part of posts.show",
    "delivering.progress": "a part of publish.kit",
    "health.healthz": "figures",
    "health.metrics": "figures",
    "held.progress": "a part of held.show",
    "held.zipped": "a zip",
    "help.own": "leads on to the guide of the role",
    "help.picture": "a picture",
    "importing.mend": "a table",
    "live.progress": "a part of live.show",
    "look.logo": "a picture",
    "look.stylesheet": "the school's colour",
    "lookback.progress": "a part of lookback.person",
    "media.finding": "a picture",
    "media.photo": "a picture",
    "media.reference": "a picture",
    "media.rendition": "a picture",
    "news.read": "leads on to what it is about",
    "permissions.evidence": "a file",
    "phone.kit_state": "a word",
    "phone.picture": "a picture",
    "posts.progress": "a part of posts.show",
    "publish.account_zip": "a zip",
    "publish.kit_state": "a word",
    "publish.picture": "a picture",
    "publish.zipped": "a zip",
    "signing_in.home": "leads on to the first page of the role",
    "single_sign_on.back": "where another server sends people back to",
    "static": "a file",
    "sticker.picture": "a picture",
    "training.listed": "a table",
    "website_feeds.atom_feed": "a feed",
    "website_feeds.picture": "a picture",
}

FIRST = (
    *_each(STRANGER, "/sign-in /concern /phone/open/{phone} /welcome/{welcome}"),
    Visit("/phone/", "on a phone"),
    Visit("/sign-in/second-step/", HALFWAY),
    *_each(TEACHER, "/posts/new /posts/ /posts/{in_review} /posts/{draft}/edit /posts/everybodys"),
    *_each(TEACHER, "/posts/{draft}/photos/{draft_photo}/cover /reminders/new /reminders/{reminder}/edit"),
    *_each(TEACHER, "/register/today/ /calendar/ /news/ /news/choices /password /policy/ /policy/versions/1"),
    *_each(TEACHER, "/signing-in/ /signing-in/second-step/ /signing-in/passkeys/ /incident/ /help/teacher"),
    *_each(TEACHER, "/concerns/ /concerns/new /concerns/{apart} /concerns/picture/{live}"),
    *_each(TEACHER, "/accounts/ /accounts/new /accounts/{applied} /accounts/{closed}/case"),
    *_each(HEAD, "/review/{in_review} /review/ /insight/ /reminders/ /watching/ /deputies/"),
    *_each(HEAD, "/takedowns/ /live/ /live/{out} /evidence/ /evidence/{live}"),
    *_each(MANAGER, "/publish/ /publish/{kit}/kit /publish/{kit}/phone /accounts/1/credentials"),
    *_each(DATA_LEAD, "/register/ /register/new /register/{listed} /register/faces /register/groups/"),
    *_each(DATA_LEAD, "/register/groups/{group} /register/standards /register/running-out /register/restored/"),
    *_each(DATA_LEAD, "/register/recognition /register/{listed}/matching /register/ledger"),
    *_each(DATA_LEAD, "/register/ledger/{ledger}/certificate /register/import/ /register/import/{columns}/columns"),
    *_each(DATA_LEAD, "/register/import/{preview} /register/{listed}/look-back /register/{person}/held"),
    *_each(DATA_LEAD, "/retention/ /retention/certificates/{purge}"),
    *_each(HEADTEACHER, "/accounts/publishers/ /accounts/1/people /policy/edit /policy/checklist /policy/people/"),
    *_each(
        ADMINISTRATOR,
        "/staff/ /staff/routes/ /staff/devices/ /staff/sticker /staff/signing-in/ /messages/ /components/ /staff/look",
    ),
    *_each(ADMINISTRATOR, "/staff/invite /staff/invitations /getting-started/ /tour/"),
    *_each(ADMINISTRATOR, "/concerns/settings/ /accounts/{website}/connection/"),
)
MORE = (
    # Posts in every state, as their author, as somebody else and as whoever decides see them.
    *_each(TEACHER, "/posts/{draft} /posts/{checking} /posts/{sent_back} /posts/{released} /posts/{live} /posts/{out}"),
    *_each(TEACHER, "/posts/{stopped} /posts/{taken_down} /posts/{discarded} /posts/{purged} /posts/{heads_own}"),
    *_each(TEACHER, "/posts/{some_settled} /posts/{sent_back}/edit /posts/{reminder} /posts/{draft}?saved=1"),
    *_each(HEAD, "/review/{some_settled} /review/{checking} /review/{sent_back} /review/{released} /review/{live}"),
    *_each(HEAD, "/review/{stopped} /review/{taken_down} /review/{heads_own} /posts/{in_review}"),
    *_each(HEAD, "/posts/{in_review}/photos/{photo}/cover /review/{in_review}?approved={released}"),
    *_each(HEAD, "/tour/"),
    *_each(HEADTEACHER, "/review/{in_review} /review/ /accounts/{applied} /accounts/1 /concerns/ /concerns/{apart}"),
    *_each(MANAGER, "/live/{out} /takedowns/ /posts/{released} /review/ /calendar/ /accounts/ /concerns/"),
    *_each(MANAGER, "/publish/{live}/kit /help/resources-manager /help/words"),
    *_each(DATA_LEAD, "/register/{person} /register/{person}/held /register/{listed}/held"),
    *_each(
        DATA_LEAD, "/register/?left=1 /register/?page=7 /register/today/?group=4B /posts/everybodys /evidence/{live}"
    ),
    *_each(
        ADMINISTRATOR, "/accounts/ /accounts/1/connection/ /accounts/{blocked} /deputies/ /watching/ /policy/people/"
    ),
    # What has no page of its own.
    *_each(TEACHER, "/nowhere /posts/999999", status=404),
    *_each(TEACHER, "/review/ /staff/", status=403),
    *_each(TEACHER, "/evidence/?post=abc", status=403),
    *_each(HEAD, "/evidence/?post=abc /evidence/?post=999999", status=404),
    *_each(STRANGER, "/phone/open/nothing /welcome/nothing", status=409),
    # On a computer of many, and while everything is stopped.
    *_each(SHARED, "/posts/ /posts/new /signing-in/ /signing-in/passkeys/"),
    *_each(TEACHER, "/posts/ /posts/new /posts/{in_review} /incident/", FROZEN),
    *_each(HEAD, "/review/ /review/{in_review} /incident/", FROZEN),
    *_each(MANAGER, "/publish/ /posts/{released}", FROZEN),
    *_each(DATA_LEAD, "/incident/", FROZEN),
    # On the first day: nothing is there, and nobody is on the register.
    Visit("/sign-in", STRANGER, EMPTY),
    Visit("/concern", STRANGER, EMPTY, 404),
    *_each(TEACHER, "/posts/ /posts/everybodys /posts/new /reminders/new /register/today/ /calendar/ /news/", EMPTY),
    *_each(TEACHER, "/policy/ /signing-in/ /concerns/ /concerns/new /accounts/ /accounts/new /incident/", EMPTY),
    *_each(HEAD, "/review/ /insight/ /reminders/ /watching/ /deputies/ /takedowns/ /live/ /evidence/", EMPTY),
    *_each(MANAGER, "/publish/ /takedowns/ /live/ /getting-started/", EMPTY),
    *_each(DATA_LEAD, "/register/ /register/new /register/faces /register/groups/ /register/standards", EMPTY),
    *_each(DATA_LEAD, "/register/running-out /register/recognition /register/ledger /register/import/", EMPTY),
    *_each(DATA_LEAD, "/retention/ /register/restored/", EMPTY),
    *_each(HEADTEACHER, "/accounts/publishers/ /policy/edit /policy/checklist /policy/people/ /review/", EMPTY),
    *_each(ADMINISTRATOR, "/staff/ /staff/routes/ /staff/devices/ /staff/sticker /staff/signing-in/", EMPTY),
    *_each(
        ADMINISTRATOR,
        "/messages/ /concerns/settings/ /policy/ /watching/ /deputies/ /getting-started/ /staff/invite /staff/look",
        EMPTY,
    ),
)
VISITS = (*FIRST, *MORE)


def endpoint_of(app: Flask, address: str) -> str:
    """Which endpoint answers; any number will do for any name."""
    path = address.split("?")[0]
    for part in [part for part in path.split("/") if part.startswith("{")]:
        path = path.replace(part, "1")
    return str(app.url_map.bind("localhost").match(path)[0])
