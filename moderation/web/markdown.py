"""The policy's text and the guides as pages: CommonMark without raw HTML; pictures in the guides alone."""

from collections.abc import Callable, Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

# Line breaks stay and indented lines are no code, so that plain text looks as it was pasted.
_READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "code"])
_GUIDES = MarkdownIt("commonmark", {"html": False})
_FIRST = 3  # the page's own headings stand above


def rendered(text: str) -> Markup:
    """Its headings follow those of the page without a gap, whichever of them it uses."""
    tokens = _READER.parse(text)
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, _FIRST + used.index(token.tag))}"
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("rel", "noreferrer")
    return Markup(_READER.renderer.render(tokens, _READER.options, {}))  # noqa: S704 (raw HTML is switched off)


def guide(text: str, address: Callable[[str], str]) -> Markup:
    """A guide of docs/guides, headings and pictures included; `address`: of a file that it names, here."""
    tokens = _GUIDES.parse(text)
    for child in (child for token in tokens for child in token.children or ()):
        for attribute in ("href", "src"):
            if named := child.attrGet(attribute):
                child.attrSet(attribute, address(str(named)))
    return Markup(_GUIDES.renderer.render(tokens, _GUIDES.options, {}))  # noqa: S704 (raw HTML is switched off)


def spoken(text: str) -> str:
    """The text as it is read, a paragraph, heading or point a line: without marks, and with where each link leads."""
    lines = []
    for token in _READER.parse(text):
        if token.type == "inline":
            lines.append("".join(_spoken(token.children or [])))
        elif token.type == "fence":
            lines.append(token.content)
    return "\n".join(lines)


def _spoken(pieces: list[Token]) -> Iterator[str]:
    leads_to = ""
    for piece in pieces:
        if piece.type == "link_open":
            leads_to = str(piece.attrGet("href"))
        yield {"softbreak": "\n", "hardbreak": "\n", "link_close": f" ({leads_to})"}.get(piece.type, piece.content)
