"""What a WordPress post shows is read as browsers read it: nothing hides from the comparison behind odd HTML."""

import pytest

from moderation.connectors.wordpress import title
from moderation.connectors.wordpress_reading import LONGEST, MORE, Shown, shown

OURS = '<figure class="wp-block-image"><img src="/a.jpg" alt="One" class="wp-image-3" width="3" height="4"/></figure>'
OTHER = '<img src="https://elsewhere.example/b.jpg">'


def read(more: str) -> Shown:
    content = f"<p>A day<br>out.</p>\n\n{more}"
    post = {"content": {"raw": content}, "title": {"raw": "A day"}, "excerpt": {"raw": ""}}
    return shown(post, "https://school.example", title)


@pytest.mark.parametrize(
    "more",
    [
        OURS,
        f'<!-- wp:image {{"id":3,"sizeSlug":"large"}} -->{OURS}<!-- /wp:image --><!-- a note -->',
        f'<p style="text-align:center" class="has-large-font-size"><em>{OURS}</em></p>',
    ],
)
def test_what_an_editor_makes_of_words_and_pictures_is_nothing_more(more: str) -> None:
    found = read(more)
    assert found.besides == () and found.pictures == (("https://school.example/a.jpg", "One"),)


@pytest.mark.parametrize(
    "more",
    [
        '<img src="/a.jpg" alt="One" srcset="https://elsewhere.example/b.jpg 1x">',
        f"<!-->{OTHER}-->{OURS}",
        f"<!-- x --!>{OTHER}<!-- -->{OURS}",
        f"<![CDATA[x>{OTHER}]]>{OURS}",
        f"<!-- wp:latest-posts --><!-- /wp:latest-posts -->{OURS}",
        f'<!-- wp:block {{"ref":5}} /-->{OURS}',
        f'<!-- wp:image {{"metadata":{{"bindings":{{}}}}}} -->{OURS}<!-- /wp:image -->',
        f"<p class='<!-- wp:block {{\"ref\":5}} /-->'></p>{OURS}",
        f'<p style="background:URL(https://elsewhere.example/b.jpg)">{OURS}</p>',
        f"""<p style="background:image-set('https://elsewhere.example/b.jpg' 1x)">{OURS}</p>""",
        f'<p style="background:\\75rl(b.jpg)">{OURS}</p>',
        f'<p title="Other words">{OURS}</p>',
        f'<p onclick="x()">{OURS}</p>',
        f'<a href="https://elsewhere.example">{OURS}</a>',
    ],
)
def test_what_shows_something_else_in_a_browser_is_more(more: str) -> None:
    assert read(more).besides == (MORE,)


def test_of_two_addresses_of_a_picture_the_one_that_browsers_show_is_compared() -> None:
    two = '<img src="https://elsewhere.example/b.jpg" src="/a.jpg" alt="One">'
    assert read(two).pictures == (("https://elsewhere.example/b.jpg", "One"),)


def test_only_the_beginning_of_an_endless_page_is_looked_at_and_that_is_said() -> None:
    found = read("x" * 10 * LONGEST)
    assert found.besides == (MORE,) and len(found.words) <= LONGEST
