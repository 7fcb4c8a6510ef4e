"""Who is told what, the messages that carry it, and when a post is wanted"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _messages()
    _news()
    op.create_table(
        "telling_choices",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("pace", sa.String(length=40), nullable=False),
        _points_at("telling_choices", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("user_id", "topic", name=op.f("pk_telling_choices")),
    )
    op.create_table(
        "school_times",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digests", sa.Text(), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), nullable=False),
        sa.Column("quiet_until", sa.String(length=5), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("days_off", sa.Text(), nullable=False),
        sa.Column("late_after", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_times")),
    )
    op.add_column("posts", sa.Column("wanted_by", _MOMENT, nullable=True))


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("rung_at", _MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", _MOMENT, nullable=True),
        sa.Column("trouble", sa.String(length=80), nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=True),
        sa.Column("parked_at", _MOMENT, nullable=True),
        sa.Column("dropped_at", _MOMENT, nullable=True),
        _points_at("messages", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_user_id"), "messages", ["user_id"])
    where = sa.text("sent_at IS NULL AND parked_at IS NULL AND dropped_at IS NULL")
    op.create_index("ix_messages_open", "messages", ["next_at"], sqlite_where=where, postgresql_where=where)


def _news() -> None:
    op.create_table(
        "news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("news", sa.String(length=40), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("read_at", _MOMENT, nullable=True),
        sa.Column("over_at", _MOMENT, nullable=True),
        _points_at("news", "user_id", "users.id"),
        _points_at("news", "post_id", "posts.id"),
        _points_at("news", "message_id", "messages.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
    )
    for column in ("user_id", "post_id", "message_id"):
        op.create_index(op.f(f"ix_news_{column}"), "news", [column])
    where = sa.text("due_at IS NOT NULL AND message_id IS NULL")
    op.create_index("ix_news_due", "news", ["due_at"], sqlite_where=where, postgresql_where=where)


def _points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def downgrade() -> None:
    op.drop_column("posts", "wanted_by")
    for table in ("school_times", "telling_choices", "news", "messages"):
        op.drop_table(table)
