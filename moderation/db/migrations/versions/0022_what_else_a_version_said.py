"""How many people who are not on the register, and what for, in a version: for what changed since"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("others", sa.Integer(), nullable=True))
    op.add_column("versions", sa.Column("purpose", sa.String(40), nullable=True))  # None: from before both were kept


def downgrade() -> None:
    with op.batch_alter_table("versions") as batch_op:
        batch_op.drop_column("purpose")
        batch_op.drop_column("others")
