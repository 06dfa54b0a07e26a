"""Files that are wrong: remembered, named, and refused when a call needs them; never skipped."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from policies import Line, PolicyUnusableError, UnknownIdError, load_line, load_policies, resolve
from policies.loader import PACKAGED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of some of the policies that ship, to be spoiled."""
    copy = tmp_path / "policies"
    for name in ("jurisdictions", "sectors", "scripts"):
        (copy / name).mkdir(parents=True)
    for code in ("UNKNOWN", "EU", "DE", "FR", "US", "US-TX", "US-UNKNOWN"):
        shutil.copy(PACKAGED / "jurisdictions" / f"{code}.yaml", copy / "jurisdictions")
    shutil.copy(PACKAGED / "sectors" / "general.yaml", copy / "sectors")
    shutil.copy(PACKAGED / "scripts" / "en.yaml", copy / "scripts")
    return copy


def spoil(folder: Path, old: str, new: str, name: str = "jurisdictions/DE.yaml") -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        pytest.param("recording:", "recordings:", "recordings: Extra inputs", id="a misspelt field"),
        pytest.param(
            "permission: express_optin", "permission: opt_in", "recording.permission", id="no such value"
        ),
        pytest.param("permission: express_optin", "permission: yes", "recording.permission", id="a boolean"),
        pytest.param("max_days: 90", "max_days: 90.5", "retention.audio.max_days", id="a fraction"),
        pytest.param("max_days: 90", 'max_days: "90"', "retention.audio.max_days", id="a number in quotes"),
        pytest.param("max_days: 90", "max_days: -1", "retention.audio.max_days", id="a negative number"),
        pytest.param('id: "DE"', "id: NO", "id: Input should be a valid string", id="Norway unquoted"),
        pytest.param('parent: "EU"', 'parent: "EX"', "a place without a policy", id="no such parent"),
        pytest.param('parent: "EU"', 'parent: "DE"', "its own ancestor", id="its own parent"),
        pytest.param("kind: place", "kind: place\nkind: place", "stands here twice", id="a key twice"),
        pytest.param("kind: place", "kind: [place", "DE.yaml line", id="no YAML"),
        pytest.param("kind: place", "kind: !!python/name:os.system place", "DE.yaml", id="code in YAML"),
        pytest.param(
            "sources:", "subprocessors: []\nsources:", "subprocessors belong in a line", id="suppliers"
        ),
    ],
)
def test_a_place_with(old: str, new: str, why: str, folder: Path, on: date) -> None:
    spoil(folder, old, new)
    loaded = load_policies(folder)
    assert any(why in one for one in loaded.broken.values()), loaded.broken
    if new != "id: NO":
        with pytest.raises(PolicyUnusableError):
            resolve(loaded, business="DE", caller="+33123456789", on=on)
        with pytest.raises(PolicyUnusableError):
            resolve(loaded, business="FR", caller="+4930123456", on=on)
    assert resolve(loaded, business="FR", caller="+33123456789", on=on).sources == ("FR", "EU", "general")


def test_a_broken_supplement_makes_its_place_unusable(folder: Path, on: date) -> None:
    (folder / "jurisdictions" / "DE.future.yaml").write_text("{", encoding="utf-8")
    with pytest.raises(PolicyUnusableError, match=r"DE\.future\.yaml"):
        resolve(load_policies(folder), business="DE", on=on)


def test_a_supplement_needs_a_policy_to_add_to(folder: Path, on: date) -> None:
    (folder / "jurisdictions" / "AT.x.yaml").write_text(
        'id: "AT"\nkind: place\nsupplement: x\n', encoding="utf-8"
    )
    with pytest.raises(PolicyUnusableError, match="does not exist"):
        resolve(load_policies(folder), business="AT", on=on)


def test_two_files_for_one_place_must_not_hold_on_the_same_day(folder: Path, on: date) -> None:
    shutil.copy(folder / "jurisdictions" / "DE.yaml", folder / "jurisdictions" / "DE-2.yaml")
    with pytest.raises(PolicyUnusableError, match="same day"):
        resolve(load_policies(folder), business="DE", on=on)
    spoil(folder, "valid_to: null", "valid_to: 2026-12-31")
    spoil(folder, "valid_from: 2026-01-01", "valid_from: 2026-12-31", "jurisdictions/DE-2.yaml")
    with pytest.raises(PolicyUnusableError, match="same day"):
        resolve(load_policies(folder), business="DE", on=on)
    spoil(folder, "valid_from: 2026-12-31", "valid_from: 2027-01-01", "jurisdictions/DE-2.yaml")
    spoil(folder, "permission: express_optin", "permission: forbidden", "jurisdictions/DE-2.yaml")
    loaded = load_policies(folder)
    assert resolve(loaded, business="DE", on=on).effective.recording.permission == "express_optin"
    assert resolve(loaded, business="DE", on=date(2027, 1, 1)).effective.recording.permission == "forbidden"


def test_a_supplement_alone_does_not_keep_a_place_alive(folder: Path, on: date) -> None:
    (folder / "jurisdictions" / "DE.more.yaml").write_text(
        'id: "DE"\nkind: place\nsupplement: more\nrecording: {pause_on_hold: true}\n', encoding="utf-8"
    )
    assert resolve(load_policies(folder), business="DE", on=on).effective.recording.pause_on_hold is True
    spoil(folder, "valid_to: null", "valid_to: 2026-10-31")
    with pytest.raises(PolicyUnusableError, match="out of date"):
        resolve(load_policies(folder), business="DE", on=on)


