"""The language of a page: as its reader chose it, else as the browser asks for it."""

from collections.abc import Callable

from flask import Flask, request, url_for
from werkzeug.wrappers import Response

from moderation.rules import language
from moderation.rules.language import OWN_NAMES, PAGE_TAGS, Language
from moderation.settings import Settings
from moderation.web import cookies

_COOKIE = "gatepost_language"
_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one


def speak_as_asked(app: Flask, settings: Settings, own: Callable[[], Language | None], home: str) -> None:
    """Before anything of a request is said. A person's `own` choice holds on every device.

    `home`: the endpoint of the page to go on with where the same page cannot be read again.
    """
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        language.gettext, language.ngettext, newstyle=True, pgettext=language.pgettext
    )
    app.jinja_env.filters["translated"] = language.gettext
    app.jinja_env.globals.update(spoken=language.spoken, script_words=language.script_words, listed=language.listed)
    app.jinja_env.globals.update(languages=OWN_NAMES, page_tags=PAGE_TAGS, page_again=lambda: _page_again(home))

    @app.before_request
    def choose() -> None:
        if request.endpoint == "static":
            return
        kept = request.cookies.get(cookies.name(settings, _COOKIE), "")
        asked = Language(kept) if kept in set(Language) else language.best(list(request.accept_languages.values()))
        language.speak(asked)  # who cannot be looked up while the database is away is told so in this one
        if chosen := own():
            language.speak(chosen)

    @app.teardown_request
    def fall_silent(error: BaseException | None) -> None:
        """What comes next in this thread is not for the same reader."""
        language.speak(Language.ENGLISH)


def _page_again(home: str) -> str:
    """Where the same page can be read again. A provider’s answer counts once, and a form is not sent twice."""
    if request.method != "GET" or request.endpoint == "single_sign_on.back":
        return url_for(home)
    return request.script_root + request.full_path


def keep(response: Response, chosen: Language, settings: Settings) -> None:
    """In the browser, for somebody who is not signed in."""
    response.set_cookie(
        cookies.name(settings, _COOKIE),
        chosen,
        max_age=_SECONDS,
        secure=settings.secure_cookies,
        httponly=True,
        samesite="Lax",
    )
