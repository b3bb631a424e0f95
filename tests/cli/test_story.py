"""The main job at the command line: a real log in, balanced and explained books out, a voucher used."""

from __future__ import annotations

from pathlib import Path

from tests.cli.terminals import Points
from tests.interchange.logs import SAMPLE, SCHEME


def test_a_morning_at_the_command_line(points: Points, tmp_path: Path) -> None:
    report = points.ask("import", str(SAMPLE), "--scheme", SCHEME, "--recorded-by", "kiosk")
    assert (report["imported"], report["refused"], report["points"]) == (300, 0, {SCHEME: "399"})
    assert points.ask("audit")["is_sound"]
    points.ask("donate", "community", "1000.00", "--donor", "a friend")

    before = points.ask("balance", "S-00002")["schemes"][SCHEME]
    voucher = points.ask("hold", "S-00002", SCHEME, "museum_ticket")
    held = points.ask("balance", "S-00002")["schemes"][SCHEME]
    assert (before["usable"], held["usable"], held["held"]) == ("305", "285", "20")

    elsewhere = points("confirm", voucher["code"], "--outlet", "corner_shop")
    assert (elsewhere.code, elsewhere.error.split(":")[0]) == (1, "wrong_outlet")
    first = points.ask("confirm", voucher["code"], "--outlet", "museum")
    again = points.ask("confirm", voucher["code"], "--outlet", "museum")
    assert (first["again"], again["again"]) == (False, True)
    points.ask("refund", voucher["code"], "--reason", "closed today")
    assert points.ask("balance", "S-00002")["schemes"][SCHEME]["usable"] == "305"

    held_again = points.ask("hold", "S-00002", SCHEME, "museum_ticket")
    cancelled, token = held_again["code"], held_again["token"]
    picture = tmp_path / "voucher.svg"
    assert points.ask("voucher", cancelled, "--svg", str(picture))["token"] == token
    assert picture.read_text("utf-8").startswith("<svg")
    assert "█" in points("voucher", token.lower()).out
    assert points("voucher", f"{token[:-8]}AAAAAAAA").error.split(":")[0] == "voucher_signature_wrong"
    assert points.ask("explain", token)["answers"] == points.ask("explain", cancelled)["answers"]
    told = points.ask("offline", "bring", token, "--outlet", "museum", "--device", "t1", "--at", "2026-03-01T09:00Z")
    assert (told["conflict"], told["charged"]) == ("reward_not_offered", "outlet"), "no rule lets it be taken so"
    assert "museum" in points("offline", "list").out
    assert [each["device"] for each in points.ask("offline", "list", "--all")["offline_uses"]] == ["t1"]
    assert points.ask("offline", "kept", "museum")["rewards"] == []
    assert points.ask("cancel", cancelled)["state"] == "released"
    visit = points.ask("visit", "S-00002", "--outlet", "corner_shop")["visit"]
    taken = points.ask("redeem", visit, SCHEME, "tote_bag*1")["rewards"]
    assert [(each["reward"], each["quantity"], each["points"]) for each in taken] == [("tote_bag", 1, "5")]
    assert points("redeem", visit, SCHEME, "tote_bag*two").code == 2
    moved = points.ask("stock-move", SCHEME, "tote_bag", "donated", "3", "--reason", "a friend")
    (book,) = [each for each in points.ask("stock")["stock"] if each["reward"] == "tote_bag"]
    assert (moved["change"], book["moves"]["donated"], book["redeemed"]) == (3, 3, 1)
    assert points("give", "S-00002", SCHEME, "5", "--fund", "community").error.split(":")[0] == "not_admitted"
    assert points("give", "S-00002", SCHEME, "5").code == 2
    assert points.ask("link-phone", "S-00002")["generation"] == 1
    assert (
        points("visit", "S-00002", "--outlet", "museum", "--shown", "12345678").error.split(":")[0] == "card_code_wrong"
    )
    assert points.ask("audit")["is_sound"]
    assert points.ask("export", "beancount", "-o", str(tmp_path / "books.beancount"))["entries"] > 300


def test_any_award_is_told_in_words_in_both_languages(points: Points) -> None:
    points.ask("import", str(SAMPLE), "--scheme", SCHEME, "--recorded-by", "kiosk")
    entries = points.ask("statement", "S-00002", "--most", "20")["entries"]
    awarded = next(entry for entry in entries if SCHEME in entry["changes"])
    english = points("explain", awarded["entry"])
    chinese = points("explain", awarded["records"][0]["record"], language="zh")
    assert "minutes carry over" in english.out
    assert "Points for service hours" in english.out
    assert "服务" in chinese.out
    assert "转入下次" in chinese.out


