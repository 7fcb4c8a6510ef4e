"""Before each request: who is it, and may they use this endpoint. Deny by default."""

from typing import cast

from flask import Flask, abort, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError

from moderation.db.models import User
from moderation.rules.language import N_, Language, gettext
from moderation.rules.media import MediaAway
from moderation.rules.roles import Actor, Role
from moderation.rules.setting_up import SETS_UP, Way, is_unfinished, step_of, way
from moderation.services import (
    cases,
    deputies,
    getting_started,
    half_sign_ins,
    news,
    restored,
    safeguarding,
    second_step,
    sign_in_rules,
    signing_in,
    tour,
)
from moderation.services.work import Work
from moderation.web.audience import AUDIENCE, HALFWAY, PUBLIC
from moderation.wiring import Parts


class Visitor(UserMixin):  # type: ignore[misc]
    """Whoever is signed in, as Flask-Login wants it. The id in the cookie is the sign-in's token, not the person's."""

    def __init__(
        self, token: str, user: User, actor: Actor, lacks_second_step: bool = False, shared_minutes: int | None = None
    ) -> None:
        self.token = token  # of the sign-in
        self.actor = actor  # with the roles of today
        self.name = user.name
        self.language = user.language
        self.password_is_own = user.password_is_own
        self.lacks_second_step = lacks_second_step  # though the school asks for it
        self.shared_minutes = shared_minutes  # without use, on a shared computer; None: on one's own

    @property
    def shared(self) -> bool:
        return self.shared_minutes is not None

    def get_id(self) -> str:
        return self.token


_TYPING = {"typing.words", "typing.lengths"}  # asked by a script while a person writes
# All that somebody may do who still signs in with a password that another person chose.
_BEFORE_OWN_PASSWORD = {"signing_in.own_password", "signing_in.set_own_password", "signing_in.sign_out"}
# And while a second step is asked of them that they have not set up.
_OWN_SECOND_STEP = ("show", "start", "confirm", "new_codes", "take_away")
_BEFORE_SECOND_STEP = (
    _BEFORE_OWN_PASSWORD
    | {f"own_second_step.{endpoint}" for endpoint in _OWN_SECOND_STEP}
    | {f"own_passkeys.{endpoint}" for endpoint in ("show", "start", "add")}
)
HALF_TOKEN = "half"  # noqa: S105 (what the cookie calls it, between the password and the second step)
BEGUN_TOKEN = "begun"  # noqa: S105 (and this: with a passkey, or over the school's provider)


def actor() -> Actor:
    """The person who asks; only where the table of audiences lets nobody else through."""
    return cast(Visitor, current_user).actor


def own_language() -> Language | None:
    """What whoever is signed in has chosen to read."""
    return current_user.language if current_user.is_authenticated else None


_ACCOUNTS = ("accounts.every", N_("Accounts"))
_POLICY = ("acceptance.show", N_("Policy"))
_CHECKLIST = ("checklist.show", N_("Checklist"))
_POSTS = (
    ("posts.mine", N_("My posts")),
    ("posts.everybodys", N_("Posts under way")),
    ("calendar.show", N_("Calendar")),
    ("today.show", N_("Before the photos")),
)
_TAKEDOWNS = ("takedowns.waiting", N_("Takedowns"))
_WAITING = ("review.waiting", N_("Waiting for a decision"))
_REVIEW = (
    _WAITING,
    _TAKEDOWNS,
    ("insight.show", N_("At a glance")),
    *_POSTS,
    ("deputies.show", N_("Deputies")),
)
NAVIGATION = {
    Role.TEACHER: _POSTS,
    Role.ASSISTANT_HEAD: _REVIEW,
    Role.HEADTEACHER: (*_REVIEW, _ACCOUNTS, _POLICY, _CHECKLIST),
    Role.RESOURCES_MANAGER: (("publish.board", N_("Publishing")), _WAITING, _TAKEDOWNS, _ACCOUNTS, *_POSTS),
    Role.ADMINISTRATOR: (
        ("staff.people", N_("People")),
        _ACCOUNTS,
        ("routes.show", N_("Who approves")),
        ("deputies.show", N_("Deputies")),
        ("messages.show", N_("Messages")),
        ("watching.show", N_("The checks")),
        ("training.overview", N_("Signatures and training")),
        _POLICY,
        _CHECKLIST,
        ("devices.every", N_("Devices")),
        ("look.show", N_("The school’s name and look")),
        ("sticker.show", N_("Sticker")),
    ),
    Role.DATA_LEAD: (("register.everybody", N_("Register")), *_POSTS),
}


