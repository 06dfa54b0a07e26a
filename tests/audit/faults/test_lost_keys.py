"""A key file that is gone is said to be gone: nothing takes its place, and no evidence is called erased."""

import shutil
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit import AuditLog, KeyFileError, export_bundle, open_log, read_call
from audit.jobs import Approval, destroy_month_key, hold_call, release_call
from audit.month_keys import month_keys, rotate_kek
from audit.trust import parse_policy
from audit.witness import Witness
from secure_agent.cli import app

Now = Callable[[], datetime]
WORD = Approval("GDPR 17", "staff-1", "staff-2")
SIGNING = ["log-audit.local_dev_us_1.key", "call.key", "control.key"]


def _call(log: AuditLog) -> str:
    segment = log.open_segment(jurisdiction="US-TX", retention="call")
    segment.append("turn.caller", {"text": "hello"})
    segment.close({})
    return segment.call


def _month_file(log: AuditLog, call: str) -> Path:
    ((ek, _),) = log.store.deks_of(call, 0)
    return log.data_dir / "keys" / "months" / ek


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("name", [*SIGNING, "kek", "months/*", "*"])
def test_a_lost_key_is_named_with_its_remedy_and_nothing_takes_its_place(
    name: str, log: AuditLog, data_dir: Path, clock: Now
) -> None:
    _call(log)
    log.close()
    for path in (data_dir / "keys").glob(name):
        if path.is_file():
            path.unlink()
    kept, trust = _files(data_dir / "keys"), _files(data_dir / "trust")
    with pytest.raises(KeyFileError, match=r"keys/\S+ is missing; restore it from its backup"):
        open_log(data_dir, now=clock)
    assert (_files(data_dir / "keys"), _files(data_dir / "trust")) == (kept, trust)


def test_a_lost_key_folder_is_not_made_again(log: AuditLog, data_dir: Path, clock: Now) -> None:
    _call(log)
    log.close()
    shutil.rmtree(data_dir / "keys")
    with pytest.raises(KeyFileError, match="missing; restore"):
        open_log(data_dir, now=clock)
    assert not (data_dir / "keys").exists()


def test_a_restored_key_file_mends_it(log: AuditLog, data_dir: Path, clock: Now) -> None:
    call = _call(log)
    log.close()
    shutil.move(data_dir / "keys", data_dir / "away")
    with pytest.raises(KeyFileError):
        open_log(data_dir, now=clock)
    shutil.move(data_dir / "away", data_dir / "keys")
    with closing(open_log(data_dir, now=clock)):
        assert read_call(data_dir, call)[1].body == {"text": "hello"}


def test_a_running_agent_makes_no_second_kek(log: AuditLog, data_dir: Path) -> None:
    _call(log)
    (data_dir / "keys" / "kek").unlink()
    with pytest.raises(KeyFileError, match=r"keys/kek is missing; restore"):
        log.open_segment(jurisdiction="DE", retention="long")
    assert not (data_dir / "keys" / "kek").exists()


def test_a_key_of_the_same_name_from_elsewhere_is_refused(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    _call(log)
    log.close()
    open_log(tmp_path / "other", now=clock).close()
    trust = _files(data_dir / "trust")
    for name, said in ((SIGNING[0], "is not the key that"), ("kek", "is not the one that")):
        kept = (data_dir / "keys" / name).read_bytes()
        shutil.copy(tmp_path / "other" / "keys" / name, data_dir / "keys" / name)
        with pytest.raises(KeyFileError, match=f"{name}.* {said}.*; restore it from its backup"):
            open_log(data_dir, now=clock)
        (data_dir / "keys" / name).write_bytes(kept)
    assert _files(data_dir / "trust") == trust


@pytest.mark.parametrize("name", [*SIGNING, "kek", "months/*"])
@pytest.mark.parametrize("content", [b"nonsense", b"", b"\xff\xfe"])
def test_a_damaged_key_file_is_named_with_its_remedy(
    name: str, content: bytes, log: AuditLog, data_dir: Path, clock: Now
) -> None:
    _call(log)
    log.close()
    path = next((data_dir / "keys").glob(name))
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match=f"{path.name}.*; restore it from its backup"):
        open_log(data_dir, now=clock)


