"""Words that may hurt, and kinder ones: after what British public bodies ask their own writers to avoid."""

import re
from dataclasses import dataclass

# What stands there, and what to write instead; empty: leave it out. Whole words, small or capital; `-s` may follow.
INSTEAD: dict[str, str] = {
    "handicapped": "disabled",
    "the disabled": "disabled people",
    "wheelchair-bound": "uses a wheelchair",
    "wheelchair bound": "uses a wheelchair",
    "confined to a wheelchair": "uses a wheelchair",
    "suffers from": "has",
    "suffering from": "with",
    "afflicted with": "with",
    "victim of autism": "autistic",
    "able-bodied": "non-disabled",
    "normal children": "other children",
    "normal kids": "other children",
    "special needs kids": "children with additional needs",
    "special needs children": "children with additional needs",
    "deaf and dumb": "deaf",
    "mentally ill": "with a mental health condition",
    "mental patient": "person with a mental health condition",
    "retarded": "with a learning disability",
    "spastic": "with cerebral palsy",
    "lunatic": "",
    "schizo": "",
    "half-caste": "mixed heritage",
    "coloured people": "Black or Asian people",
    "oriental": "East Asian",
    "gypsy children": "Gypsy, Roma or Traveller children",
    "gypsies": "Gypsy, Roma and Traveller people",
    "illegal immigrants": "people without leave to stay",
    "foreigners": "people from other countries",
    "broken home": "family",
    "real parents": "birth parents",
    "boys will be boys": "",
    "man up": "",
    "like a girl": "",
    "manpower": "staff",
    "chairman": "chair",
    "headmistress": "headteacher",
    "dinner ladies": "lunchtime staff",
    "the elderly": "older people",
    "pensioners": "older people",
    "slum": "poorer area",
    "third world": "lower-income countries",
}
_ANY = re.compile(
    r"\b(?:" + "|".join(re.escape(term) for term in sorted(INSTEAD, key=len, reverse=True)) + r")s?\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Unkind:
    """What stands there, and what a kinder post says; empty for what is better left out."""

    text: str
    instead: str


def unkind_words(text: str) -> list[Unkind]:
    """Each once, in reading order."""
    found: dict[str, Unkind] = {}
    for match in _ANY.finditer(text):
        term = match[0].lower()
        instead = INSTEAD.get(term, INSTEAD.get(term.removesuffix("s"), ""))
        found.setdefault(term, Unkind(match[0], instead))
    return list(found.values())
