"""Who approves: routes and their steps, sensitive topics, deputies"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# What a school begins with, and edits: topics on which a senior leader is asked too.
_FIRST_WORDS = """
abuse*
accident
allegation*
anti-semit*
asylum
bereave*
bullied
bully*
by-election*
complain*
coroner
councillor*
death
died
disciplinary
discriminat*
domestic violence
drugs
election*
exclud*
exclusion*
expelled
expulsion*
extremis*
food bank
funeral
gender
grief
grieving
hate crime
homophob*
immigration
in memory of
industrial action
inquest
Islamophob*
knife
lawyer*
legal action
LGBT*
mental health
MP
negligen*
obituary
Ofsted
open letter
overdose
passed away
petition*
police
politic*
Prevent duty
protest*
racis*
radicalis*
redundanc*
referendum
refugee*
religio*
safeguard*
self-harm
sexual*
social worker*
solicitor*
strike action
suicid*
terroris*
trade union*
tragedy
tragic
transgender
trauma*
unsafe
violen*
weapon*
"""


def upgrade() -> None:
    with op.batch_alter_table("posts") as batch_op:
        batch_op.add_column(sa.Column("sensitive_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("sensitive_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_posts_sensitive_by_id"), "users", ["sensitive_by_id"], ["id"], ondelete="RESTRICT"
        )
    with op.batch_alter_table("approvals") as batch_op:
        batch_op.add_column(sa.Column("as_roles", sa.String(length=120), nullable=True))
    op.execute("UPDATE approvals SET as_roles = (SELECT role FROM users WHERE users.id = approvals.user_id)")
    with op.batch_alter_table("approvals") as batch_op:
        batch_op.alter_column("as_roles", existing_type=sa.String(length=120), nullable=False)
    _create_routes()
    _create_deputies()
    words = op.create_table(
        "sensitive_words",
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_sensitive_words")),
    )
    op.bulk_insert(words, [{"word": word} for word in _FIRST_WORDS.split("\n") if word])


def _create_routes() -> None:
    """What held before: any one approver; and for sensitive topics the headteacher too."""
    routes = op.create_table(
        "approval_routes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("in_order", sa.Boolean(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        _points_at("approval_routes", "set_by_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_routes")),
    )
    steps = op.create_table(
        "approval_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("route_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("how_many", sa.Integer(), nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        _points_at("approval_steps", "route_id", "approval_routes.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_steps")),
    )
    op.create_index(op.f("ix_approval_steps_route_id"), "approval_steps", ["route_id"])
    members = op.create_table(
        "approval_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        _points_at("approval_members", "step_id", "approval_steps.id"),
        _points_at("approval_members", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_members")),
    )
    op.create_index(op.f("ix_approval_members_step_id"), "approval_members", ["step_id"])
    op.bulk_insert(routes, [{"in_order": False, "set_at": datetime.now(UTC)}])
    op.bulk_insert(
        steps,
        [
            {"route_id": 1, "position": 1, "how_many": 1, "sensitive": False},
            {"route_id": 1, "position": 2, "how_many": 1, "sensitive": True},
        ],
    )
    by_step = ((1, "assistant head"), (1, "headteacher"), (2, "headteacher"))
    op.bulk_insert(members, [{"step_id": step, "role": role} for step, role in by_step])


def _create_deputies() -> None:
    op.create_table(
        "deputies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _points_at("deputies", "user_id", "users.id"),
        _points_at("deputies", "named_by_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputies")),
    )
    op.create_index(op.f("ix_deputies_user_id"), "deputies", ["user_id"])


def _points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def downgrade() -> None:
    for table in ("sensitive_words", "deputies", "approval_members", "approval_steps", "approval_routes"):
        op.drop_table(table)
    with op.batch_alter_table("approvals") as batch_op:
        batch_op.drop_column("as_roles")
    with op.batch_alter_table("posts") as batch_op:
        batch_op.drop_constraint(op.f("fk_posts_sensitive_by_id"), type_="foreignkey")
        batch_op.drop_column("sensitive_at")
        batch_op.drop_column("sensitive_by_id")
