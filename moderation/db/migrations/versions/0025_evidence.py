"""The form that a version's digest is of, for evidence packs; and what live posts were found to be"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("form", sa.Text(), nullable=True))  # None: from before this was kept
    op.create_table(
        "live_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("shot", sa.String(length=64), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_live_checks_{column}"), ondelete="RESTRICT"
            )
            for column, table in (
                ("post_id", "posts"),
                ("account_id", "accounts"),
                ("by_id", "users"),
                ("settled_by_id", "users"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_checks")),
    )
    with op.batch_alter_table("live_checks") as batch_op:
        batch_op.create_index(batch_op.f("ix_live_checks_post_id"), ["post_id"])


def downgrade() -> None:
    op.drop_table("live_checks")
    with op.batch_alter_table("versions") as batch_op:
        batch_op.drop_column("form")
