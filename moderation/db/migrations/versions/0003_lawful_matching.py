"""Lawful matching: what recognition rests on, permissions to match, the biometric ledger.

The keys of people leave the database. What was sealed under them cannot be opened any more, and the sweep destroys it:
recognition is locked until the data lead records what it rests on.
"""

import sqlalchemy as sa
from alembic import op

from moderation.db.triggers import protect, unprotect

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "biometric_ledger",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("engine", sa.String(length=200), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_biometric_ledger_actor_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_biometric_ledger")),
    )
    op.create_index(op.f("ix_biometric_ledger_person_id"), "biometric_ledger", ["person_id"], unique=False)
    op.create_table(
        "lawful_matching",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dpia_reference", sa.String(length=120), nullable=False),
        sa.Column("dpia_on", sa.Date(), nullable=False),
        sa.Column("lawful_basis", sa.String(length=200), nullable=False),
        sa.Column("condition", sa.String(length=200), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("strict", sa.Boolean(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["users.id"], name=op.f("fk_lawful_matching_ended_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_lawful_matching_recorded_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lawful_matching")),
    )
    op.create_table(
        "matching_permissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("lawful_id", sa.Integer(), nullable=False),
        sa.Column("refused_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["lawful_id"], ["lawful_matching.id"], name=op.f("fk_matching_permissions_lawful_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_matching_permissions_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_matching_permissions_recorded_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_permissions")),
    )
    op.create_index(op.f("ix_matching_permissions_person_id"), "matching_permissions", ["person_id"], unique=False)
    op.create_table(
        "matching_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permission_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("how", sa.String(length=200), nullable=False),
        sa.Column("objected_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["permission_id"],
            ["matching_permissions.id"],
            name=op.f("fk_matching_answers_permission_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_answers")),
    )
    op.create_index(op.f("ix_matching_answers_permission_id"), "matching_answers", ["permission_id"], unique=False)
    op.add_column("people", sa.Column("key_id", sa.String(length=32), nullable=True))
    op.drop_column("people", "wrapped_key")
    op.drop_column("people", "may_match")
    protect(op.get_bind(), "biometric_ledger", "biometric ledger")


def downgrade() -> None:
    unprotect(op.get_bind(), "biometric_ledger")
    op.add_column("people", sa.Column("may_match", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("people", sa.Column("wrapped_key", sa.LargeBinary(), nullable=True))
    op.drop_column("people", "key_id")
    op.drop_index(op.f("ix_matching_answers_permission_id"), table_name="matching_answers")
    op.drop_table("matching_answers")
    op.drop_index(op.f("ix_matching_permissions_person_id"), table_name="matching_permissions")
    op.drop_table("matching_permissions")
    op.drop_table("lawful_matching")
    op.drop_index(op.f("ix_biometric_ledger_person_id"), table_name="biometric_ledger")
    op.drop_table("biometric_ledger")
