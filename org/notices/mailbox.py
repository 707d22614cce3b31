"""A mailbox of files where there is no SMTP: one .eml a letter, named by its Message-ID; a repeat is the same file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import Message
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FileMailbox(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAILBOX_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for letter in email_messages:
            message: Message = letter.message()
            name = re.sub(r"[^\w.@-]", "_", str(message["Message-ID"]).strip("<>"))
            partial = folder / f".{name}.part"
            partial.write_bytes(message.as_bytes())
            partial.rename(folder / f"{name}.eml")
        return len(email_messages)
