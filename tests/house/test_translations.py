"""Guards the catalogues: every sentence is there in every language, with everything that the program fills in."""

import re
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import translations  # noqa: E402 (a script that is no part of the program)

BOTH = [(language, domain) for language in translations.LANGUAGES for domain in translations.DOMAINS]
FILLED_IN = re.compile(r"\{\w*\}|%\(\w+\)s|%%|</?[a-z][^>]*>")


@pytest.fixture(scope="module")
def said() -> dict[str, Catalog]:
    return {domain: translations.said(domain) for domain in translations.DOMAINS}


def names(catalog: Catalog) -> set[tuple[object, object]]:
    return {(message.id, message.context) for message in catalog if message.id}


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def sources(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


@pytest.mark.parametrize(("language", "domain"), BOTH)
def test_every_sentence_is_translated_and_none_that_nobody_says(
    said: dict[str, Catalog], language: str, domain: str
) -> None:
    kept = translations.kept(language, domain)
    assert names(said[domain]) - names(kept) == set(), "type: make translations"
    assert names(kept) - names(said[domain]) == set(), "type: make translations"
    assert [message.id for message in kept if message.id and not all(forms(message))] == []


@pytest.mark.parametrize(("language", "domain"), BOTH)
def test_what_the_program_fills_in_is_there_in_every_language(language: str, domain: str) -> None:
    wrong = []
    for message in translations.kept(language, domain):
        allowed = [sorted(FILLED_IN.findall(source)) for source in sources(message)]
        for form in forms(message):
            # A form for one number alone may do without the number.
            few = message.pluralizable and set(FILLED_IN.findall(form)) <= set(allowed[-1])
            if message.id and sorted(FILLED_IN.findall(form)) not in allowed and not few:
                wrong.append((message.id, form))
    assert wrong == []


@pytest.mark.parametrize(("language", "domain"), BOTH)
def test_no_translation_can_break_out_of_an_attribute(language: str, domain: str) -> None:
    """Sentences of templates are trusted as they stand there, and some stand between quotation marks."""
    for message in translations.kept(language, domain):
        if message.id and not any('"' in source for source in sources(message)):
            assert not any('"' in form for form in forms(message)), message.id


@pytest.mark.parametrize(("language", "domain"), BOTH)
def test_what_the_program_reads_is_what_was_translated(language: str, domain: str) -> None:
    compiled = (translations.FOLDER / language / "LC_MESSAGES" / f"{domain}.mo").read_bytes()
    assert compiled == translations.compiled(translations.kept(language, domain)), "type: make translations"


def test_a_language_has_as_many_forms_as_its_catalogue_says() -> None:
    for language, domain in BOTH:
        kept = translations.kept(language, domain)
        assert all(len(message.string) == kept.num_plurals for message in kept if message.pluralizable)