def navigation_of(actor: Actor) -> list[tuple[str, str]]:
    """The pages of every role held today: a deputy finds the approvers' first."""
    roles = [*sorted(actor.acting), actor.role]
    entries = dict.fromkeys(entry for role in roles for entry in NAVIGATION[role])
    return [(endpoint, gettext(label)) for endpoint, label in entries]


def _setting_up(work: Work, parts: Parts) -> Way | None:
    """How far a new school has come: on the first page of whoever sets it up, and on the pages that belong to it.

    Not in the demonstration, which is in full use: there its page alone, a step of the tour, says so.
    """
    endpoint = request.endpoint or ""
    if (
        parts.settings.demo
        or actor().role not in SETS_UP
        or not (endpoint == navigation_of(actor())[0][0] or step_of(endpoint))
    ):
        return None
    needed = getting_started.needed(work)
    if not is_unfinished(needed):
        return None
    return way(needed + getting_started.wishes(work, parts.outlets.has_mail), actor().roles, endpoint)


def _first_look(work: Work, parts: Parts) -> list[tour.Step]:
    """The tour, unasked: on the first page of one's role in the demonstration, until it is put away."""
    if not parts.settings.demo or request.endpoint != NAVIGATION[actor().role][0][0] or tour.is_over(work, actor()):
        return []
    return tour.steps(work, actor())


def keep_gate(app: Flask, parts: Parts) -> None:
    CSRFProtect(app)
    login = LoginManager(app)
    login.session_protection = None  # sign-ins are checked on the server's side; phones change their address

    @login.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> Visitor | None:
        with parts.reading() as work:
            found = signing_in.find(work, token)
            if found is None:
                return None
            actor = deputies.actor_of(work, found.user)
            lacking = not found.both_steps and second_step.is_lacking(work, actor)
            minutes = sign_in_rules.in_force(work).shared_minutes if found.shared else None
            visitor = Visitor(token, found.user, actor, lacking, minutes)
            overdue = _by_hand() and signing_in.needs_touch(work, found)
        if overdue:
            with parts.work() as work:
                signing_in.touch(work, token)
        return visitor

    @app.context_processor
    def navigation() -> dict[str, object]:
        if not current_user.is_authenticated:
            return {"navigation": ()}
        with parts.reading() as work:
            stands = {"behind": _is_behind(work), "frozen": cases.is_frozen(work)}
            apart = safeguarding.barred(work, actor())
            setting_up, steps = _setting_up(work, parts), _first_look(work, parts)
        return {
            "navigation": navigation_of(actor()),
            **stands,
            "apart": apart,
            "news": _news(parts),
            "setting_up": setting_up,
            "sets_up": actor().role in SETS_UP,
            "first_look": steps,
        }

    @app.before_request
    def check_audience() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None  # no such address: answered as 404
        if request.endpoint not in AUDIENCE:
            abort(403)
        audience = AUDIENCE[request.endpoint]
        if audience is PUBLIC:
            return None
        if audience is HALFWAY:
            return None if _is_halfway(parts) else _to_sign_in()
        if not current_user.is_authenticated:
            return _to_sign_in()
        if actor().roles.isdisjoint(audience):
            abort(403)
        if not current_user.password_is_own and request.endpoint not in _BEFORE_OWN_PASSWORD:
            return redirect(url_for("signing_in.own_password"), 303)
        if current_user.lacks_second_step and request.endpoint not in _BEFORE_SECOND_STEP:
            return redirect(url_for("own_second_step.show"), 303)
        return None


def _is_behind(work: Work) -> bool:
    """For the line above each page, which is there without it too; whoever approves or publishes asks for certain."""
    try:
        return restored.is_behind(work)
    except MediaAway:
        return False


def _is_halfway(parts: Parts) -> bool:
    """Such a visitor is nobody to every other page: the token is none of a sign-in."""
    with parts.reading() as work:
        return half_sign_ins.find(work, str(session.get(HALF_TOKEN, ""))) is not None


def _by_hand() -> bool:
    """Whether a person did this, not a page that asks by itself how far something is: that keeps no sign-in alive."""
    return request.headers.get("Sec-Fetch-Dest", "document") == "document" or request.endpoint in _TYPING


def _news(parts: Parts) -> list[news.Entry]:
    """What is new for whoever asks. A page that says what is broken is shown without it."""
    try:
        with parts.reading() as work:
            return news.unread(work, actor())
    except SQLAlchemyError:
        return []


def _to_sign_in() -> ResponseReturnValue:
    if request.method != "GET" or request.path.startswith("/media/") or "HX-Request" in request.headers:
        abort(401)  # nobody is led there: it is no page of its own
    session["wanted"] = request.script_root + request.full_path.rstrip("?")
    return redirect(url_for("signing_in.page"), 303)
