"""gatepost reset-second-step: a lone administrator who lost the second step comes in again, and it is written down."""

from click.testing import CliRunner, Result
from sqlalchemy import select

from moderation.cli import main
from moderation.db.models import AuthenticatorApp, LinkedAccount, Passkey, RecoveryCode, SignIn
from moderation.rules.roles import Role
from moderation.services import audit
from tests.builders import PASSWORD, School, email

BOSS = email(Role.ADMINISTRATOR)


def gatepost(school: School, *arguments: str, typed: str = "") -> Result:
    command = ["--instance", str(school.parts.settings.instance), "reset-second-step", *arguments]
    return CliRunner().invoke(
        main, command, input=typed, env={"GATEPOST_MASTER_KEY": None, "GATEPOST_SECRET_KEY": None}
    )


def with_everything(school: School) -> int:
    """The administrator's number; they have an app, codes, a passkey and a linked account."""
    boss = school.people[Role.ADMINISTRATOR].id or 0
    with school.parts.work() as work:
        mine = {"user_id": boss}
        app = AuthenticatorApp(**mine, wrapped_key=b"k", sealed=b"s", started_at=work.now, confirmed_at=work.now)
        work.session.add(app)
        work.session.add(RecoveryCode(**mine, code_hash="c", made_at=work.now))
        key = Passkey(**mine, credential_id=b"i", public_key=b"p", sign_count=0, called="x", added_at=work.now)
        work.session.add(key)
        work.session.add(LinkedAccount(**mine, issuer="https://x.example", subject="1", linked_at=work.now))
    return boss


def test_everything_but_the_password_goes_and_every_sign_in_ends(school: School) -> None:
    signed_in = school.browser(Role.ADMINISTRATOR)
    boss = with_everything(school)
    assert signed_in.get("/staff/").status_code == 200
    done = gatepost(school, f" {BOSS.upper()} ", typed="y\n")
    assert done.exit_code == 0 and "The password alone opens now" in done.output
    assert signed_in.get("/staff/").status_code == 303
    with school.parts.reading() as work:
        for table in (AuthenticatorApp, RecoveryCode, Passkey, LinkedAccount):
            assert work.session.scalars(select(table)).all() == []
        assert work.session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all() == []
        row = audit.newest(work, "second step reset")
        assert row is not None and row.actor_id is None and row.detail == f'{{"user":{boss}}}'
        assert audit.verify(work.session) is None
    answer = school.browser().post("/sign-in", data={"email": BOSS, "password": PASSWORD})
    assert answer.headers["Location"] == "/"


def test_it_asks_first_and_says_when_there_is_nothing_to_take_away(school: School) -> None:
    assert "no second step" in gatepost(school, BOSS, "--yes").output
    assert "Nobody with this" in gatepost(school, "x@school.example", "--yes").output
    with_everything(school)
    assert gatepost(school, BOSS, typed="n\n").exit_code == 1
    with school.parts.reading() as work:
        assert work.session.scalars(select(Passkey)).all() != []
