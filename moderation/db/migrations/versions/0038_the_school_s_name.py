"""The school's name, as the administrator writes it on the page of its look"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("school_looks", sa.Column("name", sa.String(length=80), nullable=True))


def downgrade() -> None:
    op.drop_column("school_looks", "name")
