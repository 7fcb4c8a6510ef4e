"""A match may be allowed by two approvers, if the school says so"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("findings") as batch_op:
        batch_op.add_column(sa.Column("agreed_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_findings_agreed_by_id"), "users", ["agreed_by_id"], ["id"], ondelete="RESTRICT"
        )
    op.add_column(
        "register_version", sa.Column("matches_by_two", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    with op.batch_alter_table("register_version") as batch_op:
        batch_op.alter_column("matches_by_two", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("register_version") as batch_op:
        batch_op.drop_column("matches_by_two")
    with op.batch_alter_table("findings") as batch_op:
        batch_op.drop_constraint(op.f("fk_findings_agreed_by_id"), type_="foreignkey")
        batch_op.drop_column("agreed_by_id")
