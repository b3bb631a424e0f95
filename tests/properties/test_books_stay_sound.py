"""After every single command of any history the audit finds nothing, and value is only moved."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from points_engine.store.audit import audit
from tests.engine import packs
from tests.engine.towns import Town
from tests.properties.histories import MOMENTS, REGISTERED, Step, histories, written_out


@given(history=histories)
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_books_are_sound_after_every_command(history: list[list[Step]]) -> None:
    town = Town(guild=packs.guild())
    town.all_accepted(REGISTERED)
    number = len(town.founding(town.pack, packs.guild())) + len(REGISTERED) + 1
    for moment, submissions in zip(MOMENTS, written_out(number, history), strict=True):
        town.now = moment
        for submission in submissions:
            outcome = town.engine.submit(submission)
            report = audit(town.store)
            assert outcome.status != "fault", outcome
            assert report.is_sound, f"{submission.command}: {[str(finding) for finding in report.findings]}"
            assert not town.query("SELECT asset FROM posting GROUP BY asset HAVING sum(amount) <> 0")
            assert not town.query("SELECT account FROM lot WHERE (amount < 0) <> (account LIKE '%/debt')")
    town.store.close()
