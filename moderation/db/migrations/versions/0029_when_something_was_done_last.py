"""When something was done last, quickly: the last backup, the last restore."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_action", "audit", ["action", "number"])


def downgrade() -> None:
    op.drop_index("ix_audit_action", table_name="audit")
