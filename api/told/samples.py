"""What callers get of samples: what was drawn and how, the evidence of each entry, marks and signatures."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.told.answers import Done, Told, Words
from api.told.entries import EntryShown

State = Literal["asked", "drawn", "empty"]
Verdict = Literal["agreed", "objection"]
Objection = Literal["open", "upheld", "rejected", "withdrawn"]

ENTRY = "01a2052b702e564f20e2d98226-2"


class SampleDrawn(Done):
    """A sample that was drawn just now."""

    sample: str = Field(examples=["01a2052b559362fa526e3c449f-1"])
    scheme: str = Field(examples=["huadu-residents"])
    state: State = Field(description="`empty`: there was nothing to draw from in the period", examples=["drawn"])
    population: int = Field(description="entries that were drawn from", examples=[812])
    drawn: int = Field(examples=[10])


class Marked(Done):
    """What a member has said about an entry."""

    sample: str
    entry: str = Field(examples=[ENTRY])
    verdict: Verdict
    challenge: str | None = Field(description="id of the objection, which staff answer under `/v1/challenges`")


class Signed(Done):
    """A member's signature: for good."""

    sample: str
    agreed: int = Field(examples=[9])
    objections: int = Field(examples=[1])
    digest: str = Field(description="SHA-256 of what was signed for: entries, verdicts, hashes of the notes")


class Erased(Done):
    """A note whose text is gone; its salted hash stays."""

    note: str
    state: Literal["erased"]
    digest: str


class MarkShown(Told):
    """What a member said about an entry. `note` is none where nothing was written, or it was erased."""

    principal: str = Field(examples=["committee:lin"])
    verdict: Verdict
    note: str | None
    note_id: str | None = Field(description="by which the note can be erased")
    marked_at: datetime
    challenge: str | None
    state: Objection | None = Field(description="of an objection: whether it waits for an answer")
    answer: str | None


class SampledEntry(Told):
    """A drawn entry, in the order of the lots."""

    place: int = Field(examples=[1])
    entry: str = Field(examples=[ENTRY])
    seq: int = Field(examples=[57])
    kind: str = Field(examples=["award"])
    kind_text: Words
    recorded_at: datetime
    lot: str = Field(description="SHA-256 of the seed, a colon and the entry's id; the lowest are drawn")
    marks: list[MarkShown]
    yours: bool = Field(description="whether the caller took part in it, and may say nothing about it")
    mine: Verdict | None = Field(description="what the caller has said about it")


class SignOffShown(Told):
    """A signature under a sample; `is_intact` says whether what was signed for is still what stands there."""

    principal: str = Field(examples=["committee:lin"])
    signed_at: datetime
    agreed: int
    objections: int
    note: str | None
    note_id: str | None = Field(description="by which the note can be erased")
    digest: str
    is_intact: bool


class SampleListed(Told):
    """A sample in a list: what was asked for, and how far it is."""

    sample: str
    scheme: str
    state: State
    size: int
    word: str
    since: datetime | None
    until: datetime | None
    first_seq: int | None
    last_seq: int | None
    drawn_at: datetime
    drawn_by: str
    population: int
    drawn: int
    open_objections: int = Field(examples=[0])
    sign_offs: list[SignOffShown]


class SampleShown(SampleListed):
    """A sample with its entries."""

    seq: int = Field(description="place in the journal of the command that asked for it", examples=[64])
    seed: str = Field(description="SHA-256 of that command and its place: what the lots are made with")
    entries: list[SampledEntry]
    signed: bool = Field(description="whether the caller has signed")


class DrawnAgain(Told):
    """The same sample drawn anew from the books, with how that is done."""

    sample: str
    algorithm: Words
    command: str = Field(description="id of the command that asked for it")
    content: str = Field(description="that command as it is stored")
    seq: int
    recorded_at: datetime
    seed: str
    population: int
    entries: list[str] = Field(description="what the seed draws now")
    is_same: bool = Field(description="whether these are the entries that were laid out")


class RulingShown(Told):
    """A rule that took part, and the clause it comes from."""

    rule: str = Field(examples=["service_hours"])
    title: Words
    cite: str = Field(examples=["公益时间银行 2019 第五条"])


class StatedShown(Told):
    """A fact or a parameter that the decision read; of a parameter, the day from which it holds and its source."""

    name: str = Field(examples=["points_per_hour"])
    title: Words
    value: str = Field(examples=["1"])
    since: str | None = Field(examples=["2019-07-01"])
    cite: str | None


class AgainShown(Told):
    """The decision made again from the stored inputs, under the rules that it was made by."""

    verdict: Literal["same", "differs", "overtaken", "unknown"]
    says: Words
    stored: str = Field(examples=["130 min, 2"])
    now: str = Field(examples=["130 min, 2"])


class ReasoningShown(Told):
    """One decision behind an entry."""

    scheme: str
    about: str = Field(description="id of the record, or of the hold")
    day: str
    pack: str = Field(description="hash of the pack version that decided")
    document: str = Field(description="number of the document that the rules come from")
    sentence: Words
    rules: list[RulingShown]
    facts: list[StatedShown]
    parameters: list[StatedShown]
    steps_zh: list[str]
    steps_en: list[str]
    again: AgainShown


class ProofShown(Told):
    """One check of the entry against what is stored around it."""

    check: str = Field(examples=["chain"])
    holds: bool
    says: Words


class SampledRecord(Told):
    """A service record or deed that the entry is about."""

    record: str
    kind: str
    activity: str | None
    start: datetime
    end: datetime
    minutes: int
    recorded_by: str
    recorded_principal: str
    state: str


class EvidenceShown(Told):
    """Everything that the books know about a drawn entry, for somebody who has to judge it."""

    sampled: SampledEntry
    volunteer: str = Field(description="number with its middle hidden", examples=["HD*****75"])
    name: str = Field(description="with its middle hidden", examples=["梅*姨"])
    unit: str
    entry: EntryShown
    records: list[SampledRecord]
    decisions: list[ReasoningShown]
    proofs: list[ProofShown]
    is_sound: bool = Field(description="whether every check holds and nothing came out differently")
    limits: list[Words] = Field(description="what is not covered by any of this")
