"""A takedown that a member of staff asks for, about no listed person"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("takedowns") as batch_op:
        batch_op.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("said", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("takedowns") as batch_op:
        batch_op.alter_column("said", server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM takedowns WHERE person_id IS NULL")
    with op.batch_alter_table("takedowns") as batch_op:
        batch_op.drop_column("said")
        batch_op.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
