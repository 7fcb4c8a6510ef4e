"""The school's own look: its colour and its logo"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    looks = op.create_table(
        "school_looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=True),
        sa.Column("media_key", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_looks")),
    )
    op.bulk_insert(looks, [{"id": 1}])


def downgrade() -> None:
    op.drop_table("school_looks")
