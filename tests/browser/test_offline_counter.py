"""The counter without a network: a voucher is checked with what was kept, taken once, and brought when there is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from points_engine.flow.money.openings import OpenBalance
from tests.api.live import Served
from tests.api.street import MORNING, RESIDENTS
from tests.browser.test_counter import typed
from tests.browser.test_story import enter_key

pytestmark = pytest.mark.browser


def a_token(served: Served, number: str, reward: str = "toothpaste") -> str:
    """A voucher for somebody: its token."""
    body = {"volunteer": number, "scheme": RESIDENTS, "reward": reward}
    return str(served.street.done("administrator", "/v1/redemptions", body)["token"])


def test_a_voucher_is_taken_without_a_network_and_brought_later(
    served: Served, page: Page, context: BrowserContext, tmp_path: Path
) -> None:
    street = served.street
    for number in ("MEI", "BO"):
        street.execute(OpenBalance(number, RESIDENTS, 40, 1))
    good, cancelled, soap = a_token(served, "MEI"), a_token(served, "BO"), a_token(served, "BO", "soap")
    street.done("administrator", f"/v1/redemptions/{cancelled}/cancel")
    page.clock.install(time=MORNING)
    page.goto(f"{served.address}/merchant")
    enter_key(page, street.tokens["merchant"])
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    page.wait_for_function("() => (JSON.parse(localStorage.getItem('points.merchant.offline')) || {}).day")
    context.set_offline(True)
    page.goto(f"{served.address}/merchant")
    expect(page.locator("#outlet")).to_have_text("wangs")

    def says(code: str, word: str, *, can_confirm: bool = False) -> None:
        typed(page, code)
        expect(page.locator("#verdict")).to_contain_text(word)
        expect(page.locator("#confirm")).to_be_visible(visible=can_confirm)

    says("2222222222", "没有网络")
    says(good[:-9] + ("A" if good[-9] != "A" else "B") + good[-8:], "不是本系统的兑换券")
    says(cancelled, "已取消")
    says(soap, "断网时不能兑换此品")
    says(good, "断网可兑换", can_confirm=True)
    expect(page.locator("#facts")).to_contain_text("牙膏 × 1")
    assert Axe().run(page).response["violations"] == []
    page.click("#confirm")
    expect(page.locator("#verdict")).to_contain_text("已记录")
    expect(page.locator("#waiting")).to_contain_text("1 张断网兑换待补报")
    says(good, "已使用过")
    page.screenshot(path=tmp_path / "offline.png", full_page=True)

    assert street.read("administrator", f"/v1/redemptions/{good}")["state"] == "open"
    context.set_offline(False)
    page.clock.fast_forward("00:20")
    expect(page.locator("#waiting")).to_be_hidden(timeout=20_000)
    shown = street.read("administrator", f"/v1/redemptions/{good}")
    assert (shown["state"], shown["outlet"]) == ("confirmed", "wangs-1")
    assert street.read("administrator", "/v1/offline-uses")["items"] == []


def test_a_double_use_is_told_to_the_till(served: Served, page: Page, context: BrowserContext) -> None:
    street = served.street
    street.execute(OpenBalance("MEI", RESIDENTS, 40, 1))
    token = a_token(served, "MEI")
    street.issue("till 2", "merchant", principal="merchant:wangs-2", outlet="wangs-2")
    page.clock.install(time=MORNING)
    page.goto(f"{served.address}/merchant")
    enter_key(page, street.tokens["merchant"])
    page.wait_for_function("() => (JSON.parse(localStorage.getItem('points.merchant.offline')) || {}).day")
    context.set_offline(True)
    street.done("till 2", f"/v1/redemptions/{token}/confirm", {})
    typed(page, token)
    page.click("#confirm")
    expect(page.locator("#verdict")).to_contain_text("已记录")
    context.set_offline(False)
    page.clock.fast_forward("00:20")
    expect(page.locator("#unsent")).to_contain_text("已使用过，由基金承担", timeout=20_000)
    (listed,) = street.read("administrator", "/v1/offline-uses")["items"]
    assert (listed["conflict"], listed["charged"], listed["pays"]) == ("already_used", "fund", 1000)
