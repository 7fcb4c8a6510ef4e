"""Looks at live posts that are to come, and when the same was found last. What is out already is looked at now."""

import sqlalchemy as sa
from alembic import op

from moderation.db.base import Moment

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "live_looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(40), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("rung_at", Moment(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("shot", sa.String(64), nullable=True),
        sa.Column("media_key", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], ondelete="RESTRICT", name=op.f("fk_live_looks_post_id")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], ondelete="RESTRICT", name=op.f("fk_live_looks_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["users.id"], ondelete="RESTRICT", name=op.f("fk_live_looks_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_looks")),
    )
    with op.batch_alter_table("live_looks") as batch_op:
        batch_op.create_index(batch_op.f("ix_live_looks_post_id"), ["post_id"])
    with op.batch_alter_table("live_checks") as batch_op:
        batch_op.add_column(sa.Column("again_at", Moment(), nullable=True))
    op.execute(
        "INSERT INTO live_looks (post_id, account_id, how, due_at, tries, words) "
        "SELECT post_id, account_id, 'connected account', there_at, 0, '' FROM deliveries "
        "WHERE progress = 'there' AND there_at IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("live_checks") as batch_op:
        batch_op.drop_column("again_at")
    op.drop_table("live_looks")
