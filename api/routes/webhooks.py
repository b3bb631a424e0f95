"""Webhooks: addresses that are told what happens, as it happens."""

from __future__ import annotations

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api.access import Administrator, SeesAll
from api.asked import NewWebhook, Replay, WebhookChanges, WebhookState
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Write
from api.jobs import Jobs, TheJobs
from api.problems import responses
from api.tags import IfMatch, tagged
from api.told import Done, Listed, MissedMessage, WebhookSecret, WebhookShown
from points_engine.bilingual import Both
from points_engine.errors import InvalidValue
from points_engine.flow.access.webhooks import (
    AmendWebhook,
    RegisterWebhook,
    ReplayWebhook,
    RotateWebhookSecret,
    SetWebhookState,
)
from points_engine.flow.entities import Webhook
from points_engine.reading import Page, webhooks
from points_engine.webhooks import TargetRefused
from points_engine.webhooks.messages import message_id

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])


def _whole(text: str) -> None:
    if not 0 <= int(text) < 10**15:
        raise ValueError("no place in the journal")


async def _check(jobs: Jobs, url: str) -> None:
    """Refuse an address in a network where nothing is sent, before it is registered.

    Raises: InvalidValue.
    """
    try:
        await run_in_threadpool(jobs.courier.check, url)
    except TargetRefused as refused:
        expected = Both(
            f"an address that messages may go to ({refused})", f"允许发送的公网地址，或部署时指定的网段（{refused}）"
        )
        raise InvalidValue(field="url", value=url, expected=expected) from None


@router.post("", status_code=201, summary="Tell an address what happens", responses=responses(400, 404, 409))
async def register_webhook(
    asked: NewWebhook, caller: Administrator, books: Books, jobs: TheJobs, write: Write
) -> WebhookSecret:
    """From now on the address is posted a message for whatever happens within its topics, its scheme and its partner,
    its own registration first. Messages are signed as Standard Webhooks says, come in the order of the journal, and
    are told again for three days where they are not taken. They hold references and numbers, no names and no texts.
    """
    caller.over_all()
    command = RegisterWebhook(
        asked.code, asked.url, asked.label, tuple(asked.topics), asked.scheme or "", asked.partner or "",
        asked.names_volunteers,
    )  # fmt: skip
    await _check(jobs, command.url)
    done = await write.submit(command, caller.principal)
    return WebhookSecret(
        webhook=asked.code, state=done["state"], secret=jobs.courier.secret_of(asked.code, done["generation"])
    )


@router.get("", summary="The webhooks", responses=responses(400))
async def list_webhooks(
    caller: SeesAll, books: Books, limit: Limit = 50, cursor: Cursor = None
) -> Listed[WebhookShown]:
    """Every address by its code, with how far it was told and what it did not take."""
    caller.over_all()
    after = key_of(cursor, str)
    page: Page = await books.read(lambda view: webhooks.webhooks(view, limit, after))
    return Listed(items=[_shown(each) for each in page.items], next=cursor_of(page.next))


@router.get("/{webhook}", summary="A webhook", responses=responses(404))
async def show_webhook(webhook: str, caller: SeesAll, books: Books, response: Response) -> WebhookShown:
    """One address with how far it was told and what it did not take."""
    caller.over_all()
    found = await books.read(lambda view: webhooks.webhook(view, webhook))
    tagged(response, found.webhook)
    return _shown(found)


@router.get("/{webhook}/missed", summary="What a webhook did not take", responses=responses(400, 404))
async def list_missed(
    webhook: str, caller: SeesAll, books: Books, limit: Limit = 50, cursor: Cursor = None
) -> Listed[MissedMessage]:
    """Messages that wait to be told again, and those that were given up."""
    caller.over_all()
    after = key_of(cursor, _whole, _whole)
    place = None if after is None else (int(after[0]), int(after[1]))
    page: Page = await books.read(lambda view: webhooks.missed(view, webhook, limit, place))
    return Listed(items=[_missed(each) for each in page.items], next=cursor_of(page.next))


@router.post("/{webhook}/changes", summary="Change a webhook", responses=responses(400, 404, 409, 412))
async def amend_webhook(
    webhook: str, asked: WebhookChanges, caller: Administrator, jobs: TheJobs, write: Write, if_match: IfMatch = None
) -> Done:
    """Change where an address is, what it is called, and which topics it is told. Whose it is told never changes."""
    caller.over_all()
    command = AmendWebhook(webhook, asked.url, asked.label, tuple(asked.topics))
    await _check(jobs, command.url)
    return Done(**await write.submit(command, caller.principal, on=(Webhook, webhook)))


@router.post("/{webhook}/state", summary="Pause, resume or remove a webhook", responses=responses(400, 404, 409, 412))
async def set_webhook_state(
    webhook: str, asked: WebhookState, caller: Administrator, write: Write, if_match: IfMatch = None
) -> Done:
    """A paused address goes on where it stopped; a removed one is told nothing any more, and its code stays taken."""
    caller.over_all()
    return Done(**await write.submit(SetWebhookState(webhook, asked.state), caller.principal, on=(Webhook, webhook)))


@router.post("/{webhook}/secret", summary="A new secret", responses=responses(400, 404, 409))
async def rotate_webhook_secret(webhook: str, caller: Administrator, jobs: TheJobs, write: Write) -> WebhookSecret:
    """Messages are signed with the new secret from now on, and for a day with the one before as well."""
    caller.over_all()
    done = await write.submit(RotateWebhookSecret(webhook), caller.principal)
    return WebhookSecret(
        webhook=webhook, state=done["state"], secret=jobs.courier.secret_of(webhook, done["generation"])
    )


@router.post("/{webhook}/replay", summary="Tell a webhook again", responses=responses(400, 404, 409))
async def replay_webhook(webhook: str, asked: Replay, caller: Administrator, write: Write) -> Done:
    """Everything behind a place in the journal is told again, each message under the id that it had before."""
    caller.over_all()
    seq, index = map(int, asked.after.split("-"))
    return Done(**await write.submit(ReplayWebhook(webhook, seq, index), caller.principal))


def _shown(found: webhooks.WebhookView) -> WebhookShown:
    webhook, cursor = found.webhook, found.cursor
    return WebhookShown(
        webhook=webhook.code, url=webhook.url, label=webhook.label, topics=webhook.topics.split(),
        scheme=webhook.scheme or None, partner=webhook.partner or None, names_volunteers=webhook.names_volunteers,
        state=webhook.state, registered_by=webhook.registered_by, registered_at=webhook.registered_at,
        told_until=webhooks.place_of(cursor), taken=cursor.sent, waiting=found.waiting,
        given_up=found.given_up, failures=cursor.failures, failing_since=cursor.failing_since,
        resting_until=cursor.resting_until, last_at=cursor.last_at, last_status=cursor.last_status or None,
        last_error=cursor.last_error or None,
    )  # fmt: skip


def _missed(found: webhooks.Retry) -> MissedMessage:
    return MissedMessage(
        message=message_id(found.seq, found.index), place=f"{found.seq}-{found.index}", attempts=found.attempts,
        first_at=found.first_at, next_at=found.next_at, last_status=found.last_status or None,
        last_error=found.last_error or None,
    )  # fmt: skip
