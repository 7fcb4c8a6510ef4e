"""Accounts that are posted to straight, and how far each post has come there"""

import sqlalchemy as sa
from alembic import op

from moderation.db.base import Moment

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_OPEN = "progress IN ('waiting', 'sending', 'removing')"


def upgrade() -> None:
    op.create_table(
        "connections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("login", sa.String(200), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.String(32), nullable=True),
        sa.Column("feed_token", sa.String(64), nullable=True),
        sa.Column("called", sa.String(200), nullable=False),
        sa.Column("connected_by_id", sa.Integer(), nullable=False),
        sa.Column("connected_at", Moment(), nullable=False),
        sa.Column("ok_at", Moment(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], ondelete="RESTRICT", name=op.f("fk_connections_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["connected_by_id"], ["users.id"], ondelete="RESTRICT", name=op.f("fk_connections_connected_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connections")),
        sa.UniqueConstraint("account_id", name=op.f("uq_connections_account_id")),
        sa.UniqueConstraint("feed_token", name=op.f("uq_connections_feed_token")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("progress", sa.String(40), nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("rung_at", Moment(), nullable=True),
        sa.Column("next_at", Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("remote", sa.JSON(), nullable=False),
        sa.Column("link", sa.String(2000), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("there_at", Moment(), nullable=True),
        sa.Column("removal_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], ondelete="RESTRICT", name=op.f("fk_deliveries_post_id")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], ondelete="RESTRICT", name=op.f("fk_deliveries_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["users.id"], ondelete="RESTRICT", name=op.f("fk_deliveries_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["removal_by_id"], ["users.id"], ondelete="RESTRICT", name=op.f("fk_deliveries_removal_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("post_id", "account_id", name=op.f("uq_deliveries_post_id_account_id")),
        sa.UniqueConstraint("key", name=op.f("uq_deliveries_key")),
    )
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_post_id"), ["post_id"], unique=False)
        batch_op.create_index(
            "ix_deliveries_open",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text(_OPEN),
            postgresql_where=sa.text(_OPEN),
        )


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_table("connections")
