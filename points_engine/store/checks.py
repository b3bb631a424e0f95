"""What the books promise, as queries that answer the rows which break a promise.

Each query reads both databases' SQL; its first columns name the broken row. Sums are compared by adding one side and
taking off the other, so that a row missing on either side shows as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Check:
    """A promise by name, the table it is about, and the query for rows that break it, in `order`."""

    name: str
    table: str
    says: str
    query: str
    order: str


_GUARDED: Final = (
    "(account LIKE 'volunteer/%' OR account LIKE 'group/%' OR (account LIKE 'fund/%' AND account NOT LIKE '%/donors'))"
)
_USED: Final = "state IN ('confirmed', 'refunded')"


def _differs(ours: str, theirs: str, by: str, value: str) -> str:
    """Rows of two sums by the same key that are not equal; `theirs` answers negated values."""
    return (
        f"SELECT {by}, sum({value}) AS difference FROM ({ours} UNION ALL {theirs}) AS both_sides "
        f"GROUP BY {by} HAVING sum({value}) <> 0"
    )


CHECKS: Final[tuple[Check, ...]] = (
    # ---- the journal -------------------------------------------------------------------------------------------
    Check(
        "journal_without_gaps", "journal", "seq runs 1, 2, 3 … and time never goes back",
        "SELECT seq, place FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS place, recorded_at, "
        "lag(recorded_at) OVER (ORDER BY seq) AS before FROM journal) AS j WHERE seq <> place OR recorded_at < before",
        "seq",
    ),
    Check(
        "journal_head", "journal_head", "the head is the last row of the journal",
        "SELECT h.seq, j.seq AS last FROM journal_head AS h LEFT JOIN journal AS j "
        "ON j.seq = (SELECT max(seq) FROM journal) WHERE coalesce(j.seq, 0) <> h.seq OR j.recorded_at <> h.recorded_at",
        "seq",
    ),
    Check(
        "entry_in_journal", "entry", "every entry stands in the journal, numbered within its batch",
        "SELECT id, seq, idx FROM (SELECT e.id, e.seq, e.idx, j.seq AS there, "
        "row_number() OVER (PARTITION BY e.seq ORDER BY e.idx) AS place FROM entry AS e "
        "LEFT JOIN journal AS j ON j.seq = e.seq AND j.recorded_at = e.recorded_at) AS n "
        "WHERE there IS NULL OR idx <> place - 1",
        "seq, idx",
    ),
    Check(
        "command_in_journal", "command", "every accepted command stands in the journal, within its batch",
        'SELECT c.id, c.seq, c."index" AS place FROM command AS c LEFT JOIN journal AS j '
        'ON j.seq = c.seq AND j.recorded_at = c.recorded_at AND c."index" < j.commands WHERE j.seq IS NULL',
        "seq, place",
    ),
    Check(
        "command_key", "command", "every accepted command holds its key, with the same fingerprint",
        "SELECT c.id, c.seq FROM command AS c LEFT JOIN command_key AS k ON k.principal = c.principal "
        "AND k.key = c.key AND k.fingerprint = c.fingerprint AND k.command_id = c.id WHERE k.key IS NULL",
        "seq, id",
    ),
    Check(
        "entry_has_cause", "entry", "every entry names the accepted command of its batch that asked for it",
        "SELECT e.id, e.cause, e.seq FROM entry AS e LEFT JOIN command AS c ON c.id = e.cause AND c.seq = e.seq "
        "WHERE c.id IS NULL",
        "seq, id",
    ),
    Check(
        "entry_reverses", "entry", "a reversal names an entry that came before",
        "SELECT e.id, e.reverses FROM entry AS e LEFT JOIN entry AS r ON r.id = e.reverses AND r.seq <= e.seq "
        "WHERE e.reverses IS NOT NULL AND r.id IS NULL",
        "id",
    ),
    # ---- postings ----------------------------------------------------------------------------------------------
    Check(
        "asset_conserved", "posting", "all postings of an asset sum to zero",
        "SELECT asset, sum(amount) AS difference FROM posting GROUP BY asset HAVING sum(amount) <> 0",
        "asset",
    ),
    Check(
        "entry_balances", "posting", "the postings of an entry sum to zero per asset",
        "SELECT entry_id, asset, sum(amount) AS difference FROM posting GROUP BY entry_id, asset "
        "HAVING sum(amount) <> 0",
        "entry_id, asset",
    ),
    Check(
        "entry_complete", "entry", "an entry has its postings, without holes, and no posting is without its entry",
        "SELECT coalesce(e.id, p.entry_id) AS entry_id, p.lines FROM entry AS e LEFT JOIN (SELECT entry_id, "
        "count(*) AS lines, min(line) AS first, max(line) AS last, min(seq) AS low, max(seq) AS high "
        "FROM posting GROUP BY entry_id) AS p ON p.entry_id = e.id WHERE p.lines IS NULL OR p.lines < 2 "
        "OR p.first <> 0 OR p.last <> p.lines - 1 OR p.low <> e.seq OR p.high <> e.seq "
        "UNION ALL SELECT p.entry_id, count(*) FROM posting AS p LEFT JOIN entry AS e ON e.id = p.entry_id "
        "WHERE e.id IS NULL GROUP BY p.entry_id",
        "entry_id",
    ),
    Check(
        "posting_numbered", "posting", "postings of guarded accounts have a version, those of sources and sinks none",
        f"SELECT entry_id, line, account FROM posting WHERE {_GUARDED} <> (version IS NOT NULL) "
        "OR (version IS NULL) <> (balance_after IS NULL) OR (version IS NULL) <> (lot_after IS NULL)",
        "entry_id, line",
    ),
    Check(
        "version_chain", "posting", "versions run 1, 2, 3 … in the journal's order; balance_after is the sum",
        "SELECT account, asset, version, place, entry_id, line, balance_after, running FROM (SELECT account, asset, "
        "version, entry_id, line, seq, balance_after, "
        "row_number() OVER (PARTITION BY account, asset ORDER BY version) AS place, "
        "sum(amount) OVER (PARTITION BY account, asset ORDER BY version) AS running, "
        "lag(seq) OVER (PARTITION BY account, asset ORDER BY version) AS before "
        "FROM posting WHERE version IS NOT NULL) AS chain "
        "WHERE version <> place OR balance_after <> running OR before > seq",
        "account, asset, version",
    ),
    Check(
        "lot_chain", "posting", "lot_after is the sum of the lot's postings",
        "SELECT account, asset, version, entry_id, line, lot_after, running FROM (SELECT account, asset, version, "
        "entry_id, line, lot_after, sum(amount) OVER (PARTITION BY account, asset, expires_on ORDER BY version) "
        "AS running FROM posting WHERE version IS NOT NULL) AS chain WHERE lot_after <> running",
        "account, asset, version",
    ),
    # ---- balances ----------------------------------------------------------------------------------------------
    Check(
        "balance_is_sum", "account", "an account's balance and version are the sum and the number of its postings",
        "SELECT account, asset, sum(balance) AS difference, sum(version) AS versions FROM (SELECT account, asset, "
        "balance, version FROM account UNION ALL SELECT account, asset, -sum(amount), -count(*) FROM posting "
        "WHERE version IS NOT NULL GROUP BY account, asset) AS both_sides GROUP BY account, asset "
        "HAVING sum(balance) <> 0 OR sum(version) <> 0",
        "account, asset",
    ),
    Check(
        "lots_are_sums", "lot", "a lot is the sum of its postings",
        _differs(
            "SELECT account, asset, expires_on, amount FROM lot",
            "SELECT account, asset, expires_on, -sum(amount) FROM posting WHERE version IS NOT NULL "
            "GROUP BY account, asset, expires_on",
            "account, asset, expires_on", "amount",
        ),
        "account, asset, expires_on",
    ),
    Check(
        "lots_are_balance", "lot", "the lots of an account add up to its balance",
        _differs(
            "SELECT account, asset, amount FROM lot", "SELECT account, asset, -balance FROM account",
            "account, asset", "amount",
        ),
        "account, asset",
    ),
    Check(
        "no_floor_broken", "lot", "no lot is below zero, and debt never above",
        "SELECT account, asset, expires_on, amount FROM lot "
        "WHERE CASE WHEN account LIKE '%/debt' THEN amount > 0 ELSE amount < 0 END",
        "account, asset, expires_on",
    ),
    # ---- counter and money -------------------------------------------------------------------------------------
    Check(
        "held_is_open_holds", "hold", "what a volunteer's held account has is set aside by open holds",
        _differs(
            "SELECT 'volunteer/' || volunteer_id || '/held' AS account, 'points/' || scheme AS asset, "
            "sum(points) AS points FROM hold WHERE state = 'open' GROUP BY 1, 2",
            "SELECT account, asset, -balance FROM account WHERE account LIKE 'volunteer/%/held'",
            "account, asset", "points",
        ),
        "account, asset",
    ),
    Check(
        "shelf_holds_open_holds", "shelf", "what a shelf has set aside is for open holds and draws",
        _differs(
            "SELECT scheme, reward, outlet, held AS items FROM shelf",
            "SELECT scheme, reward, shelf, -quantity FROM hold WHERE stocked = {true} AND state = 'open' UNION ALL "
            "SELECT scheme, about, outlet, -kept FROM draw WHERE stocked = {true} AND purpose = 'reward'",
            "scheme, reward, outlet", "items",
        ),
        "scheme, reward, outlet",
    ),
    Check(
        "shelf_is_booked", "shelf", "what lies on a shelf is what was moved there, less what was redeemed and kept",
        _differs(
            "SELECT scheme, reward, outlet, available + held AS items FROM shelf WHERE available IS NOT NULL",
            f"SELECT scheme, reward, shelf, quantity - restocked FROM hold WHERE stocked = {{true}} AND {_USED} "
            "UNION ALL SELECT scheme, reward, shelf, -change FROM stock_move",
            "scheme, reward, outlet", "items",
        ),
        "scheme, reward, outlet",
    ),
    Check(
        "carried_arrives", "stock_move", "what is carried from one shelf comes to another of the same reward",
        "SELECT carried, sum(change) AS difference, count(*) AS moves FROM stock_move WHERE kind = 'carried' "
        "GROUP BY carried HAVING sum(change) <> 0 OR count(*) <> 2 OR min(scheme) <> max(scheme) "
        "OR min(reward) <> max(reward) OR min(shelf) = max(shelf)",
        "carried",
    ),
    Check(
        "draw_keeps_its_offers", "draw", "a draw keeps a place for every offer that is open, and gives out no more",
        "SELECT d.code, d.places, d.kept, d.free, t.offered, t.taken FROM draw AS d LEFT JOIN (SELECT draw, "
        "sum(CASE WHEN state = 'offered' THEN 1 ELSE 0 END) AS offered, "
        "sum(CASE WHEN state = 'taken' THEN 1 ELSE 0 END) AS taken FROM ticket GROUP BY draw) AS t ON t.draw = d.code "
        "WHERE d.kept + coalesce(t.taken, 0) > d.places OR (d.kept <> d.free + coalesce(t.offered, 0) "
        "AND NOT (d.state = 'open' AND d.\"order\" <> 'first' AND d.kept = d.places))",
        "code",
    ),
    Check(
        "reserved_is_open_holds", "hold", "what a fund has reserved is promised by open holds",
        _differs(
            "SELECT 'fund/' || h.fund || '/reserved' AS account, f.currency AS asset, sum(h.pays) AS pays "
            "FROM hold AS h LEFT JOIN fund AS f ON f.code = h.fund WHERE h.state = 'open' AND h.pays <> 0 "
            "GROUP BY 1, 2",
            "SELECT account, asset, -balance FROM account WHERE account LIKE 'fund/%/reserved'",
            "account, asset", "pays",
        ),
        "account, asset",
    ),
    Check(
        "redeemed_is_confirmed", "hold", "a partner collected the points of confirmed redemptions, less refunds",
        _differs(
            "SELECT 'partner/' || partner || '/redeemed' AS account, 'points/' || scheme AS asset, "
            f"sum(points - points / quantity * refunded_quantity) AS points FROM hold WHERE {_USED} GROUP BY 1, 2",
            "SELECT p.account, p.asset, -sum(p.amount) FROM posting AS p JOIN entry AS e ON e.id = p.entry_id "
            "WHERE p.version IS NULL AND p.account LIKE 'partner/%/redeemed' AND e.kind IN ('confirm', 'refund') "
            "GROUP BY p.account, p.asset",
            "account, asset", "points",
        ),
        "account, asset",
    ),
    Check(
        "payable_is_confirmed", "hold", "what confirmed redemptions, less refunds, made payable to a partner",
        _differs(
            "SELECT 'partner/' || h.partner || '/payable' AS account, f.currency AS asset, "
            "sum(h.pays - h.pays / h.quantity * h.refunded_quantity) AS pays "
            f"FROM hold AS h LEFT JOIN fund AS f ON f.code = h.fund WHERE h.{_USED} AND h.pays <> 0 GROUP BY 1, 2",
            "SELECT p.account, p.asset, -sum(p.amount) FROM posting AS p JOIN entry AS e ON e.id = p.entry_id "
            "WHERE p.version IS NULL AND p.account LIKE 'partner/%/payable' AND e.kind IN ('confirm', 'refund') "
            "GROUP BY p.account, p.asset",
            "account, asset", "pays",
        ),
        "account, asset",
    ),
    Check(
        "compensated_is_listed", "offline_use", "what a fund paid for uses without a network is listed",
        _differs(
            "SELECT 'partner/' || u.partner || '/payable' AS account, f.currency AS asset, sum(u.pays) AS pays "
            "FROM offline_use AS u JOIN hold AS h ON h.id = u.hold_id LEFT JOIN fund AS f ON f.code = h.fund "
            "WHERE u.pays <> 0 GROUP BY 1, 2",
            "SELECT p.account, p.asset, -sum(p.amount) FROM posting AS p JOIN entry AS e ON e.id = p.entry_id "
            "WHERE p.version IS NULL AND p.account LIKE 'partner/%/payable' AND e.kind = 'compensation' "
            "GROUP BY p.account, p.asset",
            "account, asset", "pays",
        ),
        "account, asset",
    ),
    # ---- awards ------------------------------------------------------------------------------------------------
    Check(
        "award_has_fact", "award", "an award is for a fact of the same volunteer",
        "SELECT a.fact_id, a.scheme FROM award AS a LEFT JOIN fact AS f ON f.id = a.fact_id "
        "AND f.volunteer_id = a.volunteer_id WHERE f.id IS NULL",
        "fact_id, scheme",
    ),
    Check(
        "award_has_trace", "award", "an award that counts has its trace, of the same fact and scheme",
        "SELECT a.fact_id, a.scheme, a.trace_id FROM award AS a LEFT JOIN trace AS t ON t.id = a.trace_id "
        "AND t.fact_id = a.fact_id AND t.scheme = a.scheme WHERE t.id IS NULL "
        "AND (a.trace_id <> '' OR a.minutes <> 0 OR a.points <> 0)",
        "fact_id, scheme",
    ),
    Check(
        "trace_has_entry", "trace", "a trace explains an entry that is there",
        "SELECT t.id, t.entry_id FROM trace AS t LEFT JOIN entry AS e ON e.id = t.entry_id "
        "WHERE t.entry_id <> '' AND e.id IS NULL",
        "id",
    ),
    Check(
        "minutes_are_awarded", "award", "a volunteer's minutes are those awarded in the scheme that keeps time",
        _differs(
            "SELECT 'volunteer/' || a.volunteer_id AS account, sum(a.minutes) AS minutes FROM award AS a "
            "JOIN scheme AS s ON s.code = a.scheme WHERE s.keeps_time = {true} GROUP BY 1",
            "SELECT account, -balance FROM account WHERE asset = 'minutes'",
            "account", "minutes",
        ),
        "account",
    ),
    Check(
        "issued_is_awarded", "award", "what a scheme issued, funds granted and who was served paid is what it awarded",
        _differs(
            "SELECT 'scheme/' || scheme || '/issued' AS account, 'points/' || scheme AS asset, "
            "sum(points - received) AS points FROM award GROUP BY 1, 2",
            "SELECT 'scheme/' || substr(asset, 8) || '/issued' AS account, asset, sum(amount) FROM ("
            "SELECT asset, amount FROM posting WHERE version IS NULL AND account LIKE 'scheme/%/issued' UNION ALL "
            "SELECT p.asset, p.amount FROM posting AS p JOIN entry AS e ON e.id = p.entry_id WHERE "
            "p.account LIKE 'fund/%' AND p.asset LIKE 'points/%' AND e.kind NOT IN ('allotment', 'gift')"
            ") AS moved GROUP BY 1, 2",
            "account, asset", "points",
        ),
        "account, asset",
    ),
)  # fmt: skip
"""Every promise that a query can check, in the order of the report."""
