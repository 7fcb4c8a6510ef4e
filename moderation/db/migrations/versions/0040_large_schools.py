"""Quick in a school with years behind it: indexes of what waits, and the words that people are found by"""

from collections.abc import Iterator
from itertools import islice

import sqlalchemy as sa
from alembic import op

from moderation.rules.name_pieces import search_words

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_UNDER_WAY = "'checking', 'in review', 'sent back', 'released', 'stopped'"
_FULL = (
    ("ix_posts_state_state_since", "posts", ["state", "state_since"]),
    ("ix_posts_author_id_state_since", "posts", ["author_id", "state_since"]),
    ("ix_photos_media_key", "photos", ["media_key"]),
    ("ix_renditions_media_key", "renditions", ["media_key"]),
    ("ix_scans_created_at", "scans", ["created_at"]),
    ("ix_kits_approval_id", "kits", ["approval_id"]),
    ("ix_publications_at", "publications", ["at"]),
    ("ix_audit_action_at", "audit", ["action", "at"]),
    ("ix_deliveries_progress", "deliveries", ["progress", "post_id"]),
    ("ix_permissions_until", "permissions", ["until"]),
    ("ix_takedowns_ended_at", "takedowns", ["ended_at"]),
    ("ix_people_in_order", "people", ["class_name", "surname", "forename", "id", "left_at", "protected_until"]),
    ("ix_people_no_publish", "people", ["no_publish", "left_at"]),
)
_PARTIAL = (
    ("ix_people_key_id", "people", ["key_id"], "key_id IS NOT NULL"),
    ("ix_photos_removed", "photos", ["post_id"], "removed_at IS NOT NULL"),
    ("ix_posts_under_way", "posts", ["urgent", "submitted_at", "id"], f"state IN ({_UNDER_WAY})"),
    ("ix_people_left", "people", ["protected_until"], "left_at IS NOT NULL"),
    ("ix_posts_timed", "posts", ["state"], "not_before IS NOT NULL OR wanted_by IS NOT NULL"),
    ("ix_posts_on_own_device", "posts", ["author_id"], "origin = 'my own device' AND off_device_at IS NULL"),
    ("ix_scans_not_done", "scans", ["state", "rung_at"], "state != 'done'"),
    ("ix_live_checks_open", "live_checks", ["post_id"], "settled_at IS NULL AND result != 'as approved'"),
    ("ix_takedowns_open", "takedowns", ["opened_at"], '"end" IS NULL'),
    ("ix_matching_permissions_in_force", "matching_permissions", ["ends_on"], "ended_at IS NULL"),
)
_STEP = 10_000


def upgrade() -> None:
    op.drop_index("ix_posts_author_id", table_name="posts")  # the one with the day begins like it
    op.drop_index("ix_scans_open", table_name="scans")
    op.drop_index("ix_deliveries_open", table_name="deliveries")
    for name, table, columns in _FULL:
        op.create_index(name, table, columns)
    for name, table, columns, where in _PARTIAL:
        _partial(name, table, columns, where)
    words = op.create_table(
        "person_words",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_words_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("person_id", "word", name=op.f("pk_person_words")),
    )
    rows = _words()
    while some := list(islice(rows, _STEP)):
        op.bulk_insert(words, some)
    op.create_index("ix_person_words_word", "person_words", ["word", "person_id"])


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _words() -> Iterator[dict[str, object]]:
    people = 'SELECT id, "key", forename, preferred_name, surname, aliases FROM people WHERE erased_at IS NULL'
    for number, key, *names in op.get_bind().execute(sa.text(people)).all():
        for word in search_words(key, " ".join(names)):
            yield {"person_id": number, "word": word}


def downgrade() -> None:
    op.drop_table("person_words")
    for name, table, *_ in (*_PARTIAL, *_FULL):
        op.drop_index(name, table_name=table)
    _partial("ix_scans_open", "scans", ["state", "rung_at"], "state IN ('waiting', 'running')")
    _partial("ix_deliveries_open", "deliveries", ["next_at"], "progress IN ('waiting', 'sending', 'removing')")
    op.create_index("ix_posts_author_id", "posts", ["author_id"])
