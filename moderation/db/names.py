"""Table of the words that people on the register are found by: pieces of their names and their numbers, folded."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from moderation.db.base import Base, refers_to
from moderation.rules.name_pieces import LONGEST_SEARCHED

# PostgreSQL sorts by the rules of a language; beginnings are found where words lie in the order of their codes.
_WORD = String(LONGEST_SEARCHED).with_variant(String(LONGEST_SEARCHED, collation="C"), "postgresql")


class PersonWord(Base):
    """One piece of a name, or of the number, of one person. Made from the entry; it says nothing that is not in it."""

    __tablename__ = "person_words"
    person_id: Mapped[int] = refers_to("people.id", primary_key=True)
    word: Mapped[str] = mapped_column(_WORD, primary_key=True)
    __table_args__ = (Index("ix_person_words_word", "word", "person_id"),)
