"""Covering: who covered a photo, whether the cover was taken off, and the school's sticker"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("photos") as batch_op:
        batch_op.add_column(sa.Column("covered_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("taken_off_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_photos_covered_by_id"), "users", ["covered_by_id"], ["id"], ondelete="RESTRICT"
        )
    op.create_table(
        "stickers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("media_key", sa.String(length=64), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["users.id"], name=op.f("fk_stickers_added_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stickers")),
    )


def downgrade() -> None:
    op.drop_table("stickers")
    with op.batch_alter_table("photos") as batch_op:
        batch_op.drop_constraint(op.f("fk_photos_covered_by_id"), type_="foreignkey")
        batch_op.drop_column("taken_off_at")
        batch_op.drop_column("covered_by_id")
