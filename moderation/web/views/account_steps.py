"""The steps of an account: consent, refusal, credentials, taking over, blocking, closing. The rules say who may."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.accounts import AccountStanding, Step, may_try
from moderation.rules.roles import STAFF
from moderation.rules.workflow import NotYours, Refused
from moderation.services import account_moves, account_register, accounts, deputies
from moderation.services.work import Mistake, Work
from moderation.web.account_forms import parse_consent, parse_credentials
from moderation.web.forms import one_line, parse_ids
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.views.accounts import page

blueprint = Blueprint("account_steps", __name__, url_prefix="/accounts/<int:account_id>")

Again = Callable[[int, str], ResponseReturnValue]


def _do(account_id: int, step: Callable[[Work], None], again: Again = page) -> ResponseReturnValue:
    """Take the step, or show the page again with what is in its way."""
    try:
        with parts().work() as work:
            step(work)
    except NotYours:
        raise
    except (Mistake, Refused) as problem:
        return again(account_id, str(problem))
    return redirect(url_for("accounts.show", account_id=account_id, saved=1), 303)


def _reason() -> str:
    return one_line(request.form, "reason")[: accounts.LONGEST]


@blueprint.post("/consent")
def consent(account_id: int) -> ResponseReturnValue:
    return _do(account_id, lambda work: accounts.consent(work, actor(), account_id, parse_consent(request.form)))


@blueprint.post("/refuse")
def refuse(account_id: int) -> ResponseReturnValue:
    return _do(account_id, lambda work: accounts.refuse(work, actor(), account_id, _reason()))


@blueprint.post("/withdraw")
def withdraw(account_id: int) -> ResponseReturnValue:
    return _do(account_id, lambda work: accounts.withdraw(work, actor(), account_id))


@blueprint.post("/looked")
def look(account_id: int) -> ResponseReturnValue:
    return _do(account_id, lambda work: accounts.look(work, actor(), account_id))


@blueprint.post("/block")
def block(account_id: int) -> ResponseReturnValue:
    return _do(account_id, lambda work: accounts.block(work, actor(), account_id, _reason()))


@blueprint.post("/close")
def close(account_id: int) -> ResponseReturnValue:
    return _do(account_id, lambda work: accounts.close(work, actor(), account_id, _reason()))


@blueprint.get("/credentials")
def credentials(account_id: int) -> ResponseReturnValue:
    return _credentials(account_id, "")


@blueprint.post("/credentials")
def record(account_id: int) -> ResponseReturnValue:
    form = request.form
    return _do(
        account_id, lambda work: accounts.record(work, actor(), account_id, parse_credentials(form)), _credentials
    )


@blueprint.get("/people")
def people(account_id: int) -> ResponseReturnValue:
    return _people(account_id, "")


@blueprint.post("/people")
def take_over(account_id: int) -> ResponseReturnValue:
    def step(work: Work) -> None:
        chosen, held = parse_ids(request.form, "people"), parse_credentials(request.form)
        accounts.take_over(work, actor(), account_id, chosen, held)

    return _do(account_id, step, _people)


def _credentials(account_id: int, problem: str) -> ResponseReturnValue:
    return _held(account_id, problem, takes_over=False)


def _people(account_id: int, problem: str) -> ResponseReturnValue:
    return _held(account_id, problem, takes_over=True)


def _held(account_id: int, problem: str, takes_over: bool) -> ResponseReturnValue:
    """The page of the credentials, for those alone whose step it is. Raises NotYours or Stale."""
    with parts().reading() as work:
        account = account_moves.get(work, account_id)
        facts = account_moves.facts_of(work, account)
        is_new = account.standing is AccountStanding.APPROVED
        step = Step.TAKE_OVER if takes_over else Step.PUT_IN_USE if is_new else Step.RECORD
        may_try(account.standing, step, actor(), facts)
        held = account.credentials
        before = {"kept": held.kept, "holder": str(held.holder_id)} if held else {"holder": str(actor().id)}
        typed = dict(request.form) if problem else before
        html = render_template(
            "accounts/credentials.html",
            account=account,
            entry=account_register.entry(work, account),
            takes_over=takes_over,
            puts_in_use=is_new,
            staff=deputies.by_own_role(work, STAFF),
            holders=account_register.can_hold(work),
            people=set(parse_ids(request.form, "people")) if problem else {user.id for user in account.people},
            form=typed,
            today=work.today,
            problem=problem,
        )
    return html, 422 if problem else 200
