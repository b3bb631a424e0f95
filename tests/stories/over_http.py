"""Stories over HTTP: each command becomes the request that a client would send, and the answer becomes its outcome."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

from fastapi.testclient import TestClient

from api.gateway import Gateway
from api.limiting import Limiter
from points_engine.errors import EngineError, catalogue
from points_engine.flow.access.keys import IssueKey
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.steps import BY_COMMAND
from points_engine.flow.wire import content
from points_engine.keys import fresh_key
from points_engine.rulebook.pack import Pack
from points_engine.store import SqlStore
from points_engine.stories.stage import Stage

Fields = dict[str, Any]
Request = tuple[str, Fields]
"""A path, and the body that is posted there."""

ERRORS: Final = {kind.code: kind for kind in catalogue()}

SAYS: Final[Mapping[str, Callable[[Fields], Request | None]]] = {
    "publish_pack": lambda f: ("/v1/packs", f),
    "register_unit": lambda f: ("/v1/units", f),
    "register_kiosk": lambda f: ("/v1/kiosks", f),
    "register_activity": lambda f: ("/v1/activities", f),
    "register_volunteer": lambda f: ("/v1/volunteers", f),
    "state_fact": lambda f: (f"/v1/volunteers/{_part(f.pop('volunteer'))}/facts", f),
    "set_standing": lambda f: (f"/v1/volunteers/{_part(f.pop('volunteer'))}/standing", f),
    "merge_volunteers": lambda f: (f"/v1/volunteers/{_part(f.pop('absorbed'))}/merge", f),
    "sign_up": lambda f: ("/v1/sign-ups", f),
    "withdraw_sign_up": lambda f: ("/v1/sign-ups/withdrawals", f),
    "check_in": lambda f: None if f.pop("facts", None) or f.pop("recorded_by") != "kiosk" else ("/v1/check-ins", f),
    "check_out": lambda f: ("/v1/check-outs", f),
    "record_service": lambda f: _perhaps_imported("records", "/v1/service-records", f),
    "record_deed": lambda f: _perhaps_imported("deeds", "/v1/deeds", f) if f.pop("recorded_by") == "steward" else None,
    "approve": lambda f: ("/v1/approvals", _about_record(f)),
    "reject": lambda f: ("/v1/rejections", _about_record(f)),
    "correct": lambda f: ("/v1/corrections", _about_record(f)),
    "reverse": lambda f: ("/v1/reversals", _about_record(f)),
    "open_import": lambda f: ("/v1/imports", f),
    "place_hold": lambda f: ("/v1/redemptions", f),
    "cancel_hold": lambda f: (f"/v1/redemptions/{_part(f.pop('code'))}/cancel", f),
    "confirm_hold": lambda f: (f"/v1/redemptions/{_part(f.pop('code'))}/confirm", f),
    "refund": lambda f: (f"/v1/redemptions/{_part(f.pop('code'))}/refunds", f),
    "move_stock": lambda f: ("/v1/stock-moves", f),
    "carry_stock": lambda f: ("/v1/stock-moves/carried", f),
    "link_phone": lambda f: (f"/v1/volunteers/{_part(f.pop('volunteer'))}/phone", f),
    "open_visit": lambda f: ("/v1/visits", f),
    "redeem": lambda f: (
        f"/v1/visits/{_part(f.pop('visit'))}/redemptions",
        {"rewards": [_said(e) for e in f["rewards"]]},
    ),
    "confirm_offline": lambda f: (
        "/v1/redemptions/offline",
        {"items": [{"id": uuid4().hex, "token": f["code"], "at": f["at"]}], "outlet": f["outlet"]},
    ),
    "open_draw": lambda f: ("/v1/draws", f),
    "enter_draw": lambda f: (f"/v1/draws/{_part(f.pop('draw'))}/entries", f),
    "withdraw_entry": lambda f: (f"/v1/draws/{_part(f.pop('draw'))}/withdrawals", f),
    "draw_now": lambda f: (f"/v1/draws/{_part(f.pop('draw'))}/drawing", f),
    "cancel_draw": lambda f: (f"/v1/draws/{_part(f.pop('draw'))}/cancellation", f),
    "take_up_offer": lambda f: (f"/v1/draws/{_part(f.pop('draw'))}/take-ups", f),
    "decline_offer": lambda f: (f"/v1/draws/{_part(f.pop('draw'))}/declines", f),
    "give_points": lambda f: ("/v1/gifts", f),
    "register_group": lambda f: ("/v1/groups", f),
    "give_from_group": lambda f: (f"/v1/groups/{_part(f.pop('group'))}/gifts", f),
    "allot_points": lambda f: (f"/v1/funds/{_part(f.pop('fund'))}/allotments", f),
    "open_balance": lambda f: ("/v1/opening-balances", {"items": [f]}),
}  # fmt: skip
"""How each command is said over HTTP; none where this one cannot be."""

NOT_OFFERED: Final[Mapping[str, str]] = {
    "register_partner": "partners are registered at the terminal",
    "register_outlet": "outlets are registered at the terminal",
    "register_fund": "funds are registered at the terminal",
    "receive_donation": "donations are booked at the terminal",
    "propose_adjustment": "adjustments are proposed at the terminal",
    "decide_adjustment": "adjustments are decided at the terminal",
    "expire_hold": "a sweep's",
    "expire_lots": "a sweep's",
    "lapse_offer": "a sweep's",
    "close_import": "part of taking an import back, which the tests of imports do as a whole",
}
"""Commands of stories that no request makes, and why."""


class HttpStage(Stage):
    """A stage whose acts go through the application, in the role of whoever does such a thing."""

    def __init__(self, store: SqlStore, packs: Mapping[str, Pack], client: TestClient, asked: set[str]) -> None:
        """`client` talks to an application that serves one story after another; `asked` gets the commands that went
        there."""
        super().__init__(store, packs)
        self._tokens: dict[tuple[str, str], str] = {}
        self._client, self._asked, self._is_set_up = client, asked, False
        self._gateway = Gateway(self.engine, store)
        self._do(self._gateway.start)
        state = client.app.state  # type: ignore[attr-defined]
        state.gateway, state.limiter = self._gateway, Limiter()

    def _do(self, work: Callable[[], Any]) -> None:
        """Do something where the application runs."""

        async def there() -> None:
            done = work()
            if done is not None:
                await done

        assert self._client.portal is not None, "the application runs"
        self._client.portal.call(there)

    def close(self) -> None:
        """Stop serving these books."""
        self._do(self._gateway.stop)

    def set_up(self, command: Any) -> Mapping[str, Any]:
        """What an act only needs to be there is set up by the engine itself: it is no act of the story."""
        self._is_set_up = True
        try:
            return super().set_up(command)
        finally:
            self._is_set_up = False

    def ask(self, command: Any, by: str, key: str = "") -> Outcome:
        """Post a command as a client would; what the API does not offer goes to the engine itself."""
        name = BY_COMMAND[type(command)].name
        say = None if self._is_set_up else SAYS.get(name)
        said = None if say is None else say(_said(json.loads(content(command))))
        if said is None:
            assert self._is_set_up or name in NOT_OFFERED or say is not None, (
                f"{name} needs a row in SAYS or NOT_OFFERED"
            )
            return super().ask(command, by, key)
        self._asked.add(name)
        self._keys += 1
        path, body = said
        headers = {
            "Authorization": f"Bearer {self._token(by, self._outlet(name, body))}",
            "Idempotency-Key": key or f"story-{self._keys}",
            "Accept-Language": "en",
        }
        response = self._client.post(path, json=body, headers=headers)
        return _outcome(response.json(), response.headers.get("idempotent-replayed") == "true", response.is_success)

    def _outlet(self, name: str, body: Fields) -> str:
        """The outlet whose till does this; empty where the office does."""
        at_till = name in ("confirm_hold", "refund", "move_stock", "carry_stock", "confirm_offline") or (
            name == "open_visit" and "shown" in body
        )
        outlet = str(body.get("from_outlet", "") if name == "carry_stock" else body.get("outlet", ""))
        return outlet if at_till and outlet in self.known.outlets else ""

    def _token(self, by: str, outlet: str) -> str:
        if (by, outlet) not in self._tokens:
            made = fresh_key()
            role = "merchant" if outlet else "administrator"
            command = IssueKey(made.id, made.digest, role, by, by, outlet=outlet)
            self.engine.submit(Submission(command, "set-up", made.id)).expect()
            self._tokens[by, outlet] = made.token
        return self._tokens[by, outlet]


def _part(value: str) -> str:
    return quote(value, safe="")


def _said(fields: Fields) -> Fields:
    """Fields that say something: what is left out of a body is not there."""
    return {name: value for name, value in fields.items() if value not in (None, "", {})}


def _about_record(fields: Fields) -> Fields:
    return {"record" if name == "fact" else name: value for name, value in fields.items()}


def _perhaps_imported(kind: str, path: str, fields: Fields) -> Request:
    source = fields.pop("source", "")
    return (f"/v1/imports/{_part(source)}/{kind}", {"items": [fields]}) if source else (path, fields)


def _outcome(answer: Any, replayed: bool, done: bool) -> Outcome:
    """What came of a request, as the engine tells it; of a bulk request, what came of its one item."""
    if done and "items" in answer:
        (item,) = answer["items"]
        done, replayed = item["status"] == "accepted", item["replayed"]
        answer = item["result"] if done else item["problem"]
    if done:
        return Outcome("accepted", answer, replayed=replayed)
    reasons = answer["reasons"]
    facts: Fields = {"reasons": reasons} if reasons and reasons[0].get("rule") else dict(*reasons[:1])
    error: EngineError = ERRORS[answer["code"]](**facts)
    return Outcome("fault" if answer["status"] >= 500 else "refused", error=error)
