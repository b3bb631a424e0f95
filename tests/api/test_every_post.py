"""Idempotency of every POST: without a key it is refused, a retry is the first answer, other content is refused."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.api.fairs import a_draw, drawn, entered, open_fair
from tests.api.street import RESIDENTS, Street, earn, serve_two_hours, voucher

PRESENT: Final = {"volunteer": "MEI", "activity": "XH-garden"}
NEW_ACTIVITY: Final = {"code": "N", "name": "n", "category": "c", "host": "XH-C1"}
ADDRESS: Final = {"url": "https://1.1.1.1/points", "label": "platform"}
STRETCH: Final = {**PRESENT, "start": "2026-03-01T09:00:00+08:00", "end": "2026-03-01T10:00:00+08:00"}


@dataclass(frozen=True)
class Post:
    """A request that succeeds, in a role, once the street is prepared; `{0}` in the path is what preparing answered."""

    role: str
    body: Callable[[str], dict[str, Any]]
    prepare: Callable[[Street], str] = lambda street: ""


def kept(**body: Any) -> Callable[[str], dict[str, Any]]:
    """A body that does not depend on what was prepared."""
    return lambda _: body


def present(street: Street) -> str:
    """Mei has checked in, ten minutes ago."""
    street.done("kiosk", "/v1/check-ins", PRESENT)
    street.clock.later(minutes=10)
    return ""


def held(street: Street) -> str:
    """Mei has a voucher for soap."""
    earn(street)
    return voucher(street)


def used(street: Street) -> str:
    """Mei has fetched the soap."""
    code = held(street)
    street.done("merchant", f"/v1/redemptions/{code}/confirm", {"outlet": "wangs-1"})
    return code


def known(street: Street) -> str:
    """Mei has a PIN."""
    street.done("steward", "/v1/volunteers/MEI/pin", {"pin": "407215"})
    return ""


def served(street: Street) -> str:
    """Mei's record of two hours."""
    return str(serve_two_hours(street)["fact"])


def earned(street: Street) -> str:
    """Mei has points."""
    earn(street)
    return ""


def a_key(street: Street) -> str:
    """Somebody's key."""
    return street.issue("somebody", "steward", unit="XH")


def a_webhook(street: Street) -> str:
    """An address that is told what happens."""
    return str(street.done("administrator", "/v1/webhooks", {"code": "platform", **ADDRESS})["webhook"])


def a_sample(street: Street) -> str:
    """A sample of Mei's one entry, and the entry, parted by a blank."""
    entry = earn(street)
    sample = street.done("committee", "/v1/samples", {"scheme": RESIDENTS})["sample"]
    return f"{sample} {entry}"


def marked(street: Street) -> str:
    """The same, once everything in it has been marked."""
    sample, entry = a_sample(street).split()
    street.done("committee", f"/v1/samples/{sample}/marks", {"entry": entry, "verdict": "agreed"})
    return f"{sample} {entry}"


def a_fair(street: Street) -> str:
    """There are draws at the fair."""
    open_fair(street)
    return ""


def an_entry(street: Street) -> str:
    """Mei has entered a draw."""
    code = a_draw(street)
    entered(street)
    return code


def a_winner(street: Street) -> str:
    """Mei has won."""
    code = an_entry(street)
    drawn(street)
    return code


def a_closed_draw(street: Street) -> str:
    """Mei has entered a draw that can be drawn."""
    code = an_entry(street)
    street.clock.later(hours=2)
    return code


IN_APRIL: Final = "2026-04-01T18:00:00+08:00"

