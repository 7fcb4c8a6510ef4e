"""Where the pages' templates and styles lie: in a checkout and in an installed package."""

from pathlib import Path

HERE = Path(__file__).parent


def folder(name: str) -> Path:
    """Inside the web's own folder in an installed package, at the top level in a checkout."""
    installed = HERE / "web" / name
    return installed if installed.is_dir() else HERE.parent / name
