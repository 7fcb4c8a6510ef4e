"""How long permissions hold, the school's images policy, and parents who were not asked to permit matching."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_FILLED = (
    ("register_version", "images_policy", sa.String(length=200)),
    ("register_version", "images_policy_link", sa.String(length=400)),
    ("matching_answers", "excused_by", sa.String(length=120)),
)
_EMPTY: tuple[tuple[str, str, sa.Integer | sa.String | sa.Date], ...] = (
    ("register_version", "permission_months", sa.Integer()),
    ("matching_answers", "excuse", sa.String(length=40)),
    ("matching_answers", "excused_on", sa.Date()),
)


def upgrade() -> None:
    for table, name, kind in _FILLED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=""))
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    for table, name, empty in _EMPTY:
        op.add_column(table, sa.Column(name, empty, nullable=True))
    # Where the school shows no pupils every face is a flag now: what was checked before is looked at again.
    op.execute(
        "UPDATE register_version SET list_version = list_version + 1"
        " WHERE EXISTS (SELECT 1 FROM consent_rules WHERE pupils = 'not at all')"
    )


def downgrade() -> None:
    for table, name in ((row[0], row[1]) for row in (*_FILLED, *_EMPTY)):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(name)
