"""Groups that are no classes; look-backs that wait in line; how far the endings of permissions were acted on"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "school_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_groups")),
    )
    with op.batch_alter_table("memberships") as batch_op:
        batch_op.add_column(sa.Column("group_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_memberships_group_id"), "school_groups", ["group_id"], ["id"], ondelete="RESTRICT"
        )
        batch_op.create_index(op.f("ix_memberships_group_id"), ["group_id"])
    with op.batch_alter_table("look_backs") as batch_op:
        batch_op.add_column(sa.Column("in_line", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("look_backs") as batch_op:
        batch_op.alter_column("in_line", server_default=None)
    op.add_column("register_version", sa.Column("endings_until", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("register_version") as batch_op:
        batch_op.drop_column("endings_until")
    with op.batch_alter_table("look_backs") as batch_op:
        batch_op.drop_column("in_line")
    with op.batch_alter_table("memberships") as batch_op:
        batch_op.drop_index(op.f("ix_memberships_group_id"))
        batch_op.drop_constraint(op.f("fk_memberships_group_id"), type_="foreignkey")
        batch_op.drop_column("group_id")
    op.drop_table("school_groups")
