"""Acceptance: the policy's versions, signatures, trainings; the checklist and where photos come from"""

import sqlalchemy as sa
from alembic import op

from moderation.db.triggers import protect, unprotect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_OF_POSTS = (
    ("origin", sa.String(length=40)),
    ("source", sa.Text()),
    ("credit", sa.Text()),
    ("permission", sa.Text()),
    ("off_device_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=False),
        sa.Column("urgent_reason", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        _points_at("policies", "written_by_id", "users.id"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_policies")),
    )
    op.create_table(
        "signatures",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("policy_number", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        _points_at("signatures", "policy_number", "policies.number"),
        _points_at("signatures", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_signatures")),
        sa.UniqueConstraint("policy_number", "user_id", name=op.f("uq_signatures_policy_number_user_id")),
    )
    op.create_index(op.f("ix_signatures_user_id"), "signatures", ["user_id"])
    protect(op.get_bind(), "policies", "policy")
    protect(op.get_bind(), "signatures", "list of signatures")
    _create_trainings()
    _create_checklist()


def _create_trainings() -> None:
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=120), nullable=False),
        sa.Column("had_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        _points_at("trainings", "user_id", "users.id"),
        _points_at("trainings", "recorded_by_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
    )
    op.create_index(op.f("ix_trainings_user_id"), "trainings", ["user_id"])
    rule = op.create_table(
        "training_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_rule")),
    )
    op.bulk_insert(rule, [{"id": 1, "asked": "nobody"}])


def _create_checklist() -> None:
    for name, kind in _OF_POSTS:
        op.add_column("posts", sa.Column(name, kind, nullable=True))
    op.create_table(
        "checklist_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=40), nullable=False),
        sa.Column("wording", sa.String(length=300), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_lines")),
    )
    op.create_table(
        "checklist_ticks",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        _points_at("checklist_ticks", "post_id", "posts.id"),
        _points_at("checklist_ticks", "line_id", "checklist_lines.id"),
        sa.PrimaryKeyConstraint("post_id", "line_id", name=op.f("pk_checklist_ticks")),
    )


def _points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def downgrade() -> None:
    for table in ("signatures", "policies"):
        unprotect(op.get_bind(), table)
    for table in ("checklist_ticks", "checklist_lines", "training_rule", "trainings", "signatures", "policies"):
        op.drop_table(table)
    with op.batch_alter_table("posts") as batch_op:
        for name, _ in _OF_POSTS:
            batch_op.drop_column(name)
