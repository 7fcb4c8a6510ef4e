"""The language in which somebody reads the pages"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("language", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "language")
