"""Where the links in a post's words end"""

import sqlalchemy as sa
from alembic import op

from moderation.db.base import Moment

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followed_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("rung_at", Moment(), nullable=False),
        sa.Column("followed_at", Moment(), nullable=True),
        sa.Column("end", sa.Text(), nullable=False),
        sa.Column("trouble", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("post_id", "address"),
    )
    waiting = sa.text("followed_at IS NULL")
    op.create_index(
        "ix_followed_links_waiting", "followed_links", ["rung_at"], sqlite_where=waiting, postgresql_where=waiting
    )


def downgrade() -> None:
    op.drop_table("followed_links")
