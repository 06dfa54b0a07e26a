"""What the policies that ship say, against lists written by hand."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies import EntityType, PolicySet, resolve
from policies.loader import PACKAGED
from policies.places import BUSINESS, Place
from policies.resolve import compose


def words(text: str) -> set[str]:
    return set(text.split())


STATES = words(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND"
    " OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY"
)
EU = words("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE")
OTHERS = words("US US-UNKNOWN EU EEA NO IS LI UK CH CA CA-QC AU NZ BR IN JP KR MX ZA AE UNKNOWN")
SECTORS = {
    "general", "payment.pci", "payment.nacha_tel", "payment.reg_ez", "health.hipaa", "health.ca_ab3030",
    "finance.mifid_order.DE", "finance.mifid_order.UK", "finance.cftc_oral", "finance.sec_finra", "debt.regF",
    "telecom.cpni", "energy", "crisis",
}  # fmt: skip
#: Places that no table has a row for: the strictest is assumed.
WITHOUT_A_ROW = words("BG HR CY CZ EE GR HU LV LT LU MT RO SK SI IS LI KR")


def own(policies: PolicySet, code: str, field: str) -> Any:
    return next(pack.values.get(field) for pack in policies.places[code] if pack.is_base)


def test_every_place_and_sector_is_there_and_none_is_broken(shipped: PolicySet) -> None:
    assert set(shipped.places) == {f"US-{state}" for state in STATES} | EU | set(OTHERS)
    assert set(shipped.sectors) == SECTORS
    assert shipped.broken == {}


def test_parents_are_as_the_law_has_them(shipped: PolicySet) -> None:
    parents = {code: shipped.parent(code) for code in shipped.places}
    assert {code for code, parent in parents.items() if parent == "EU"} == EU
    assert {code for code, parent in parents.items() if parent == "EEA"} == {"NO", "IS", "LI"}
    assert {code for code, parent in parents.items() if parent == "US"} == {
        *(f"US-{state}" for state in STATES), "US-UNKNOWN",
    }  # fmt: skip
    assert parents["CA-QC"] == "CA"
    assert {parents[code] for code in ("UK", "CA", "EU", "EEA", "US", "UNKNOWN", "CH")} == {None}


def test_a_place_is_one_file_that_has_its_name(shipped: PolicySet) -> None:
    for code, packs in shipped.places.items():
        assert [pack.path.name for pack in packs if pack.is_base] == [f"{code}.yaml"]
        for pack in packs:
            assert pack.path.name == f"{code}.{pack.policy.supplement}.yaml" or pack.is_base


def test_states_where_everybody_must_know_are_those_of_the_list(shipped: PolicySet, vectors: Path) -> None:
    listed = yaml.safe_load((vectors / "us_strict.yaml").read_text())
    for state in STATES:
        code = f"US-{state}"
        cites = " ".join(source["cite"] for pack in shipped.places[code] for source in pack.cited)
        assert own(shipped, code, "recording.permission") == (
            "notice" if code in listed["notice"] else "none"
        )
        assert listed["notice"].get(code, "") in cites
        inside = own(shipped, code, "recording.announce_in_recording") or False
        assert inside is (code in listed["announcement_inside"])


@pytest.mark.parametrize(
    ("permission", "codes"),
    [
        ("none", "US"),
        ("notice", "UK IE NZ JP ZA US-UNKNOWN"),
        ("notice_optout", "EU EEA FR ES IT NL BE SE DK FI NO CA CA-QC AU IN BR MX"),
        ("express_optin", "DE AT CH PT PL AE UNKNOWN " + " ".join(WITHOUT_A_ROW)),
    ],
)
def test_what_each_country_asks(permission: str, codes: str, shipped: PolicySet) -> None:
    for code in codes.split():
        assert own(shipped, code, "recording.permission") == permission, code


def test_a_place_that_nobody_read_about_is_marked_so(shipped: PolicySet) -> None:
    for code in WITHOUT_A_ROW:
        base = next(pack for pack in shipped.places[code] if pack.is_base)
        (source,) = [one for one in base.policy.sources if one.fields == ("recording.permission",)]
        assert (source.cite, source.confidence, source.url, base.policy.legal_status) == (
            "no source read; strictest assumed",
            "P",
            None,
            "project_rule",
        )


def test_what_single_places_ask_besides(shipped: PolicySet, on: date) -> None:
    def there(code: str, *sectors: str) -> Any:
        return compose(shipped, places=[Place(code, BUSINESS)], sectors=sectors, on=on).effective

    assert there("NL").recording.pause_on_hold is True
    assert there("FR").recording.scope == "contract_part"
    assert (there("ES").escalation.human_on_request, there("ES").escalation.max_wait_s) == (True, 180)
    assert (there("DE").retention.audio.max_days, there("PT").retention.audio.max_days) == (90, 730)
    assert there("BR").retention.audio.min_days == 90
    assert (there("UK").rights.ack_days, there("UK").breach.authority_h) == (30, 72)
    assert there("EU").minors.age == 16
    assert there("US-IL").processing.voice_biometrics == "written_release"
    assert there("US-CA").processing.emotion_from_voice == "written_release"
    assert there("CA-QC").decisions.solely_automated == "with_safeguards"
    assert there("BR").languages.required == ("pt-br",)


def test_what_sectors_ask(shipped: PolicySet, on: date) -> None:
    def line(*sectors: str) -> Any:
        return resolve(shipped, business="US-NY", caller="+12125550100", sectors=sectors, on=on).effective

    general = line("general")
    assert general.payments.spoken_card == "forbidden"
    assert general.payments.permits("dtmf")
    assert general.escalation.human_on_request is True
    assert general.ai_disclosure.repeat_every_s == 1800
    assert (general.processing.voice_biometrics, general.processing.emotion_from_voice) == (
        "forbidden",
        "forbidden",
    )
    assert {"self_harm", "danger", "person_asked"} <= {one.id for one in general.escalation.triggers}
    assert line("payment.pci").retention.sad.max_days == 0
    assert line("payment.reg_ez").retention.audit.min_days >= 25 * 30
    assert line("finance.sec_finra").retention.audit.min_days == 6 * 365
    assert line("debt.regF").retention.audio.min_days == 3 * 365
    health = line("health.hipaa")
    assert "DATE" in health.deid.entities
    assert "DATE" not in general.deid.entities
    assert not health.tools.permits("web_search")
    assert health.residency.store_regions == ("US",)
    assert line("health.ca_ab3030").ai_disclosure.at_end is True
    assert all(one.no_recording_question for one in line("crisis").escalation.triggers)
    duties = {
        duty.id: duty.retain_min_days for sector in shipped.sectors for duty in line(sector).recording.duties
    }
    assert duties == {"mifid_order_de": 1825, "mifid_order_uk": 1825, "cftc_oral": 365, "nacha_tel": 730}


def test_labelled_values_go_to_tools_but_not_to_the_voice_and_never_a_card(
    shipped: PolicySet, on: date
) -> None:
    deid = resolve(shipped, business="US-TX", caller=None, on=on).effective.deid
    assert deid.may_reveal(EntityType.STREET_ADDRESS, "tool:change_address")
    assert not deid.may_reveal(EntityType.STREET_ADDRESS, "voice")
    assert not deid.may_reveal(EntityType.PAN, "tool:change_address")
    assert EntityType.EMAIL in deid.revealed("tool:change_address")


def test_what_ships_names_no_workplace_and_is_quoted_where_yaml_would_misread(shipped: PolicySet) -> None:
    for pack in shipped.every_pack():
        text = pack.path.read_text(encoding="utf-8")
        assert f'id: "{pack.policy.id}"\n' in text
        assert "law.md" not in text


def test_every_text_file_of_the_policies_is_in_the_wheel() -> None:
    project = tomllib.loads((PACKAGED.parent / "pyproject.toml").read_text())
    packages = set(project["tool"]["setuptools"]["packages"])
    for path in PACKAGED.rglob("*.yaml"):
        assert ".".join(path.parent.relative_to(PACKAGED.parent).parts) in packages
