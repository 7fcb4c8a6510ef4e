"""For whoever writes a post: what the check of the words will point at, while they are typed."""

from bisect import bisect_right

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from moderation.db.posts import words_out
from moderation.rules.language import gettext
from moderation.services import fitting, intake, register, tone
from moderation.services.intake import LONGEST_CAPTION
from moderation.services.wording import Told, look_at
from moderation.web.parts import parts

blueprint = Blueprint("typing", __name__, url_prefix="/posts")


@blueprint.post("/words")
def words() -> ResponseReturnValue:
    """Takes JSON `{"text": "…"}`; places in the answer count UTF-16 units, as browsers do."""
    text = _text()
    if text is None:
        return jsonify(problem=gettext("That did not arrive as it should. Load the page again.")), 422
    if len(text) > LONGEST_CAPTION:
        return jsonify(
            problem=gettext("Longer than {count:,} characters: not checked here. Make it shorter.").format(
                count=LONGEST_CAPTION
            )
        ), 422
    with parts().reading() as work:
        roll = register.roll(work)
    answer = look_at(text, roll)
    if answer is None:
        return jsonify(problem=gettext("The check of the words failed. Read them yourself.")), 500
    units = Units(text)
    told = [_told(told, units) for told in answer.told]
    return jsonify(told=told, more=answer.more, nobody=answer.nobody, hints=tone.hints(text))


@blueprint.post("/lengths")
def lengths() -> ResponseReturnValue:
    """How long a text is for each account in use: JSON `{"text": "…", "what": "caption" or "alt text", "credit": "…"}`.

    The credit line goes out under the caption, so it counts.
    """
    text = _text()
    if text is None or len(text) > LONGEST_CAPTION:
        return jsonify(problem=gettext("That did not arrive as it should. Load the page again.")), 422
    sent = request.get_json()
    of_alt_text, credit = sent.get("what") == "alt text", sent.get("credit")
    text = words_out(text.strip(), credit) if isinstance(credit, str) and not of_alt_text else text
    with parts().reading() as work:
        rules = [(account, fitting.rule(account, of_alt_text)) for account in intake.accounts(work)]
    return jsonify(
        accounts=[
            {"id": account.id, "title": account.title, "said": rule.said(text), "over": rule.over(text)}
            for account, rule in rules
            if rule is not None
        ]
    )


def _text() -> str | None:
    """None for what no page of ours sends, brackets nested a hundred thousand deep among it."""
    try:
        sent = request.get_json(silent=True)
    except RecursionError:
        return None
    text = sent.get("text") if isinstance(sent, dict) else None
    return text if isinstance(text, str) else None


class Units:
    """Characters of Python counted as JavaScript counts them: two for each beyond U+FFFF."""

    def __init__(self, text: str) -> None:
        self._wide = [i for i, character in enumerate(text) if character > "\uffff"]

    def at(self, index: int) -> int:
        return index + bisect_right(self._wide, index - 1)


def _told(told: Told, units: Units) -> dict[str, object]:
    return {
        "start": units.at(told.start),
        "end": units.at(told.end),
        "severity": told.severity,
        "sentence": told.sentence,
        "changes": [
            {"label": change.label, "start": units.at(change.start), "end": units.at(change.end), "put": change.put}
            for change in told.changes
        ],
    }
