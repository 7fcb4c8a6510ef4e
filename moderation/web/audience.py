"""Who may use which endpoint: one table. An endpoint that is not in it answers 403 to everybody (law 3)."""

from moderation.rules.roles import (
    APPROVERS,
    EVIDENCE_READERS,
    IMPORT_CONFIRMERS,
    KEEPERS,
    PUBLISHERS,
    SIGN_INS,
    STAFF,
    Role,
)
from moderation.rules.setting_up import SETS_UP

PUBLIC = None  # also for people who are not signed in
HALFWAY: frozenset[Role] = frozenset(
    {Role.SYSTEM}
)  # whose password was right and whose second step is to come: no role's

_DATA_LEAD = frozenset({Role.DATA_LEAD})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_HEADTEACHER = frozenset({Role.HEADTEACHER})
_DECIDERS = APPROVERS | PUBLISHERS  # publishers about reminders alone: the view of a review asks for each post


def _of(blueprint: str, audience: frozenset[Role] | None, endpoints: str) -> dict[str, frozenset[Role] | None]:
    """One line of the table: several endpoints of one blueprint that the same people may use."""
    return {f"{blueprint}.{endpoint}": audience for endpoint in endpoints.split()}


AUDIENCE: dict[str, frozenset[Role] | None] = {
    "static": PUBLIC,
    **_of("health", PUBLIC, "healthz"),
    # Off unless the settings say otherwise; with a token, for who brings it.
    **_of("health", PUBLIC, "metrics"),
    # For whoever knows the address, which nobody can guess.
    **_of("website_feeds", PUBLIC, "atom_feed picture"),
    **_of("languages", PUBLIC, "choose"),
    # Signing out is for whoever is signed in no more as well: what the browser keeps goes.
    **_of("signing_in", PUBLIC, "page sign_in sign_out"),
    **_of("signing_in", SIGN_INS, "home own_password set_own_password"),
    **_of("passkeys", PUBLIC, "begin finish"),
    **_of("own_passkeys", SIGN_INS, "show start add remove"),
    # The way back is for whoever began it, in the same browser.
    **_of("single_sign_on", PUBLIC, "begin back"),
    **_of("own_link", SIGN_INS, "start remove"),
    # A one-time link stands for the publisher who made it: `services.phone` asks again each time.
    **_of("phone", PUBLIC, "knock enter kit kit_state picture"),
    # A link that the school gave stands for the one person whose password is chosen with it.
    **_of("welcome", PUBLIC, "knock accept"),
    **_of("invitations", _ADMINISTRATOR, "form invite change waiting again"),
    **_of("getting_started", SETS_UP, "show"),
    **_of("second_step", HALFWAY, "page give"),
    **_of("own_sign_ins", SIGN_INS, "show end end_others forget_device"),
    **_of("own_second_step", SIGN_INS, "show start confirm new_codes take_away"),
    **_of("second_steps", _ADMINISTRATOR, "reset ask"),
    **_of("sign_in_rules", _ADMINISTRATOR, "show save"),
    **_of("news", SIGN_INS, "mine read read_all choices choose"),
    **_of("posts", STAFF, "mine everybodys show progress take_back discard move_crop off_device"),
    **_of("writing", STAFF, "new create edit save"),
    **_of("anybody", STAFF, "stop ask_for_takedown mark_sensitive"),
    **_of("sending", STAFF, "abilities begin reached part drop"),  # the author of the draft alone: asked of the service
    **_of("sharing", STAFF, "take"),
    **_of("reminders", STAFF, "new create edit save"),
    **_of("reminders", APPROVERS, "lately"),
    **_of("checklist", KEEPERS, "show add change take_ready"),
    **_of("typing", STAFF, "words lengths"),
    # The author of a draft, or whoever decides.
    **_of("covering", STAFF, "show put take_off checked"),
    **_of("covering", APPROVERS, "findings"),
    **_of("review", _DECIDERS, "waiting show looking left settle unsettle follow_links approve take_own_back decide"),
    **_of("review", APPROVERS, "agree remove_photo move_crop leave_out"),
    **_of("insight", APPROVERS, "show"),
    **_of("watching", APPROVERS | _ADMINISTRATOR, "show try_again"),
    **_of(
        "publish",
        PUBLISHERS,
        "board open_kit kit zipped kit_state account_zip picture to_phone phone_code mark_live out_already",
    ),
    **_of("publish", PUBLISHERS, "correct_link"),
    **_of("publish", PUBLISHERS | APPROVERS, "take_down"),
    **_of("delivering", PUBLISHERS, "post progress"),
    **_of("delivering", PUBLISHERS | APPROVERS, "remove"),
    **_of("calendar", STAFF, "show make_feed end_feed"),
    **_of("calendar", APPROVERS | PUBLISHERS, "hold"),
    # For whoever knows the address, which nobody can guess.
    **_of("calendar", PUBLIC, "feed"),
    **_of(
        "register",
        _DATA_LEAD,
        "everybody search new create edit save add_reference remove_reference faces set_faces leave",
    ),
    **_of("groups", _DATA_LEAD, "everything make show change remove end"),
    **_of("permissions", _DATA_LEAD, "add withdraw evidence asked_for set_asked_for take_preset running_out"),
    **_of("today", STAFF, "show exclude undo"),
    **_of("restored", _DATA_LEAD, "show confirm"),
    **_of(
        "matching",
        _DATA_LEAD,
        "recognition record switch_off permission record_permission withdraw make_again ledger_page certificate",
    ),
    **_of("importing", _DATA_LEAD, "start upload columns choose mend drop undo"),
    **_of("importing", IMPORT_CONFIRMERS, "preview apply"),
    **_of("lookback", _DATA_LEAD, "person progress start"),
    **_of("takedowns", PUBLISHERS | APPROVERS, "waiting removed take_on give_back looked"),
    **_of("takedowns", APPROVERS, "stays"),
    **_of("evidence", EVIDENCE_READERS, "start show make"),
    **_of("live", PUBLISHERS | APPROVERS, "waiting show compare compare_now progress"),
    **_of("live", APPROVERS, "settle"),
    # Whom to call is for everybody; the rest is asked of the service: the safeguarding lead may have any role.
    **_of("incident", SIGN_INS, "show stop set_calls evidence"),
    **_of("incident", APPROVERS, "go_on"),
    **_of("incident", STAFF, "take_all_down"),
    **_of("concern", PUBLIC, "form send"),
    # Asked of the service: who handles it, or has reported it.
    **_of("concerns", SIGN_INS, "listed new add show step take_down end_apart slip"),
    **_of("concerns", STAFF, "picture keep_apart mistake"),
    **_of("concern_settings", KEEPERS, "show save"),
    **_of("held", _DATA_LEAD, "show order progress zipped"),
    **_of("retention", _DATA_LEAD, "show set_rules purge certificate"),
    **_of("sticker", _ADMINISTRATOR, "show put remove"),
    **_of("sticker", STAFF | _ADMINISTRATOR, "picture"),
    **_of("look", _ADMINISTRATOR, "show set_name save put_logo remove_logo undo"),
    # On every page, the first one and that of concerns included.
    **_of("look", PUBLIC, "stylesheet logo"),
    **_of("staff", _ADMINISTRATOR, "people add set_active set_role set_password set_last_day"),
    **_of("accounts", SIGN_INS, "every new apply show case apply_again"),
    **_of("account_steps", _HEADTEACHER, "consent refuse"),
    # The applicant; the named people, whoever holds the credentials, and the keepers.
    **_of("account_steps", SIGN_INS, "withdraw credentials record look"),
    **_of("account_steps", KEEPERS, "people take_over block close"),
    **_of("publishers", KEEPERS, "show ask"),
    **_of("publishers", _HEADTEACHER, "give end"),
    **_of("connecting", _ADMINISTRATOR, "show connect test disconnect"),
    **_of("components", _ADMINISTRATOR, "show"),
    **_of("devices", _ADMINISTRATOR, "every add remove"),
    **_of("help", SIGN_INS, "own guide picture"),
    **_of("tour", SIGN_INS, "show seen"),
    **_of("acceptance", SIGN_INS, "show sign statement version"),
    **_of("acceptance", KEEPERS, "edit save"),
    **_of("training", KEEPERS, "overview listed record strike ask"),
    **_of("routes", _ADMINISTRATOR, "show save words matches"),
    **_of("deputies", APPROVERS | _ADMINISTRATOR, "show name end"),
    **_of("messages", _ADMINISTRATOR, "show set_times test try_again"),
    **_of("media", STAFF, "photo rendition finding"),
    **_of("media", APPROVERS | _DATA_LEAD, "reference"),
}
