"""What scripts rely on: exit codes, `code: sentence` on stderr, one JSON document on stdout, the language."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from points_engine.cli.commands import language_of
from tests.cli.terminals import Points
from tests.interchange.logs import RULES, SAMPLE, SCHEME, a_log, a_row

LOAD = ("--scheme", SCHEME, "--recorded-by", "kiosk")


def test_a_broken_row_is_told_and_the_exit_code_says_so(points_on_sqlite: Points, tmp_path: Path) -> None:
    path = a_log(tmp_path / "log.csv", a_row(day=1), "mei,yesterday,today,care,garden", a_row(day=3))
    answer = points_on_sqlite("import", str(path), *LOAD)
    assert answer.code == 1
    assert "3 rows: 2 imported, 0 duplicates, 1 refused" in answer.out
    assert answer.error.startswith("invalid_value: line 3: The value yesterday of start is not valid")


def test_a_refusal_is_one_in_words_and_in_json(points_on_sqlite: Points) -> None:
    points_on_sqlite.ask("init")
    answer = points_on_sqlite("balance", "nobody", "--json", language="zh")
    assert answer.code == 1
    assert answer.error == "not_found: 没有找到志愿者：nobody。\n"
    assert answer.document["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "nosuch.csv", *LOAD),
        ("import", str(SAMPLE), "--scheme", "nosuch", "--recorded-by", "kiosk"),
        ("import", str(SAMPLE), *LOAD, "--time-zone", "Moon/Far-Side"),
        ("import", str(SAMPLE), *LOAD, "--column", "start"),
        ("import", str(SAMPLE), "--scheme", SCHEME, "--recorded-by", "guesswork"),
        ("init", "--pack", "nosuch"),
        ("rules", "check", "nosuch"),
        ("balance", "S-00002", "--as-of", "yesterday"),
        ("statement", "S-00002", "--after", "x"),
        ("correct", "x", "--reason", "y"),
        ("record", "a", "b", "now", "then"),
        ("record", "a", "b", "2020-01-01T09:00Z", "2020-01-01T10:00Z", "--fact", "x"),
        ("donate", "community", "a lot", "--donor", "x"),
        ("nosuch",),
    ],
)
def test_bad_input_is_two(points_on_sqlite: Points, arguments: tuple[str, ...]) -> None:
    points_on_sqlite.ask("init")
    answer = points_on_sqlite(*arguments)
    assert answer.code == 2, answer
    assert answer.error


def test_a_store_that_cannot_be_opened_is_three(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder", encoding="utf-8")
    for url in (f"sqlite:///{tmp_path}/nosuch/points.db", f"sqlite:///{tmp_path}/taken/points.db"):
        answer = Points(url)("audit")
        assert (answer.code, answer.error.split(":")[0]) == (3, "store_fault")


def test_settings_that_are_wrong_are_told(points_on_sqlite: Points, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POINTS_SECRET", "short")
    assert points_on_sqlite("audit").code == 2


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(points_on_sqlite: Points, tmp_path: Path) -> None:
    points_on_sqlite.ask("init")
    secret = tmp_path / "var" / "secret"
    first = secret.read_bytes()
    points_on_sqlite.ask("init")
    assert secret.read_bytes() == first
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_init_publishes_packs_and_whom_they_name_once(points: Points) -> None:
    first = points.ask("init", "--pack", str(RULES / SCHEME))["published"]
    second = points.ask("init", "--pack", str(RULES / SCHEME))["published"]
    assert [(each["scheme"], each["created"]) for each in first + second] == [(SCHEME, True), (SCHEME, False)]
    assert (first[0]["partners"], first[0]["outlets"]) == (["museum", "corner_shop"], ["museum", "corner_shop"])


def test_rules_are_checked_with_places(points_on_sqlite: Points, tmp_path: Path) -> None:
    assert points_on_sqlite("rules", "check", str(RULES / SCHEME)).code == 0
    folder = tmp_path / "broken"
    folder.mkdir()
    for name in ("pack.yaml", "earning.yaml", "redeeming.yaml"):
        text = (RULES / SCHEME / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("amount: points_per_hour", "amount: points_per_huor"), encoding="utf-8")
    answer = points_on_sqlite("rules", "check", str(folder))
    assert answer.code == 1
    assert "did you mean 'points_per_hour'?" in answer.out
    assert f"{folder}/earning.yaml:" in answer.out


def test_rules_are_tested_and_told(points_on_sqlite: Points) -> None:
    tested = points_on_sqlite.ask("rules", "test", str(RULES / SCHEME))["packs"]
    assert [(each["pack"], each["failed"], each["problems"]) for each in tested] == [(SCHEME, [], [])]
    told = points_on_sqlite("rules", "explain", str(RULES / SCHEME), language="zh")
    assert "服务记录每小时计 1 公益时（每小时积分）。" in told.out
    assert "依据：公益时间银行 2019" in told.out


def test_what_no_example_shows_is_told_and_fails_only_when_asked(points_on_sqlite: Points, tmp_path: Path) -> None:
    folder = tmp_path / "hailin"
    shutil.copytree(RULES / "hailin", folder)
    (folder / "examples" / "redeeming.story").unlink()
    (found,) = points_on_sqlite.ask("rules", "test", str(folder))["packs"]
    assert found["rules"]["covered"] < found["rules"]["of"]
    assert found["edges"]["covered"] < found["edges"]["of"]
    assert {each["code"] for each in found["edges_untested"]} == {"edge_untested"}
    told = points_on_sqlite("rules", "test", str(folder), language="en")
    assert "hailin/redeeming.yaml:" in told.out
    assert "no example shows" in told.out
    assert points_on_sqlite("rules", "test", "--strict", str(folder)).code == 1
    assert points_on_sqlite("rules", "test", "--strict", str(RULES / "hailin")).code == 0


def test_a_value_changed_before_its_version_is_told(points_on_sqlite: Points, tmp_path: Path) -> None:
    old, folder = RULES / "guangzhou-time-bank", tmp_path / "changed"
    folder.mkdir()
    for path in old.glob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace("2019-07-01: 1500", "2019-07-01: 1600")
        text = text.replace("effective_on: 2019-07-01", "effective_on: 2021-01-01")
        (folder / path.name).write_text(text, encoding="utf-8")
    answer = points_on_sqlite.ask("rules", "check", str(folder), "--before", str(old))
    assert "past_value" in [each["code"] for each in answer["problems"]]


def test_a_pack_is_begun_formatted_and_compared(points_on_sqlite: Points, tmp_path: Path) -> None:
    folder = tmp_path / "our-street"
    assert len(points_on_sqlite.ask("rules", "new", str(folder))["files"]) == 4
    assert points_on_sqlite("rules", "new", str(folder)).code == 2
    assert points_on_sqlite("rules", "check", str(folder)).code == 0
    assert points_on_sqlite("rules", "fmt", "--check", str(folder)).code == 0
    other = tmp_path / "another"
    points_on_sqlite.ask("rules", "new", str(other))
    path = other / "earning.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(": 1}", ":   2}"), encoding="utf-8")
    assert points_on_sqlite("rules", "fmt", "--check", str(other)).code == 1
    assert points_on_sqlite.ask("rules", "fmt", str(other))["changed"] == [str(path)]
    told = points_on_sqlite("rules", "diff", str(folder), str(other), language="zh")
    assert "每小时积分由 1 积分改为 2 积分；影响：“服务时长积分”" in told.out
    assert points_on_sqlite("rules", "schema", str(RULES), "--check").code == 0


def test_jobs_are_listed_and_run(points_on_sqlite: Points) -> None:
    points_on_sqlite.ask("init")
    names = [job["name"] for job in points_on_sqlite.ask("jobs", "list")["jobs"]]
    assert [job["job"] for job in points_on_sqlite.ask("jobs", "run")["jobs"]] == names
    assert points_on_sqlite("jobs", "run", "nosuch").code == 1


def test_openings_are_booked(points_on_sqlite: Points, tmp_path: Path) -> None:
    points_on_sqlite.ask("import", str(SAMPLE), *LOAD)
    path = a_log(tmp_path / "o.csv", f"S-00002,{SCHEME},5,2099-12-31", header="volunteer,scheme,points,expires_on")
    assert points_on_sqlite.ask("openings", str(path))["booked"] == 1
    assert points_on_sqlite.ask("balance", "S-00002")["schemes"][SCHEME]["usable"] == "310"


def test_the_language_follows_the_environment() -> None:
    assert [language_of({"LANG": lang}) for lang in ("zh_CN.UTF-8", "en_GB.UTF-8", "C")] == ["zh", "en", "en"]


def test_the_installed_command_works_in_a_process_of_its_own(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("POINTS_")}
    environment |= {"POINTS_DATABASE_URL": f"sqlite:///{tmp_path / 'var' / 'own.db'}", "LC_ALL": "zh_CN.UTF-8"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "points_engine.cli", *arguments],
            cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip

    loaded = run("import", str(SAMPLE), *LOAD, "--json")
    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert json.loads(loaded.stdout)["imported"] == 300
    audited = run("audit")
    assert audited.returncode == 0
    assert "账本完好" in audited.stdout
    refused = run("hold", "S-00002", SCHEME, "museum_ticket")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("insufficient_funds: ")


def test_the_service_answers_and_ends_in_good_order(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("POINTS_")}
    environment |= {"POINTS_DATABASE_URL": f"sqlite:///{tmp_path / 'own.db'}", "POINTS_PORT": str(port)}
    words = [sys.executable, "-m", "points_engine.cli", "serve"]
    with subprocess.Popen(words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE) as service:
        try:
            for _ in range(300):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                        status = answer.status
                    break
                except OSError:
                    assert service.poll() is None, service.stderr
                    time.sleep(0.1)
            else:
                pytest.fail("the service did not answer in 30 seconds")
        finally:
            service.send_signal(signal.SIGINT)
        service.wait(timeout=20)
    assert status == 200
    assert service.returncode in (0, 130)


def test_books_are_saved_and_restored(points_on_sqlite: Points, tmp_path: Path) -> None:
    points_on_sqlite.ask("import", str(SAMPLE), *LOAD)
    file = str(tmp_path / "books.points")
    saved = points_on_sqlite.ask("backup", file)
    assert points_on_sqlite("backup", file).code == 2
    other = Points(f"sqlite:///{tmp_path / 'other.db'}")
    restored = other.ask("restore", file)
    assert (restored["rows"], restored["sha256"]) == (saved["rows"], saved["sha256"])
    assert restored["audit"]["is_sound"]
    told = other("restore", file, language="zh")
    assert (told.code, "不是空的" in told.error) == (2, True)
    assert other.ask("audit")["seq"] == saved["seq"]


def test_the_doctor_tells_what_is_wrong_by_its_exit_code(points_on_sqlite: Points) -> None:
    told = points_on_sqlite("doctor", "--json")
    assert (told.code, told.document["is_well"]) == (1, False)
    points_on_sqlite.ask("init")
    points_on_sqlite.ask("jobs", "run")
    assert points_on_sqlite.ask("doctor")["errors"] == 0
    assert "数据库版本" in points_on_sqlite("doctor", language="zh").out
