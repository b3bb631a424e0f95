"""An engine beside the model: what it says and what its books hold must be what the model says and holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import text

from points_engine.canonical import text as canonical
from points_engine.engine import PointsEngine
from points_engine.flow.counter.tokens import about_outcome, token
from points_engine.flow.counter.visits import RewardTaken
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.steps import BY_NAME
from points_engine.rulebook.loading import pack_from_texts
from points_engine.store.audit import audit
from points_engine.store.stores import SqlStore
from tests.engine.towns import SECRET, counting_ids
from tests.model.activities import kept_places
from tests.model.books import Books, Conflict, Presence, Some, told
from tests.model.model import Answer, Message, Model
from tests.model.rules import FIRST_TOWN, GUILD, HEAD, ONLY_GUILD, SECOND_TOWN, TOWN, Edition
from tests.model.stock import held_of

START: Final = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Monday noon in Shanghai."""


@cache
def editions() -> Mapping[str, Edition]:
    """The packs' canonical texts, and which edition of the model each is."""
    heads = {
        "town": HEAD.format(scheme="town", scale=0, keeps_time="true", on_decrease="debt"),
        "guild": HEAD.format(scheme="guild", scale=1, keeps_time="false", on_decrease="block"),
    }
    texts = (
        (TOWN.replace("CUP", "3"), FIRST_TOWN),
        (TOWN.replace("CUP", "4").replace("stock: 6", "stock: 6\n  stock_each: outlet"), SECOND_TOWN),
        (GUILD, ONLY_GUILD),
    )
    return {
        pack_from_texts({"pack.yaml": heads[edition.scheme], "rules.yaml": rules}).canonical: edition
        for rules, edition in texts
    }


def canonical_of(edition: Edition) -> str:
    """The text that publishes an edition."""
    return next(text for text, known in editions().items() if known is edition)


def a_model() -> Model:
    """A model that can read the packs."""
    model = Model()
    model.books.texts = dict(editions())
    return model


FOUNDED_ON: Final = date(2024, 1, 1)


@cache
def founding() -> tuple[Message, ...]:
    """What sets the town up: two schemes, four volunteers, places to serve and to redeem."""
    said: list[tuple[str, dict[str, Any]]] = [
        ("publish_pack", {"canonical": canonical_of(FIRST_TOWN), "effective_on": FOUNDED_ON}),
        ("publish_pack", {"canonical": canonical_of(ONLY_GUILD), "effective_on": FOUNDED_ON}),
        ("register_unit", {"code": "riverside", "kind": "community", "name_zh": "河畔", "name_en": "Riverside"}),
        ("register_kiosk", {"code": "kiosk", "unit": "riverside", "name_zh": "亭", "name_en": "Kiosk"}),
        ("register_partner", {"code": "shop", "kind": "commerce", "name_zh": "店", "name_en": "Shop"}),
        ("register_partner", {"code": "museum", "kind": "culture_tourism", "name_zh": "馆", "name_en": "Museum"}),
        ("register_outlet", {"code": "till", "partner": "shop", "name_zh": "柜", "name_en": "Till"}),
        ("register_outlet", {"code": "till-2", "partner": "shop", "name_zh": "柜二", "name_en": "Till 2"}),
        ("register_outlet", {"code": "gate", "partner": "museum", "name_zh": "门", "name_en": "Gate"}),
        ("register_fund", {"code": "community", "name_zh": "基金", "name_en": "Fund"}),
        ("receive_donation", {"fund": "community", "amount_minor": 1_000, "donor": "neighbours"}),
        ("register_activity", {"code": "garden", "name": "Garden", "category": "green", "host": "riverside"}),
        ("register_activity", {"code": "street", "name": "Street", "category": "green", "host": "riverside"}),
        ("register_activity", {"code": "clinic", "name": "Clinic", "category": "medical", "host": "riverside"}),
        ("register_activity",
         {"code": "library", "name": "Library", "category": "books", "host": "riverside", "capacity": 1}),
        ("open_import", {"code": "march", "title": ""}),
        *(("register_volunteer", {"number": each, "name": each.title(), "joined_on": FOUNDED_ON}) for each in PEOPLE),
        *(("open_balance", {"volunteer": each, "scheme": "town", "points": 6, "line": 0}) for each in PEOPLE),
    ]  # fmt: skip
    return tuple(Message(word, fields, "founder", f"found-{number}") for number, (word, fields) in enumerate(said))


