"""The demonstration's pictures: each function returns the same JPEG photo for the same arguments."""

from moderation.demo.book import book_cover
from moderation.demo.certificate import certificate
from moderation.demo.display import classroom_display
from moderation.demo.group import group
from moderation.demo.outdoors import sports_day
from moderation.demo.paint import DemoExtraMissing
from moderation.demo.portraits import VARIANTS, Portrait, portrait

__all__ = [
    "VARIANTS",
    "DemoExtraMissing",
    "Portrait",
    "book_cover",
    "certificate",
    "classroom_display",
    "group",
    "portrait",
    "sports_day",
]
