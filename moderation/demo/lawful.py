"""What recognition rests on at the demonstration school, and the answers of one family."""

from datetime import date, timedelta

from moderation.services.matching import LawfulForm
from moderation.services.permission_to_match import AnswerForm, PermissionForm

WORDING = (
    "We compare faces in photos that we want to post with photos of children whose families asked us never to show "
    "them, and only if you agree. If you do not, we look out for your child by eye, with the same care."
)


def lawful(today: date) -> LawfulForm:
    """What recognition rests on at this school."""
    day = today - timedelta(days=60)
    return LawfulForm("DPIA 4, faces on the no-publish list", day, "Public task", "Explicit consent", WORDING)


def permitted(today: date) -> PermissionForm:
    """Both parents told, one of them agreed, for a year."""
    told, agreed = today - timedelta(days=30), today - timedelta(days=20)
    answers = (AnswerForm("Lucia Marchetti", told, agreed, "Signed form"), AnswerForm("Paul Marchetti", told))
    return PermissionForm(answers, None, agreed, agreed + timedelta(days=365))
