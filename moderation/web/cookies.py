"""The cookies of signing in: behind HTTPS a browser takes and sends them for this very address alone."""

from flask import Response, request

from moderation.rules.browsers import called
from moderation.services.throttling import Caller
from moderation.settings import Settings
from moderation.web.parts import parts

_DEVICE = "gatepost_device"
_DEVICE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one


def name(settings: Settings, plain: str) -> str:
    """With the prefix by which browsers refuse it from other hosts, from plain HTTP and for a part of the pages.

    And with the school's key: two schools may have one host.
    """
    plain = f"{plain}_{settings.key}" if settings.key else plain
    return f"__Host-{plain}" if settings.secure_cookies else plain


def caller() -> Caller:
    """Who asks, as far as that can be known before anybody is signed in."""
    device = request.cookies.get(name(parts().settings, _DEVICE), "")
    return Caller(request.remote_addr or "", device[:100], called(request.user_agent.string))


def forget_device(response: Response) -> None:
    """On a shared computer nothing of anybody stays."""
    settings = parts().settings
    response.delete_cookie(name(settings, _DEVICE), secure=settings.secure_cookies, httponly=True, samesite="Strict")


def keep_device(response: Response, secret: str) -> None:
    response.set_cookie(
        name(parts().settings, _DEVICE),
        secret,
        max_age=_DEVICE_SECONDS,
        secure=parts().settings.secure_cookies,
        httponly=True,
        samesite="Strict",
    )
