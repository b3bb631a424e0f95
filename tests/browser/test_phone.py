"""The volunteer's own phone: its vouchers, what was won, nothing, no network, and another phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.api.fairs import a_draw, drawn, entered
from tests.api.live import Served
from tests.api.street import RESIDENTS, Street, earn, voucher
from tests.browser.test_story import enter_key, look_up

pytestmark = pytest.mark.browser


def opened(served: Served, page: Page) -> Page:
    """Mei's phone, linked a moment ago."""
    link = served.street.done("kiosk", "/v1/volunteers/MEI/phone")["link"]
    page.set_viewport_size({"width": 390, "height": 844})
    page.clock.set_fixed_time(served.street.clock.now)
    page.goto(link)
    expect(page.locator("#holdings")).to_be_visible()
    return page


def looked_again(page: Page) -> None:
    """Somebody takes the phone in hand again."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def won(street: Street) -> None:
    """Mei wins a place."""
    a_draw(street)
    entered(street)
    drawn(street)


def test_a_phone_shows_vouchers_with_their_codes_and_what_was_won(served: Served, page: Page) -> None:
    earn(served.street)
    won(served.street)
    code = voucher(served.street)
    phone = opened(served, page)
    expect(phone.locator("#vouchers li")).to_have_count(1)
    expect(phone.locator("#vouchers")).to_contain_text("肥皂")
    expect(phone.locator("#vouchers")).to_contain_text(f"{code[:5]}-{code[5:]}")
    expect(phone.locator("#vouchers")).to_contain_text("wangs各兑换点")
    expect(phone.locator("#vouchers")).to_contain_text("有效至")
    expect(phone.locator("#vouchers svg")).to_be_hidden()
    phone.click("#vouchers summary")
    expect(phone.locator("#vouchers svg")).to_be_visible()
    expect(phone.locator("#offers")).to_contain_text("签号 1")
    expect(phone.locator("#offers")).to_contain_text("to be taken up by")
    looked_again(phone)
    expect(phone.locator("#vouchers svg")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert Axe().run(phone).response["violations"] == []


def test_a_phone_with_nothing_says_so(served: Served, page: Page) -> None:
    phone = opened(served, page)
    expect(phone.locator("#vouchers")).to_contain_text("目前没有可用的兑换券")
    expect(phone.locator("#vouchers")).to_contain_text("No vouchers at present")
    expect(phone.locator("#offered")).to_be_hidden()
    assert Axe().run(phone).response["violations"] == []


def test_without_a_network_the_vouchers_that_were_seen_last_are_shown_until_they_end(
    served: Served, page: Page, context: BrowserContext
) -> None:
    earn(served.street)
    code = voucher(served.street)
    phone = opened(served, page)
    context.set_offline(True)
    looked_again(phone)
    expect(phone.locator("#as-of")).to_contain_text("没有网络")
    expect(phone.locator("#vouchers")).to_contain_text(code[:5])
    served.street.clock.later(minutes=31)
    phone.clock.set_fixed_time(served.street.clock.now)
    looked_again(phone)
    expect(phone.locator("#vouchers")).to_contain_text("目前没有可用的兑换券")


def test_a_phone_that_is_linked_no_more_shows_no_vouchers(served: Served, page: Page) -> None:
    earn(served.street)
    voucher(served.street)
    phone = opened(served, page)
    expect(phone.locator("#vouchers svg")).to_have_count(1)
    served.street.done("kiosk", "/v1/volunteers/MEI/phone")
    looked_again(phone)
    expect(phone.locator("#trouble")).to_contain_text("可能已绑定另一部手机")
    expect(phone.locator("#vouchers li")).to_have_count(0)


def test_at_the_kiosk_one_of_the_outlets_that_have_it_is_chosen(served: Served, page: Page) -> None:
    street = served.street
    earn(street)
    base = street.read("merchant", f"/v1/rewards?scheme={RESIDENTS}")["base"]
    effective_on = (street.clock.now + timedelta(days=1)).date().isoformat()
    asked = {
        "scheme": RESIDENTS, "base": base, "effective_on": effective_on, "reward": "jam", "title_zh": "果酱",
        "title_en": "Jam", "cite": "2026-03 第 1 号", "category": "commerce", "partner": "wangs", "points": "1",
        "stock": 3, "stock_each_outlet": True,
    }  # fmt: skip
    street.done("administrator", "/v1/rewards", asked)
    street.clock.later(days=1)
    page.goto(f"{served.address}/kiosk")
    enter_key(page, street.tokens["kiosk"])
    look_up(page, "MEI")
    button = page.locator('button[data-reward="jam"][data-outlet="wangs-1"]')
    expect(button).to_contain_text("余 3")
    button.click()
    expect(page.locator("#voucher-code")).to_be_visible()
    expect(button).to_contain_text("余 2")
