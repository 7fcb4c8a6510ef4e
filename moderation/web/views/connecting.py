"""For the administrator: connect an account, so that Gatepost posts to it straight; try it; disconnect it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.rules.connecting import Kind, NotDone, kinds_of
from moderation.rules.language import gettext
from moderation.services import account_moves, connections
from moderation.services.connections import Form
from moderation.services.work import Mistake
from moderation.web.forms import chosen
from moderation.web.gate import actor
from moderation.web.parts import parts

blueprint = Blueprint("connecting", __name__, url_prefix="/accounts/<int:account_id>/connection")


@blueprint.get("/")
def show(account_id: int) -> ResponseReturnValue:
    return _page(account_id)


def _page(account_id: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    with parts().reading() as work:
        account = account_moves.get(work, account_id)
        connection = connections.of_account(work, account_id)
        html = render_template(
            "accounts/connection.html",
            account=account,
            connection=connection,
            kinds=kinds_of(account.network_key),
            Kind=Kind,
            base=parts().settings.public_url,
            problem=problem,
            form=request.form,
        )
    return html, status


@blueprint.post("/")
def connect(account_id: int) -> ResponseReturnValue:
    """The server is asked first, with no transaction open: only what answers is kept."""
    try:
        kind = chosen(Kind, request.form.get("kind", ""), gettext("Choose how it is connected."), None)
        form = Form(kind, *(request.form.get(name, "")[:400] for name in ("address", "login", "secret")))
        with parts().reading() as work:
            if not account_moves.get(work, account_id).in_use:
                raise Mistake(gettext("This account is not in use, so it is not connected. Put it in use first."))
        called = connections.try_out(parts().open_connector, form)
        with parts().work() as work:
            connections.connect(work, actor(), account_id, form, called)
    except Mistake as mistake:
        return _page(account_id, str(mistake), 422)
    return redirect(url_for("connecting.show", account_id=account_id, saved=1), 303)


@blueprint.post("/test")
def test(account_id: int) -> ResponseReturnValue:
    trouble = ""
    try:
        with parts().reading() as work:
            form = connections.form_of(work, account_id)
        parts().open_connector(form.kind, form.address, form.login, form.secret).who()
    except NotDone as error:
        trouble = str(error)
    with parts().work() as work:
        connections.answered(work, account_id, trouble)
    return redirect(url_for("connecting.show", account_id=account_id, tested=1), 303)


@blueprint.post("/disconnect")
def disconnect(account_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        connections.disconnect(work, actor(), account_id)
    return redirect(url_for("connecting.show", account_id=account_id), 303)
