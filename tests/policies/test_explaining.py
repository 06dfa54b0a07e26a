"""A composed policy in sentences, and what changed between two of them."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from policies import PolicySet, resolve
from policies.diff import diff_resolved, diff_sets
from policies.entities import DROPPED, ENTITIES, EntityType, Operator, Regime
from policies.explain import CHAPTERS, explain, explain_conflicts
from policies.fields import FIELDS, Merge
from policies.lint_packs import NO_SOURCE
from policies.sentences import of_field
from policies.strictness import looser


def test_every_field_stands_in_one_chapter_and_has_a_sentence_for_each_value() -> None:
    placed = [name for names in CHAPTERS.values() for name in names]
    assert sorted(placed) == sorted(FIELDS)
    for name, rule in FIELDS.items():
        if rule.merge is Merge.RANK:
            values: list[object] = list(rule.ranks)
        elif rule.merge is Merge.OR:
            values = [True, False]
        else:
            values = [rule.default]
        for value in values:
            assert of_field(name, value).endswith(".")


def test_each_sentence_has_its_rule_its_source_and_its_mark(shipped: PolicySet, on: date) -> None:
    policy = resolve(shipped, business="US-NY", caller="+14155550142", on=on)
    said = {one.field: one for one in explain(policy)}
    consent = said["recording.permission"]
    assert consent.sentence.startswith("The caller is told at the start that the call is recorded")
    rules = {cited.rule: cited for cited in consent.citations}
    assert rules["US-CA/recording.permission"].cite.startswith("Cal. Penal Code 631, 632")
    assert rules["US-CA/recording.permission"].confidence == "M"
    assert "US/recording.permission says none" in consent.gave_way
    assert "recording.duties" not in said


def test_every_winner_of_every_place_can_be_cited(shipped: PolicySet, on: date) -> None:
    for code in shipped.places:
        for one in explain(resolve(shipped, business=code, caller="+14155550142", on=on)):
            assert one.citations, (code, one.field)
            for cited in one.citations:
                assert cited.confidence in "VSMP"
                assert (cited.url is not None) or cited.confidence in "MP", cited
                if code == "BG" and cited.rule == "BG/recording.permission":
                    assert cited.cite == NO_SOURCE


def test_conflicts_are_said_in_words(shipped: PolicySet, on: date) -> None:
    order = resolve(shipped, business="DE", caller="+4930123456", sectors=["finance.mifid_order.DE"], on=on)
    assert any("the duty wins" in sentence for sentence in explain_conflicts(order))
    clinic = resolve(shipped, business="US-CA", caller="+33123456789", sectors=["health.hipaa"], on=on)
    assert any("nothing is stored" in sentence for sentence in explain_conflicts(clinic))


def test_two_calls_differ_in_what_they_ask(shipped: PolicySet, on: date) -> None:
    texas = resolve(shipped, business="US-TX", caller="+12145550100", on=on).as_dict()
    german = resolve(shipped, business="US-TX", caller="+4930123456", on=on).as_dict()
    assert diff_resolved(texas, texas) == ()
    trends = {change.field: change.trend for change in diff_resolved(texas, german)}
    assert trends["recording.permission"] == "stricter"
    assert trends["recording.announce_in_recording"] == "looser"
    back = {change.field: change.trend for change in diff_resolved(german, texas)}
    assert back["recording.permission"] == "looser"


def test_two_folders_differ_in_policies_and_words(shipped: PolicySet) -> None:
    assert diff_sets(shipped, shipped) == ()
    (german,) = shipped.places["DE"]
    values = {**german.values, "recording.permission": "notice", "retention.audio.max_days": 30}
    changed = replace(german, values=MappingProxyType(values))
    places = {code: packs for code, packs in shipped.places.items() if code != "FR"} | {"DE": (changed,)}
    words = {**shipped.script_hashes, "de": {**shipped.script_hashes["de"], "ai": "0" * 64}}
    found = diff_sets(shipped, replace(shipped, places=places, script_hashes=words))
    assert {(one.where, one.field, one.trend) for one in found} == {
        ("jurisdictions/DE.yaml", "recording.permission", "looser"),
        ("jurisdictions/DE.yaml", "retention.audio.max_days", "stricter"),
        ("jurisdictions/FR.yaml", "policy", "removed"),
        ("scripts/de", "ai", "changed"),
    }


@pytest.mark.parametrize(
    ("field", "strict", "lax"),
    [
        ("recording.permission", "forbidden", "none"),
        ("escalation.max_wait_s", 180, 900),
        ("escalation.max_wait_s", 180, None),
        ("minors.age", 18, 13),
        ("ai_disclosure.at_end", True, False),
        ("residency.store_regions", [], ["US"]),
        ("residency.store_regions", ["US"], None),
        ("tools.deny", ["a", "b"], ["a"]),
        ("retention.audio.min_days", 365, None),
        ("deid.reveal", {}, {"PHONE": ["voice"]}),
        ("deid.reveal", {"PHONE": ["tool:x"]}, {"PHONE": ["tool:*"]}),
    ],
)
def test_stricter_and_looser(field: str, strict: object, lax: object) -> None:
    assert looser(field, strict, lax)
    assert not looser(field, lax, strict)
    assert not looser(field, strict, strict)


def test_every_kind_of_personal_data_is_described_and_nothing_dropped_is_ever_labelled() -> None:
    assert set(ENTITIES) == set(EntityType)
    for entity, info in ENTITIES.items():
        assert info.description
        assert info.example
        assert (info.operator is Operator.DROP) is (entity in DROPPED or entity is EntityType.UNSCANNED)
    assert Regime.HIPAA in ENTITIES[EntityType.DATE].regimes
    assert {entity for entity, info in ENTITIES.items() if Regime.PCI in info.regimes} == {
        EntityType.PAN, EntityType.SECURITY_CODE, EntityType.CARD_EXPIRY, EntityType.PIN,
    }  # fmt: skip
    assert {entity for entity, info in ENTITIES.items() if not info.on_by_default} == {
        EntityType.DATE, EntityType.UNSCANNED,
    }  # fmt: skip


def test_health_policies_look_for_every_kind_that_safe_harbor_names(shipped: PolicySet, on: date) -> None:
    found = resolve(shipped, business="US-TX", sectors=["health.hipaa"], on=on).effective.deid.entities
    assert {entity for entity, info in ENTITIES.items() if Regime.HIPAA in info.regimes} <= set(found)


def test_the_page_about_policies_names_no_file_that_does_not_exist() -> None:
    page = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
    for word in page.replace("`", " ").split():
        if word.startswith(("policies/", "tests/policies/")) and "<" not in word and "CODE" not in word:
            assert (Path(__file__).parents[2] / word.rstrip(".,:;)")).exists(), word
