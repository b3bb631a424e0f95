"""Signed vouchers over HTTP: the token in every place where a code goes, and checked by whoever has the public key."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.api.street import RESIDENTS, Street, earn

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
