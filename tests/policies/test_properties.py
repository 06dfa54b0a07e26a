"""What holds for every call: nothing is ever loosened by one place, one sector or one word more."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies import PolicySet, Resolved, load_policies, plan_recording, resolve
from policies.entities import DROPPED, EntityType
from policies.fields import FIELDS, FieldRule, Merge, normal
from policies.merge import Merged, Voice, merge
from policies.places import BUSINESS, NUMBER, Place
from policies.recording import AnswerGiven
from policies.resolve import compose
from policies.strictness import UNRANKED, dotted, looser_fields

ON = date(2026, 11, 24)
ANSWERS: tuple[AnswerGiven, ...] = ("yes", "no", "silence", "unclear")
NUMBERS = (None, "+12145550100", "+14155550142", "+4930123456", "+33123456789", "+442071234567", "+441481960194",
           "+18005550100", "+15145550100", "+551123456789", "+8613912345678", "+351212345678")  # fmt: skip


@cache
def policies() -> PolicySet:
    return load_policies()


def fields_of(policy: Resolved) -> dict[str, Any]:
    return dotted(policy.tree["effective"])


# ---------------------------------------------------------------- invented policies

_WORDS = st.sampled_from(["a", "b", "c", "d"])
_LABELLED = st.sampled_from([one.value for one in sorted(EntityType) if one not in DROPPED][:4])
_USES = st.sets(st.sampled_from(["voice", "tool:*", "tool:x", "tool:y"]), max_size=3)


def _value(rule: FieldRule) -> st.SearchStrategy[Any]:
    match rule.merge:
        case Merge.RANK:
            return st.sampled_from(rule.ranks)
        case Merge.OR:
            return st.booleans()
        case Merge.MINIMUM | Merge.MAXIMUM:
            return st.integers(0, 9_000)
        case Merge.REVEAL:
            return st.dictionaries(_LABELLED, _USES.map(sorted), max_size=3)
        case _:
            return st.sets(_WORDS, max_size=3).map(sorted)


def _policy(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: _value(FIELDS[name]) for name in names}).map(
        lambda values: {name: normal(FIELDS[name], value) for name, value in values.items()}
    )


BY_STRICTNESS = [name for name in FIELDS if name not in UNRANKED]
VALUES = st.lists(st.sampled_from(BY_STRICTNESS), max_size=12, unique=True).flatmap(_policy)
PLACES = st.lists(VALUES, min_size=1, max_size=4)
SECTORS = st.lists(VALUES, max_size=3)


def together(places: list[Mapping[str, Any]], sectors: list[Mapping[str, Any]]) -> Merged:
    voices = [Voice(f"P{index}", "place", values) for index, values in enumerate(places)]
    voices += [Voice(f"S{index}", "sector", values) for index, values in enumerate(sectors)]
    return merge(voices, selected={}, chains=[[f"P{index}"] for index in range(len(places))])


@given(PLACES, SECTORS, VALUES)
def test_one_place_more_loosens_nothing(places: list[Any], sectors: list[Any], extra: Any) -> None:
    assert looser_fields(together(places, sectors).values, together([*places, extra], sectors).values) == []


@given(PLACES, SECTORS, VALUES)
def test_one_sector_more_loosens_nothing(places: list[Any], sectors: list[Any], extra: Any) -> None:
    assert looser_fields(together(places, sectors).values, together(places, [*sectors, extra]).values) == []


@given(PLACES, SECTORS, st.randoms(use_true_random=False))
def test_the_order_of_policies_does_not_matter(places: list[Any], sectors: list[Any], dice: Any) -> None:
    shuffled, mixed = list(places), list(sectors)
    dice.shuffle(shuffled)
    dice.shuffle(mixed)
    assert together(shuffled, mixed).values == together(places, sectors).values


@given(PLACES, SECTORS)
def test_the_same_policies_twice_are_the_same_policy(places: list[Any], sectors: list[Any]) -> None:
    assert together([*places, *places], [*sectors, *sectors]).values == together(places, sectors).values


@given(PLACES, SECTORS)
def test_the_result_is_as_strict_as_each_policy_alone(places: list[Any], sectors: list[Any]) -> None:
    whole = together(places, sectors).values
    for values in places:
        assert looser_fields(together([values], []).values, whole) == []


@given(PLACES, SECTORS)
def test_every_rule_has_won_or_lost(places: list[Any], sectors: list[Any]) -> None:
    got = together(places, sectors)
    said = {f"P{index}/{name}" for index, values in enumerate(places) for name in values}
    said |= {f"S{index}/{name}" for index, values in enumerate(sectors) for name in values}
    won = {rule for rules in got.winners.values() for rule in rules} - {"default"}
    lost = {pair["rule"] for pairs in got.lost.values() for pair in pairs}
    assert won | lost <= said
    assert not won & lost
    silent = said - won - lost
    assert all(not _said(places, sectors, rule) for rule in silent)


def _said(places: list[Any], sectors: list[Any], rule: str) -> Any:
    policy, _, name = rule.partition("/")
    return (places if policy[0] == "P" else sectors)[int(policy[1:])][name]


# ---------------------------------------------------------------- the policies that ship

CODES = st.sampled_from(sorted(policies().places))
STATED = st.lists(CODES, max_size=3)
CHOSEN = st.lists(st.sampled_from(sorted(policies().sectors)), min_size=1, max_size=4)


def call(business: str, number: str | None, stated: list[str], sectors: list[str]) -> Resolved:
    return resolve(policies(), business=business, caller=number, stated=stated, sectors=sectors, on=ON)


@given(CODES, st.sampled_from(NUMBERS), STATED, CHOSEN, CODES, st.sampled_from(sorted(policies().sectors)))
@settings(max_examples=300)
def test_a_call_is_never_loosened_by_what_is_learned_later(
    business: str, number: str | None, stated: list[str], sectors: list[str], place: str, sector: str
) -> None:
    before = call(business, number, stated, sectors)
    after = call(business, number, [*stated, place], sectors)
    assert looser_fields(fields_of(before), fields_of(after)) == []
    assert (
        looser_fields(fields_of(before), fields_of(call(business, number, stated, [*sectors, sector]))) == []
    )
    for answer, activity in product(ANSWERS, (None, *sorted(policies().activities))):
        was = plan_recording(before, policies(), answer=answer, activity=activity)
        now = plan_recording(after, policies(), answer=answer, activity=activity)
        assert was.record or not now.record
        assert was.outcome.record or not now.outcome.record


@given(CODES, st.sampled_from(NUMBERS), STATED, CHOSEN, st.randoms(use_true_random=False))
def test_the_order_in_which_things_become_known_does_not_matter(
    business: str, number: str | None, stated: list[str], sectors: list[str], dice: Any
) -> None:
    places, kinds = list(stated) * 2, list(sectors) * 2
    dice.shuffle(places)
    dice.shuffle(kinds)
    assert call(business, number, places, kinds) == call(business, number, stated, sectors)


@given(
    CODES,
    st.sampled_from(NUMBERS),
    STATED,
    CHOSEN,
    st.sampled_from(ANSWERS),
    st.sampled_from([None, *sorted(policies().activities)]),
)
def test_nothing_is_recorded_without_a_notice_that_was_played_to_its_end(
    business: str,
    number: str | None,
    stated: list[str],
    sectors: list[str],
    answer: AnswerGiven,
    activity: str | None,
) -> None:
    policy = call(business, number, stated, sectors)
    cut = plan_recording(policy, policies(), answer=answer, activity=activity, notice_cut=True)
    assert (cut.record, cut.outcome.record, cut.outcome.first_in_file) == (False, False, None)


def test_every_place_with_every_sector_is_composed_and_planned() -> None:
    loaded = policies()
    longest = 0
    for code, sector in product(loaded.places, loaded.sectors):
        policy = compose(loaded, places=[Place(code, BUSINESS)], sectors=[sector], on=ON)
        effective = policy.effective
        assert effective.ai_disclosure.trigger == "always_start"
        longest = max(longest, len(policy.canonical_json))
        permission = effective.recording.permission
        for answer in ANSWERS:
            plan = plan_recording(policy, loaded, answer=answer)
            may = permission != "forbidden" and (
                answer == "yes" or (answer == "silence" and permission != "express_optin")
            )
            assert plan.record is may, (code, sector, answer)
    assert longest < 60_000


def test_no_second_place_loosens_any_first_place() -> None:
    loaded = policies()
    alone = {code: _general(Place(code, BUSINESS)) for code in loaded.places}
    for one, other in product(alone, alone):
        both = _general(Place(one, BUSINESS), Place(other, NUMBER))
        assert looser_fields(alone[one], both) == [], (one, other)


def _general(*places: Place) -> dict[str, Any]:
    return fields_of(compose(policies(), places=places, sectors=("general",), on=ON))


@pytest.mark.parametrize("code", sorted(policies().places))
def test_no_sector_loosens_a_place_and_no_second_sector_a_first(code: str) -> None:
    loaded = policies()

    def with_sectors(*sectors: str) -> dict[str, Any]:
        return fields_of(compose(loaded, places=[Place(code, BUSINESS)], sectors=sectors, on=ON))

    none = with_sectors()
    for one in loaded.sectors:
        alone = with_sectors(one)
        assert looser_fields(none, alone) == [], one
        for other in loaded.sectors:
            assert looser_fields(alone, with_sectors(one, other)) == [], (one, other)


def test_a_withheld_number_is_treated_as_strictly_as_any_call_in_the_united_states() -> None:
    unknown = _general(Place("UNKNOWN", NUMBER))
    for code in policies().places:
        if code.startswith("US"):
            there = _general(Place(code, NUMBER))
            weaker = set(looser_fields(there, unknown)) - {"languages.required"}
            assert weaker == set(), code


def test_a_state_that_nobody_knows_is_treated_as_the_strictest_one() -> None:
    unknown = compose(policies(), places=[Place("US-UNKNOWN", NUMBER)], sectors=(), on=ON)
    for code in policies().places:
        if code.startswith("US-"):
            state = compose(policies(), places=[Place(code, NUMBER)], sectors=(), on=ON)
            assert looser_fields(fields_of(state), fields_of(unknown)) == [], code
