"""Devices that may be used for photos, and what each photo says it was taken with"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera", sa.String(length=80), nullable=False),
        sa.Column("whose", sa.String(length=120), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["users.id"], name=op.f("fk_devices_added_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("camera", name=op.f("uq_devices_camera")),
    )
    op.add_column("photos", sa.Column("camera", sa.String(length=80), nullable=False, server_default=""))
    with op.batch_alter_table("photos") as batch_op:
        batch_op.alter_column("camera", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("photos") as batch_op:
        batch_op.drop_column("camera")
    op.drop_table("devices")
