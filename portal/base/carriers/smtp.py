"""Mail by SMTP: plain text, one receiver, the key as Message-ID so that a repeat is known as one."""

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any

from portal.base.carriers.calling import TIMEOUT, outside_transactions
from portal.base.carriers.letters import CarrierDown, Letter, Unanswered, Undeliverable


class Smtp:
    """One mail server; `given` is checked by the settings."""

    name = "smtp"

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given

    def send(self, letter: Letter) -> str:
        """Hand it to the server; returns the Message-ID."""
        outside_transactions()
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = letter.subject, self.given["sender"], letter.to
        mail["Date"] = formatdate()
        mail["Auto-Submitted"] = "auto-generated"
        host = self.given["sender"].rpartition("@")[2].strip("> ")
        mail["Message-ID"] = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:40]}@{host}>"
        mail.set_content(letter.words)
        try:
            self._carry(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _said in refused.recipients.values()]
            raise (Undeliverable if codes and codes[0] >= 500 else CarrierDown)(f"smtp_{codes[0]}") from None
        except smtplib.SMTPResponseException as refused:
            raise CarrierDown(f"smtp_{refused.smtp_code}") from None
        except (smtplib.SMTPConnectError, ConnectionRefusedError):
            raise CarrierDown("unreachable") from None
        except (smtplib.SMTPException, OSError):
            raise Unanswered("no_answer") from None
        return str(mail["Message-ID"])

    def _carry(self, mail: EmailMessage) -> None:
        where = (self.given["host"], self.given["port"])
        safe = ssl.create_default_context()
        if self.given["security"] == "ssl":
            server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=TIMEOUT[1], context=safe)
        else:
            server = smtplib.SMTP(*where, timeout=TIMEOUT[1])
        with server:
            if self.given["security"] == "tls":
                server.starttls(context=safe)
            if self.given["user"]:
                server.login(self.given["user"], self.given["password"])
            server.send_message(mail)
