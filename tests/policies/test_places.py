"""Which places may claim a call."""

import subprocess
import sys
from dataclasses import replace
from datetime import date

import phonenumbers
import pytest

from policies import Place, PolicySet, PolicyUnusableError, UnknownIdError, resolve
from policies.build_area_codes import TABLE, area_codes, rendered
from policies.places import area_codes as table
from policies.places import merge_order, places_of_number, with_parents

UNKNOWN = {("UNKNOWN", "number_unknown")}


def claimed(policies: PolicySet, number: str | None) -> set[tuple[str, str]]:
    return {(place.code, place.why) for place in places_of_number(number, policies.has_place)}


@pytest.mark.parametrize(
    ("number", "places"),
    [
        pytest.param("+12145550100", {("US-TX", "number"), ("US-UNKNOWN", "number_unknown")}, id="a state"),
        pytest.param(
            "+12025550100", {("US-DC", "number"), ("US-UNKNOWN", "number_unknown")}, id="the capital"
        ),
        pytest.param("+14165550100", {("CA", "number"), ("US-UNKNOWN", "number_unknown")}, id="Ontario"),
        pytest.param("+15145550100", {("CA-QC", "number"), ("US-UNKNOWN", "number_unknown")}, id="Quebec"),
        pytest.param("+17875550100", {("US", "number"), ("US-UNKNOWN", "number_unknown")}, id="Puerto Rico"),
        pytest.param("+16715550100", {("US", "number"), ("US-UNKNOWN", "number_unknown")}, id="Guam"),
        pytest.param("+18765550100", UNKNOWN, id="Jamaica shares the code and is another country"),
        pytest.param("+18005550100", UNKNOWN, id="toll-free"),
        pytest.param("+15005550100", UNKNOWN, id="personal numbers, 500"),
        pytest.param("+15225550100", UNKNOWN, id="personal numbers, 522"),
        pytest.param("+19005550100", UNKNOWN, id="premium, 900"),
        pytest.param("+1415555", UNKNOWN, id="too short to be possible"),
        pytest.param("+141555501422", UNKNOWN, id="too long to be possible"),
        pytest.param("+4930123456", {("DE", "number")}, id="Germany"),
        pytest.param("+442071234567", {("UK", "number")}, id="the United Kingdom"),
        pytest.param("+441481960194", {("UK", "number"), *UNKNOWN}, id="Guernsey is not the United Kingdom"),
        pytest.param("+441534700000", {("UK", "number"), *UNKNOWN}, id="nor is Jersey"),
        pytest.param("+441624700000", {("UK", "number"), *UNKNOWN}, id="nor is Man"),
        pytest.param("+4721000000", {("NO", "number")}, id="Norway, which is no boolean"),
        pytest.param("+331234", UNKNOWN, id="too short for its country"),
        pytest.param("+390669812345", {("IT", "number"), *UNKNOWN}, id="the Vatican shares Italy's code"),
        pytest.param("+448001111111", UNKNOWN, id="toll-free elsewhere"),
        pytest.param("+80012345678", UNKNOWN, id="toll-free of no country"),
        pytest.param("+8613912345678", UNKNOWN, id="a country without a policy"),
        pytest.param("+2125220000000", UNKNOWN, id="a country code without a policy"),
        pytest.param("004930123456", UNKNOWN, id="not written with a plus"),
        pytest.param("+49 30 123456", UNKNOWN, id="not only digits"),
        pytest.param("+٤٩٣٠١٢٣٤٥٦", UNKNOWN, id="digits of another script"),
        pytest.param("anonymous", UNKNOWN, id="a word"),
        pytest.param("", UNKNOWN, id="empty"),
        pytest.param(None, UNKNOWN, id="withheld"),
    ],
)
def test_a_number_hints_at(number: str | None, places: set[tuple[str, str]], shipped: PolicySet) -> None:
    assert claimed(shipped, number) == places


def test_every_state_has_an_area_code_and_every_area_code_a_policy(shipped: PolicySet) -> None:
    states = {code for code in shipped.places if code.startswith("US-") and code != "US-UNKNOWN"}
    assert len(states) == 51
    assert set(table().values()) == states | {"US", "CA", "CA-QC"}


def test_every_area_code_in_use_has_a_place() -> None:
    for code in (str(number) for number in range(200, 1000)):
        number = phonenumbers.parse(f"+1{code}2550100", None)
        region = phonenumbers.region_code_for_number(number)
        fixed = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
        if region in {"US", "CA"} and fixed:
            assert table()[code].startswith(region), code


def test_the_committed_table_is_what_its_script_makes() -> None:
    assert TABLE.read_text(encoding="utf-8") == rendered()
    assert area_codes()["212"] == "US-NY"


def test_the_geocoder_is_never_imported() -> None:
    code = (
        "import sys, datetime, policies;"
        "p = policies.load_policies();"
        "policies.resolve(p, business='DE', caller='+14155550142', on=datetime.date(2026, 11, 24));"
        "print([m for m in sys.modules if 'geo' in m and 'phonenumbers' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"


def test_a_call_names_every_place_and_why_once(shipped: PolicySet, on: date) -> None:
    policy = resolve(
        shipped,
        business="US-TX",
        caller="+14155550142",
        stated=["US-WA", "US-TX", "DE", "DE"],
        sectors=["general"],
        on=on,
    )
    assert policy.places == (
        Place("DE", "stated"),
        Place("EU", "parent"),
        Place("US", "parent"),
        Place("US-CA", "number"),
        Place("US-TX", "business"),
        Place("US-TX", "stated"),
        Place("US-UNKNOWN", "number_unknown"),
        Place("US-WA", "stated"),
    )
    assert policy.sources == ("DE", "EU", "US-CA", "US", "US-TX", "US-UNKNOWN", "US-WA", "general")


def test_parents_follow_the_place_that_brings_them_and_stand_once() -> None:
    parents = {"DE": "EU", "FR": "EU"}
    places = with_parents(
        {Place("FR", "stated"), Place("DE", "business"), Place("EU", "stated")}, parents.get
    )
    assert merge_order(places, parents.get) == ("DE", "EU", "FR")


def test_an_unknown_place_is_refused_with_the_nearest_id(shipped: PolicySet, on: date) -> None:
    for wrong, nearest in (
        ("US-TZ", "US-TX"),
        ("GB", "UK"),
        ("us-ny", "US-NY"),
        ("Germany", "DE"),
        ("de", "DE"),
    ):
        with pytest.raises(UnknownIdError, match=f"'{nearest}'"):
            resolve(shipped, business=wrong, on=on)
        with pytest.raises(UnknownIdError, match=f"'{nearest}'"):
            resolve(shipped, business="FR", stated=[wrong], on=on)


def test_policies_without_an_unknown_place_are_unusable(shipped: PolicySet, on: date) -> None:
    places = {code: packs for code, packs in shipped.places.items() if code != "UNKNOWN"}
    with pytest.raises(PolicyUnusableError, match="UNKNOWN"):
        resolve(replace(shipped, places=places), business="DE", caller="+4930123456", on=on)


def test_no_message_names_a_number(shipped: PolicySet, on: date) -> None:
    with pytest.raises(UnknownIdError) as caught:
        resolve(shipped, business="XX", caller="+14155550142", on=on)
    assert "415" not in str(caught.value)
