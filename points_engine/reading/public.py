"""What anybody may see: the programme in numbers, and the funds' books. No person is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from points_engine.flow.entities import Fund, Hold, PackVersion, Partner, Scheme, Volunteer
from points_engine.flow.rules import pack_today, schemes
from points_engine.ledger import amounts
from points_engine.ledger.amounts import shown
from points_engine.reading.view import View
from points_engine.rulebook.pack import Pack
from points_engine.store.tables import METADATA, table_of


@dataclass(frozen=True, slots=True)
class SchemeNumbers:
    """One scheme: points ever issued, expired and redeemed, and those in volunteers' hands."""

    scheme: Scheme
    pack: Pack | None
    issued: str
    redeemed: str
    expired: str
    in_hand: str


@dataclass(frozen=True, slots=True)
class FundPoints:
    """A fund's points of one scheme: allotted + given = granted + left."""

    scheme: Scheme
    allotted: str
    given: str
    granted: str
    left: str


@dataclass(frozen=True, slots=True)
class FundBooks:
    """One fund, in minor units: income = owed to partners + reserved + available, to the last one."""

    fund: Fund
    income: int
    owed: Mapping[str, int]  # by partner: what redemptions have accrued to it
    reserved: int
    available: int
    points: Sequence[FundPoints] = ()

    @property
    def expenditure(self) -> int:
        """What redemptions have cost so far."""
        return self.income - self.reserved - self.available


@dataclass(frozen=True, slots=True)
class ProgrammeNumbers:
    """The programme as its start page shows it."""

    volunteers: int
    minutes: int
    redemptions: int
    schemes: list[SchemeNumbers]
    funds: list[FundBooks]
    partners: list[Partner]
    seq: int


def numbers(view: View) -> ProgrammeNumbers:
    """Everything that the programme publishes about itself."""
    connection = view.connection
    volunteers, holds = table_of(Volunteer), table_of(Hold)
    count = select(func.count()).select_from(volunteers).where(volunteers.c.merged_into.is_(None))
    redeemed = select(func.count()).select_from(holds).where(holds.c.state == "confirmed")
    return ProgrammeNumbers(
        volunteers=int(connection.execute(count).scalar_one()),
        minutes=-_moved(view, amounts.SERVED, amounts.MINUTES),
        redemptions=int(connection.execute(redeemed).scalar_one()),
        schemes=[_scheme(view, scheme) for scheme in view.ask(schemes)],
        funds=[_fund(view, fund) for fund in view.where(Fund)],
        partners=view.where(Partner),
        seq=head(view),
    )


def head(view: View) -> int:
    """The newest place in the journal."""
    return int(view.connection.execute(select(METADATA.tables["journal_head"].c.seq)).scalar_one())


def _scheme(view: View, scheme: Scheme) -> SchemeNumbers:
    asset = amounts.points(scheme.code)
    flows = {
        part: _moved(view, amounts.scheme(scheme.code, part), asset)
        for part in ("issued", "allotted", "expired", "opening")
    }
    redeemed = sum(_moved(view, amounts.partner(partner.code, "redeemed"), asset) for partner in view.where(Partner))
    accounts = METADATA.tables["account"]
    held = select(func.coalesce(func.sum(accounts.c.balance), 0)).where(
        accounts.c.asset == asset, accounts.c.account.like("volunteer/%")
    )
    versions = view.where(PackVersion, scheme=scheme.code)
    has_rules = bool(versions) and min(each.effective_on for each in versions) <= view.now.date()
    return SchemeNumbers(
        scheme,
        view.ask(lambda desk: pack_today(desk, scheme.code)) if has_rules else None,
        shown(-flows["issued"] - flows["allotted"] - flows["opening"], scheme.scale),
        shown(redeemed, scheme.scale),
        shown(flows["expired"], scheme.scale),
        shown(int(view.connection.execute(held).scalar_one()), scheme.scale),
    )


def _fund(view: View, fund: Fund) -> FundBooks:
    accounts = METADATA.tables["account"]

    def balance(account: str) -> int:
        query = select(accounts.c.balance).where(accounts.c.account == account, accounts.c.asset == fund.currency)
        return int(view.connection.execute(query).scalar() or 0)

    owed = {
        partner.code: amount
        for partner in view.where(Partner)
        if (amount := _moved(view, amounts.partner(partner.code, "payable"), fund.currency))
    }
    income = -_moved(view, amounts.fund(fund.code, "donors"), fund.currency)
    reserved, available = balance(amounts.fund(fund.code, "reserved")), balance(amounts.fund(fund.code))
    return FundBooks(fund, income, owed, reserved, available, _points(view, fund))


def _points(view: View, fund: Fund) -> list[FundPoints]:
    """What came into a fund for grants and what it granted, scheme by scheme; grants taken back are not granted."""
    postings, entries = METADATA.tables["posting"], METADATA.tables["entry"]
    moved = (
        select(postings.c.asset, entries.c.kind, func.sum(postings.c.amount))
        .join(entries, entries.c.id == postings.c.entry_id)
        .where(postings.c.account == amounts.fund(fund.code), postings.c.asset != fund.currency)
        .group_by(postings.c.asset, entries.c.kind)
    )
    sums: dict[str, dict[str, int]] = {}
    for asset, kind, amount in view.connection.execute(moved):
        sums.setdefault(asset, {})[kind] = int(amount)
    told = []
    for scheme in view.ask(schemes):
        kinds = sums.get(amounts.points(scheme.code))
        if kinds:
            allotted, given, left = kinds.get("allotment", 0), kinds.get("gift", 0), sum(kinds.values())
            numbers = (allotted, given, allotted + given - left, left)
            told.append(FundPoints(scheme, *(shown(each, scheme.scale) for each in numbers)))
    return told


def _moved(view: View, account: str, asset: str) -> int:
    """The sum of a source's or sink's postings, by the index posting_by_seq."""
    postings = METADATA.tables["posting"]
    query = select(func.coalesce(func.sum(postings.c.amount), 0)).where(
        postings.c.account == account, postings.c.asset == asset, postings.c.version.is_(None)
    )
    return int(view.connection.execute(query).scalar_one())


def published(view: View, scheme: str) -> list[tuple[date, str, Pack]]:
    """The published versions of a scheme: first day, hash, pack."""
    return [(each.effective_on, each.hash, view.pack(each.hash)) for each in view.where(PackVersion, scheme=scheme)]
