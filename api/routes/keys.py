"""Keys: issuing, looking at, revoking."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.access import Administrator, Anybody, Caller, SeesAll
from api.asked import KeyChanges, NewKey
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Gateway, Write
from api.problems import responses
from api.tags import IfMatch, tagged
from api.told import Done, IssuedKey, KeyShown, Listed, OwnKey
from points_engine.bilingual import Both
from points_engine.errors import Forbidden
from points_engine.flow.access.keys import GRANTING, AmendKey, IssueKey, RevokeKey, granted_by
from points_engine.flow.entities import ApiKey, Kiosk, Outlet
from points_engine.keys import fresh_key
from points_engine.reading import Page, View, keys

router = APIRouter(prefix="/v1", tags=["keys"])


def _may_answer_for(caller: Caller, view: View, key: NewKey | ApiKey) -> None:
    """Refuse a key that would reach, or reaches, further than the caller's own.

    Raises: Forbidden.
    """
    if caller.key.scheme and key.scheme != caller.key.scheme:
        caller.in_scheme(key.scheme or "")
        raise Forbidden(why=Both(f"name scheme {caller.key.scheme}", f"请限定账套 {caller.key.scheme}"))
    if caller.key.unit:
        kiosk = view.one(Kiosk, key.kiosk) if key.kiosk else None
        outlet = view.one(Outlet, key.outlet) if key.outlet else None
        if key.role == "merchant":
            caller.reach(view, outlet.unit if outlet is not None else None)
        else:
            caller.reach(view, key.unit or (kiosk.unit if kiosk is not None else None))


def _may_let_grant(caller: Caller, key: NewKey) -> None:
    """Refuse levels of approval that the caller's own key may not grant.

    Raises: Forbidden.
    """
    mine = granted_by(caller.key)
    if mine is None or key.role not in GRANTING:
        return
    for level in key.approves:
        caller.grant(level)
    if not key.approves:
        why = Both(f"name levels among {', '.join(mine)}", f"请在“{'、'.join(mine)}”中指定认定级别")
        raise Forbidden(why=why)


@router.post("/keys", status_code=201, summary="Issue a key", responses=responses(400, 404, 409))
async def issue_key(asked: NewKey, caller: Administrator, books: Books, write: Write) -> IssuedKey:
    """The token is shown this once. A retry with the same Idempotency-Key is refused: a secret is never told twice.

    Nobody can issue a key that reaches further than their own, or that grants levels of approval which theirs does not.
    """
    await books.read(lambda view: _may_answer_for(caller, view, asked))
    _may_let_grant(caller, asked)
    key = fresh_key()
    command = IssueKey(
        key.id,
        key.digest,
        asked.role,
        asked.principal,
        asked.label,
        asked.outlet or "",
        asked.kiosk or "",
        asked.unit or "",
        asked.scheme or "",
        asked.expires_at,
        asked.partner or "",
        tuple(asked.approves),
        asked.volunteer or "",
    )
    await write.submit(command, caller.principal)
    return IssuedKey(key=key.id, token=key.token, role=asked.role, principal=asked.principal)


@router.get("/keys", summary="The keys, in the order they were issued", responses=responses(400))
async def list_keys(
    caller: SeesAll,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    role: Annotated[str | None, Query(max_length=64)] = None,
    principal: Annotated[str | None, Query(max_length=200)] = None,
) -> Listed[KeyShown]:
    """Every key with its reach, until when it holds, and when it was last used. Secrets are kept nowhere."""
    caller.over_all()
    after = key_of(cursor, datetime.fromisoformat, str)
    page: Page = await books.read(lambda view: keys.keys(view, limit, after, role or "", principal or ""))
    return Listed(items=[_shown(each, books) for each in page.items], next=cursor_of(page.next))


@router.get("/me", summary="The key that was shown", responses=responses())
async def own_key(caller: Anybody) -> OwnKey:
    """Whose key this is, in which role, and how far it reaches: what a page needs to know before it offers anything."""
    key = caller.key
    return OwnKey(
        key=key.id, role=key.role, principal=key.principal, label=key.label, outlet=key.outlet or None,
        partner=key.partner or None, kiosk=key.kiosk or None, unit=key.unit or None, scheme=key.scheme or None,
        approves=_levels(key), volunteer=key.volunteer or None, expires_at=key.expires_at,
    )  # fmt: skip


def _levels(key: ApiKey) -> list[str] | None:
    levels = granted_by(key)
    return None if levels is None else list(levels)


@router.get("/keys/{key}", summary="A key", responses=responses(404))
async def show_key(key: str, caller: SeesAll, books: Books, response: Response) -> KeyShown:
    """One key with its reach, until when it holds, and when it was last used."""

    def ask(view: View) -> keys.KeyView:
        found = keys.key(view, key)
        _may_answer_for(caller, view, found.key)
        return found

    found = await books.read(ask)
    tagged(response, found.key)
    return _shown(found, books)


def _shown(found: keys.KeyView, books: Gateway) -> KeyShown:
    key = found.key
    return KeyShown(
        key=key.id,
        role=key.role,
        principal=key.principal,
        label=key.label,
        outlet=key.outlet or None,
        partner=key.partner or None,
        kiosk=key.kiosk or None,
        unit=key.unit or None,
        scheme=key.scheme or None,
        approves=_levels(key),
        volunteer=key.volunteer or None,
        issued_by=key.issued_by,
        issued_at=key.issued_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        state=found.state,
        last_used_at=books.uses.last(key.id, found.last_used_at),
    )


@router.post("/keys/{key}/changes", summary="Change a key", responses=responses(400, 404, 409, 412))
async def amend_key(
    key: str, asked: KeyChanges, caller: Administrator, books: Books, write: Write, if_match: IfMatch = None
) -> Done:
    """Change what a key is called, or until when it holds. Who acts with it, and how far it reaches, never changes."""
    await books.read(lambda view: _may_answer_for(caller, view, view.the(ApiKey, "key", key)))
    done = await write.submit(AmendKey(key, asked.label, asked.expires_at), caller.principal, on=(ApiKey, key))
    return Done(**done)


@router.post("/keys/{key}/revoke", summary="Revoke a key", responses=responses(400, 404, 409))
async def revoke_key(key: str, caller: Administrator, books: Books, write: Write) -> Done:
    """The key stops working at once."""
    await books.read(lambda view: _may_answer_for(caller, view, view.the(ApiKey, "key", key)))
    return Done(**await write.submit(RevokeKey(key), caller.principal))
