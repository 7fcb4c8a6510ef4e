"""What opens something for whoever knows it: in a cookie, a link, an address. Its hash, which is kept, opens none."""

import secrets
from hashlib import sha256


def fresh() -> str:
    """43 letters, digits, - and _, which nobody can guess."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """64 hexadecimal digits. Quick, unlike a password's hash: nobody chose the token, so nobody can guess it."""
    return sha256(token.encode()).hexdigest()
