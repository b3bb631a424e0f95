"""The pages: served without a key, nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re

import pytest

from tests.api.street import Street, earn, voucher

PAGES = ("/", "/merchant", "/kiosk", "/steward", "/card/MEI", "/public/books", "/committee")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_only_what_is_ours(street: Street, path: str) -> None:
    response = street.client.get(path)
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = response.text
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", page)
    for address in re.findall(r'(?:src|href)="([^"]*)"', page):
        assert address.startswith("/"), address
        if address.startswith("/static/"):
            assert street.client.get(address).status_code == 200


def test_the_start_page_shows_live_numbers(street: Street) -> None:
    earn(street, minutes=600)
    page = street.client.get("/").text
    assert "演示数据" in page
    assert "<b>2</b>志愿者" in page
    assert "<b>8</b>服务小时" in page
    assert "¥1,000.00" in page


def test_the_public_books_add_up(street: Street) -> None:
    earn(street)
    code = voucher(street)
    numbers = street.client.get("/v1/public/numbers").json()["funds"][0]
    assert (numbers["income"], numbers["expenditure"], numbers["reserved"]) == (100_000, 0, 200)
    street.done("merchant", f"/v1/redemptions/{code}/confirm")
    numbers = street.client.get("/v1/public/numbers").json()["funds"][0]
    assert (numbers["owed"], numbers["expenditure"], numbers["reserved"]) == ({"wangs": 200}, 200, 0)
    assert numbers["income"] == numbers["expenditure"] + numbers["reserved"] + numbers["available"]
    assert "998.00" in street.client.get("/public/books").text


def test_a_number_that_cannot_be_one_has_no_card(street: Street) -> None:
    assert street.client.get("/card/%3Cscript%3E").status_code == 422


def test_the_service_says_that_it_lives_and_is_ready(street: Street) -> None:
    assert street.client.get("/healthz").json() == {"status": "ok"}
    ready = street.client.get("/readyz").json()
    assert ready["status"] == "ok"
    assert ready["seq"] > 0
