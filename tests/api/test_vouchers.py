"""Signed vouchers over HTTP: the token in every place where a code goes, and checked by whoever has the public key."""

from __future__ import annotations

import base64
from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from points_engine.flow.counter.tokens import read
from points_engine.flow.money.openings import OpenBalance
from tests.api.street import RESIDENTS, Street, earn

PASTE = {"volunteer": "MEI", "scheme": RESIDENTS, "reward": "toothpaste"}
SOAP = {"volunteer": "MEI", "scheme": RESIDENTS, "reward": "soap"}


@pytest.fixture
def token(street: Street) -> str:
    """Give the token of a voucher for soap."""
    earn(street)
    return str(street.done("kiosk", "/v1/redemptions", SOAP)["token"])


def test_anybody_checks_a_token_with_the_public_key(street: Street, token: str) -> None:
    (key,) = street.client.get("/v1/voucher-keys").json()
    public = base64.urlsafe_b64decode(key["public_key"] + "=")
    raw = base64.b32decode(token.removeprefix(key["prefix"]) + "=" * (-len(token.removeprefix(key["prefix"])) % 8))
    Ed25519PublicKey.from_public_bytes(public).verify(raw[-64:], key["prefix"].encode() + raw[:-64])
    assert raw[:4].hex() == key["key"] == sha256(public).hexdigest()[:8]


def test_looked_up_confirmed_and_undone_by_its_token(street: Street, token: str) -> None:
    shown = street.read("merchant", f"/v1/redemptions/{token}")
    assert (shown["state"], shown["reward"], shown["valid_here"]) == ("open", "soap", True)
    done = street.done("merchant", f"/v1/redemptions/{token.lower()}/confirm", {})
    assert (done["code"], done["state"]) == (shown["code"], "confirmed")
    again = street.done("merchant", f"/v1/redemptions/{shown['code']}/confirm", {})
    assert again["again"]
    assert street.get("other merchant", f"/v1/redemptions/{token}").json()["code"] == "wrong_outlet"
    undone = street.done("merchant", f"/v1/redemptions/{token}/refunds", {"reason": "拿错"})
    assert undone["state"] == "refunded"


def test_let_go_by_its_token(street: Street, token: str) -> None:
    assert street.done("kiosk", f"/v1/redemptions/{token}/cancel")["state"] == "released"


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "签名不符"), ("en", "signature does not fit")])
def test_a_wrong_signature_has_its_own_answer_and_counts_as_no_guess(
    street: Street, token: str, language: str, said: str
) -> None:
    wrong = f"{token[:-9]}{'A' if token[-9] != 'A' else 'B'}{token[-8:]}"
    for _ in range(12):
        refused = street.get("merchant", f"/v1/redemptions/{wrong}", accept_language=language)
        assert (refused.status_code, refused.json()["code"]) == (422, "voucher_signature_wrong")
        assert said in refused.json()["detail"]
    refused = street.post("merchant", f"/v1/redemptions/{wrong}/confirm", {})
    assert refused.json()["code"] == "voucher_signature_wrong"


def test_a_voucher_is_shown_with_its_names_and_its_picture(street: Street, token: str) -> None:
    shown = street.read("kiosk", f"/v1/redemptions/{token}/voucher")
    assert shown["token"] == token
    assert shown["qr_svg"].startswith("<svg")
    assert (shown["title"]["zh"], shown["outlet"], shown["uses_left"], shown["points"]) == ("肥皂", None, 1, "2")
    street.done("merchant", f"/v1/redemptions/{token}/confirm", {})
    over = street.get("kiosk", f"/v1/redemptions/{token}/voucher")
    assert (over.status_code, over.json()["code"]) == (409, "wrong_state")


def test_a_card_lists_what_can_still_be_used(street: Street, token: str) -> None:
    (listed,) = street.read("kiosk", "/v1/volunteers/MEI/vouchers")
    assert (listed["reward"], listed["state"]) == ("soap", "open")
    street.clock.later(minutes=31)
    assert street.read("kiosk", "/v1/volunteers/MEI/vouchers") == [], "its time is over, swept or not"
    assert street.get("kiosk", "/v1/volunteers/NOBODY/vouchers").status_code == 404
    street.done("steward", "/v1/volunteers/MEI/pin", {"pin": "407215"})
    asked = street.get("kiosk", "/v1/volunteers/MEI/vouchers")
    assert asked.json()["code"] == "identification_needed"


# ---- without a network ---------------------------------------------------------------------------------------------


@pytest.fixture
def pastes(street: Street) -> list[str]:
    """Give the tokens of vouchers for toothpaste, which is handed over without a network: Mei's and Bo's."""
    street.issue("till 2", "merchant", principal="merchant:wangs-2", outlet="wangs-2")
    tokens = []
    for number in ("MEI", "BO"):
        street.execute(OpenBalance(number, RESIDENTS, 20, 1))
        tokens.append(str(street.done("administrator", "/v1/redemptions", PASTE | {"volunteer": number})["token"]))
    return tokens


def bring(street: Street, role: str, *taken: tuple[str, str, datetime]) -> dict[str, Any]:
    """What becomes of vouchers that a device took: each an id, a token and a time."""
    items = [{"id": each, "token": token, "at": at.isoformat()} for each, token, at in taken]
    return street.done(role, "/v1/redemptions/offline", {"items": items})


