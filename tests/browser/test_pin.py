"""A volunteer who has a PIN says it at the kiosk before anything of theirs is shown."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.api.live import Served
from tests.api.street import earn
from tests.browser.test_story import enter_key

pytestmark = pytest.mark.browser


def test_the_kiosk_asks_for_the_pin_and_forgets_who_was_there(served: Served, page: Page) -> None:
    street = served.street
    earn(street)
    street.done("steward", "/v1/volunteers/MEI/pin", {"pin": "407215"})
    page.goto(f"{served.address}/kiosk")
    enter_key(page, street.tokens["kiosk"])
    for _ in range(2):  # the next person at this kiosk is asked again
        page.fill("#number", "mei")
        page.click("#number-form button")
        expect(page.locator("#pin-form")).to_be_visible()
        expect(page.locator("#person")).to_be_hidden()
        page.fill("#pin", "111112")
        page.click("#pin-form button")
        expect(page.locator("#wrong")).to_have_text("密码不正确，还可再试 4 次。")
        expect(page.locator("#person")).to_be_hidden()
        assert Axe().run(page).violations_count == 0
        page.fill("#pin", "407215")
        page.click("#pin-form button")
        expect(page.locator("#person")).to_be_visible()
        expect(page.locator("#numbers")).to_contain_text("2 小时 10 分")
        page.click("#done")
    page.goto(f"{served.address}/card/MEI")
    expect(page.locator("#wrong")).to_have_text("该志愿者设有密码，请先输入密码。")
