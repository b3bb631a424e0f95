"""The kiosk without a network: taps are kept with their times, and sent when it is back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.api.live import Served
from tests.api.street import MORNING
from tests.browser.test_story import enter_key, look_up

pytestmark = pytest.mark.browser


def tap(page: Page, number: str, button: str) -> None:
    """Type a number without a network, and check in or out."""
    page.fill("#number", number)
    page.click("#number-form button")
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#offline-number")).to_have_text(number)
    page.select_option("#offline-activity", "XH-garden")
    page.click(button)
    expect(page.locator("#right")).to_contain_text("已保存")


def test_taps_without_a_network_keep_their_times_and_are_sent_later(
    served: Served, page: Page, context: BrowserContext, tmp_path: Path
) -> None:
    street = served.street
    page.clock.install(time=MORNING)
    page.goto(f"{served.address}/kiosk")
    enter_key(page, street.tokens["kiosk"])
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    expect(page.locator("#desk")).to_be_visible()

    # A page on its way out may still get a tap through whose answer it never sees: it is sent again, and counts once.
    street.clock.now = MORNING + timedelta(hours=3)
    context.set_offline(True)
    tap(page, "MEI", "#offline-in")
    page.clock.fast_forward("01:30:00")
    page.goto(f"{served.address}/kiosk")
    expect(page.locator("#waiting")).to_contain_text("1 次签到、签退待上传")
    tap(page, "MEI", "#offline-out")
    tap(page, "NOBODY", "#offline-in")
    expect(page.locator("#waiting")).to_contain_text("3 次签到、签退待上传")
    page.screenshot(path=tmp_path / "offline.png", full_page=True)

    # Sent at once, or, where the first attempt came before the network did, with the next one 15 seconds later.
    context.set_offline(False)
    expect(page.locator("#waiting")).to_be_hidden(timeout=20_000)
    (record,) = street.read("steward", "/v1/volunteers/MEI/records")["items"]
    start = datetime.fromisoformat(record["start"])
    assert timedelta() <= start - MORNING.astimezone(UTC) < timedelta(minutes=5)
    assert record["minutes"] in range(88, 93)
    (conflict,) = street.read("steward", "/v1/conflicts")["items"]
    assert (conflict["code"], conflict["number"], conflict["volunteer"]) == ("not_found", "NOBODY", None)
    look_up(page, "MEI")
    expect(page.locator("#why")).to_contain_text("社区绿化")
