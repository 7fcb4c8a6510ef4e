"""Who was tagged in a version, for what changed since"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("people", sa.JSON(), nullable=True))  # None: from before this was kept


def downgrade() -> None:
    with op.batch_alter_table("versions") as batch_op:
        batch_op.drop_column("people")