def test_show_says_key_missing_and_not_erased(log: AuditLog, data_dir: Path) -> None:
    call = _call(log)
    _month_file(log, call).unlink()
    log.close()
    code, shown, said = _run("audit", "show", "--call", call, "--data-dir", str(data_dir))
    assert code == 3
    assert "(key missing)" in shown
    assert "erased" not in shown
    assert "is missing; restore it from its backup" in said
    code, shown, _ = _run("audit", "show", "--call", call, "--json", "--data-dir", str(data_dir))
    assert (code, shown.count('"key_missing":true')) == (3, 3)
    with pytest.raises(KeyFileError, match="is missing"):
        read_call(data_dir, call)


def test_a_lost_kek_is_no_erasure_either(log: AuditLog, data_dir: Path) -> None:
    call = _call(log)
    log.close()
    (data_dir / "keys" / "kek").unlink()
    code, shown, said = _run("audit", "show", "--call", call, "--data-dir", str(data_dir))
    assert (code, "(key missing)" in shown, "erased" in shown) == (3, True, False)
    assert "keys/kek is missing; restore it from its backup" in said


def test_an_export_of_what_has_lost_its_key_is_refused_unless_without_keys(
    log: AuditLog, data_dir: Path, clock: Now, tmp_path: Path
) -> None:
    call = _call(log)
    _month_file(log, call).unlink()
    log.close()

    def later() -> datetime:
        return clock().replace(year=2027)

    with pytest.raises(KeyFileError, match=r"is missing; restore it from its backup, or .*--keys none"):
        export_bundle(data_dir, calls=[call], out=tmp_path / "bundle", now=later)
    assert list(tmp_path.glob("*bundle*")) == []
    done = export_bundle(data_dir, calls=[call], out=tmp_path / "bundle", keys="none", now=later)
    assert done.covered


@pytest.mark.parametrize("name", [*SIGNING, "kek", "months/*"])
def test_the_commands_and_the_doctor_say_it_with_the_remedy(name: str, log: AuditLog, data_dir: Path) -> None:
    call = _call(log)
    log.close()
    lost = [path for path in (data_dir / "keys").glob(name) if path.is_file()]
    for path in lost:
        path.unlink()
    code, said, _ = _run("doctor", "--data-dir", str(data_dir))
    assert code == 1
    assert "BAD  audit log    the key file" in said
    assert "remedy: restore it from its backup" in said
    assert not any(path.exists() for path in lost)
    out = str(data_dir.parent / "bundle")
    code, _, said = _run("audit", "export", "--call", call, "--out", out, "--data-dir", str(data_dir))
    assert (code, "restore it from its backup" in said) == (3, True)


def test_the_end_of_a_hold_erases_no_call_whose_month_key_is_lost(log: AuditLog) -> None:
    call = _call(log)
    path = _month_file(log, call)
    hold_call(log, call, WORD)
    kept = path.read_bytes()
    path.unlink()
    assert [(one.ek, one.kek) for one in month_keys(log) if one.missing] == [(path.name, None)]
    assert read_call(log.data_dir, call)[1].body == {"text": "hello"}
    assert not release_call(log, call, WORD)
    path.write_bytes(kept)
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert read_call(log.data_dir, call)[1].body == {"text": "hello"}


def test_a_key_that_is_lost_for_good_may_be_destroyed_on_record(log: AuditLog, data_dir: Path) -> None:
    call = _call(log)
    path = _month_file(log, call)
    path.unlink()
    assert destroy_month_key(log, path.name, WORD) == 1
    assert log.keyring.lost() == []
    assert all(entry.body is None for entry in read_call(data_dir, call))


def test_a_rotation_stops_at_a_lost_kek(log: AuditLog, data_dir: Path) -> None:
    _call(log)
    (data_dir / "keys" / "kek").unlink()
    with pytest.raises(KeyFileError, match=r"keys/kek is missing; restore"):
        rotate_kek(log)


def test_a_witness_that_has_cosigned_makes_no_second_key(log: AuditLog, tmp_path: Path, clock: Now) -> None:
    folder = tmp_path / "witness"
    (folder / "last").mkdir(parents=True)
    (folder / "last" / "log").write_bytes(log.publish().note)
    policy = parse_policy((log.data_dir / "trust" / "policy").read_bytes())
    with pytest.raises(KeyFileError, match=r"witness.key is missing; restore"):
        Witness(folder, policy, name="w/1", now=clock)
