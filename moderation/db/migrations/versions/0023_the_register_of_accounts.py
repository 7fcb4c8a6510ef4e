"""The register of accounts: standing, case, named people, credentials, and publishers' consents"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_TABLES = ("account_people", "account_cases", "account_credentials", "publisher_consents", "account_rule")


def upgrade() -> None:
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.add_column(sa.Column("standing", sa.String(length=40), nullable=False, server_default="in use"))
        batch_op.add_column(sa.Column("standing_since", _MOMENT, nullable=True))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("left_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("looked_on", sa.Date(), nullable=True))
    op.execute("UPDATE accounts SET standing = 'closed' WHERE NOT in_use")
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.alter_column(
            "standing", existing_type=sa.String(length=40), existing_nullable=False, server_default=None
        )
        batch_op.alter_column("reason", existing_type=sa.Text(), existing_nullable=False, server_default=None)
        batch_op.drop_column("in_use")
    _create_cases()
    _create_consents()


def _create_cases() -> None:
    op.create_table(
        "account_people",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        _points_at("account_people", "account_id", "accounts.id"),
        _points_at("account_people", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("account_id", "user_id", name=op.f("pk_account_people")),
    )
    op.create_table(
        "account_cases",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("promotion", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=False),
        sa.Column("uses_logo", sa.Boolean(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=False),
        sa.Column("applied_at", _MOMENT, nullable=False),
        sa.Column("consent_by_id", sa.Integer(), nullable=True),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.Column("consent_kept", sa.String(length=200), nullable=False),
        sa.Column("logo_allowed", sa.Boolean(), nullable=False),
        _points_at("account_cases", "account_id", "accounts.id"),
        _points_at("account_cases", "applicant_id", "users.id"),
        _points_at("account_cases", "consent_by_id", "users.id"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_cases")),
    )
    op.create_table(
        "account_credentials",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kept", sa.String(length=200), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        _points_at("account_credentials", "account_id", "accounts.id"),
        _points_at("account_credentials", "holder_id", "users.id"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_credentials")),
    )


def _create_consents() -> None:
    op.create_table(
        "publisher_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("kept", sa.String(length=200), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("given_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        _points_at("publisher_consents", "user_id", "users.id"),
        _points_at("publisher_consents", "given_by_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publisher_consents")),
    )
    op.create_index(op.f("ix_publisher_consents_user_id"), "publisher_consents", ["user_id"])
    rule = op.create_table(
        "account_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consent_asked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_rule")),
    )
    op.bulk_insert(rule, [{"id": 1, "consent_asked": False}])


def _points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.add_column(sa.Column("in_use", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE accounts SET in_use = (standing = 'in use')")
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.alter_column("in_use", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        for name in ("standing", "standing_since", "reason", "left_on", "looked_on"):
            batch_op.drop_column(name)
