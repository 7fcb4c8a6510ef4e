"""The gatepost command."""

import os
import sys
from pathlib import Path

import click

from moderation import logs
from moderation import settings as configuration
from moderation.cli import (
    backups,
    check,
    evaluate,
    importing,
    keys,
    lookback,
    moving,
    preparing,
    running,
    school,
    sign_ins,
    trust,
    verifying,
)
from moderation.cli.chosen import chosen
from moderation.rules.media import MediaAway
from moderation.settings import SettingsError


class Commands(click.Group):
    """Says what is wrong in one line, without a traceback."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except (SettingsError, MediaAway) as error:
            click.echo(f"gatepost: {error}", err=True)
            sys.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gatepost")
@click.option(
    "--instance", type=click.Path(path_type=Path), help="The folder that keeps everything (default: instance)."
)
@click.option("--school", envvar="GATEPOST_SCHOOL_KEY", help="The key of one school of the trust.")
@click.pass_context
def main(context: click.Context, instance: Path | None, school: str | None) -> None:
    """Gatepost checks what a school wants to post on social media before it goes past the gate."""
    os.umask(0o077)  # names and pictures are nobody else's on this machine
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # the threads of two processes would fight for the cores
    trust = configuration.load_trust(instance=instance)
    context.meta["trust"] = trust
    context.obj = chosen(trust, school, context.invoked_subcommand or "")
    logs.set_up(trust.machine.log_format)


for command in (
    backups.backup,
    backups.restore,
    backups.ledgers,
    check.check,
    evaluate.evaluate,
    lookback.lookback,
    running.serve,
    running.web,
    running.worker,
    running.sweep,
    preparing.migrate,
    running.demo,
    importing.register,
    keys.keys,
    moving.move,
    school.setup,
    school.doctor,
    sign_ins.reset_second_step,
    trust.trust,
    verifying.audit,
):
    main.add_command(command)
