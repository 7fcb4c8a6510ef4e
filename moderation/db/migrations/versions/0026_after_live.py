"""After a post is live: everything stopped, whom the school calls, concerns"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "freezes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=True),
        _points_at("freezes", "opened_by_id", "users.id"),
        _points_at("freezes", "ended_by_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freezes")),
        sa.UniqueConstraint("stands", name=op.f("uq_freezes_stands")),
    )
    op.create_table(
        "call_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_list")),
    )
    _concerns()
    _settings()
    with op.batch_alter_table("takedowns") as batch_op:
        batch_op.add_column(sa.Column("taken_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("taken_at", _MOMENT, nullable=True))
        name = op.f("fk_takedowns_taken_by_id")
        batch_op.create_foreign_key(name, "users", ["taken_by_id"], ["id"], ondelete="RESTRICT")


def _concerns() -> None:
    op.create_table(
        "concerns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=2000), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("from_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("desk", sa.String(length=40), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("met_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("apart", sa.Boolean(), nullable=False),
        sa.Column("purged_at", _MOMENT, nullable=True),
        _points_at("concerns", "post_id", "posts.id"),
        _points_at("concerns", "from_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
        sa.UniqueConstraint("reference", name=op.f("uq_concerns_reference")),
    )
    for column in ("post_id", "from_id"):
        op.create_index(op.f(f"ix_concerns_{column}"), "concerns", [column])
    where = sa.text("ended_at IS NULL")
    op.create_index("ix_concerns_open", "concerns", ["due_at"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "concern_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concern_id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("desk", sa.String(length=40), nullable=True),
        _points_at("concern_steps", "concern_id", "concerns.id"),
        _points_at("concern_steps", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_steps")),
    )
    op.create_index(op.f("ix_concern_steps_concern_id"), "concern_steps", ["concern_id"])
    op.create_table(
        "concern_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_tries")),
    )
    op.create_index(op.f("ix_concern_tries_at"), "concern_tries", ["at"])


def _settings() -> None:
    op.create_table(
        "concern_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("routes", sa.String(length=40), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("takedown_days", sa.Integer(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        _points_at("concern_settings", "lead_id", "users.id"),
        _points_at("concern_settings", "deputy_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_settings")),
    )
    op.create_table(
        "concern_routes",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("desk", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_concern_routes")),
    )


def _points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def downgrade() -> None:
    with op.batch_alter_table("takedowns") as batch_op:
        batch_op.drop_constraint(op.f("fk_takedowns_taken_by_id"), type_="foreignkey")
        batch_op.drop_column("taken_at")
        batch_op.drop_column("taken_by_id")
    for table in (
        "concern_routes",
        "concern_settings",
        "concern_tries",
        "concern_steps",
        "concerns",
        "call_list",
        "freezes",
    ):
        op.drop_table(table)