POSTS: Final[dict[str, Post]] = {
    "/v1/draws": Post(
        "administrator", kept(code="d", scheme="fair", rule="films", closes_at=IN_APRIL, reward="film"), a_fair
    ),
    "/v1/draws/{draw}/entries": Post("kiosk", kept(volunteer="MEI"), a_draw),
    "/v1/draws/{draw}/withdrawals": Post("kiosk", kept(volunteer="MEI"), an_entry),
    "/v1/draws/{draw}/drawing": Post("administrator", kept(), a_closed_draw),
    "/v1/draws/{draw}/cancellation": Post("administrator", kept(reason="x"), an_entry),
    "/v1/draws/{draw}/take-ups": Post("kiosk", kept(volunteer="MEI"), a_winner),
    "/v1/draws/{draw}/declines": Post("kiosk", kept(volunteer="MEI"), a_winner),
    "/v1/volunteers": Post("steward", kept(number="N", name="n", joined_on="2026-03-01", home_unit="XH-C1")),
    "/v1/volunteers/{number}/pin": Post("steward", kept(pin="407215")),
    "/v1/volunteers/{number}/identifications": Post("kiosk", kept(pin="407215"), known),
    "/v1/volunteers/{number}/pin/unlock": Post("steward", kept(), known),
    "/v1/activities": Post("steward", kept(**NEW_ACTIVITY)),
    "/v1/sign-ups": Post("kiosk", kept(**PRESENT)),
    "/v1/check-ins": Post("kiosk", kept(**PRESENT)),
    "/v1/check-outs": Post("kiosk", kept(**PRESENT), present),
    "/v1/service-records": Post("steward", kept(**STRETCH)),
    "/v1/deeds": Post("administrator", kept(volunteer="BO", kind="mediation", occurred_at="2026-03-01T19:00:00+08:00")),
    "/v1/approvals": Post("steward", lambda record: {"record": record}, served),
    "/v1/rejections": Post("steward", lambda record: {"record": record, "reason": "x"}, served),
    "/v1/corrections": Post(
        "steward", lambda record: {"record": record, "reason": "x", "end": "2026-03-02T10:00:00+08:00"}, served
    ),
    "/v1/redemptions": Post("kiosk", kept(volunteer="MEI", scheme=RESIDENTS, reward="soap"), earned),
    "/v1/redemptions/{code}/confirm": Post("merchant", kept(outlet="wangs-1"), held),
    "/v1/redemptions/{code}/cancel": Post("merchant", kept(), held),
    "/v1/redemptions/{code}/refunds": Post("merchant", kept(outlet="wangs-1", reason="x"), used),
    "/v1/volunteers/{number}/facts": Post(
        "steward", kept(name="volunteer.flags", from_day="2026-03-02", value=["double"])
    ),
    "/v1/volunteers/{number}/units": Post("administrator", kept(home_unit="SL-C1", from_day="2026-03-02")),
    "/v1/volunteers/{number}/standing": Post("steward", kept(standing="suspended")),
    "/v1/volunteers/{number}/birth-date": Post("steward", kept(born_on="1951-02-04", reason="x")),
    "/v1/units": Post("administrator", kept(code="XH-C2", kind="community", name_zh="社", name_en="C", parent="XH")),
    "/v1/units/{code}/moves": Post("administrator", kept(parent="SL", from_day="2026-03-02"), lambda street: "XH-C1"),
    "/v1/activities/{code}/changes": Post("steward", kept(name="菜园"), lambda street: "XH-garden"),
    "/v1/activities/{code}/cancellation": Post("steward", kept(reason="雨"), lambda street: "XH-garden"),
    "/v1/kiosks": Post("administrator", kept(code="K-2", unit="XH", name_zh="签到机", name_en="Kiosk")),
    "/v1/imports": Post("steward", kept(code="march")),
    "/v1/samples": Post("committee", kept(scheme=RESIDENTS)),
    "/v1/samples/{sample}/marks": Post(
        "committee", lambda made: {"entry": made.split()[-1], "verdict": "agreed"}, a_sample
    ),
    "/v1/samples/{sample}/sign-offs": Post("committee", kept(), marked),
    "/v1/funds/{fund}/allotments": Post("administrator", kept(scheme=RESIDENTS, points="5", reason="x")),
    "/v1/groups": Post("administrator", kept(code="lions", name_zh="狮", name_en="Lions")),
    "/v1/webhooks": Post("administrator", kept(code="w", **ADDRESS)),
    "/v1/webhooks/{webhook}/changes": Post("administrator", kept(**ADDRESS), a_webhook),
    "/v1/webhooks/{webhook}/state": Post("administrator", kept(state="paused"), a_webhook),
    "/v1/webhooks/{webhook}/secret": Post("administrator", kept(), a_webhook),
    "/v1/webhooks/{webhook}/replay": Post("administrator", kept(after="0-0"), a_webhook),
    "/v1/keys/{key}/changes": Post("administrator", kept(label="x"), a_key),
    "/v1/keys/{key}/revoke": Post("administrator", kept(), a_key),
}