def test_what_an_outlet_keeps_is_enough_to_check_a_voucher(street: Street, pastes: list[str]) -> None:
    kept = street.read("merchant", "/v1/outlets/wangs-1/offline")
    assert kept["keys"] == street.client.get("/v1/voucher-keys").json()
    (paste,) = kept["rewards"]
    assert (paste["reward"], paste["most"], paste["within_minutes"], paste["charge"]) == ("toothpaste", 5, 1440, "fund")
    assert (kept["outlet"], kept["partner"], kept["ended"], kept["is_all"]) == ("wangs-1", "wangs", [], True)
    said = read(base64.urlsafe_b64decode(kept["keys"][0]["public_key"] + "="), pastes[0])
    assert (said.partner, said.reward, said.quantity) == ("wangs", "toothpaste", 1)
    other = street.get("merchant", "/v1/outlets/wangs-2/offline")
    assert (other.status_code, other.json()["code"]) == (403, "forbidden")
    assert street.read("other merchant", "/v1/outlets/huadu-culture-1/offline")["rewards"] == []
    assert street.get("administrator", "/v1/outlets/nowhere/offline").status_code == 404


def test_an_outlet_hears_of_what_ended_since(street: Street, pastes: list[str]) -> None:
    address = "/v1/outlets/wangs-1/offline"
    kept = street.read("merchant", address)
    street.done("till 2", f"/v1/redemptions/{pastes[0]}/confirm", {})
    street.done("administrator", f"/v1/redemptions/{pastes[1]}/cancel")
    since = street.read("merchant", f"{address}?cursor={kept['next']}")
    assert sorted(each["why"] for each in since["ended"]) == ["already_used", "voucher_cancelled"]
    street.clock.later(minutes=6)
    later = street.read("merchant", f"{address}?cursor={since['next']}")
    assert len(later["ended"]) == 2, "the list reaches back a little"
    street.clock.later(minutes=6)
    assert street.read("merchant", f"{address}?cursor={later['next']}")["ended"] == []
    street.clock.later(minutes=20)
    assert street.read("merchant", address)["ended"] == [], "the last second of a token says the rest"


def test_what_was_taken_is_confirmed_once_and_a_double_use_is_listed(street: Street, pastes: list[str]) -> None:
    mei, bo = pastes
    street.clock.later(minutes=10)
    then = street.clock.now
    street.clock.later(hours=3)
    first = bring(street, "merchant", ("taken-0001", mei, then), ("taken-0002", bo, then))
    assert [(each["status"], each["result"]["conflict"]) for each in first["items"]] == [("accepted", None)] * 2
    again = bring(street, "merchant", ("taken-0001", mei, then))
    assert (again["replayed"], again["items"][0]["result"]) == (1, first["items"][0]["result"])
    shown = street.read("merchant", f"/v1/redemptions/{mei}")
    assert datetime.fromisoformat(shown["confirmed_at"]) == then

    double = bring(street, "till 2", ("taken-0001", mei, then), ("taken-0003", mei[:-1] + "7" * (mei[-1] != "7"), then))
    assert (double["conflicts"], double["accepted"], double["refused"]) == (1, 1, 1)
    assert (
        double["items"][0]["result"] | {"conflict": "already_used", "charged": "fund", "pays": 1000}
        == (double["items"][0]["result"])
    )
    assert double["items"][1]["problem"]["code"] == "voucher_signature_wrong"
    (listed,) = street.read("administrator", "/v1/offline-uses")["items"]
    assert (listed["conflict"], listed["charged"], listed["outlet"], listed["pays"]) == (
        "already_used", "fund", "wangs-2", 1000,
    )  # fmt: skip
    assert listed["why"]["zh"] == "已在别处使用"
    assert len(street.read("committee", "/v1/offline-uses?state=all")["items"]) == 3
    assert street.read("merchant", "/v1/offline-uses")["items"] == []
    assert len(street.read("till 2", "/v1/offline-uses")["items"]) == 1
    page = street.read("administrator", "/v1/offline-uses?state=all&limit=2")
    rest = street.read("administrator", f"/v1/offline-uses?state=all&limit=2&cursor={page['next']}")
    assert len(page["items"] + rest["items"]) == 3
    assert street.read("administrator", "/v1/funds")


def test_short_codes_cannot_be_tried_out_in_batches(street: Street, pastes: list[str]) -> None:
    code = street.read("merchant", f"/v1/redemptions/{pastes[0]}")["code"]
    told = bring(street, "merchant", ("taken-0001", code, street.clock.now))
    assert told["items"][0]["problem"]["code"] == "invalid_value"


def test_a_key_for_another_scheme_brings_nothing(street: Street, pastes: list[str]) -> None:
    street.issue("party till", "merchant", principal="merchant:party", outlet="wangs-1", scheme="huadu-party-members")
    told = bring(street, "party till", ("taken-0001", pastes[0], street.clock.now))
    assert told["items"][0]["problem"]["code"] == "forbidden"
    assert street.read("party till", "/v1/outlets/wangs-1/offline")["rewards"] == []
