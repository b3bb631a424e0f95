"""Webhooks: which addresses are told what happens. Telling them is `points_engine.webhooks`; here nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

from points_engine.bilingual import Both
from points_engine.errors import AlreadyExists, InvalidValue, NotFound, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Partner, Webhook
from points_engine.flow.rules import rule_needs, the_scheme
from points_engine.limits import URL_CHARACTERS

Topic = Literal[
    "redemption", "stock", "points", "service", "activity", "volunteer", "challenge", "import", "programme", "fund",
    "key", "sample", "draw", "webhook",
]  # fmt: skip
TOPICS: Final[tuple[str, ...]] = get_args(Topic)
"""What a webhook can ask for: the first part of the type of a message."""

STATES: Final = ("active", "paused", "suspended", "removed")
"""`paused` by hand, to go on where it stopped; `suspended` because nobody answers there; `removed` for good."""

ADDRESS: Final = Both(
    f"an https address such as https://example.org/points, of at most {URL_CHARACTERS} characters, without a password",
    f"https 地址，如 https://example.org/points，最多 {URL_CHARACTERS} 个字符，不含密码",
)


def _check_url(url: str) -> None:
    shapes.token("url", url, URL_CHARACTERS)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidValue(field="url", value=url[:80], expected=ADDRESS) from None
    is_plain = url.isascii() and " " not in url and "\\" not in url
    if not (is_plain and parts.scheme in ("https", "http") and parts.hostname and port != 0):
        raise InvalidValue(field="url", value=url[:80], expected=ADDRESS)
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InvalidValue(field="url", value="—", expected=ADDRESS)


def _check_told(command: RegisterWebhook | AmendWebhook) -> None:
    shapes.code("code", command.code)
    _check_url(command.url)
    shapes.text("label", command.label, least=1)
    for topic in command.topics:
        shapes.one_of("topics", topic, TOPICS)


@dataclass(frozen=True, slots=True)
class RegisterWebhook:
    """Tell an address what happens from now on, its own registration first.

    `topics` narrows what it is told (none: everything), `scheme` and `partner` whose.  Volunteers are named, by their
    numbers, only to an address of the programme's own that asks for it.
    """

    code: str
    url: str
    label: str
    topics: tuple[str, ...] = ()
    scheme: str = ""
    partner: str = ""
    names_volunteers: bool = False

    def __post_init__(self) -> None:
        _check_told(self)
        shapes.optional_code("scheme", self.scheme)
        shapes.optional_code("partner", self.partner)
        if self.partner and self.names_volunteers:
            expected = Both("false: partners are told of redemptions, not of people", "false：合伙人不获知志愿者")
            raise InvalidValue(field="names_volunteers", value="true", expected=expected)


def register_webhook_needs(command: RegisterWebhook, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield OneRow(Webhook, (command.code,))
    if command.partner:
        yield OneRow(Partner, (command.partner,))


def register_webhook(command: RegisterWebhook, desk: Desk) -> dict[str, Any]:
    """Register an address.

    Raises, first that applies: NotFound (scheme, partner), AlreadyExists (the code, whatever became of it).
    """
    if command.scheme:
        the_scheme(desk, command.scheme)
    if command.partner and desk.find(Partner, command.partner) is None:
        raise NotFound(what="partner", code=command.partner)
    if desk.find(Webhook, command.code) is not None:
        raise AlreadyExists(what="webhook", code=command.code)

    # Nothing below this line may refuse.
    desk.put(
        Webhook(
            command.code, command.url, command.label, _topics(command), command.scheme, command.partner,
            command.names_volunteers, "active", 1, None, desk.principal, desk.now, desk.command_id, 0, 0, -1,
        )
    )  # fmt: skip
    return {"webhook": command.code, "state": "active", "generation": 1}


def _topics(command: RegisterWebhook | AmendWebhook) -> str:
    return " ".join(sorted(set(command.topics)))


@dataclass(frozen=True, slots=True)
class AmendWebhook:
    """Change what an address is called, where it is, and which topics it is told; whose never changes."""

    code: str
    url: str
    label: str
    topics: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_told(self)


@dataclass(frozen=True, slots=True)
class SetWebhookState:
    """Pause an address, let it go on, or remove it for good; `suspended` is for the job that finds nobody there."""

    code: str
    state: str

    def __post_init__(self) -> None:
        shapes.code("code", self.code)
        shapes.one_of("state", self.state, STATES)


@dataclass(frozen=True, slots=True)
class RotateWebhookSecret:
    """Sign with a new secret from now on, and with the one before as well for a day."""

    code: str

    def __post_init__(self) -> None:
        shapes.code("code", self.code)


@dataclass(frozen=True, slots=True)
class ReplayWebhook:
    """Tell an address again everything that came after a place in the journal, under the same message ids."""

    code: str
    seq: int
    index: int = -1

    def __post_init__(self) -> None:
        shapes.code("code", self.code)
        shapes.whole("seq", self.seq, 0, 10**15)
        shapes.whole("index", self.index, -1, 10**6)


def webhook_needs(
    command: AmendWebhook | SetWebhookState | RotateWebhookSecret | ReplayWebhook, desk: Desk
) -> Iterator[Need]:
    yield OneRow(Webhook, (command.code,))


def _kept(desk: Desk, code: str, action: str) -> Webhook:
    found = desk.find(Webhook, code)
    if found is None:
        raise NotFound(what="webhook", code=code)
    if found.state == "removed":
        raise WrongState(state=found.state, action=action)
    return found


def amend_webhook(command: AmendWebhook, desk: Desk) -> dict[str, Any]:
    """Change an address.

    Raises, first that applies: NotFound, WrongState (it was removed).
    """
    found = _kept(desk, command.code, "amend")

    # Nothing below this line may refuse.
    desk.put(replace(found, url=command.url, label=command.label, topics=_topics(command)))
    return {"webhook": found.code, "state": found.state}


def set_webhook_state(command: SetWebhookState, desk: Desk) -> dict[str, Any]:
    """Set the state of an address; the one that it is in already is fine, but for a removed one.

    Raises, first that applies: NotFound, WrongState (it was removed).
    """
    found = _kept(desk, command.code, command.state)

    # Nothing below this line may refuse.
    desk.put(replace(found, state=command.state))
    return {"webhook": found.code, "state": command.state, "before": found.state}


def rotate_webhook_secret(command: RotateWebhookSecret, desk: Desk) -> dict[str, Any]:
    """Give an address a new secret.

    Raises, first that applies: NotFound, WrongState (it was removed).
    """
    found = _kept(desk, command.code, "rotate")

    # Nothing below this line may refuse.
    desk.put(replace(found, generation=found.generation + 1, rotated_at=desk.now))
    return {"webhook": found.code, "state": found.state, "generation": found.generation + 1}


def replay_webhook(command: ReplayWebhook, desk: Desk) -> dict[str, Any]:
    """Let an address be told again what it was told.

    Raises, first that applies: NotFound, WrongState (it was removed).
    """
    found = _kept(desk, command.code, "replay")

    # Nothing below this line may refuse.
    desk.put(
        replace(found, replays=found.replays + 1, replay_seq=command.seq, replay_index=command.index)
    )  # the job that tells sees that it is to begin again
    return {"webhook": found.code, "seq": command.seq, "index": command.index}
