"""Permissions, days on which somebody asked to be left out, tags, and what the school asks for"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Columns that every row needs from now on: table, name, type, what the rows that are there get.
_FILLED = (
    ("accounts", "medium", sa.String(length=40), "social media"),
    ("people", "kind", sa.String(length=40), "pupil"),
    ("posts", "purpose", sa.String(length=40), "news of school life"),
    ("register_version", "protected_age", sa.Integer(), "18"),
    ("register_version", "looked_after_age", sa.Integer(), "21"),
    ("register_version", "special_needs_age", sa.Integer(), "24"),
)
_EMPTY = (
    ("people", "protected_until", sa.Date()),
    ("posts", "others", sa.Integer()),
    ("posts", "taken_on", sa.Date()),
)


def upgrade() -> None:
    for table, name, kind, value in _FILLED:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    for table, name, empty in _EMPTY:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column(name, empty, nullable=True))
    _create_tables()
    op.execute("UPDATE accounts SET medium = 'website' WHERE lower(network) LIKE '%website%'")
    op.execute("UPDATE accounts SET medium = 'newsletter' WHERE lower(network) LIKE '%newsletter%'")
    op.execute(
        "INSERT INTO memberships (person_id, group_name) "
        "SELECT id, class_name FROM people WHERE class_name <> '' AND left_at IS NULL"
    )


def _create_tables() -> None:
    op.create_table(
        "consent_rules",
        sa.Column("medium", sa.String(length=40), nullable=False),
        sa.Column("pupils", sa.String(length=40), nullable=False),
        sa.Column("adults", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("medium", name=op.f("pk_consent_rules")),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("group_name", sa.String(length=40), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        _points_at("memberships", "person_id", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_person_id"), "memberships", ["person_id"])
    op.create_index("ix_memberships_group_name", "memberships", ["group_name"])
    op.create_table(
        "day_exclusions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        _points_at("day_exclusions", "person_id", "people.id"),
        _points_at("day_exclusions", "recorded_by_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_exclusions")),
        sa.UniqueConstraint("person_id", "day", name=op.f("uq_day_exclusions_person_id_day")),
    )
    op.create_index(op.f("ix_day_exclusions_person_id"), "day_exclusions", ["person_id"])
    op.create_table(
        "tags",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        _points_at("tags", "post_id", "posts.id"),
        _points_at("tags", "person_id", "people.id"),
        sa.PrimaryKeyConstraint("post_id", "person_id", name=op.f("pk_tags")),
    )
    op.create_table(
        "permissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("giver", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=True),
        sa.Column("medium", sa.String(length=40), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("how", sa.String(length=80), nullable=False),
        sa.Column("evidence_key", sa.String(length=64), nullable=True),
        sa.Column("evidence_wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        _points_at("permissions", "person_id", "people.id"),
        _points_at("permissions", "account_id", "accounts.id"),
        _points_at("permissions", "recorded_by_id", "users.id"),
        _points_at("permissions", "withdrawn_by_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permissions")),
    )
    op.create_index(op.f("ix_permissions_person_id"), "permissions", ["person_id"])


def _points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def downgrade() -> None:
    for table in ("permissions", "tags", "day_exclusions", "memberships", "consent_rules"):
        op.drop_table(table)
    for table, name in ((row[0], row[1]) for row in (*_FILLED, *_EMPTY)):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(name)