ELSEWHERE: Final[dict[str, str]] = {
    "/v1/keys": "a retry is refused, because a secret is never told twice: test_access.py",
    "/v1/imports/{code}/records": "each item has a key of its own: test_imports.py",
    "/v1/imports/{code}/deeds": "each item has a key of its own: test_imports.py",
    "/v1/imports/{code}/undo": "each step has a key of its own: test_imports.py",
    "/v1/opening-balances": "each item has a key of its own: test_imports.py",
    "/v1/kiosk-batches": "each item has a key of its own: the tests of kiosks",
    "/v1/redemptions/offline": "each item has a key of its own: test_vouchers.py",
    "/v1/conflicts/{conflict}/resolutions": "needs a conflict: the tests of kiosks",
    "/v1/conflicts/{conflict}/reopen": "needs a conflict: the tests of kiosks",
    "/v1/volunteers/{number}/merge": "the tests of resources",
    "/v1/sign-ups/withdrawals": "the tests of resources",
    "/v1/sign-ups/absences": "the tests of resources",
    "/v1/challenges": "the tests of resources",
    "/v1/challenges/{challenge}/answers": "the tests of resources",
    "/v1/challenges/{challenge}/withdrawal": "the tests of resources",
    "/v1/packs": "the tests of resources",
    "/v1/rewards": "the tests of rewards",
    "/v1/rewards/{reward}/end": "the tests of rewards",
    "/v1/packs/checks": "writes nothing",
    "/v1/reversals": "the tests of resources",
    "/v1/gifts": "the tests of gifts",
    "/v1/groups/{group}/gifts": "the stories of gifts over HTTP",
    "/v1/stock-moves": "the tests of stock",
    "/v1/stock-moves/carried": "needs outlets with their own stock: the stories of stock over HTTP",
    "/v1/volunteers/{number}/phone": "a retry is refused, because a secret is never told twice: the tests of visits",
    "/v1/visits": "needs a phone: the tests of visits",
    "/v1/visits/{visit}/redemptions": "needs a visit: the tests of visits",
    "/v1/notes/{note}/erasure": "needs a note: the tests of samples",
    "/v1/jobs/{job}/runs": "a run that is under way is answered, whatever the key: the tests of jobs",
}
"""Operations whose retries are tried somewhere else, and where or why."""


def filled(path: str, prepared: str) -> str:
    """A path with Mei, or what was prepared, in it."""
    named = path.replace("{number}", "MEI").replace("{fund}", "community")
    for place in ("{code}", "{key}", "{webhook}", "{draw}"):
        named = named.replace(place, prepared)
    return named.replace("{sample}", prepared.partition(" ")[0])


def posts_of(street: Street) -> set[str]:
    """Every POST of the document."""
    paths = street.read("", "/openapi.json")["paths"]
    return {path for path, operations in paths.items() if "post" in operations}


def test_every_post_without_a_key_is_refused_before_anything_is_done(street: Street) -> None:
    known(street)
    head = street.read("", "/readyz")["seq"]
    for path in sorted(posts_of(street)):
        body = POSTS[path].body("x") if path in POSTS else {}
        address = "/".join("MEI" if part.startswith("{") else part for part in path.split("/"))
        role = "committee" if path.startswith("/v1/samples") else "administrator"
        response = street.client.post(address, json=body, headers=street.headers(role))
        refused = (response.status_code, response.json()["code"])
        assert refused in ((400, "key_missing"), (422, "invalid_value")), (path, response.text)
        assert path not in POSTS or refused[0] == 400, (path, response.text)
    assert street.read("", "/readyz")["seq"] == head, "nothing was written"


@pytest.mark.parametrize("path", POSTS)
def test_a_retry_is_the_first_answer_and_other_content_is_refused(path: str, street: Street) -> None:
    post = POSTS[path]
    prepared = post.prepare(street)
    address, body, key = filled(path, prepared), post.body(prepared), uuid.uuid4().hex
    first = street.post(post.role, address, body, key)
    assert first.is_success, first.text
    assert "idempotent-replayed" not in first.headers
    again = street.post(post.role, address, body, key)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers.get("idempotent-replayed") == "true"
    refused = street.post(post.role, *other_than(path, post.role, prepared), key)
    assert (refused.status_code, refused.json()["code"]) == (422, "key_reused"), refused.text


def other_than(path: str, role: str, prepared: str) -> tuple[str, dict[str, Any]]:
    """Another request that this role may make: its content is not the first one's."""
    if role == "merchant":
        what = "cancel" if path.endswith("confirm") else "confirm"
        return f"/v1/redemptions/{prepared}/{what}", {"outlet": "wangs-1"} if what == "confirm" else {}
    if role == "committee":
        return "/v1/samples", {"scheme": RESIDENTS, "size": 1}
    if role == "kiosk":
        return ("/v1/check-ins" if path == "/v1/sign-ups" else "/v1/sign-ups"), PRESENT
    return "/v1/activities", NEW_ACTIVITY | {"code": "M"}


def test_every_post_is_tried_here_or_elsewhere(street: Street) -> None:
    assert posts_of(street) == POSTS.keys() | ELSEWHERE.keys()
