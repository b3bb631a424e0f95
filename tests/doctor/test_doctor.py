"""The doctor says what is wrong with a deployment, and where, and leaves it as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from points_engine.doctor import Finding, examine, surroundings
from points_engine.doctor.findings import Patient
from points_engine.engine import PointsEngine
from points_engine.flow.access.keys import IssueKey
from points_engine.flow.access.webhooks import RegisterWebhook, SetWebhookState
from points_engine.flow.outcomes import Submission
from points_engine.flow.programme import PublishPack
from points_engine.interchange.packs import publish_folder
from points_engine.jobs import JobRunner
from points_engine.rulebook.amending import amended, written
from points_engine.rulebook.kinds import Award
from points_engine.rulebook.loading import load_pack
from points_engine.settings import Settings
from points_engine.store import SqlStore, job_runs, open_store, webhook_cursors
from points_engine.store.job_runs import JobRun
from points_engine.store.webhook_cursors import Cursor
from tests.interchange.logs import RULES, SCHEME, Books
from tests.servers import postgres_server

NOW = datetime.now(UTC)
SECRET = b"a secret of the tests" * 2


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    """Give books with rules in force, whose jobs have just run."""
    store = open_store(database_url, create=True)
    made = Books(PointsEngine(store, secret=SECRET), store)
    publish_folder(made.engine, RULES / SCHEME, "clerk")
    JobRunner(made.engine, store).run_due()
    yield made
    store.close()


def found(store: SqlStore | str, now: datetime | None = None, **environment: str) -> dict[str, list[Finding]]:
    """What the doctor finds, by check, notes aside."""
    url = store if isinstance(store, str) else store.url
    settings = Settings(database_url=url, secret="s" * 40, redis_url=environment.pop("redis", None))
    examined = examine(settings, environment, now or datetime.now(UTC))
    told = {each.check.name: [one for one in each.findings if one.weight != "note"] for each in examined}
    for each in [one for findings in told.values() for one in findings]:
        assert each.zh != each.en, "in both languages"
        assert each.where
        assert each.right_zh
        assert each.right_en
    return {name: findings for name, findings in told.items() if findings}


def change(store: SqlStore, statement: str) -> None:
    """Change the database behind the engine's back."""
    with store.operating() as connection:
        connection.exec_driver_sql(statement)


def test_a_deployment_that_is_well_has_no_findings(books: Books) -> None:
    told = found(books.store)
    told.pop("durable", None)  # the server of the tests is run without fsync, for speed
    assert told == {}


def test_unknown_settings_are_told_with_the_nearest_known_one(books: Books) -> None:
    (one,) = found(books.store, POINTS_DATABSE_URL="x", POINTS_TEST_REDIS_URL="y", PATH="z")["settings"]
    assert (one.where, one.right_en) == ("POINTS_DATABSE_URL", "did you mean POINTS_DATABASE_URL?")


def test_redis_that_cannot_be_reached_is_told(books: Books) -> None:
    (one,) = found(books.store, redis="redis://127.0.0.1:1")["redis"]
    assert (one.weight, "per process" in one.en) == ("warning", True)


def test_a_database_that_cannot_be_used_is_told_and_left_alone(tmp_path: Path, empty_postgresql_url: str) -> None:
    missing = tmp_path / "nowhere" / "points.db"
    assert found(f"sqlite:///{missing}")["database"][0].en == "there is no such file"
    assert not missing.parent.exists()
    assert "empty" in found(empty_postgresql_url)["database"][0].en
    assert "empty" in found(empty_postgresql_url)["database"][0].en, "and it is empty still"
    assert "cannot be used" in found("postgresql+psycopg://nobody@127.0.0.1:1/x")["database"][0].en


@pytest.mark.parametrize(("version", "right"), [("0001_books", "points init"), ("9999_future", "update the program")])
def test_another_schema_is_told(books: Books, version: str, right: str) -> None:
    change(books.store, f"UPDATE alembic_version SET version_num = '{version}'")
    (one,) = found(books.store)["database"]
    assert version in one.en
    assert right in one.right_en


def test_a_missing_trigger_is_told(books: Books) -> None:
    on = " ON entry" if books.store.dialect == "postgresql" else ""
    name = "entry_is_immutable" if on else "entry_refuses_update"
    change(books.store, f"DROP TRIGGER {name}{on}")
    (one,) = found(books.store)["triggers"]
    assert (one.weight, one.where) == ("error", f"trigger {name}")


def test_clocks_that_disagree_are_told(books: Books) -> None:
    slow = found(books.store, NOW - timedelta(hours=1))["clock"]
    assert {one.where for one in slow} == ({"journal_head"} | ({"clock"} if len(slow) == 2 else set()))
    assert len(slow) == (2 if books.store.dialect == "postgresql" else 1)
    assert all(one.weight == "error" for one in slow)


def test_a_rule_that_ends_soon_is_told(books: Books) -> None:
    pack = load_pack(RULES / SCHEME)
    named = next(rule for rule in pack.rules.values() if isinstance(rule, Award))
    ends = {**written(pack.canonical, "award")[named.id], "until": (NOW.date() + timedelta(days=9)).isoformat()}
    version = amended(pack.canonical, [("award", ends)], "earning.yaml")
    tomorrow = NOW.date() + timedelta(days=2)
    books.engine.submit(Submission(PublishPack(version.canonical, tomorrow), "clerk", "ends")).expect()
    (one,) = found(books.store, NOW + timedelta(days=3))["packs"]
    assert (one.where, "no version follows" in one.en) == (f"scheme {SCHEME}, rule {named.id}", True)


