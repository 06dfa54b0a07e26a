"""Figures of policies: what a call waits for, and what a person waits for. `python -m tests.policies.bench`."""

import sys
from collections.abc import Callable
from datetime import date
from time import perf_counter, thread_time

from policies import Line, PolicySet, Resolved, load_policies, resolve
from policies.explain import explain
from policies.lint import lint, read_lines, shipped_lines
from secure_agent.policy_in_force import PolicyInForce

_ON = date(2026, 10, 1)
_CALLERS = ("+14155550142", "+4930123456", "+33123456789", "+442071234567", None, "+15145550100")
_ROUNDS = 1_200


def main() -> None:
    """Print one line for each figure, with its target."""
    start_s = perf_counter()
    policies = load_policies()
    lint(policies, on=_ON, lines=read_lines(shipped_lines(policies)))
    _line("load and lint everything", "once", (perf_counter() - start_s) * 1000, "<= 2000 ms")
    places = sorted(policies.places)

    def composed(n: int) -> None:
        explain(_resolved(policies, places[n % len(places)], _CALLERS[n % len(_CALLERS)]))

    def tightened(n: int) -> None:
        policy = PolicyInForce(
            policies, Line(business=places[n % len(places)]), caller=_CALLERS[n % len(_CALLERS)], on=_ON
        )
        policy.tighten(places=[places[(n * 7) % len(places)]])

    _percentiles("resolve and explain", composed, "p99 <= 5 ms")
    _percentiles("resolve, and again with a stated place", tightened, "p99 <= 5 ms")


def _resolved(policies: PolicySet, business: str, caller: str | None) -> Resolved:
    return resolve(policies, business=business, caller=caller, sectors=("general", "payment.pci"), on=_ON)


def _percentiles(what: str, work: Callable[[int], None], target: str) -> None:
    took_ms = []
    for n in range(_ROUNDS):
        start_s = thread_time()  # what it costs, whatever else the machine is doing
        work(n)
        took_ms.append((thread_time() - start_s) * 1000)
    took_ms.sort()
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        _line(what, name, took_ms[int(len(took_ms) * share)], target)


def _line(what: str, name: str, value_ms: float, target: str) -> None:
    sys.stdout.write(f"{what:<42} {name:<5} {value_ms:9.2f} ms   target {target}\n")


if __name__ == "__main__":
    main()