PEOPLE: Final = ("ann", "bob", "cat", "dee")


def submission(message: Message) -> Submission:
    """The message as the engine takes it."""
    fields = dict(message.fields)
    if "rewards" in fields:
        fields["rewards"] = tuple(RewardTaken(**each) for each in fields["rewards"])
    return Submission(BY_NAME[message.word].command(**fields), message.by, message.key, message.valid_until)


def code_of(outcome: Outcome) -> str:
    """The code of a refusal or a fault; nothing for a yes."""
    return "" if outcome.error is None else outcome.error.code


def check(message: Message, answer: Answer, outcome: Outcome) -> None:
    """The engine has said what the model says."""
    said = f"{message}: told {code_of(outcome) or 'yes'}, must be {answer.code or 'yes'}"
    assert code_of(outcome) == answer.code, f"{said}; {outcome.error}"
    assert outcome.replayed == answer.replayed, said
    if outcome.error is not None:
        found = {name: plain(outcome.error.facts.get(name)) for name in answer.facts}
        assert found == {name: plain(each) for name, each in answer.facts.items()}, said
        return
    _same(said, outcome.result, answer.result)


def _same(where: str, found: Any, expected: Any) -> None:
    """What the model says is there; the engine may say more."""
    if isinstance(expected, dict):
        for name, each in expected.items():
            _same(f"{where}: {name}", found.get(name, "nothing"), each)
    elif isinstance(expected, list) and expected and isinstance(expected[0], dict):
        assert len(found) == len(expected), where
        for place, each in enumerate(expected):
            _same(f"{where}[{place}]", found[place], each)
    elif isinstance(expected, Some):
        assert isinstance(found, str), f"{where}: {found!r}"
        assert found, f"{where} is empty"
    else:
        assert found == expected, f"{where}: told {found!r}, must be {expected!r}"


def plain(value: object) -> object:
    """A fact of a refusal, days as text."""
    return value.isoformat() if isinstance(value, date) else value


def learn(model: Model, outcome: Outcome) -> None:
    """Remember the code of a hold that was placed, which the model cannot guess, and the token of its voucher."""
    if not outcome.is_accepted:
        return
    for each in (outcome.result, *outcome.result.get("rewards", ())):
        if "code" in each:
            model.books.codes[each["code"]] = each["hold"]
        if "partner" in each and "code" in each:
            model.books.codes[token(SECRET, about_outcome(each))] = each["hold"]


# ---- the books -----------------------------------------------------------------------------------------------------


def compare(store: SqlStore, books: Books) -> None:
    """Every account, hold, shelf, seat, fact and award is what the model has."""
    learn_ids(store, books)
    expected = _modelled(books)
    with store.reading() as connection:
        for name, statement in _QUERIES.items():
            rows = [tuple(map(_plain, row)) for row in connection.execute(text(statement))]
            wanted = sorted(tuple(map(_plain, row)) for row in expected[name])
            assert sorted(rows) == wanted, f"{name}: {_difference(rows, wanted)}"


def learn_ids(store: SqlStore, books: Books) -> None:
    """Give what the model made without an id the id that the engine gave it: by what it says, in order of making."""
    made: dict[str, list[Any]] = {"check_in": books.presences, "conflict": books.conflicts}
    with store.reading() as connection:
        for table, kept in made.items():
            known = {each.id for each in kept}
            rows = connection.execute(text(_NEW[table])).all() if "" in known else ()
            found = [(str(row[0]), *map(_plain, row[1:])) for row in rows if row[0] not in known]
            for each in kept:
                if each.id:
                    continue
                says = _says(each)
                place = next((place for place, row in enumerate(found) if row[1:] == says), None)
                assert place is not None, f"not in the books: {each}"
                each.id = found.pop(place)[0]


_NEW: Final = {
    "check_in": "SELECT id, activity, kiosk, checked_in_at FROM check_in ORDER BY id",
    "conflict": "SELECT id, code, action, number, activity, at FROM conflict ORDER BY id",
}


def _says(made: Presence | Conflict) -> tuple[str, ...]:
    said: tuple[Any, ...] = (
        (made.activity, made.kiosk, made.since)
        if isinstance(made, Presence)
        else (made.code, made.action, made.number, made.activity, made.at)
    )
    return tuple(map(_plain, said))


