"""The steward's page: who is here, what waits, what did not fit."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.api.live import Served
from tests.api.street import serve_two_hours
from tests.browser.test_story import enter_key

pytestmark = pytest.mark.browser

GARDEN = "XH-garden"


def opened(served: Served, page: Page, key: str = "steward") -> None:
    """The page of somebody whose key it knows."""
    page.goto(f"{served.address}/steward")
    enter_key(page, served.street.tokens[key])


def test_a_steward_corrects_a_time_confirms_and_sees_who_is_here(served: Served, page: Page) -> None:
    street = served.street
    serve_two_hours(street)
    street.done("kiosk", "/v1/check-ins", {"volunteer": "BO", "activity": GARDEN})
    street.clock.later(minutes=5)
    opened(served, page)
    waiting = page.locator("#waiting li")
    expect(waiting).to_contain_text("梅*花（MEI）")
    expect(waiting).to_contain_text("2 小时 10 分")
    expect(waiting).to_contain_text("认定后：2 分")
    expect(page.locator("#present li")).to_contain_text("（BO）")

    waiting.locator("summary").click()
    end = waiting.locator("input[type=datetime-local]").nth(1)
    end.fill(end.input_value()[:-5] + "23:59")
    waiting.locator("input:not([type])").fill("查签到表")
    waiting.get_by_text("改时间").click()
    expect(page.locator("#wrong")).to_contain_text("晚于当前时间")
    start = waiting.locator("input[type=datetime-local]").nth(0).input_value()
    hour, minute = int(start[11:13]), start[14:16]
    end.fill(f"{start[:11]}{hour + 1:02d}:{minute}")
    waiting.get_by_text("改时间").click()
    expect(page.locator("#right")).to_contain_text("时间已改")
    expect(waiting).to_contain_text("1 小时")
    waiting.locator("button.go").click()
    expect(page.locator("#right")).to_contain_text("已认定：梅*花")
    expect(page.locator("#waiting")).to_contain_text("都认定完了")
    assert street.points("MEI") == "1"

    page.get_by_text("现在签退").click()
    expect(page.locator("#right")).to_contain_text("已签退：服务 5 分")
    expect(page.locator("#present")).to_contain_text("没有人在场")


def test_everybody_of_an_activity_is_confirmed_at_once_within_the_levels_of_the_key(served: Served, page: Page) -> None:
    street = served.street
    serve_two_hours(street)
    serve_two_hours(street, "BO")
    street.issue("grid", "steward", unit="XH", approves=("community",))
    opened(served, page, "grid")
    expect(page.locator("#levels")).to_contain_text("现场负责人 2 条")
    expect(page.locator("#waiting")).to_contain_text("都认定完了")
    page.click("#forget")
    enter_key(page, street.tokens["steward"])
    page.get_by_text("全部认定（2 条）").click()
    expect(page.locator("#right")).to_contain_text("已认定 2 条")
    assert street.points("MEI") == street.points("BO") == "2"


def test_a_tap_that_did_not_fit_is_written_down_as_it_was(served: Served, page: Page) -> None:
    street = served.street
    street.clock.later(minutes=300)
    tap = {"id": "tap-0001", "action": "check_out", "volunteer": "MEI", "activity": GARDEN,
           "at": street.clock.now.isoformat()}  # fmt: skip
    street.done("kiosk", "/v1/kiosk-batches", {"items": [tap]})
    page.set_viewport_size({"width": 390, "height": 844})
    opened(served, page)
    conflict = page.locator("#conflicts li")
    expect(conflict).to_contain_text("MEI · 签退")
    expect(conflict).to_contain_text("签退时没有对应的签到")
    assert not Axe().run(page).response["violations"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of a phone"

    conflict.locator("summary").click()
    end = conflict.locator("input[type=datetime-local]").nth(1).input_value()
    conflict.locator("input[type=datetime-local]").nth(0).fill(f"{end[:11]}{int(end[11:13]) - 2:02d}{end[13:]}")
    conflict.locator("input[placeholder]").fill("查签到表：来时忘签到")
    conflict.get_by_text("按这个时间补记").click()
    expect(page.locator("#right")).to_contain_text("已处理")
    expect(page.locator("#conflicts")).to_contain_text("没有")
    (record,) = street.read("steward", "/v1/volunteers/MEI/records")["items"]
    assert record["minutes"] == 120
