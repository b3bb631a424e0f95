"""What an award does to balances: debt first, then the ceiling, then the lot; and back again for a decrease."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from points_engine.errors import DecreaseBlocked, FundExhausted
from points_engine.flow.desk import Desk
from points_engine.flow.entities import Lapse, Scheme
from points_engine.flow.rules import rule_history, today_of
from points_engine.ledger import amounts
from points_engine.ledger.amounts import NEVER, shown
from points_engine.ledger.entries import Line
from points_engine.ledger.lots import draw
from points_engine.rulebook.acts import ceiling
from points_engine.rulebook.pack import Pack


def minute_lines(volunteer_id: str, minutes: int) -> list[Line]:
    """The two lines that put service minutes on the statutory record, or take them off it."""
    return [
        Line(amounts.SERVED, amounts.MINUTES, -minutes),
        Line(amounts.volunteer(volunteer_id), amounts.MINUTES, minutes),
    ]


def point_lines(
    desk: Desk,
    scheme: Scheme,
    volunteer_id: str,
    change: Mapping[date, int],
    funds: Mapping[str, int],
    paid: Sequence[Line] = (),
) -> list[Line]:
    """The lines for a net change of points per lot; of it, `funds` pay these amounts, others what the lines `paid` say,
    and the rest is issued.

    Raises: DecreaseBlocked, where the pack says that points already spent cannot be taken back; FundExhausted.
    """
    history = rule_history(desk, scheme.code)
    pack = history.versions[-1][1]
    asset = amounts.points(scheme.code)
    wallet = _Wallet(desk, scheme.code, volunteer_id, asset)
    lines: list[Line] = []
    taken = -sum(amount for amount in change.values() if amount < 0)
    short = 0
    for expires_on in sorted(day for day, amount in change.items() if amount < 0):
        short += wallet.take_back(lines, -change[expires_on], expires_on)
    coming = {day: amount for day, amount in sorted(change.items()) if amount > 0}
    for expires_on, amount in coming.items():  # what the same entry brings in makes up for what could not be taken
        made_up = min(short, amount)
        coming[expires_on] = amount - made_up
        short -= made_up
    if short:
        lines.append(wallet.shortfall(short, taken, pack))
    for expires_on, amount in coming.items():
        if amount:
            lines += wallet.pay_out(amount, expires_on, pack)
    for fund, amount in sorted(funds.items()):
        lines += _from_fund(desk, scheme, fund, amount)
    lines += paid
    issued = -sum(line.amount for line in lines)
    if issued:
        lines.append(Line(amounts.scheme(scheme.code, "issued"), asset, issued))
    return lines


def _from_fund(desk: Desk, scheme: Scheme, fund: str, amount: int) -> list[Line]:
    """Points that a fund pays, the soonest to expire first; or gets back, and then they no longer expire."""
    account, asset = amounts.fund(fund), amounts.points(scheme.code)
    if amount < 0:
        return [Line(account, asset, -amount)]
    there, today = desk.account(account, asset), today_of(desk, scheme.code)
    if there.usable(today) < amount:
        required, available = shown(amount, scheme.scale), shown(there.usable(today), scheme.scale)
        raise FundExhausted(fund=fund, required=required, available=available)
    return [Line(account, asset, -each, day) for day, each in draw(there.lots, amount, today)]


def paid_out(desk: Desk, scheme: Scheme, volunteer_id: str, coming: Mapping[date, int]) -> list[Line]:
    """The lines on a volunteer's side, and of the sinks, for points per lot that come to them from somewhere."""
    pack = rule_history(desk, scheme.code).versions[-1][1]
    wallet = _Wallet(desk, scheme.code, volunteer_id, amounts.points(scheme.code))
    return [line for day, amount in sorted(coming.items()) for line in wallet.pay_out(amount, day, pack)]