def _plain(value: Any) -> str:
    """A value of either database as text: SQLite has no truth values."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return told(value)
    return str(value)


def _difference(found: Sequence[Any], wanted: Sequence[Any]) -> str:
    more, less = [row for row in found if row not in wanted], [row for row in wanted if row not in found]
    return f"in the books and not in the model {more}; in the model and not in the books {less}"


_QUERIES: Final = {
    "ledger": "SELECT account, asset, expires_on, CAST(sum(amount) AS integer) FROM posting "
    "GROUP BY account, asset, expires_on HAVING sum(amount) <> 0",
    "hold": "SELECT id, volunteer_id, reward, quantity, points, pays, state, refunded_quantity, outlet, shelf "
    "FROM hold",
    "shelf": "SELECT scheme, reward, outlet, available, held FROM shelf",
    "stock": "SELECT scheme, reward, shelf, kind, CAST(sum(change) AS integer) FROM stock_move WHERE kind <> 'opening' "
    "GROUP BY scheme, reward, shelf, kind HAVING sum(change) <> 0",
    "activity": "SELECT a.code, a.name, a.category, s.capacity, a.state FROM activity AS a JOIN seats AS s "
    "ON s.activity = a.code",
    "unit": "SELECT code, parent FROM unit",
    "presence": "SELECT id, volunteer_id, activity, kiosk, state, checked_in_at, checked_out_at, offline, "
    "stated_in_at, stated_out_at FROM check_in",
    "conflict": "SELECT id, code, action, volunteer_id, number, activity, unit, kiosk, state, resolution, fact_id "
    "FROM conflict",
    "challenge": "SELECT id, kind, about_id, volunteer_id, state, filed_by, answered_by FROM challenge",
    "key": "SELECT id, label, (revoked_at IS NULL) FROM api_key",
    "webhook": "SELECT code, url, topics, state, generation, replays, replay_seq, replay_index FROM webhook",
    "actor": "SELECT principal, number FROM actor",
    "tries": "SELECT volunteer_id, device, counted, (locked_until IS NULL) FROM pin_tries",
    "born": "SELECT volunteer_id, born_on FROM person",
    "seats": "SELECT activity, taken FROM seats",
    "sign_up": "SELECT activity, volunteer_id, state FROM sign_up",
    "fact": 'SELECT id, volunteer_id, state, minutes, granted, start, "end", recorded_by, recorded_principal, source '
    "FROM fact",
    "stated": "SELECT volunteer_id, name, from_day, value_json FROM volunteer_fact",
    "award": "SELECT fact_id, scheme, volunteer_id, minutes, points, awaiting FROM award",
    "volunteer": "SELECT id, standing, home_unit, work_unit FROM volunteer",
    "number": "SELECT number, volunteer_id FROM volunteer_number",
    "adjustment": "SELECT id, volunteer_id, amount, expires_on, state FROM adjustment",
    "offline": "SELECT hold_id, outlet, device, taken_at, conflict, charged, pays FROM offline_use",
    "draw": "SELECT code, id, places, kept, free, tickets, seed, state, outlet FROM draw",
    "ticket": "SELECT draw, ticket, volunteer_id, state, place, lapses_at, hold_id FROM ticket",
    "entrant": "SELECT draw, volunteer_id, ticket FROM entrant",
    "wins": "SELECT winner_id, rule, won_json FROM wins WHERE won_json <> '{}'",
    "lapse": "SELECT volunteer_id, scheme, expires_on, amount FROM lapse WHERE amount <> 0",
}


def _modelled(books: Books) -> dict[str, list[tuple[Any, ...]]]:
    return {
        "ledger": [(*place, amount) for place, amount in books.ledger.items()],
        "hold": [
            (
                each.id,
                each.who,
                each.reward,
                each.quantity,
                each.points,
                each.pays,
                each.state,
                each.refunded,
                each.outlet,
                each.shelf,
            )
            for each in books.holds.values()
        ],
        "shelf": [(*place, left, held_of(books, *place)) for place, left in books.shelves.items()],
        "seats": list(books.seats.items()),
        "sign_up": [(*place, state) for place, state in books.promises.items()],
        "fact": [
            (
                each.id,
                each.who,
                each.state,
                each.minutes,
                ",".join(sorted(each.granted)),
                each.start,
                each.end,
                each.recorded_by,
                each.by,
                each.source,
            )
            for each in books.facts.values()
        ],
        "award": [
            (fact, scheme, who.id, credit.minutes, credit.points, credit.awaiting)
            for who in books.people.values()
            for scheme, counted in who.credits.items()
            for fact, credit in counted.items()
        ],
        "stated": [
            (who.id, name, day, canonical(value))
            for who in books.people.values()
            for name, dated in who.stated.items()
            for day, value in dated.items()
        ],
        "stock": [(*place, change) for place, change in books.stock_moves.items() if change],
        "activity": kept_places(books),
        "unit": [(code, row[1]) for code, row in books.places["unit"].items()],
        "presence": [
            (
                each.id,
                each.who,
                each.activity,
                each.kiosk,
                each.state,
                each.since,
                each.until,
                each.is_offline,
                each.said_in,
                each.said_out,
            )
            for each in books.presences
        ],
        "conflict": [
            (
                each.id,
                each.code,
                each.action,
                each.who,
                each.number,
                each.activity,
                each.unit,
                each.kiosk,
                each.state,
                each.resolution,
                each.fact,
            )
            for each in books.conflicts
        ],
        "challenge": [
            (identity, each.kind, each.fact, each.who, each.state, each.by, each.answered_by)
            for identity, each in books.challenges.items()
        ],
        "key": [(key, label, key not in books.revoked) for key, label in books.labels.items()],
        "webhook": [
            (code, each.url, each.topics, each.state, each.generation, each.replays, *each.after)
            for code, each in books.webhooks.items()
        ],
        "actor": list(books.actors.items()),
        "tries": [(*place, counted, lock is None) for place, (counted, lock) in books.tries.items()],
        "born": [(who.id, who.born_on) for who in books.people.values()],
        "volunteer": [(who.id, who.standing, who.home, who.work) for who in books.people.values()],
        "number": list(books.numbers.items()),
        "adjustment": [
            (identity, each.who, each.amount, each.ends, each.state) for identity, each in books.proposals.items()
        ],
        "offline": [
            (each.hold, each.outlet, each.device, each.at, each.conflict, each.charged, each.pays)
            for each in books.taken
        ],
        "draw": [
            (code, each.id, each.places, each.kept, each.free, len(each.tickets), each.seed, each.state, each.outlet)
            for code, each in books.draws.items()
        ],
        "ticket": [
            (code, number, each.who, each.state, each.place, each.lapses, each.hold)
            for code, draw in books.draws.items()
            for number, each in enumerate(draw.tickets, start=1)
        ],
        "entrant": [(*place, number) for place, number in books.entrants.items()],
        "wins": [
            (*place, canonical({draw: day.isoformat() for draw, day in won.items()}))
            for place, won in books.wins.items()
            if won
        ],
        "lapse": [(*place, amount) for place, amount in books.lapsed.items() if amount],
    }


class Mirror:
    """An engine over empty books and the model, both founded; every message goes to both."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.now = START
        self.make_id = counting_ids()
        self.engine = PointsEngine(store, secret=SECRET, clock=lambda: self.now, make_id=self.make_id)
        self.model = a_model()
        self.asked: list[Message] = []
        self.seen: Counter[str] = Counter()
        outcomes = self.engine.execute([submission(each) for each in founding()])
        for message, outcome in zip(founding(), outcomes, strict=True):
            self.heard(message, outcome)
        self.last = outcomes[-1]
        self.seen.clear()
        compare(store, self.model.books)

    def send(self, message: Message) -> None:
        """Send a message, new or known, and hold everything against the model."""
        self.asked.append(message)
        self.last = self.engine.submit(submission(message))
        self.heard(message, self.last)
        compare(self.store, self.model.books)

    def heard(self, message: Message, outcome: Outcome) -> None:
        """Hold what was said against what the model says, at the present time."""
        answer = self.model.answer(message, outcome.command_id, self.now)
        check(message, answer, outcome)
        learn(self.model, outcome)
        self.seen[f"{message.word} {'again' if answer.replayed else answer.code or 'yes'}"] += 1

    def assert_sound(self) -> None:
        """The audit finds nothing."""
        report = audit(self.store)
        assert report.is_sound, [str(finding) for finding in report.findings]
