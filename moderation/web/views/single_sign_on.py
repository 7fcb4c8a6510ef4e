"""Signing in through the school's OpenID provider: there by a page of our own, and back with a code."""

import hmac
import logging

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from moderation.connectors.openid import Proven, Provider, Unproven
from moderation.rules.connecting import NotDone
from moderation.rules.language import gettext
from moderation.rules.sign_ins import Begun
from moderation.rules.single_sign_on import SingleSignOn
from moderation.services import begun, single_sign_on, throttling
from moderation.services.begun import Step
from moderation.services.throttling import TooSoon
from moderation.services.work import Mistake, NotFound
from moderation.web import cookies
from moderation.web.gate import BEGUN_TOKEN, actor
from moderation.web.parts import parts
from moderation.web.views import own_sign_ins
from moderation.web.views.signing_in import let_in, not_let_in, sign_in_page

blueprint = Blueprint("single_sign_on", __name__, url_prefix="/sign-in/provider")
log = logging.getLogger(__name__)


def provider() -> tuple[Provider, SingleSignOn]:
    """Raises NotFound if the school has none."""
    sso, found = parts().settings.sso, parts().open_provider(url_for("single_sign_on.back"))
    if sso is None or found is None:
        raise NotFound
    return found, sso


@blueprint.post("/")
def begin() -> ResponseReturnValue:
    shared = "shared" in request.form
    try:
        with parts().work() as work:
            throttling.begun(work, cookies.caller())
    except TooSoon as mistake:
        return not_let_in(mistake, shared=shared)
    return set_out(Begun.PROVIDER, shared)


def set_out(what: Begun, shared: bool = False, user_id: int | None = None) -> ResponseReturnValue:
    """A page of our own that goes on by itself: a form may not lead elsewhere."""
    there, sso = provider()
    with parts().work() as work:
        token, step = begun.begin(work, what, shared, user_id)
    session[BEGUN_TOKEN] = token
    words = step.word("state"), step.word("nonce"), step.word("verifier")
    try:
        address = there.address(*words, ask_again=shared or what is Begun.LINK)
    except NotDone as away:
        return _away(what, sso, away)
    return render_template("signing_in/set_out.html", address=address, sso=sso)


@blueprint.get("/back")
def back() -> ResponseReturnValue:
    (there, sso), what = provider(), Begun.PROVIDER
    try:
        with parts().work() as work:
            step = begun.take(work, str(session.pop(BEGUN_TOKEN, "")), Begun.PROVIDER, Begun.LINK)
        what = step.what
        proven = _proven(there, step)
        if what is Begun.LINK:
            return _link(step, sso, proven)
        with parts().work() as work:
            both = sso.counts_as_both(proven.amr)
            recognised = single_sign_on.recognise(work, sso.issuer, proven.subject, both)
            throttling.begun_is_over(work, cookies.caller())
            return let_in(work, recognised, step.shared)
    except single_sign_on.Unknown:
        return render_template("signing_in/not_linked.html", sso=sso), 403
    except NotDone as away:
        return _away(what, sso, away)
    except Unproven as error:
        why = str(error)  # the name of a check
        log.warning("single sign-on: not proven: %s", why)
        return _refused(what, gettext("{label} did not say who you are. Begin again.").format(label=sso.label), 422)
    except Mistake as mistake:
        return _refused(what, str(mistake), 422)


def _proven(there: Provider, step: Step) -> Proven:
    """Who came back, in the browser that set out. Raises NotDone, Unproven."""
    given = request.args
    if not hmac.compare_digest(given.get("state", "").encode(), step.word("state").encode()):
        raise Unproven("state")
    if "code" not in given:
        raise Unproven("no code")  # refused there, or broken off
    return there.proven(given["code"][:5000], step.word("nonce"), step.word("verifier"), given.get("iss"))


def _link(step: Step, sso: SingleSignOn, proven: Proven) -> ResponseReturnValue:
    if not current_user.is_authenticated:
        raise Mistake(gettext(begun.OVER))
    with parts().work() as work:
        single_sign_on.link(work, actor(), step, sso.issuer, proven.subject)
    return redirect(url_for("own_sign_ins.show", saved=1), 303)


def _away(what: Begun, sso: SingleSignOn, away: NotDone) -> ResponseReturnValue:
    trouble = away.trouble.name
    log.warning("single sign-on: the provider did not answer: %s", trouble)
    return _refused(what, gettext("{label} does not answer at the moment.").format(label=sso.label), 503)


def _refused(what: Begun, problem: str, status: int) -> ResponseReturnValue:
    if what is Begun.LINK and current_user.is_authenticated:
        return own_sign_ins.page(problem=problem), status
    otherwise = gettext("You can sign in with your password.")
    return render_template("signing_in/sign_in.html", **sign_in_page(f"{problem} {otherwise}")), status
