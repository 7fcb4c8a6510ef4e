"""Every sentence that pages say, gathered into the catalogues of moderation/translations, and those compiled.

`make translations` after a sentence was changed: what is new stands in gatepost.po (or scripts.po) with nothing after
msgstr, to be translated; what nobody says any more is left out. Then once more, to compile.
"""

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent.parent
FOLDER = HERE / "moderation" / "translations"
LANGUAGES = ("cy",)
DOMAINS = ("gatepost", "scripts")
KEYWORDS = {
    "_": None, "gettext": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "plural": (2, 3),
}  # fmt: skip
JINJA = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
RULES = HERE / "moderation" / "rules"  # a guard's docstring is the sentence people read
GUARDED = (["case", "actor"], ["facts", "actor"])


def said(domain: str) -> Catalog:
    """Every sentence of the pages, or of their scripts, as the code has it now, without translations."""
    catalog = Catalog(project="Gatepost", fuzzy=False)
    for place, message, context in _scripts() if domain == "scripts" else _pages():
        catalog.add(message, locations=[(place, 0)], context=context)
    return catalog


def _pages() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    for name, method in (("templates", "jinja2"), ("moderation", "python")):
        pattern = "**.html" if method == "jinja2" else "**.py"
        found = extract_from_dir(HERE / name, [(pattern, method)], {pattern: JINJA}, KEYWORDS)
        yield from ((f"{name}/{file}", message, context) for file, _, message, _, context in found)
    for path in sorted(RULES.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and [one.arg for one in node.args.args] in GUARDED:
                yield f"moderation/rules/{path.name}", ast.get_docstring(node, clean=False) or "", None


def _scripts() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    for path in sorted((HERE / "static").glob("*.js")):
        for _, message, _, context in extract_from_file("javascript", path, {"gettext": None}):
            yield f"static/{path.name}", message, context


def kept(language: str, domain: str) -> Catalog:
    """The catalogue as it lies there."""
    with _po(language, domain).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def compiled(catalog: Catalog) -> bytes:
    into = BytesIO()
    write_mo(into, catalog)
    return into.getvalue()


def _po(language: str, domain: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"{domain}.po"


def renew(language: str, domain: str) -> int:
    """Returns how many sentences have no translation yet."""
    catalog = kept(language, domain)
    begun = catalog.creation_date
    catalog.update(said(domain), no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    catalog.creation_date = begun  # else the files would change with every run
    with _po(language, domain).open("wb") as file:
        write_po(file, catalog, width=120, sort_by_file=True, include_lineno=False)
    _po(language, domain).with_suffix(".mo").write_bytes(compiled(catalog))
    return sum(not all(one.string) if one.pluralizable else not one.string for one in catalog if one.id)


def main() -> None:
    missing = {f"{language}/{domain}": renew(language, domain) for language in LANGUAGES for domain in DOMAINS}
    for name, count in missing.items():
        print(f"{name}: {count} without a translation")
    sys.exit(1 if any(missing.values()) else 0)


if __name__ == "__main__":
    main()