def test_a_scheme_without_rules_in_force_is_told(books: Books) -> None:
    before = datetime(2004, 12, 31, tzinfo=UTC)
    (one,) = found(books.store, before)["packs"]
    assert (one.where, "2005-01-01" in one.en) == (f"scheme {SCHEME}", True)


def test_keys_past_their_time_and_keys_nobody_used_are_told(books: Books) -> None:
    soon = datetime.now(UTC) + timedelta(days=3)
    books.do(IssueKey("k1", "0" * 64, "steward", "steward:lea", "Lea", expires_at=soon), "k1")
    told = found(books.store)["keys"]
    assert [(one.where, one.en) for one in told] == [
        ("api_key k1", "1 keys: expire within 30 days"),
        ("api_key", "no administrator has a valid key"),
    ]
    later = found(books.store, NOW + timedelta(days=40))
    assert "were never used" in later["keys"][0].en


def test_jobs_that_do_not_run_or_fail_are_told(books: Books) -> None:
    late = found(books.store, NOW + timedelta(days=2))["jobs"]
    assert {one.where for one in late} >= {"job expire_holds", "job audit"}
    assert all("has not run for" in one.en for one in late)
    failed = JobRun("x", "audit", "slot", "p", "test", datetime.now(UTC))
    assert job_runs.begin(books.store, failed)
    change(books.store, "UPDATE job_run SET error = 'store_fault', ended_at = started_at WHERE id = 'x'")
    (one,) = found(books.store)["jobs"]
    assert (one.where, one.en) == ("job audit", "failed: store_fault")


def test_webhooks_that_take_nothing_are_told(books: Books) -> None:
    for code in ("gone", "failing", "well"):
        register = RegisterWebhook(code, "https://1.1.1.1/", code)
        books.engine.submit(Submission(register, "lea", f"register-{code}")).expect()
    books.engine.submit(Submission(SetWebhookState("gone", "suspended"), "jobs", "suspend")).expect()
    webhook_cursors.move(books.store, Cursor("failing", 1, 0, failures=3, last_status=500))
    one, two = found(books.store)["webhooks"]
    assert (one.where, two.where) == ("webhook failing", "webhook gone")
    assert "3 failures in a row" in one.en


def test_a_red_audit_is_told(books: Books) -> None:
    change(
        books.store, "INSERT INTO account (account, asset, version, balance) VALUES ('volunteer/x', 'minutes', 1, 7)"
    )
    JobRunner(books.engine, books.store).run("audit", "test")
    (one,) = found(books.store)["last_audit"]
    assert one.weight == "error"
    assert "lots_are_balance" in one.en or "balance_is_sum" in one.en


def test_a_server_without_fsync_is_told(tmp_path: Path) -> None:
    with postgres_server(own=True, fsync=False) as server:
        url = server.create_database("loose")
        open_store(url, create=True).close()
        wheres = {one.where for one in found(url)["durable"]}
    assert {"postgresql.conf: fsync", "postgresql.conf: full_page_writes"} <= wheres


# ---- what the process runs in ------------------------------------------------------------------------------------


def patient(tmp_path: Path, **settings: object) -> Patient:
    """Somebody to be looked at whose books would be a file of SQLite."""
    given = {"database_url": f"sqlite:///{tmp_path / 'points.db'}", "secret_file": tmp_path / "secret", **settings}
    return Patient(Settings(**given), {}, NOW)  # type: ignore[arg-type]


def test_a_secret_that_others_can_read_or_that_is_short_is_told(tmp_path: Path) -> None:
    assert "no secret yet" in next(surroundings.secret(patient(tmp_path))).en
    (tmp_path / "secret").write_text("short")
    (tmp_path / "secret").chmod(0o644)
    assert [one.en for one in surroundings.secret(patient(tmp_path))] == [
        "others can read the secret", "the secret is too short",
    ]  # fmt: skip
    (tmp_path / "secret").write_text("s" * 40)
    (tmp_path / "secret").chmod(0o600)
    assert list(surroundings.secret(patient(tmp_path))) == []


@pytest.mark.parametrize(("kind", "told"), [("nfs4", 1), ("cifs", 1), ("ext4", 0)])
def test_sqlite_on_a_network_file_system_is_told(tmp_path: Path, kind: str, told: int) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"overlay / overlay rw 0 0\nserver:/x {tmp_path} {kind} rw 0 0\n")
    findings = list(surroundings.file_system(patient(tmp_path), mounts))
    assert len(findings) == told
    assert all(kind in one.en for one in findings)


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(surroundings.disk(patient(tmp_path))) == []
    monkeypatch.setattr(surroundings, "FREE_BYTES", 1 << 60)
    (one,) = surroundings.disk(patient(tmp_path))
    assert one.weight == "warning"
    monkeypatch.setattr(surroundings, "FULL_BYTES", 1 << 60)
    assert next(surroundings.disk(patient(tmp_path))).weight == "error"
