"""The ways out for messages: a mail server (SMTP) and the school's own channels (through apprise)."""

import logging
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from moderation.rules.letters import Letter
from moderation.rules.roles import Role
from moderation.settings import MailServer, Settings, Tls

SECONDS = 20.0  # that a mail server is waited for at each step


class NotSent(Exception):
    """It was not accepted. The message says what went wrong, never to whom it should have gone."""


@dataclass(frozen=True)
class Outlets:
    base: str
    server: MailServer | None
    sender: str
    channels: Mapping[Role, str] = field(repr=False)  # an address often holds a password

    @property
    def has_mail(self) -> bool:
        return self.server is not None

    def mail(self, address: str, letter: Letter, key: str, at: datetime) -> None:
        """Hand one message to the mail server. Raises NotSent."""
        if self.server is None:
            raise NotSent("no mail server is set")
        try:
            _deliver(self.server, self._written(address, letter, key, at))
        except smtplib.SMTPRecipientsRefused as error:
            codes = sorted({str(code) for code, _ in error.recipients.values()})
            raise NotSent(f"the recipient was refused ({', '.join(codes)})") from None
        except smtplib.SMTPResponseException as error:
            raise NotSent(f"{type(error).__name__} ({error.smtp_code})") from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise NotSent(type(error).__name__) from None

    def _written(self, address: str, letter: Letter, key: str, at: datetime) -> EmailMessage:
        message = EmailMessage()
        host = self.sender.rpartition("@")[2]
        message["From"] = f"Gatepost <{self.sender}>"
        message["To"] = address
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{key}@{host}>"
        message["List-Id"] = f"Gatepost <gatepost.{host}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"  # Exchange: no “out of office” in answer
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        return message

    def channel(self, role: Role, letter: Letter) -> None:
        """Hand one message to the channel of a role. Raises NotSent."""
        import apprise  # a quarter of a second, and few processes need it

        for name in ("apprise", "urllib3"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # they write addresses, and those hold passwords
        told = apprise.Apprise()
        if role not in self.channels or not told.add(self.channels[role]):
            raise NotSent("there is no such channel, or its address cannot be used")
        if not told.notify(body=letter.text, title=letter.subject, body_format=apprise.NotifyFormat.TEXT):
            raise NotSent("the channel did not take it")


def _deliver(server: MailServer, message: EmailMessage) -> None:
    connection = _connect(server)
    try:
        connection.send_message(message)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()  # it was accepted already: a goodbye that fails must not send it again
        connection.close()


def _connect(server: MailServer) -> smtplib.SMTP:
    """A greeted connection: encrypted wherever the server can, and always before a password goes over it."""
    context = ssl.create_default_context()
    if server.tls is Tls.FROM_THE_START:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        connection.ehlo_or_helo_if_needed()
        if server.tls is not Tls.FROM_THE_START and connection.has_extn("starttls"):
            connection.starttls(context=context)
        elif server.tls is Tls.REQUIRED or (server.user and server.tls is Tls.IF_OFFERED):
            raise smtplib.SMTPNotSupportedError("the server offers no encryption")
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def of(settings: Settings) -> Outlets:
    host = urlsplit(settings.public_url).hostname or "localhost"
    sender = settings.mail_from or f"gatepost@{host}"
    return Outlets(settings.public_url, settings.mail_server, sender, dict(settings.channels))
