"""Looking back over what is live, and what has to be taken down."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look_backs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _points_at("look_backs", "person_id", "people.id"),
        _points_at("look_backs", "started_by_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_backs")),
    )
    op.create_index(op.f("ix_look_backs_person_id"), "look_backs", ["person_id"])
    still_open = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_look_backs_open", "look_backs", ["rung_at"], sqlite_where=still_open, postgresql_where=still_open
    )
    op.create_table(
        "look_back_posts",
        sa.Column("look_back_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found", sa.String(length=200), nullable=False),
        sa.Column("unclear", sa.Integer(), nullable=False),
        sa.Column("uncompared", sa.Boolean(), nullable=False),
        _points_at("look_back_posts", "look_back_id", "look_backs.id"),
        _points_at("look_back_posts", "post_id", "posts.id"),
        sa.PrimaryKeyConstraint("look_back_id", "post_id", name=op.f("pk_look_back_posts")),
    )
    op.create_table(
        "takedowns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("found", sa.String(length=200), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.String(length=40), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof", sa.Text(), nullable=False),
        _points_at("takedowns", "publication_id", "publications.id"),
        _points_at("takedowns", "person_id", "people.id"),
        _points_at("takedowns", "opened_by_id", "users.id"),
        _points_at("takedowns", "ended_by_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takedowns")),
        sa.UniqueConstraint("publication_id", "person_id", name=op.f("uq_takedowns_publication_id_person_id")),
    )
    op.create_index(op.f("ix_takedowns_person_id"), "takedowns", ["person_id"])


def _points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def downgrade() -> None:
    for table in ("takedowns", "look_back_posts", "look_backs"):
        op.drop_table(table)
