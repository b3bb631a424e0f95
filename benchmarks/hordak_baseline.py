"""django-hordak's own transfer, as one client process. Runs in an environment of its own, without this package.

`python hordak_baseline.py prepare URL ACCOUNTS` makes the tables; `python hordak_baseline.py work URL SECONDS THREADS`
is a client: it prints `ready`, waits for a line, works, and prints what it has done as JSON.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def configure(url: str) -> None:
    """Django's settings for a database of SQLAlchemy's URL form."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    import_module("django.conf").settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path.lstrip("/"),
                "USER": parts.username or "",
                "PASSWORD": unquote(parts.password or ""),
                "HOST": query.get("host", [parts.hostname or ""])[0],
                "PORT": query.get("port", [str(parts.port or "")])[0],
                "CONN_MAX_AGE": None,
            }
        },
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        DEFAULT_CURRENCY="CNY",
        HORDAK_CURRENCIES=["CNY"],
        HORDAK_INTERNAL_CURRENCY="CNY",
        USE_TZ=True,
    )
    import_module("django").setup()


def prepare(accounts: int) -> None:
    """Make hordak's tables and liability accounts, as deposits of volunteers would be."""
    import_module("django.core.management").call_command("migrate", verbosity=0)
    account = import_module("hordak.models").Account
    for number in range(accounts):
        account.objects.create(name=f"volunteer {number}", type="LI", code=f"{number:03}", currencies=["CNY"])


def work(seconds: float, threads: int) -> None:
    """Transfer between random accounts, each transfer in a database transaction of its own."""
    models, atomic = import_module("hordak.models"), import_module("django.db.transaction").atomic
    money = import_module("moneyed").Money
    accounts: list[Any] = list(models.Account.objects.all())
    chance = random.Random()
    done = [0] * threads
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.perf_counter()

    def loop(thread: int) -> None:
        while time.perf_counter() - began < seconds:
            source, target = chance.sample(accounts, 2)
            with atomic():
                source.transfer_to(target, money(1, "CNY"))
            done[thread] += 1
        import_module("django.db").connection.close()

    running = [threading.Thread(target=loop, args=(thread,)) for thread in range(threads)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    print(json.dumps({"done": sum(done), "seconds": time.perf_counter() - began}), flush=True)


if __name__ == "__main__":
    configure(sys.argv[2])
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[3]))
    else:
        work(float(sys.argv[3]), int(sys.argv[4]))
