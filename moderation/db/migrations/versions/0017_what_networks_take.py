"""Which network an account is on, where crops stand, and the pictures made for networks"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# What schools have typed until now, in small letters, and the network that they meant.
_MEANT = {
    "facebook": ("facebook", "facebook page", "fb"),
    "instagram": ("instagram", "insta", "ig"),
    "x": ("x", "twitter", "x (twitter)", "x/twitter", "twitter/x"),
    "bluesky": ("bluesky", "bsky", "blue sky"),
    "mastodon": ("mastodon",),
    "linkedin": ("linkedin", "linked in"),
    "youtube": ("youtube", "youtube community", "youtube community post", "youtube posts"),
    "website": ("website", "school website", "web site", "school web site", "our website", "wordpress"),
    "newsletter": ("newsletter", "school newsletter", "e-mail newsletter", "email newsletter"),
}


def upgrade() -> None:
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.add_column(sa.Column("network_key", sa.String(length=40), nullable=False, server_default=""))
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.alter_column(
            "network_key", existing_type=sa.String(length=40), existing_nullable=False, server_default=None
        )
    accounts = sa.table("accounts", sa.column("network", sa.String), sa.column("network_key", sa.String))
    for key, names in _MEANT.items():
        meant = sa.func.lower(sa.func.trim(accounts.c.network)).in_(names)
        op.execute(accounts.update().where(meant).values(network_key=key))
    _create_tables()


def _create_tables() -> None:
    op.create_table(
        "crops",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        _points_at("crops", "photo_id", "photos.id"),
        _points_at("crops", "account_id", "accounts.id"),
        sa.PrimaryKeyConstraint("photo_id", "account_id", name=op.f("pk_crops")),
    )
    op.create_table(
        "renditions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.String(length=64), nullable=False),
        sa.Column("source_key", sa.String(length=64), nullable=False),
        sa.Column("media_key", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _points_at("renditions", "post_id", "posts.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renditions")),
        sa.UniqueConstraint("post_id", "recipe", name=op.f("uq_renditions_post_id_recipe")),
    )
    op.create_index(op.f("ix_renditions_post_id"), "renditions", ["post_id"])


def _points_at(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT")


def downgrade() -> None:
    op.execute("DELETE FROM findings WHERE scan_id IN (SELECT id FROM scans WHERE subject = 'rendition')")
    op.execute("DELETE FROM scans WHERE subject = 'rendition'")
    for table in ("renditions", "crops"):
        op.drop_table(table)
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.drop_column("network_key")
