"""A checkpoint that is kept outside: it is found again, it anchors a bundle, and no sink holds up another."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from audit import AuditLog, Question, export_bundle, verify_bundle
from audit.anchors import AnchorSink, FileAnchor, GitAnchor, keep_everywhere, parse_sink
from audit.anchors_s3 import ObjectLockAnchor
from audit.errors import AuditError, AuditUnavailable
from secure_agent.cli.audit import app
from tests.audit.conftest import Clock
from tests.audit.services import serving

run = CliRunner()
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass(slots=True)
class Store:
    """A bucket with object lock: an object that is there is never replaced."""

    objects: dict[str, bytes] = field(default_factory=dict)
    locks: dict[str, tuple[str, str]] = field(default_factory=dict)
    refuses: bool = False


class StoreHandler(BaseHTTPRequestHandler):
    service: Store

    def do_PUT(self) -> None:
        key = self.path.split("?")[0]
        length = int(self.headers.get("x-amz-decoded-content-length") or self.headers["Content-Length"])
        if self.headers.get("Content-Encoding", "").startswith("aws-chunked"):
            data = self._chunked(length)
        else:
            data = self.rfile.read(length)
        if self.service.refuses:
            self._send(400, b"<Error><Code>InvalidRequest</Code></Error>")
        elif key in self.service.objects:
            self._send(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        else:
            assert self.headers["If-None-Match"] == "*"
            self.service.objects[key] = data
            lock = self.headers["x-amz-object-lock-mode"], self.headers["x-amz-object-lock-retain-until-date"]
            self.service.locks[key] = lock
            self._send(200, b"")

    def _chunked(self, length: int) -> bytes:
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        assert len(data) == length
        return data

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query)
        if "list-type" in asked:
            start = f"/{parts.path.strip('/')}/"
            keys = sorted(
                key.removeprefix(start)
                for key in self.service.objects
                if key.removeprefix(start).startswith(asked["prefix"][0])
            )
            found = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys)
            self._send(
                200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode()
            )
        else:
            self._send(200, self.service.objects[parts.path])

    def _send(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def store() -> Store:
    return Store()


def _s3(url: str) -> ObjectLockAnchor:
    return ObjectLockAnchor(
        "worm",
        "checkpoints",
        keep_for=timedelta(days=3_653),
        endpoint=url,
        now=lambda: NOW,
        aws_access_key_id="id",
        aws_secret_access_key="secret",
        region_name="eu-central-1",
    )


@pytest.fixture(params=["file", "git", "s3"])
def sink(request: pytest.FixtureRequest, tmp_path: Path, store: Store) -> Iterator[AnchorSink]:
    if request.param == "file":
        yield FileAnchor(tmp_path / "anchors" / "checkpoints")
    elif request.param == "git":
        yield GitAnchor(tmp_path / "repository")
    else:
        with serving(StoreHandler, store) as url:
            yield _s3(url)


def _call(log: AuditLog) -> str:
    segment = log.open_segment(jurisdiction="US-TX", retention="call")
    segment.append("turn.agent", {"text": "hello"})
    segment.close({"reason": "hangup"})
    return segment.call


def test_the_largest_checkpoint_is_found_again(sink: AnchorSink, log: AuditLog) -> None:
    assert sink.last(log.origin) is None
    _call(log)
    first = log.publish()
    assert sink.keep(first)
    assert not sink.keep(first), "the same one once"
    _call(log)
    second = log.publish()
    assert sink.keep(second)
    found = sink.last(log.origin)
    assert found is not None
    assert (found.note, found.size) == (second.note, second.size)
    assert sink.last("audit.other/dev/us/1") is None


def test_a_kept_checkpoint_anchors_the_log_and_shows_a_rewritten_one(
    sink: AnchorSink, log: AuditLog, data_dir: Path, tmp_path: Path, clock: Clock
) -> None:
    _call(log)
    sink.keep(log.publish())
    call = _call(log)
    done = export_bundle(data_dir, out=tmp_path / "bundle", mode="full", now=clock)
    kept = sink.last(log.origin)
    assert kept is not None
    (tmp_path / "kept").write_bytes(kept.note)
    result = verify_bundle(done.path, Question(log.origin), trust=done.trust, held=[tmp_path / "kept"])
    assert (result.exit, result.anchor, result.held_size) == (0, "held", kept.size)
    assert call


def test_objects_are_locked_in_compliance_mode_for_their_time(log: AuditLog, store: Store) -> None:
    _call(log)
    with serving(StoreHandler, store) as url:
        _s3(url).keep(log.publish())
    ((key, (mode, until)),) = store.locks.items()
    assert key == "/worm/checkpoints/audit.local_dev_us_1/0000000000000003"
    assert mode == "COMPLIANCE"
    assert until.startswith("2036-11-20")


def test_an_anchor_in_git_says_what_it_keeps(log: AuditLog, tmp_path: Path) -> None:
    _call(log)
    checkpoint = log.publish()
    GitAnchor(tmp_path / "repository").keep(checkpoint)
    said = subprocess.run(  # noqa: S603 - fixed words
        ["git", "-C", str(tmp_path / "repository"), "log", "--format=%s"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.strip() == f"{log.origin} 3 {checkpoint.root.hex()}"


def test_one_sink_that_fails_does_not_hold_up_the_next(log: AuditLog, tmp_path: Path, store: Store) -> None:
    _call(log)
    (tmp_path / "file").write_text("no folder")
    good = FileAnchor(tmp_path / "checkpoints")
    store.refuses = True
    with serving(StoreHandler, store) as url:
        refusing = _s3(url)
        said = keep_everywhere(log.publish(), [FileAnchor(tmp_path / "file" / "x"), refusing, good])
    silent = _s3("http://127.0.0.1:1")
    with pytest.raises(AuditUnavailable, match="does not answer"):
        silent.last(log.origin)
    assert [result.partition(":")[0] for result in said.values()] == ["failed", "failed", "kept"]


def test_no_personal_data_goes_to_an_anchor(log: AuditLog, tmp_path: Path) -> None:
    call = _call(log)
    FileAnchor(tmp_path / "checkpoints").keep(log.publish())
    kept = (tmp_path / "checkpoints").read_bytes()
    assert call.encode() not in kept
    assert len(kept) < 400


def test_an_administrator_keeps_and_an_auditor_takes_back(
    log: AuditLog, data_dir: Path, tmp_path: Path
) -> None:
    _call(log)
    log.close()
    place = f"file:{tmp_path / 'checkpoints'}"
    put = ["anchor", "put", "--to", place, "--to", f"git:{tmp_path / 'repository'}"]
    done = run.invoke(app, [*put, "--data-dir", str(data_dir), "--json"])
    assert done.exit_code == 0, done.stderr
    assert set(json.loads(done.stdout)["anchors"].values()) == {"kept"}
    taken = run.invoke(app, ["anchor", "get", "--from", place, "--out", str(tmp_path / "kept")])
    assert taken.exit_code == 0
    assert (tmp_path / "kept").read_bytes().startswith(b"audit.local/dev/us/1\n")
    assert (
        run.invoke(app, ["anchor", "get", "--from", place, "--log", "audit.x/y/z/1", "--out", "x"]).exit_code
        == 3
    )
    with pytest.raises(AuditError, match="file:PATH"):
        parse_sink("ftp:x", keep_for=timedelta(days=1), now=lambda: NOW)
    with closing(log):
        pass
