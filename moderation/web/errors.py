"""Each error of the domain becomes one kind of page, here and nowhere else."""

from flask import Flask, Response, g, make_response
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadHost, HTTPException, MethodNotAllowed

from moderation.db.engine import is_away
from moderation.media.store import MediaDamaged, MediaMissing
from moderation.rules.language import N_, gettext
from moderation.rules.media import MediaAway
from moderation.rules.workflow import NotAccepted, NotYours, Refused
from moderation.services.work import Mistake, NotFound
from moderation.web.error_page import page
from moderation.web.views.acceptance import ask_first
from moderation.web.views.look import PLAIN

SENTENCES = {
    400: (N_("That did not arrive as it should"), N_("Go back, load the page again, and try once more.")),
    401: (N_("You are signed out"), N_("Sign in again, then repeat what you did.")),
    403: (N_("That is not yours to do"), N_("Your sign-in is for another part of the work. Ask the administrator.")),
    404: (N_("There is nothing here"), N_("The address may be old, or what was here is gone.")),
    405: (N_("That address does not take this"), N_("Go back and use the page's own buttons.")),
    413: (
        N_("That is too much at once"),
        N_("Go back: what you typed is still there. Then send fewer photos at a time."),
    ),
    500: (
        N_("Something broke on our side"),
        N_("Nothing was lost that you had saved. Try again; if it stays, tell your technician."),
    ),
    503: (
        N_("The database does not answer at the moment"),
        N_("Nothing was lost that you had saved. Wait a moment, then try again; if it stays, tell your technician."),
    ),
}
MEDIA_AWAY = (N_("The pictures cannot be reached at the moment"), SENTENCES[503][1])
RETRY_AFTER = 5  # seconds, for programs that ask


def handle_errors(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:
            return error
        title, sentence = SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])
        answer = make_response(page(status, title, sentence))
        if isinstance(error, MethodNotAllowed):
            answer.allow.update(error.valid_methods or ())
        return answer

    @app.errorhandler(BadHost)
    def no_host(error: BadHost) -> ResponseReturnValue:
        """Asked of a name that no address can be built with, so the page has none."""
        return Response(". ".join(map(gettext, SENTENCES[400])), 400, mimetype="text/plain")

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> ResponseReturnValue:
        return page(400, N_("This page was open too long"), N_("Go back, load the page again, and try once more."))

    @app.errorhandler(NotFound)
    def missing(error: NotFound) -> ResponseReturnValue:
        return page(404, *SENTENCES[404])

    @app.errorhandler(NotYours)
    def not_yours(error: NotYours) -> ResponseReturnValue:
        return page(403, N_("That is not yours to do"), str(error))

    @app.errorhandler(NotAccepted)
    def not_accepted(error: NotAccepted) -> ResponseReturnValue:
        return ask_first(str(error))

    @app.errorhandler(Refused)
    def refused(error: Refused) -> ResponseReturnValue:
        return page(409, N_("Not like this"), str(error))

    @app.errorhandler(Mistake)
    def mistake(error: Mistake) -> ResponseReturnValue:
        return page(422, N_("That cannot be used"), str(error))

    @app.errorhandler(StaleDataError)
    def overtaken(error: StaleDataError) -> ResponseReturnValue:
        return page(
            409, N_("Somebody else was quicker"), N_("This post changed since you opened it. Look at it as it is now.")
        )

    @app.errorhandler(InterfaceError)
    @app.errorhandler(OperationalError)
    @app.errorhandler(NoConnection)
    def database_away(error: SQLAlchemyError) -> ResponseReturnValue:
        """Whatever was under way was not done, or its answer was lost: the page as it is now says which.

        It is shown without asking the database who is there and how the school looks.
        """
        g._login_user, g.school_look = AnonymousUserMixin(), PLAIN
        if not is_away(error):
            app.logger.error("the database cannot be used", exc_info=error)
            return page(500, *SENTENCES[500])
        app.logger.error("the database does not answer: %s", type(error).__name__)
        answer = make_response(page(503, *SENTENCES[503]))
        answer.headers["Retry-After"] = str(RETRY_AFTER)
        return answer

    @app.errorhandler(MediaAway)
    def media_away(error: MediaAway) -> ResponseReturnValue:
        answer = make_response(page(503, *MEDIA_AWAY))
        answer.headers["Retry-After"] = str(RETRY_AFTER)
        return answer

    @app.errorhandler(MediaMissing)
    @app.errorhandler(MediaDamaged)
    def no_media(error: Exception) -> ResponseReturnValue:
        app.logger.error("a picture cannot be read: %s", type(error).__name__)
        return page(500, N_("A picture cannot be read"), N_("Tell your technician: the media folder needs a look."))
