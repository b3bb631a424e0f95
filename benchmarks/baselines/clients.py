"""Client processes of a baseline: started, told to begin together, and summed up.

A client prints `ready`, waits for a line, works for its seconds, and prints `{"done": …, "seconds": …}`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

PROCESSES: Final = 2
THREADS: Final = 4
"""8 clients, as TPC-B has, over both cores: one Python process could not use them."""


def rate_of(command: Sequence[str], processes: int = PROCESSES) -> float:
    """What so many client processes do per second together."""
    clients = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    try:
        for client in clients:
            assert client.stdout is not None
            if client.stdout.readline().strip() != "ready":
                raise RuntimeError(f"a client of the baseline failed: {client.communicate()[1][-800:]}")
        for client in clients:
            assert client.stdin is not None
            client.stdin.write("go\n")
            client.stdin.flush()
        rate = 0.0
        for client in clients:
            told, errors = client.communicate()
            if client.returncode:
                raise RuntimeError(f"a client of the baseline failed: {errors[-800:]}")
            found = json.loads(told)
            rate += found["done"] / found["seconds"]
        return rate
    finally:
        for client in clients:
            if client.poll() is None:
                client.kill()
                client.wait()


def work(act: Callable[[int, int], None], threads: int, seconds: float) -> None:
    """Be a client: call `act(thread, turn)` again and again in each thread, and tell how often."""
    done = [0] * threads
    faults: list[BaseException] = []
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.perf_counter()

    def loop(thread: int) -> None:
        try:
            while time.perf_counter() - began < seconds:
                act(thread, done[thread])
                done[thread] += 1
        except BaseException as fault:
            faults.append(fault)
            raise

    running = [threading.Thread(target=loop, args=(thread,)) for thread in range(threads)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    if faults:
        raise SystemExit(1)
    print(json.dumps({"done": sum(done), "seconds": time.perf_counter() - began}), flush=True)
