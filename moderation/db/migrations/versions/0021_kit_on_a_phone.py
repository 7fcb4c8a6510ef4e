"""A kit on a phone: links that open once"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "phone_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=True),
        sa.Column("session_hash", sa.String(length=64), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_phone_links_{column}"), ondelete="RESTRICT")
            for column, target in (("post_id", "posts.id"), ("approval_id", "approvals.id"), ("user_id", "users.id"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_phone_links_token_hash")),
        sa.UniqueConstraint("session_hash", name=op.f("uq_phone_links_session_hash")),
    )
    op.create_index(op.f("ix_phone_links_post_id"), "phone_links", ["post_id"])


def downgrade() -> None:
    op.drop_table("phone_links")
