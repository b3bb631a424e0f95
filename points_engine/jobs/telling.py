"""The sweep that tells webhooks what happened: several addresses at once, each in the order of the journal."""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from points_engine.flow.access.webhooks import SetWebhookState
from points_engine.flow.entities import Webhook
from points_engine.flow.outcomes import Submission
from points_engine.jobs.jobs import PRINCIPAL, JobReport, Shift
from points_engine.reading import Reader
from points_engine.webhooks import Courier, Teller, Told

AT_ONCE: Final = 4
"""addresses told at the same time: one that is slow to answer holds up no other."""

LOOK_SECONDS: Final = 1.0
"""how often a run sees whether it may go on while it waits for answers."""


def tell_webhooks(shift: Shift) -> JobReport:
    """Tell every active address what is new and what is due again; leave those for good where nobody answers."""
    courier = shift.courier
    assert courier is not None, "whoever runs jobs can post"
    with Reader(shift.store, lambda: shift.now).open() as view:
        active = view.where(Webhook, state="active")
    over = threading.Event()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
        telling = {pool.submit(_told, shift, courier, webhook, over): webhook for webhook in active}
        try:
            _await(shift, set(telling))
        except BaseException:
            over.set()
            for each in telling:
                each.cancel()
            raise
    told = {webhook.code: future.result() for future, webhook in telling.items()}
    _leave(shift, [code for code, each in told.items() if each.is_given_up])
    return JobReport(
        sum(each.taken for each in told.values()),
        sum(each.missed for each in told.values()),
        any(each.more for each in told.values()),
    )


def _told(shift: Shift, courier: Courier, webhook: Webhook, over: threading.Event) -> Told:
    return Teller(shift.store, courier, webhook, lambda: not over.is_set()).tell()


def _await(shift: Shift, telling: set[Future[Told]]) -> None:
    while telling:
        shift.go_on()
        _, telling = wait(telling, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)


def _leave(shift: Shift, codes: list[str]) -> None:
    occasion = shift.now.isoformat()
    shift.execute(
        [Submission(SetWebhookState(code, "suspended"), PRINCIPAL, f"suspend:{code}:{occasion}") for code in codes]
    )
