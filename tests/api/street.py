"""A small programme behind the real application: one street, three partners, a key for every role."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from points_engine.engine import PointsEngine
from points_engine.flow.access.keys import IssueKey
from points_engine.flow.money.funds import ReceiveDonation, RegisterFund
from points_engine.flow.outcomes import Submission
from points_engine.flow.people.volunteers import RegisterVolunteer, StateFact
from points_engine.flow.programme import PublishPack, RegisterKiosk, RegisterOutlet, RegisterPartner, RegisterUnit
from points_engine.flow.service.activities import RegisterActivity
from points_engine.flow.steps import Command
from points_engine.keys import fresh_key
from points_engine.rulebook.loading import load_pack

RULES = Path(__file__).parents[2] / "rules"
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Huadu
RESIDENTS = "huadu-residents"


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now

    def later(self, **length: float) -> None:
        """Move on."""
        self.now += timedelta(**length)


@dataclass
class Street:
    """The application, the clock and the keys; requests are made in a role."""

    client: httpx.Client
    engine: PointsEngine
    clock: Clock
    tokens: dict[str, str] = field(default_factory=dict)

    def headers(self, role: str, **more: str) -> dict[str, str]:
        """The headers of a request in a role."""
        shown = {"Authorization": f"Bearer {self.tokens[role]}"} if role else {}
        return shown | {name.replace("_", "-"): value for name, value in more.items()}

    def get(self, role: str, path: str, **more: str) -> httpx.Response:
        """A GET in a role; an empty role shows no key."""
        return self.client.get(path, headers=self.headers(role, **more))

    def post(self, role: str, path: str, body: Any = None, key: str = "", **more: str) -> httpx.Response:
        """A POST in a role under a fresh Idempotency-Key, or the one given."""
        headers = self.headers(role, idempotency_key=key or uuid.uuid4().hex, **more)
        return self.client.post(path, json={} if body is None else body, headers=headers)

    def done(self, role: str, path: str, body: Any = None) -> dict[str, Any]:
        """The answer of a POST that must succeed."""
        response = self.post(role, path, body)
        assert response.is_success, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def read(self, role: str, path: str) -> Any:
        """The answer of a GET that must succeed."""
        response = self.get(role, path)
        assert response.is_success, response.text
        return response.json()

    def execute(self, command: Command) -> dict[str, Any]:
        """Execute a command of the engine itself."""
        return dict(self.engine.submit(Submission(command, "set-up", uuid.uuid4().hex)).expect())

    def issue(self, name: str, role: str, principal: str = "", **scope: Any) -> str:
        """Issue a key under a name; answers its id."""
        key = fresh_key()
        self.execute(IssueKey(key.id, key.digest, role, principal or f"{role}:{name}", name, **scope))
        self.tokens[name] = key.token
        return key.id

    def points(self, number: str) -> str:
        """What a volunteer can spend in the residents' scheme."""
        balance = self.read("administrator", f"/v1/volunteers/{number}/balance")
        return str(next(each["spendable"] for each in balance["schemes"] if each["scheme"] == RESIDENTS))


def lay_out(street: Street) -> None:
    """Two streets with a community each, packs, partners, a fund, activities, Mei and Bo, keys."""
    for scheme in (RESIDENTS, "huadu-party-members"):
        pack = load_pack(RULES / scheme)
        street.execute(PublishPack(pack.canonical, pack.effective_on))
    street.execute(RegisterUnit("HD", "district", "花都区", "Huadu"))
    for code in ("XH", "SL"):
        street.execute(RegisterUnit(code, "street", f"街道{code}", f"Street {code}", "HD"))
        street.execute(RegisterUnit(f"{code}-C1", "community", f"社区{code}", f"Community {code}", code))
        street.execute(RegisterKiosk(f"K-{code}", code, f"签到机{code}", f"Kiosk {code}"))
        street.execute(RegisterActivity(f"{code}-garden", "社区绿化", "greening", f"{code}-C1"))
    for code, kind in (
        ("wangs", "commerce"),
        ("huadu-culture", "culture_tourism"),
        ("neighbourhood-services", "public_service"),
    ):
        street.execute(RegisterPartner(code, kind, code, code))
        street.execute(RegisterOutlet(f"{code}-1", code, code, code))
    street.execute(RegisterOutlet("wangs-2", "wangs", "王记二店", "Wang's 2"))
    street.execute(RegisterFund("community", "基金", "Fund"))
    street.execute(ReceiveDonation("community", 100_000, "a neighbour"))
    street.execute(RegisterVolunteer("MEI", "梅小花", date(2026, 1, 5), date(1951, 2, 3), home_unit="XH-C1"))
    street.execute(RegisterVolunteer("BO", "王波", date(2026, 1, 5), date(1981, 2, 3), home_unit="SL-C1"))
    street.execute(StateFact("BO", "volunteer.roles", date(2026, 1, 5), ["party_member"]))
    street.issue("kiosk", "kiosk", kiosk="K-XH", unit="XH")
    street.issue("merchant", "merchant", outlet="wangs-1")
    street.issue("other merchant", "merchant", principal="merchant:other", outlet="huadu-culture-1")
    street.issue("steward", "steward", unit="XH")
    street.issue("foreign steward", "steward", principal="steward:foreign", unit="SL")
    street.issue("administrator", "administrator")
    street.issue("committee", "committee")


def serve_two_hours(street: Street, number: str = "MEI", minutes: int = 130) -> dict[str, Any]:
    """Check in and out at the kiosk; answers the record."""
    body = {"volunteer": number, "activity": "XH-garden"}
    street.done("kiosk", "/v1/check-ins", body)
    street.clock.later(minutes=minutes)
    return street.done("kiosk", "/v1/check-outs", body)


def earn(street: Street, number: str = "MEI", minutes: int = 130) -> str:
    """Serve and be approved; answers the entry."""
    record = serve_two_hours(street, number, minutes)
    decided = street.done("steward", "/v1/approvals", {"record": record["fact"], "level": "steward"})
    return str(decided["entry"])


def voucher(street: Street, number: str = "MEI", reward: str = "soap") -> str:
    """A hold placed at the kiosk; answers the code."""
    body = {"volunteer": number, "scheme": RESIDENTS, "reward": reward}
    return str(street.done("kiosk", "/v1/redemptions", body)["code"])
