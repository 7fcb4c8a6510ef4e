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


def each(blueprint: str, endpoints: str) -> list[str]:
    return [f"{blueprint}.{endpoint}" for endpoint in endpoints.split()]


PICTURES, COVERS = "tests/web/test_pictures.py::test_", "tests/web/test_covering.py::test_"
REVIEW, ACCOUNTS = "tests/services/test_review.py::test_law_3_are_", "tests/services/test_accounts.py::test_"
CONCERNS, APART = "tests/acceptance/test_concerns.py::test_", "tests/services/test_kept_apart.py::test_"
TAKEDOWNS, IMPORTS = "tests/services/test_takedowns.py::test_", "tests/services/test_importing.py::test_"
LIVE, OWN = "tests/acceptance/test_going_live.py::test_law_3_", "tests/web/test_ownership.py::test_law_3_"
_KIT, _PHONE = f"{LIVE}there_is_no_kit_for_the_wrong_role", f"{LIVE}a_link_to_a_phone_is_worth_what_its_publisher_is"
_OTHERS = f"{COVERS}another_teacher_never_reaches_it"
_HANDLED = f"{OWN}a_concern_is_dealt_with_by_who_handles_it"

# Whose it is depends on more than a post and its author: the test, by the beginning of its name, that makes those
# things and asks for them as somebody whose they are not.
ELSEWHERE: dict[str, str] = {
    "media.photo": f"{PICTURES}a_drafts_photo_is_its_authors_alone",
    "media.rendition": "tests/services/test_refused_now.py::test_what_an_account_gets_of_a_draft",
    "media.finding": f"{PICTURES}what_a_finding_points_at_is_for_approvers",
    **dict.fromkeys(each("covering", "show checked"), _OTHERS),
    **dict.fromkeys(each("covering", "put take_off"), "tests/services/test_covers_taken_off.py::test_law_5_who_may"),
    "covering.findings": f"{REVIEW}never_the_author",
    "posts.move_crop": "tests/services/test_renditions.py::test_only_the_author_moves_a_crop",
    "review.move_crop": f"{OWN}a_head_decides_nothing_about_their_own",
    **dict.fromkeys(each("review", "settle unsettle remove_photo"), f"{REVIEW}never_the_author"),
    "review.agree": "tests/services/test_matches_by_two.py::test_its_author_agrees_to_nothing",
    "review.leave_out": f"{OWN}a_head_decides_nothing_about_their_own",
    "review.follow_links": "tests/web/test_ownership.py::test_a_draft_is_nobodys_but_its_authors",
    "review.take_own_back": "tests/services/test_routes.py::test_an_own_approval_can_be_taken_back",
    **dict.fromkeys(each("publish", "kit zipped account_zip picture to_phone"), _KIT),
    **dict.fromkeys(each("publish", "mark_live out_already"), "tests/services/test_publishing.py::test_law_3_only_a"),
    "publish.kit_state": "tests/web/test_audience.py::test_each_role_reaches_what_is_theirs",
    "delivering.post": "tests/services/test_delivering.py::test_only_a_publisher_with_an_opened_kit_asks",
    "delivering.remove": "tests/services/test_refused.py::test_law_3_whoever_asks_for_what_is_not_theirs",
    "evidence.make": "tests/services/test_refused.py::test_evidence_is_of_what_was_handed_in",
    "live.compare_now": "tests/services/test_reading_back.py::test_those_who_may_ask_for_it_now",
    "live.compare": "tests/services/test_refused.py::test_law_3_whoever_asks_for_what_is_not_theirs",
    "live.settle": "tests/services/test_live.py::test_the_author_settles_nothing",
    "concerns.show": f"{CONCERNS}it_is_seen_at_its_desk_by_the_headteacher",
    "concerns.step": f"{CONCERNS}whoever_reported_adds_a_note_and_nothing_else",
    **dict.fromkeys(each("concerns", "take_down end_apart"), _HANDLED),
    "publish.phone_code": f"{OWN}a_link_to_a_phone_is_shown_to_whoever_made_it",
    "concerns.slip": f"{OWN}a_slip_is_taken_back_by_whoever_made_it",
    "takedowns.give_back": f"{OWN}a_slip_is_taken_back_by_whoever_made_it",
    **dict.fromkeys(each("concerns", "picture keep_apart mistake"), f"{APART}law_3_an_administrator_keeps_no_picture"),
    **dict.fromkeys(each("account_steps", "consent refuse"), f"{ACCOUNTS}nobody_approves_their_own_application"),
    **dict.fromkeys(
        each("account_steps", "withdraw look credentials record block close people take_over"),
        f"{OWN}an_account_is_looked_after_by_its_own_people",
    ),
    **dict.fromkeys(each("accounts", "show case apply_again"), "tests/web/test_accounts.py::test_where_credentials"),
    "news.read": "tests/services/test_refused.py::test_news_and_what_is_wanted_of_it_are_ones_own",
    "own_sign_ins.end": "tests/services/test_own_sign_ins.py::test_one_sees_and_ends_one_s_own",
    "own_sign_ins.forget_device": "tests/services/test_own_sign_ins.py::test_a_device_is_forgotten",
    "own_passkeys.remove": "tests/web/test_passkeys.py::test_a_passkey_is_made_by_whoever_began_it",
    "phone.picture": _PHONE,
    **dict.fromkeys(each("reminders", "edit save"), f"{OWN}a_reminder_is_written_by_its_author_alone"),
    "takedowns.stays": f"{TAKEDOWNS}law_3_the_author_of_a_post_does_not_say",
    **dict.fromkeys(
        each("takedowns", "removed take_on looked"),
        "tests/services/test_refused.py::test_law_3_whoever_asks_for_what_is_not_theirs",
    ),
    **dict.fromkeys(
        each("sending", "abilities begin reached part drop"), "tests/web/test_sending.py::test_law_3_for_anybody_but"
    ),
    "posts.off_device": "tests/services/test_checklist.py::test_photos_on_an_own_device",
    "website_feeds.picture": "tests/web/test_connecting.py::test_a_disconnected_feed_is_gone",
    "acceptance.statement": "tests/web/test_acceptance_pages.py::test_the_statement_prints",
    "today.undo": "tests/web/test_people.py::test_one_tap_leaves_somebody_out_today",
    "importing.preview": f"{IMPORTS}a_second_person_sees_an_import_only_when_asked",
    "importing.apply": f"{IMPORTS}many_who_would_become_allowed_need_a_second",
    "deputies.end": "tests/services/test_deputies.py::test_a_deputy_names_and_ends_no_deputies",
}
REFUSALS = r"NotYours|NotFound|Refused|Stale|Mistake|40[1349]|\b400\b|wrong == \[\]|not in page"
# Ends one's own look at a post, if there is one; says to a page that is still open that the kit is closed.
OF_ONES_OWN = {"review.left", "publish.kit_state"}
# No thing of one person's: who may do it to one may do it to all, and `test_audience.py` walks them by role.
BY_ROLE: set[str] = {
    *each("acceptance", "version"),
    *each("checklist", "change"),
    *each("connecting", "show connect test disconnect"),
    *each("devices", "remove"),
    *each("groups", "show change remove end"),
    *each("held", "show order progress zipped"),
    *each("importing", "columns choose mend drop undo"),
    *each("invitations", "again"),
    *each("lookback", "person progress start"),
    *each("matching", "switch_off permission record_permission withdraw make_again certificate"),
    *each("media", "reference"),
    *each("permissions", "add withdraw evidence"),
    *each("publishers", "give end"),
    *each("register", "edit save add_reference remove_reference leave"),
    *each("retention", "certificate"),
    *each("second_steps", "reset"),
    *each("staff", "set_active set_last_day set_role set_password"),
    *each("today", "exclude"),
    *each("training", "strike"),
}
