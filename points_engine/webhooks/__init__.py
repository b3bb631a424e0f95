"""Webhooks: what happens is told to addresses that asked for it, signed, again and again until it is taken.

The journal is the outbox: a message is made of an accepted command and can be made again at any time, so that nothing
is told that did not happen and nothing is lost.  `messages` makes them, `courier` signs and posts them, `targets` keeps
them out of networks that they have no business in, `delivery` goes on where it stopped.
"""

from __future__ import annotations

from points_engine.webhooks.courier import Answer, Courier
from points_engine.webhooks.delivery import Teller, Told
from points_engine.webhooks.messages import TYPES, UNTOLD, Message
from points_engine.webhooks.targets import TargetRefused, networks_of

__all__ = ["TYPES", "UNTOLD", "Answer", "Courier", "Message", "TargetRefused", "Teller", "Told", "networks_of"]
