"""What belongs to whom: for each address that holds a number, who may do it to whose, and where that is shown."""

from moderation.rules.workflow import State

# Who tries: the author of a post, another teacher, and one person of each other role.
AUTHOR, COLLEAGUE, PUBLISHER, HEAD, DATA_LEAD, ADMINISTRATOR, STRANGER = (
    "author", "colleague", "publisher", "head", "data lead", "administrator", "stranger",
)  # fmt: skip
PEOPLE = (AUTHOR, COLLEAGUE, PUBLISHER, HEAD, DATA_LEAD, ADMINISTRATOR, STRANGER)
STAFF = {AUTHOR, COLLEAGUE, PUBLISHER, HEAD, DATA_LEAD}

# endpoint · method · the state of a teacher's post in which it is tried · whose it is. Nobody else does it.
OF_A_POST: dict[str, tuple[str, State, set[str]]] = {
    "posts.show": ("GET", State.CHECKING, STAFF),
    "posts.progress": ("GET", State.CHECKING, STAFF),
    "posts.take_back": ("POST", State.CHECKING, {AUTHOR}),
    "posts.discard": ("POST", State.DRAFT, {AUTHOR}),
    "writing.edit": ("GET", State.DRAFT, {AUTHOR}),
    "writing.save": ("POST", State.DRAFT, {AUTHOR}),
    "anybody.stop": ("POST", State.CHECKING, STAFF),
    "anybody.mark_sensitive": ("POST", State.CHECKING, STAFF),
    "anybody.ask_for_takedown": ("POST", State.LIVE, STAFF),
    "review.show": ("GET", State.IN_REVIEW, {HEAD}),
    "review.looking": ("POST", State.IN_REVIEW, {HEAD}),
    "review.left": ("POST", State.IN_REVIEW, {HEAD}),
    "review.approve": ("POST", State.IN_REVIEW, {HEAD}),
    "review.decide": ("POST", State.IN_REVIEW, {HEAD}),
    "publish.open_kit": ("POST", State.RELEASED, {PUBLISHER}),
    "publish.take_down": ("POST", State.LIVE, {PUBLISHER, HEAD}),
    "publish.correct_link": ("POST", State.LIVE, {PUBLISHER}),
    "delivering.progress": ("GET", State.RELEASED, {PUBLISHER}),
    "live.show": ("GET", State.LIVE, {PUBLISHER, HEAD}),
    "live.progress": ("GET", State.LIVE, {PUBLISHER, HEAD}),
    "evidence.show": ("GET", State.CHECKING, {HEAD, DATA_LEAD}),
    "calendar.hold": ("POST", State.IN_REVIEW, {HEAD}),
}

# What nobody does to a post of which a picture is kept apart, whoever they are: it stops or comes down, no more.
NOT_IF_APART = (
    "posts.take_back", "posts.discard", "writing.save", "review.approve", "review.decide", "publish.open_kit",
    "calendar.hold",
)  # fmt: skip


def _each(blueprint: str, endpoints: str) -> list[str]:
    return [f"{blueprint}.{endpoint}" for endpoint in endpoints.split()]


# Whose it is depends on more than a post and its author; shown in this file, where those things are made.
ELSEWHERE: dict[str, str] = {
    **dict.fromkeys(_each("media", "photo rendition finding"), "tests/web/test_pictures.py"),
    **dict.fromkeys(_each("covering", "show put take_off checked findings"), "tests/services/test_covers_taken_off.py"),
    **dict.fromkeys(("posts.move_crop", "review.move_crop"), "tests/services/test_renditions.py"),
    **dict.fromkeys(_each("review", "settle unsettle remove_photo"), "tests/services/test_review.py"),
    **dict.fromkeys(_each("sending", "abilities begin reached part drop"), "tests/web/test_sending.py"),
    "review.agree": "tests/services/test_matches_by_two.py",
    "review.leave_out": "tests/web/test_ownership.py",
    "review.follow_links": "tests/services/test_following.py",
    "review.take_own_back": "tests/services/test_routes.py",
    **dict.fromkeys(_each("publish", "kit zipped account_zip picture to_phone"), "tests/acceptance/test_going_live.py"),
    **dict.fromkeys(_each("publish", "mark_live out_already"), "tests/services/test_publishing.py"),
    "publish.kit_state": "tests/web/test_kit.py",
    **dict.fromkeys(_each("delivering", "post remove"), "tests/services/test_delivering.py"),
    "evidence.make": "tests/acceptance/test_evidence.py",
    "live.compare_now": "tests/services/test_reading_back.py",
    **dict.fromkeys(_each("live", "compare settle"), "tests/services/test_live.py"),
    **dict.fromkeys(_each("concerns", "show step take_down"), "tests/acceptance/test_concerns.py"),
    "publish.phone_code": "tests/web/test_ownership.py",
    "concerns.slip": "tests/web/test_ownership.py",
    "takedowns.give_back": "tests/web/test_ownership.py",
    **dict.fromkeys(_each("concerns", "end_apart picture keep_apart mistake"), "tests/services/test_kept_apart.py"),
    **dict.fromkeys(
        _each("account_steps", "consent refuse withdraw look block close credentials record people take_over"),
        "tests/services/test_accounts.py",
    ),
    **dict.fromkeys(_each("accounts", "show case apply_again"), "tests/services/test_accounts.py"),
    "news.read": "tests/web/test_news.py",
    **dict.fromkeys(_each("own_sign_ins", "end forget_device"), "tests/services/test_own_sign_ins.py"),
    "own_passkeys.remove": "tests/web/test_passkeys.py",
    "phone.picture": "tests/acceptance/test_going_live.py",
    **dict.fromkeys(_each("reminders", "edit save"), "tests/web/test_reminders.py"),
    **dict.fromkeys(_each("takedowns", "removed stays take_on looked"), "tests/services/test_takedowns.py"),
    "posts.off_device": "tests/services/test_checklist.py",
    "website_feeds.picture": "tests/web/test_connecting.py",
    "acceptance.statement": "tests/web/test_acceptance_pages.py",
    "today.undo": "tests/web/test_people.py",
    **dict.fromkeys(_each("importing", "preview apply"), "tests/services/test_importing.py"),
    "deputies.end": "tests/services/test_deputies.py",
}
# Ends one's own look at a post, if there is one; says to a page that is still open that the kit is closed.
OF_ONES_OWN = {"review.left", "publish.kit_state"}
# No thing of one person's: who may do it to one may do it to all, and `test_audience.py` walks them by role.
BY_ROLE: set[str] = {
    *_each("acceptance", "version"),
    *_each("checklist", "change"),
    *_each("connecting", "show connect test disconnect"),
    *_each("devices", "remove"),
    *_each("groups", "show change remove end"),
    *_each("held", "show order progress zipped"),
    *_each("importing", "columns choose mend drop undo"),
    *_each("invitations", "again"),
    *_each("lookback", "person progress start"),
    *_each("matching", "switch_off permission record_permission withdraw make_again certificate"),
    *_each("media", "reference"),
    *_each("permissions", "add withdraw evidence"),
    *_each("publishers", "give end"),
    *_each("register", "edit save add_reference remove_reference leave"),
    *_each("retention", "certificate"),
    *_each("second_steps", "reset"),
    *_each("staff", "set_active set_last_day set_role set_password"),
    *_each("today", "exclude"),
    *_each("training", "strike"),
}
