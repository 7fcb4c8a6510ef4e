"""Reminders for parents: posts of words alone, urgent or not, with a link, and a route of their own"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("posts") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=40), nullable=False, server_default="post"))
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("link", sa.Text(), nullable=True))
    with op.batch_alter_table("approval_routes") as batch_op:
        batch_op.add_column(sa.Column("reminders", sa.String(length=40), nullable=False, server_default="office"))
    for table, column in (("posts", "kind"), ("posts", "urgent"), ("approval_routes", "reminders")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("approval_routes") as batch_op:
        batch_op.drop_column("reminders")
    with op.batch_alter_table("posts") as batch_op:
        for column in ("link", "urgent", "kind"):
            batch_op.drop_column(column)