def test_a_base_that_is_only_proposed_gives_no_rules(folder: Path, on: date) -> None:
    spoil(folder, "legal_status: in_force", "legal_status: proposed")
    with pytest.raises(PolicyUnusableError, match="out of date"):
        resolve(load_policies(folder), business="DE", on=on)


def test_a_folder_that_is_not_there_or_empty_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(PolicyUnusableError, match="no folder"):
        load_policies(tmp_path / "nowhere")
    with pytest.raises(PolicyUnusableError, match="no policy"):
        load_policies(tmp_path)


def test_a_flat_folder_of_policies_is_read_as_well(folder: Path, tmp_path: Path, on: date) -> None:
    flat = tmp_path / "flat"
    flat.mkdir()
    for path in folder.rglob("*.yaml"):
        if path.parent.name != "scripts":
            shutil.copy(path, flat)
    assert resolve(load_policies(flat), business="DE", caller="+4930123456", on=on).sources == (
        "DE",
        "EU",
        "general",
    )


def test_adding_a_place_is_one_file_and_no_code(folder: Path, on: date) -> None:
    (folder / "jurisdictions" / "CN.yaml").write_text(
        'id: "CN"\nkind: place\nversion: 1.0.0\nvalid_from: 2026-01-01\nreview_by: 2027-01-01\n'
        "recording: {permission: forbidden}\n"
        "sources: [{fields: [recording.permission], cite: an invention, confidence: P}]\n",
        encoding="utf-8",
    )
    policy = resolve(load_policies(folder), business="DE", caller="+8613912345678", on=on)
    assert policy.sources == ("CN", "DE", "EU", "general")
    assert policy.effective.recording.permission == "forbidden"


def test_any_change_of_a_file_changes_the_hash_of_the_folder(folder: Path) -> None:
    before = load_policies(folder).sha256
    assert load_policies(folder).sha256 == before
    spoil(folder, "# English", "# english", "scripts/en.yaml")
    assert load_policies(folder).sha256 != before


def test_a_line_file_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "line.yaml"
    path.write_text('business: "DE"\ncompany: Example Bank\nlanguages: [de, EN]\n', encoding="utf-8")
    line = load_line(path)
    assert (line.business, line.company, line.sectors) == ("DE", "Example Bank", ("general",))
    assert line.languages is not None
    assert line.languages.required == ("de", "en")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("company: Example Bank\n", "business: Field required", id="no place"),
        pytest.param('business: "DE"\nqueue: x\n', "queue: Extra inputs", id="a misspelt key"),
        pytest.param('business: "DE"\nsectors: []\n', "sectors", id="no sector at all"),
        pytest.param(
            'business: "DE"\nrecording: {duties: []}\n', "cannot claim a legal duty", id="a duty of its own"
        ),
        pytest.param(
            'business: "DE"\ndeid: {reveal: {PAN: [voice]}}\n', "never revealed", id="a card revealed"
        ),
        pytest.param("business: [", "line", id="no YAML"),
    ],
)
def test_a_line_file_with(text: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "line.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyUnusableError, match=why):
        load_line(path)


def test_a_line_file_that_is_not_there_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(PolicyUnusableError, match="cannot be read"):
        load_line(tmp_path / "nowhere.yaml")


def test_a_line_tightens_and_loosens_nothing(folder: Path, on: date) -> None:
    loaded = load_policies(folder)
    line = Line.model_validate(
        {
            "business": "DE",
            "recording": {"permission": "none"},
            "retention": {"audio": {"max_days": 30}, "transcript": {"max_days": 365}},
            "tools": {"allow": ["get_balance"]},
        }
    )
    policy = resolve(loaded, line=line, caller="+4930123456", on=on)
    effective = policy.effective
    assert effective.recording.permission == "express_optin"
    assert (effective.retention.audio.max_days, effective.retention.transcript.max_days) == (30, 90)
    assert effective.tools.allow == ("get_balance",)
    assert policy.sources == ("DE", "EU", "general", "line")
    assert policy.winners["tools.allow"] == ("line/tools.allow",)
    assert {"rule": "line/recording.permission", "value": "none"} in policy.lost["recording.permission"]


def test_a_line_that_says_nothing_of_its_own_leaves_no_trace_in_the_policy(folder: Path, on: date) -> None:
    loaded = load_policies(folder)
    line = Line(business="US-TX", called="+12145550100", company="Example Energy")
    assert resolve(loaded, line=line, on=on) == resolve(loaded, business="US-TX", on=on)


def test_a_line_out_of_date_or_with_the_id_of_a_policy_is_refused(folder: Path, on: date) -> None:
    loaded = load_policies(folder)
    with pytest.raises(PolicyUnusableError, match="out of date"):
        resolve(loaded, line=Line(business="DE", valid_to=date(2026, 1, 1)), on=on)
    with pytest.raises(UnknownIdError, match="'general'"):
        resolve(loaded, line=Line(business="DE", sectors=("generel",)), on=on)


def test_a_contract_tightens_what_a_line_does_for_a_client(folder: Path, on: date) -> None:
    (folder / "contracts").mkdir()
    (folder / "contracts" / "acme.yaml").write_text(
        "id: acme\nkind: contract\nversion: 1.0.0\nvalid_from: 2026-01-01\nreview_by: 2027-01-01\n"
        "residency: {store_regions: [US]}\n"
        "sources: [{fields: [residency], cite: contract of 2026-01-01, confidence: P}]\n",
        encoding="utf-8",
    )
    policy = resolve(
        load_policies(folder), line=Line(business="US-TX", contract="acme"), caller="+33123456789", on=on
    )
    assert policy.sources[-1] == "acme"
    assert policy.stores_nothing
