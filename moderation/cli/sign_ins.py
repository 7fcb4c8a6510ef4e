"""gatepost reset-second-step: for the administrator who lost the second step and has nobody who could take it away."""

import click

from moderation.settings import Settings


@click.command("reset-second-step")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@click.pass_obj
def reset_second_step(settings: Settings, email: str, yes: bool) -> None:
    """Take away somebody's second step, passkeys and linked accounts: the password alone opens again.

    All their sign-ins end, they are told, and it stands in the audit trail.
    """
    from sqlalchemy import select

    from moderation.db.models import User
    from moderation.rules.roles import SYSTEM
    from moderation.services import second_step
    from moderation.services.work import NotFound
    from moderation.wiring import wire

    parts = wire(settings)
    with parts.reading() as work:
        user_id = work.session.scalars(select(User.id).where(User.email == email.strip().lower())).first()
    if user_id is None:
        raise click.ClickException("Nobody with this e-mail address signs in here.")
    if not yes:
        click.confirm("Take away the second step, passkeys and linked accounts, and end all sign-ins?", abort=True)
    try:
        with parts.work() as work:
            second_step.reset(work, SYSTEM, user_id)
    except NotFound:
        raise click.ClickException("This person has no second step, passkey or linked account.") from None
    click.echo("Done. The password alone opens now; set up a second step again after signing in.")
