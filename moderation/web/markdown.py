"""The policy's text as a page: CommonMark without raw HTML and without pictures."""

from markdown_it import MarkdownIt
from markupsafe import Markup

# Line breaks stay and indented lines are no code, so that plain text looks as it was pasted.
_READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "code"])
_BELOW = 2  # the page's own headings stand above


def rendered(text: str) -> Markup:
    tokens = _READER.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _BELOW)}"
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("rel", "noreferrer")
    return Markup(_READER.renderer.render(tokens, _READER.options, {}))  # noqa: S704 (raw HTML is switched off)
