"""Webhooks as those who answer for them see them: where, what, how far they were told, and what they did not take."""

from __future__ import annotations

from dataclasses import dataclass

from points_engine.flow.entities import Webhook
from points_engine.reading.events import LAST_INDEX
from points_engine.reading.view import Page, View
from points_engine.store import webhook_cursors
from points_engine.store.webhook_cursors import Cursor, Retry


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook, where it stands, how many messages wait to be told again, and how many were given up."""

    webhook: Webhook
    cursor: Cursor
    waiting: int
    given_up: int


def place_of(cursor: Cursor) -> str:
    """The place up to which a webhook was told; that before the first of a commit is the last of the one before it.

    Before the first commit there is nothing.
    """
    seq, index = cursor.seq, cursor.index
    if index >= 0:
        return f"{seq}-{index}"
    return f"{seq - 1}-{LAST_INDEX}" if seq else "0-0"


def webhook(view: View, code: str) -> WebhookView:
    """One webhook.

    Raises: NotFound.
    """
    return _told(view, [view.the(Webhook, "webhook", code)])[0]


def webhooks(view: View, most: int, after: tuple[str, ...] | None) -> Page:
    """Webhooks by their codes, removed ones too."""
    page = view.page(Webhook, most, after)
    return Page(_told(view, page.items), page.next)


def missed(view: View, code: str, most: int, after: tuple[int, int] | None) -> Page:
    """What a webhook has not taken, in the order of the journal.

    Raises: NotFound.
    """
    view.the(Webhook, "webhook", code)
    found, more = webhook_cursors.missed(view.connection, code, most, after)
    return Page(found, (str(found[-1].seq), str(found[-1].index)) if more else None)


def _told(view: View, found: list[Webhook]) -> list[WebhookView]:
    waiting, kept = webhook_cursors.waiting(view.connection), webhook_cursors.cursors(view.connection)
    cursors = (webhook_cursors.cursor_of(view.connection, each, kept.get(each.code)) for each in found)
    return [
        WebhookView(each, cursor, *waiting.get(each.code, (0, 0))) for each, cursor in zip(found, cursors, strict=True)
    ]


__all__ = ["Retry", "WebhookView", "missed", "place_of", "webhook", "webhooks"]