class _Wallet:
    """A volunteer's accounts of one asset while one entry is being put together."""

    def __init__(self, desk: Desk, scheme: str, volunteer_id: str, asset: str) -> None:
        self.desk, self.scheme, self.volunteer_id, self.asset = desk, scheme, volunteer_id, asset
        self.today = today_of(desk, scheme)
        self.main = dict(desk.account(amounts.volunteer(volunteer_id), asset).lots)
        self.donate_only = dict(desk.account(amounts.volunteer(volunteer_id, "donate_only"), asset).lots)
        self.held = desk.account(amounts.volunteer(volunteer_id, "held"), asset).balance
        self.owed = -desk.account(amounts.volunteer(volunteer_id, "debt"), asset).balance

    def line(self, part: str, amount: int, expires_on: date = NEVER) -> Line:
        return Line(amounts.volunteer(self.volunteer_id, part), self.asset, amount, expires_on)

    def pay_out(self, amount: int, expires_on: date, pack: Pack) -> list[Line]:
        """Points come in: they pay debt, then fill up to the ceiling, then go where the overflow goes."""
        expires_on = self._graced(expires_on, pack)
        lines: list[Line] = []
        repaid = min(self.owed, amount)
        if repaid:
            lines.append(self.line("debt", repaid))
            self.owed -= repaid
            amount -= repaid
        bound = self.desk.memo(("ceiling", pack.hash, self.today), lambda: ceiling(pack, self.today, {}))
        spendable = sum(amount for day, amount in self.main.items() if day >= self.today)
        over = 0 if bound is None else max(0, spendable + self.held + amount - max(bound.most, 0))
        over = min(over, amount)
        if amount > over:
            lines.append(self.line("", amount - over, expires_on))
            self.main[expires_on] = self.main.get(expires_on, 0) + amount - over
        if over and bound is not None and bound.excess == "route":
            lines.append(self.line(bound.route, over, expires_on))
            self.donate_only[expires_on] = self.donate_only.get(expires_on, 0) + over
        elif over:
            lines.append(Line(amounts.scheme(self.scheme, "forfeited"), self.asset, over))
        return lines

    def _graced(self, expires_on: date, pack: Pack) -> date:
        """The last usable day of points that come in after it has passed: as it is, or some days from now on."""
        if expires_on >= self.today or not pack.late_award.startswith("grace"):
            return expires_on
        return self.today + timedelta(days=int(pack.late_award.split()[1]))

    def take_back(self, lines: list[Line], amount: int, expires_on: date) -> int:
        """Points go out: donate-only, the same lot, what expired of it, the soonest lots; answers what is missing."""
        left = amount
        for day in [expires_on, *sorted(self.donate_only)]:
            left -= self._draw(lines, "donate_only", self.donate_only, day, left)
        left -= self._draw(lines, "", self.main, expires_on, left)
        left -= self._from_expired(lines, expires_on, left)
        for day in sorted(self.main):
            left -= self._draw(lines, "", self.main, day, left)
        return left

    def shortfall(self, missing: int, taken: int, pack: Pack) -> Line:
        """What could not be taken back because it was spent: owed, forgiven, or the reason to refuse."""
        if pack.on_decrease == "block":
            raise DecreaseBlocked(required=taken, available=taken - missing)
        if pack.on_decrease == "debt":
            self.owed += missing
            return self.line("debt", -missing)
        return Line(amounts.scheme(self.scheme, "forgiven"), self.asset, -missing)

    def _draw(self, lines: list[Line], part: str, lots: dict[date, int], day: date, wanted: int) -> int:
        drawn = min(wanted, lots.get(day, 0))
        if drawn:
            lots[day] -= drawn
            lines.append(self.line(part, -drawn, day))
        return drawn

    def _from_expired(self, lines: list[Line], expires_on: date, wanted: int) -> int:
        if not wanted or expires_on >= self.today:
            return 0
        lapse = self.desk.find(Lapse, self.scheme, self.volunteer_id, expires_on)
        drawn = min(wanted, lapse.amount) if lapse is not None else 0
        if drawn and lapse is not None:
            self.desk.put(Lapse(self.scheme, self.volunteer_id, expires_on, lapse.amount - drawn))
            lines.append(Line(amounts.scheme(self.scheme, "expired"), self.asset, -drawn))
        return drawn
