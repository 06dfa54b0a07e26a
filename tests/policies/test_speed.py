"""Composing and explaining a policy must not be felt by a caller; loading and checking all of them not by a person."""

from datetime import date
from time import perf_counter, thread_time

from policies import PolicySet, load_policies, resolve
from policies.explain import explain
from policies.lint import lint, read_lines, shipped_lines

CALLERS = ("+14155550142", "+4930123456", "+33123456789", "+442071234567", None, "+15145550100")


def test_a_policy_is_composed_and_explained_in_five_milliseconds(shipped: PolicySet, on: date) -> None:
    took_ms = []
    places = sorted(shipped.places)
    for index in range(600):
        business, caller = places[index % len(places)], CALLERS[index % len(CALLERS)]
        start_s = thread_time()  # what it costs, whatever else the machine is doing
        explain(resolve(shipped, business=business, caller=caller, sectors=("general", "payment.pci"), on=on))
        took_ms.append((thread_time() - start_s) * 1000)
    assert sorted(took_ms)[int(len(took_ms) * 0.99)] <= 5.0


def test_everything_is_loaded_and_checked_in_two_seconds(on: date) -> None:
    start_s = perf_counter()
    loaded = load_policies()
    lint(loaded, on=on, lines=read_lines(shipped_lines(loaded)))
    assert perf_counter() - start_s <= 2.0
