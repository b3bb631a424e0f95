"""The tables of webhooks: where to tell, how far each was told, and what has to be told again."""

from __future__ import annotations

from sqlalchemy import Index

from points_engine.store.columns import AtInstant, MaybeAtInstant, Number, TextKey, WholeKey, Words, YesNo
from points_engine.store.tables.strict import STRICT, Books


class WebhookTable(Books, table=True):
    """Keeps `Webhook`."""

    __tablename__ = "webhook"

    code: TextKey
    url: Words
    label: Words
    topics: Words
    scheme: Words
    partner: Words
    names_volunteers: YesNo
    state: Words
    generation: Number
    rotated_at: MaybeAtInstant
    registered_by: Words
    registered_at: AtInstant
    command_id: Words
    replays: Number
    replay_seq: Number
    replay_index: Number


class WebhookCursorTable(Books, table=True):
    """How far a webhook was told: about the service, not part of the books."""

    __tablename__ = "webhook_cursor"

    webhook: TextKey
    seq: Number
    index: Number
    replays: Number
    sent: Number
    failures: Number
    failing_since: MaybeAtInstant
    resting_until: MaybeAtInstant
    last_at: MaybeAtInstant
    last_status: Number
    last_error: Words


class WebhookRetryTable(Books, table=True):
    """A message that was not taken, until it is; one without `next_at` was given up."""

    __tablename__ = "webhook_retry"
    __table_args__ = (Index("webhook_retry_by_time", "webhook", "next_at"), STRICT)

    webhook: TextKey
    seq: WholeKey
    index: WholeKey
    attempts: Number
    first_at: AtInstant
    next_at: MaybeAtInstant
    last_status: Number
    last_error: Words
