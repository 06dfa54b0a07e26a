"""Whoever wraps the month keys: they open again, nothing else opens them, and no call waits for a service."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from audit import AuditLog, open_log, read_call
from audit.crypto.keys import MonthKey
from audit.errors import KeyFileError, KeyServiceError, SealBrokenError
from audit.month_keys import month_keys, rotate_kek
from audit.passphrase import use_passphrase
from audit.providers import GivenKek, KeyProvider, use_provider
from audit.providers_aws import KmsKeys
from audit.providers_vault import VaultKeys
from tests.audit.conftest import Clock
from tests.audit.services import KmsHandler, Service, VaultHandler, serving

KINDS = ("environment", "vault", "aws")


@pytest.fixture(autouse=True)
def no_provider_is_left() -> Iterator[None]:
    yield
    use_provider(None)
    use_passphrase(lambda: None)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture(params=KINDS)
def provider(request: pytest.FixtureRequest, service: Service) -> Iterator[KeyProvider]:
    with ExitStack() as stack:
        yield _provider(request.param, service, stack)


def _provider(kind: str, service: Service, stack: ExitStack) -> KeyProvider:
    if kind == "environment":
        return GivenKek(b"\x01" * 32, b"\x02" * 32)
    handler = VaultHandler if kind == "vault" else KmsHandler
    service.url = stack.enter_context(serving(handler, service))
    if kind == "vault":
        return VaultKeys(service.url, "token", "calls")
    return KmsKeys(
        "alias/calls",
        region="eu-central-1",
        endpoint=service.url,
        aws_access_key_id="id",
        aws_secret_access_key="secret",
    )


def _call(log: AuditLog, words: str = "hello") -> str:
    segment = log.open_segment(jurisdiction="US-TX", retention="call")
    segment.append("turn.caller", {"text": words})
    segment.close({"reason": "hangup"})
    return segment.call


def test_a_month_key_opens_again_and_only_under_its_own_name(provider: KeyProvider) -> None:
    key, other = MonthKey.generate(), MonthKey.generate()
    kek_id, blob = provider.wrap(key)
    assert provider.knows(kek_id)
    assert key.private not in blob
    assert provider.unwrap(kek_id, key.ek, blob).private == key.private
    with pytest.raises(SealBrokenError):
        provider.unwrap(kek_id, other.ek, blob)


def test_calls_are_written_and_read_under_every_provider(
    provider: KeyProvider, data_dir: Path, clock: Clock
) -> None:
    use_provider(provider)
    with closing(open_log(data_dir, now=clock)) as log:
        call = _call(log)
        assert {one.kek for one in month_keys(log)} == {provider.describe().kek_id}
    assert read_call(data_dir, call)[1].body == {"text": "hello"}
    assert not (data_dir / "keys" / "kek").exists(), "no second key that opens the same"


def test_a_rotation_moves_month_keys_and_touches_no_entry(
    provider: KeyProvider, service: Service, data_dir: Path, clock: Clock
) -> None:
    use_provider(provider)
    with closing(open_log(data_dir, now=clock)) as log:
        call = _call(log)
        before = {path.name: path.read_bytes() for path in (data_dir / "keys" / "months").iterdir()}
        _, new, count = rotate_kek(log)
        assert count >= 1
        after = {path.name: path.read_bytes() for path in (data_dir / "keys" / "months").iterdir()}
        assert all(after[name] != before[name] for name in before)
    if provider.describe().kind == "environment":
        use_provider(GivenKek(b"\x02" * 32))  # the administrator puts it in the place of the old one
    assert new.startswith(("env-", "vault:", "aws:"))
    assert read_call(data_dir, call)[1].body == {"text": "hello"}


@pytest.mark.parametrize("kind", ["vault", "aws"])
def test_an_outage_of_the_key_service_stops_no_call(
    kind: str, service: Service, data_dir: Path, clock: Clock
) -> None:
    with ExitStack() as stack:
        use_provider(_provider(kind, service, stack))
        with closing(open_log(data_dir, now=clock)) as log:
            first = _call(log)
        open_log(data_dir, now=clock).close()  # a start makes the keys of the next month ahead
    service.asked.clear()
    with closing(open_log(data_dir, now=clock)) as log:  # nobody listens any more
        _call(log, "while it was down")
        clock.at += timedelta(days=20)  # and it is still down in the next month
        _call(log, "in the next month")
        assert log.keyring.lost() == []
    assert service.asked == []
    with pytest.raises(KeyServiceError, match="does not answer"):
        read_call(data_dir, first)
    with ExitStack() as stack:
        again = _provider(kind, service, stack)
        use_provider(again)
        assert read_call(data_dir, first)[1].body == {"text": "hello"}


@pytest.mark.parametrize("kind", ["vault", "aws"])
def test_a_call_asks_no_key_service(kind: str, service: Service, data_dir: Path, clock: Clock) -> None:
    with ExitStack() as stack:
        use_provider(_provider(kind, service, stack))
        with closing(open_log(data_dir, now=clock)) as log:
            _call(log)
            service.asked.clear()
            for _ in range(3):
                _call(log)
            assert service.asked == []


@pytest.mark.parametrize("kind", ["vault", "aws"])
def test_a_service_that_refuses_is_named_and_nothing_is_called_lost(
    kind: str, service: Service, data_dir: Path, clock: Clock
) -> None:
    with ExitStack() as stack:
        use_provider(_provider(kind, service, stack))
        with closing(open_log(data_dir, now=clock)) as log:
            call = _call(log)
            service.refuses = 403 if kind == "vault" else 400
            with pytest.raises(KeyServiceError, match="refuses"):
                read_call(data_dir, call)
            assert not any(one.missing for one in month_keys(log))


def test_keys_of_a_file_move_to_a_service_by_one_rotation(
    service: Service, data_dir: Path, clock: Clock
) -> None:
    with closing(open_log(data_dir, now=clock)) as log:
        call = _call(log)
    with ExitStack() as stack:
        use_provider(_provider("vault", service, stack))
        with closing(open_log(data_dir, now=clock)) as log:
            rotate_kek(log)
        (data_dir / "keys" / "kek").unlink()
        assert read_call(data_dir, call)[1].body == {"text": "hello"}


def test_a_passphrase_seals_the_key_file(data_dir: Path, clock: Callable[[], datetime]) -> None:
    use_passphrase(lambda: "correct horse")
    with closing(open_log(data_dir, now=clock)) as log:
        call = _call(log)
    assert "scrypt:" in (data_dir / "keys" / "kek").read_text()
    assert read_call(data_dir, call)[1].body == {"text": "hello"}
    use_passphrase(lambda: "wrong")
    with pytest.raises(KeyFileError, match="does not open"):
        read_call(data_dir, call)
    use_passphrase(lambda: None)
    with pytest.raises(KeyFileError, match="SECURE_AGENT_KEY_PASSPHRASE"):
        read_call(data_dir, call)
    use_passphrase(lambda: None, prompt=lambda: "correct horse")
    assert read_call(data_dir, call)[1].body == {"text": "hello"}


@pytest.mark.parametrize("text", ["", "short", b64encode(b"31" * 15).decode(), "not base64 !"])
def test_a_key_from_the_environment_is_32_bytes_or_refused(text: str) -> None:
    with pytest.raises(KeyFileError, match="base64 of 32 bytes") as refused:
        GivenKek.from_text(text)
    assert not text or text not in str(refused.value)
