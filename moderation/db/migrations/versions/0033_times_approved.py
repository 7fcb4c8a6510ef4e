"""Approvals say from when what they saw may go out; concerns from the form for parents, whether a crowd sent them"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("approvals") as batch_op:
        batch_op.add_column(sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE approvals SET not_before = (SELECT agreed_from FROM posts WHERE posts.id = approvals.post_id)")
    with op.batch_alter_table("concerns") as batch_op:
        batch_op.add_column(sa.Column("crowded", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("concerns") as batch_op:
        batch_op.alter_column("crowded", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("concerns") as batch_op:
        batch_op.drop_column("crowded")
    with op.batch_alter_table("approvals") as batch_op:
        batch_op.drop_column("not_before")
