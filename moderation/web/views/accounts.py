"""For everybody who signs in: the register of accounts, the case of each, and applying for one."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.db.models import Account
from moderation.rules.accounts import AccountStanding, Step
from moderation.rules.connecting import kinds_of
from moderation.rules.consent import Medium
from moderation.rules.networks import NETWORKS
from moderation.rules.roles import KEEPERS, STAFF
from moderation.rules.workflow import NotYours, Refused
from moderation.services import account_moves, account_register, accounts, connections, deputies, publisher_consents
from moderation.services.work import Mistake
from moderation.web.account_forms import STANDINGS, parse_case, parse_place
from moderation.web.forms import parse_ids
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")


@blueprint.get("/")
def every() -> ResponseReturnValue:
    with parts().reading() as work:
        return render_template(
            "accounts/every.html",
            entries=account_register.every(work),
            standings=STANDINGS,
            keeps=not actor().roles.isdisjoint(KEEPERS),
            consent_asked=publisher_consents.is_asked(work),
        )


@blueprint.get("/<int:account_id>")
def show(account_id: int) -> ResponseReturnValue:
    return page(account_id)


def page(account_id: int, problem: str = "") -> ResponseReturnValue:
    """One account, with what stands in the way of the step that was tried."""
    with parts().reading() as work:
        account = account_moves.get(work, account_id)
        entry = account_register.entry(work, account)
        html = render_template(
            "accounts/show.html",
            entry=entry,
            account=account,
            standings=STANDINGS,
            offers=account_register.offers(entry, actor()),
            Step=Step,
            sees_where=account_register.sees_where(actor(), entry.facts),
            connection=connections.of_account(work, account_id),
            kinds=kinds_of(account.network_key),
            live=account_register.live_posts(work, account),
            history=account_register.history(work, account),
            today=work.today,
            form=request.form,
            problem=problem,
        )
    return html, 422 if problem else 200


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    return _new("")


def _new(problem: str) -> ResponseReturnValue:
    with parts().reading() as work:
        html = render_template(
            "accounts/apply.html",
            account=None,
            staff=deputies.by_own_role(work, STAFF),
            people=set(parse_ids(request.form, "people")),
            me=actor(),
            networks=NETWORKS.values(),
            media=tuple(Medium),
            form=request.form,
            problem=problem,
        )
    return html, 422 if problem else 200


@blueprint.post("/new")
def apply() -> ResponseReturnValue:
    try:
        with parts().work() as work:
            account_id = accounts.apply(work, actor(), parse_place(request.form), parse_case(request.form)).id
    except (Mistake, Refused) as problem:
        return _new(str(problem))
    return redirect(url_for("accounts.show", account_id=account_id, saved=1), 303)


@blueprint.get("/<int:account_id>/case")
def case(account_id: int) -> ResponseReturnValue:
    return _case(account_id, "")


def _case(account_id: int, problem: str) -> ResponseReturnValue:
    with parts().reading() as work:
        account = account_moves.get(work, account_id)
        form: dict[str, str] = dict(request.form)
        people = set(parse_ids(request.form, "people"))
        if request.method == "GET":
            people = {user.id for user in account.people}
            form = _answers(account)
        html = render_template(
            "accounts/apply.html",
            account=account,
            again=account.standing is AccountStanding.CLOSED,
            staff=deputies.by_own_role(work, STAFF),
            people=people,
            me=actor(),
            form=form,
            problem=problem,
        )
    return html, 422 if problem else 200


def _answers(account: Account) -> dict[str, str]:
    """What was answered before, as the form sends it."""
    case = account.case
    if case is None:
        return {}
    answers = {"aim": case.aim, "audience": case.audience, "promotion": case.promotion}
    answers |= {"open": "open" if case.is_open else "closed", "minimum_age": str(case.minimum_age)}
    return answers | ({"uses_logo": "1"} if case.uses_logo else {})


@blueprint.post("/<int:account_id>/case")
def apply_again(account_id: int) -> ResponseReturnValue:
    try:
        with parts().work() as work:
            accounts.apply_again(work, actor(), account_id, parse_case(request.form))
    except NotYours:
        raise
    except (Mistake, Refused) as problem:
        return _case(account_id, str(problem))
    return redirect(url_for("accounts.show", account_id=account_id, saved=1), 303)
