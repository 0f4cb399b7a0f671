"""What waits for a carer besides the visits: unread messages, and answers that only they can give."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from portal.accounts.inbox import unread_items
from services.consents.queries import standings


@dataclass(frozen=True)
class Chore:
    """One line of the page, and where it is done."""

    words: str
    url: str


def chores(user: Any, on: date) -> list[Chore]:
    """The lines for this person today; nothing that has been seen or answered."""
    found = []
    unread = unread_items(user).count()
    if unread:
        words = ngettext("有 %(count)d 条消息没看", "有 %(count)d 条消息没看", unread)
        found.append(Chore(words % {"count": unread}, reverse("portal:inbox")))
    open_answers = sum(
        each.asks and (each.answer is None or each.outdated) for each in standings(user=user, on=on)
    )
    if open_answers:
        words = ngettext(
            "您的资料怎么用，有 %(count)d 项等您答复", "您的资料怎么用，有 %(count)d 项等您答复", open_answers
        )
        found.append(Chore(words % {"count": open_answers}, reverse("services:privacy:own")))
    return found