def test_a_price_a_refusal_and_a_level_are_told_as_text_and_as_json(points_on_sqlite: Points) -> None:
    points = points_on_sqlite
    points.ask("import", str(SAMPLE), "--scheme", SCHEME, "--recorded-by", "kiosk")
    points.ask("donate", "community", "1000.00", "--donor", "A reader")
    price = points("explain", "S-00002", "--reward", "museum_ticket")
    assert "Museum ticket: 20 Time points" in price.out
    assert "Price of a museum ticket = 20 (since 2005-01-01" in price.out
    (refused,) = points.ask("explain", "S-00014", "--reward", "museum_ticket")["answers"]
    assert refused["trace"]["missing"][0]["rule"] == "redeem_after_threshold"
    assert "more)" in refused["sentence"]
    chinese = points("explain", "S-00014", "--reward", "museum_ticket", language="zh")
    assert "还差" in chinese.out
    assert points("explain", "S-00014").out.strip() == "no rule speaks of levels"
    voucher = points.ask("hold", "S-00002", SCHEME, "museum_ticket")["code"]
    (held,) = points.ask("explain", voucher)["answers"]
    assert (held["trace"]["points"], held["trace"]["reward"]) == (20, "museum_ticket")
    assert points("explain", "nobody").error.strip() == "not_found: There is no volunteer nobody."
    assert "There is no reward nothing." in points("explain", "S-00002", "--reward", "nothing").error


def test_a_statement_goes_on_where_the_page_ended(points_on_sqlite: Points) -> None:
    points = points_on_sqlite
    points.ask("import", str(SAMPLE), "--scheme", SCHEME, "--recorded-by", "kiosk")
    first = points.ask("statement", "S-00002", "--most", "5")
    second = points.ask("statement", "S-00002", "--most", "5", "--after", first["next"])
    both = points.ask("statement", "S-00002", "--most", "10")
    assert first["entries"] + second["entries"] == both["entries"]


def test_a_balance_can_be_asked_as_of_any_day(points: Points) -> None:
    points.ask("import", str(SAMPLE), "--scheme", SCHEME, "--recorded-by", "kiosk")
    then = points.ask("balance", "S-00002", "--as-of", "2007-07-20")
    known = points.ask("balance", "S-00002", "--recorded-until", "2007-07-20")
    now = points.ask("balance", "S-00002")
    assert 0 < then["minutes"] < now["minutes"]
    assert known["minutes"] == 0


def test_a_record_is_typed_in_corrected_and_reversed(points_on_sqlite: Points) -> None:
    points = points_on_sqlite
    points.ask("import", str(SAMPLE), "--scheme", SCHEME, "--recorded-by", "kiosk")
    typed = ("record", "S-00002", "sympy/core", "2020-01-01T09:00Z", "2020-01-01T11:00Z", "--key", "r1", "--as", "lea")
    record = points.ask(*typed)
    assert points.ask(*typed)["fact"] == record["fact"]
    assert record["awarded"] == {SCHEME: 2}
    corrected = points.ask("correct", record["fact"], "--reason", "left early", "--end", "2020-01-01T10:00Z")
    assert corrected["minutes"] == -60
    assert points.ask("reverse", record["fact"], "--reason", "entered twice")["minutes"] == -60
    gone = points("approve", record["fact"], "--level", "steward")
    assert gone.code == 1
    assert points.ask("balance", "S-00002")["schemes"][SCHEME]["usable"] == "305"


def test_an_import_is_undone_and_the_second_import_is_all_duplicates(points_on_sqlite: Points) -> None:
    points = points_on_sqlite
    load = ("import", str(SAMPLE), "--scheme", SCHEME, "--recorded-by", "kiosk", "--name", "march")
    points.ask(*load)
    assert points.ask(*load)["duplicates"] == 300
    assert points.ask("import-undo", "march")["reversed"] == 300
    assert points.ask("balance", "S-00002")["minutes"] == 0


def test_every_command_of_the_engine_can_be_done(points_on_sqlite: Points) -> None:
    points = points_on_sqlite
    points.ask("init")
    unit = '{"code": "river_street", "kind": "street", "name_zh": "河街", "name_en": "River Street"}'
    assert points.ask("do", "register_unit", unit)["created"]
    wrong = points("do", "register_unit", '{"code": "x", "kind": "planet", "name_zh": "x", "name_en": "x"}')
    assert (wrong.code, wrong.error.split(":")[0]) == (2, "invalid_value")
    for arguments in (("nosuch", "{}"), ("register_unit", "{"), ("register_unit", "[]")):
        assert points("do", *arguments).code == 2
