"""Jobs over HTTP: who may look and run, and a run that is asked for twice."""

from __future__ import annotations

import time

import pytest

from points_engine.jobs import JOBS
from tests.api.street import Street


def ended(street: Street, run: str) -> dict[str, object]:
    """The run once it has ended."""
    for _ in range(200):
        (found,) = [each for each in street.read("administrator", "/v1/jobs/runs")["items"] if each["run"] == run]
        if found["state"] != "running":
            return dict(found)
        time.sleep(0.02)
    raise AssertionError("the run does not end")


def test_an_administrator_runs_a_job_and_a_retry_runs_nothing(street: Street) -> None:
    asked = street.post("administrator", "/v1/jobs/audit/runs", key="night-1")
    assert asked.status_code == 202
    done = ended(street, asked.json()["run"])
    assert (done["state"], done["asked_by"], done["findings"]) == ("done", "administrator:administrator", [])
    again = street.post("administrator", "/v1/jobs/audit/runs", key="night-1")
    assert (again.json()["run"], again.headers["Idempotent-Replayed"]) == (done["run"], "true")
    listed = {each["job"]: each for each in street.read("committee", "/v1/jobs")}
    assert set(listed) == {job.name for job in JOBS}
    assert listed["audit"]["last"]["run"] == done["run"]
    assert listed["expire_holds"]["last"] is None


def test_runs_are_paged_newest_first(street: Street) -> None:
    for number in range(3):
        ended(street, street.done("administrator", "/v1/jobs/expire_lots/runs", {})["run"])
        street.clock.later(seconds=number + 1)
    first = street.read("administrator", "/v1/jobs/runs?limit=2&job=expire_lots")
    rest = street.read("administrator", f"/v1/jobs/runs?limit=2&job=expire_lots&cursor={first['next']}")
    starts = [each["started_at"] for each in first["items"] + rest["items"]]
    assert len(starts) == 3
    assert starts == sorted(starts, reverse=True)
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("committee", "/v1/jobs/audit/runs", 403),
        ("steward", "/v1/jobs/audit/runs", 403),
        ("", "/v1/jobs/audit/runs", 401),
        ("administrator", "/v1/jobs/nosuch/runs", 404),
    ],
)
def test_others_may_not_run_a_job_and_unknown_ones_are_told(street: Street, role: str, path: str, status: int) -> None:
    assert street.post(role, path).status_code == status
    assert street.get("steward", "/v1/jobs").status_code == 403
    assert street.get("administrator", "/v1/jobs/runs?job=nosuch").status_code == 404
    assert street.get("administrator", "/v1/jobs/runs?cursor=WyJhIiwiYiJd").status_code == 400
