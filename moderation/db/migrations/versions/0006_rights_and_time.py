"""Rights and time: rules of retention, the purge ledger, copies of what is held about one person"""

import sqlalchemy as sa
from alembic import op

from moderation.db.triggers import protect, unprotect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Months. Nothing goes by itself until a person has looked at what would go, and switched it on.
_FIRST_RULES = (
    ("drafts", 12),
    ("rejected posts", 6),
    ("originals", 3),
    ("published posts", 36),
    ("leavers", 12),
    ("days asked out", 36),
)


def upgrade() -> None:
    op.add_column("people", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    rules = op.create_table(
        "retention_rules",
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_retention_rules")),
    )
    switch = op.create_table(
        "retention_switch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by_itself", sa.Boolean(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_switch")),
    )
    op.bulk_insert(rules, [{"rule": rule, "months": months} for rule, months in _FIRST_RULES])
    op.bulk_insert(switch, [{"id": 1, "by_itself": False}])
    _create_ledger()
    _create_copies()
    protect(op.get_bind(), "purge_ledger", "purge ledger")


def _create_ledger() -> None:
    op.create_table(
        "purge_ledger",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("certificate", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("before", sa.Date(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        _points_at("purge_ledger", "actor_id", "users.id"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_purge_ledger")),
    )
    op.create_index(op.f("ix_purge_ledger_certificate"), "purge_ledger", ["certificate"])


def _create_copies() -> None:
    op.create_table(
        "copies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        _points_at("copies", "person_id", "people.id"),
        _points_at("copies", "asked_by_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copies")),
    )
    op.create_index(op.f("ix_copies_person_id"), "copies", ["person_id"])
    op.create_table(
        "copy_pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.String(length=64), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("made", sa.Boolean(), nullable=False),
        sa.Column("media_key", sa.String(length=64), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        _points_at("copy_pictures", "copy_id", "copies.id"),
        _points_at("copy_pictures", "post_id", "posts.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy_pictures")),
    )
    op.create_index(op.f("ix_copy_pictures_copy_id"), "copy_pictures", ["copy_id"])


def _points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def downgrade() -> None:
    unprotect(op.get_bind(), "purge_ledger")
    for table in ("copy_pictures", "copies", "purge_ledger", "retention_switch", "retention_rules"):
        op.drop_table(table)
    with op.batch_alter_table("people") as batch_op:
        batch_op.drop_column("erased_at")
