"""A line gives what callers say to nobody whom its policy does not approve."""

from datetime import date
from typing import Any

import pytest

from policies import Line as LineProfile
from policies import PolicySet, load_policies
from policies.schema import Subprocessor
from secure_agent.errors import ProviderNotApprovedError
from secure_agent.provider_rules import require_approved
from secure_agent.settings import Settings, SettingsError, read_settings

ON = date(2026, 10, 1)
OWN: dict[str, Any] = {"speech_in": "self_hosted", "model": "self_hosted", "speech_out": "self_hosted"}


@pytest.fixture(scope="module")
def policies() -> PolicySet:
    return load_policies()


def supplier(**changes: Any) -> Subprocessor:
    known: dict[str, Any] = {
        "name": "Ears", "provider": "azure", "role": "speech to text", "region": "EEA",
        "dpa": True, "baa": True, "pci_aoc": True, "no_training": True,
    }  # fmt: skip
    return Subprocessor(**{**known, **changes})


def line(*suppliers: Subprocessor, **changes: Any) -> LineProfile:
    known: dict[str, Any] = {"business": "DE", "residency": {"process_regions": ("EEA",)}}
    return LineProfile(**{**known, "subprocessors": suppliers, **changes})


def test_an_approved_provider_may_be_used(policies: PolicySet) -> None:
    require_approved(policies, line(supplier()), Settings(**{**OWN, "speech_in": "azure"}), on=ON)


def test_servers_of_ones_own_are_no_suppliers(policies: PolicySet) -> None:
    require_approved(policies, line(), Settings(**OWN), on=ON)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (supplier(provider="openai"), "names no supplier with `provider: azure`"),
        (supplier(region="US"), "handles data in US, which no rule allows"),
        (supplier(dpa=False), "has no data-processing agreement"),
        (supplier(no_training=False), "may learn from calls"),
    ],
)
def test_a_line_is_refused_in_one_sentence(policies: PolicySet, row: Subprocessor, why: str) -> None:
    forbids = line(row, processing={"vendor_training": "forbidden"})
    with pytest.raises(ProviderNotApprovedError) as caught:
        require_approved(policies, forbids, Settings(**{**OWN, "speech_in": "azure,self_hosted"}), on=ON)
    assert why in str(caught.value)
    assert "SECURE_AGENT_SPEECH_IN asks azure first" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_health_data_needs_a_business_associate_agreement(policies: PolicySet) -> None:
    clinic = line(
        supplier(baa=False, region="US"),
        business="US-CA",
        sectors=("general", "health.hipaa"),
        residency=None,
    )
    with pytest.raises(ProviderNotApprovedError, match="no business associate agreement"):
        require_approved(policies, clinic, Settings(**{**OWN, "speech_in": "azure"}), on=ON)


def test_a_second_provider_that_is_not_approved_refuses_no_start(policies: PolicySet) -> None:
    require_approved(policies, line(), Settings(**{**OWN, "speech_in": "self_hosted,azure"}), on=ON)


@pytest.mark.parametrize("value", ["azure,azure", "azure,nobody", "", "demo,openai"])
def test_a_chain_names_known_providers_once(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SECURE_AGENT_MODEL" if value.startswith("demo") else "SECURE_AGENT_SPEECH_IN", value)
    with pytest.raises(SettingsError, match="one or more of"):
        read_settings()
