"""A key is looked up once in a moment, and is dead at once when it is revoked here."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from api import known_keys
from points_engine.flow.access.keys import RevokeKey
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import ApiKey
from points_engine.store.lookup import Snapshot
from tests.api.street import Street


def lookups(street: Street, asks: int) -> int:
    """How often a key is read from the books for so many requests."""
    seen: list[Need] = []
    load = Snapshot.load

    def noted(snapshot: Snapshot, needs: Iterable[Need], desk: Desk) -> None:
        asked = list(needs)
        seen.extend(need for need in asked if isinstance(need, OneRow) and need.kind is ApiKey)
        load(snapshot, asked, desk)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Snapshot, "load", noted)
        for _ in range(asks):
            assert street.get("steward", "/v1/packs").status_code == 200
    return len(seen)


def test_a_key_is_looked_up_once_in_a_moment(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_keys, "KEPT_SECONDS", 60.0)
    assert lookups(street, 5) <= 1
    assert lookups(street, 5) == 0
    monkeypatch.setattr(known_keys, "KEPT_SECONDS", 0.0)
    assert lookups(street, 3) == 3


def test_a_key_revoked_here_is_dead_at_once_and_elsewhere_in_a_moment(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_keys, "KEPT_SECONDS", 60.0)
    here, elsewhere = (street.issue(name, "committee", principal=f"committee:{name}") for name in ("here", "elsewhere"))
    assert [street.get(name, "/v1/packs").status_code for name in ("here", "elsewhere")] == [200, 200]
    street.done("administrator", f"/v1/keys/{here}/revoke")
    assert street.get("here", "/v1/packs").status_code == 401
    assert street.get("elsewhere", "/v1/packs").status_code == 200
    street.execute(RevokeKey(elsewhere))  # as another process would
    assert street.get("elsewhere", "/v1/packs").status_code == 200
    monkeypatch.setattr(known_keys, "KEPT_SECONDS", 0.0)
    assert street.get("elsewhere", "/v1/packs").status_code == 401


def test_nothing_is_done_any_more_with_a_key_that_was_revoked_elsewhere(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_keys, "KEPT_SECONDS", 60.0)
    gone = street.issue("gone", "administrator", principal="administrator:gone")
    unit = {"kind": "community", "name_zh": "社区", "name_en": "Community", "parent": "XH"}
    done = street.post("gone", "/v1/units", {"code": "XH-C8", **unit}, key="k-8")
    assert done.is_success, done.text
    street.execute(RevokeKey(gone))  # as another process would
    refused = street.post("gone", "/v1/units", {"code": "XH-C9", **unit})
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthorized")
    assert street.get("administrator", "/v1/units/XH-C9").status_code == 404
    again = street.post("gone", "/v1/units", {"code": "XH-C8", **unit}, key="k-8")
    assert (again.status_code, again.json()) == (done.status_code, done.json()), (
        "what was answered before is answered again"
    )


def test_what_was_read_before_a_change_is_not_kept() -> None:
    known = known_keys.KnownKeys()
    before = known.changes
    known.after(RevokeKey("k"))
    known.keep("k", ("what was read before", frozenset()), before)  # type: ignore[arg-type]
    assert known.get("k") is None
    assert known.changes == before + 1


def test_an_unknown_key_is_looked_up_each_time(street: Street) -> None:
    for _ in range(2):
        wrong = {"Authorization": "Bearer pe_000000000000_" + "x" * 32}
        assert street.client.get("/v1/packs", headers=wrong).status_code == 401
    assert street.client.app.state.gateway.known_keys.get("000000000000") is None  # type: ignore[attr-defined]
