"""Response headers: what a browser may do with our pages."""

from flask import Flask, Response, request

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)


def set_headers(app: Flask, secure: bool) -> None:
    """`secure`: the school's address is https://."""

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Referrer-Policy", "same-origin")  # unless the page says less
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if secure:  # a year, as browsers ask for it
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint == "signing_in.sign_out":
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        if request.endpoint == "calendar.feed":
            response.headers["Cache-Control"] = "private, no-cache"  # kept, but asked for each time: mostly unchanged
        elif (
            request.blueprint == "website_feeds"
        ):  # for the school's own website, and never for long: what is taken down goes
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            response.headers["Cache-Control"] = "max-age=60, must-revalidate"
        elif request.endpoint in ("look.stylesheet", "look.logo") and response.status_code < 400:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"  # another look, another address
        elif request.endpoint != "static" or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        return response
