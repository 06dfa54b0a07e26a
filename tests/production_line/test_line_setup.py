"""`secure-agent line` against a real livekit-server: what is made, what is shown, and that twice is once."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from secure_agent.cli import app
from tests.production_line.servers import (
    KEY,
    SECRET,
    LiveKit,
    free_ports,
    livekit_server,
    running,
    running_livekit,
)

LINE = """
name: test-energy
line: company.yaml
numbers: ["+12145550100"]
allowed_addresses: ["192.0.2.0/24"]
"""


@pytest.fixture(scope="module")
def sip_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKit]:
    """A server with Redis, without which it has no trunks."""
    binary, redis = livekit_server(), shutil.which("redis-server")
    if binary is None or redis is None:
        pytest.skip("not run: no livekit-server or no redis-server; `make test-line` builds the first")
    folder = tmp_path_factory.mktemp("sip")
    (port,) = free_ports(1)
    command = (redis, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder))
    with running(command, folder / "redis.log"), running_livekit(binary, folder, redis_port=port) as server:
        yield server


def written(folder: Path, text: str = LINE) -> Path:
    (folder / "company.yaml").write_text(
        'business: "US-TX"\nhuman_queue: "tel:+12145550199"\n', encoding="utf-8"
    )
    path = folder / "phone.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def line(command: str, file: Path, *words: str, server: LiveKit | None = None) -> Result:
    env = {"SECURE_AGENT_LIVEKIT_API_KEY": KEY, "SECURE_AGENT_LIVEKIT_API_SECRET": SECRET}
    if server is not None:
        env["SECURE_AGENT_LIVEKIT_URL"] = server.url
    env["SECURE_AGENT_TRUNK_PASSWORD"] = os.environ.get("NOT_SET", "a-password-of-the-trunk")  # noqa: TID251
    return CliRunner().invoke(app, ["line", command, str(file), *words], env=env)


def test_a_line_is_made_as_its_file_says_and_a_second_time_changes_nothing(
    sip_server: LiveKit, tmp_path: Path
) -> None:
    file = written(tmp_path)
    first = line("apply", file, "--yes", "--json", server=sip_server)
    assert first.exit_code == 0, first.output
    changed = {(one["part"], one["field"]): one["wanted"] for one in json.loads(first.stdout)["changed"]}
    assert changed["trunk", "numbers"] == "+12145550100"
    assert changed["trunk", "media.encryption"] == "SIP_MEDIA_ENCRYPT_REQUIRE"
    assert changed["rule", "hide_phone_number"] == "True"
    assert changed["rule", "rule.dispatch_rule_callee.randomize"] == "True"
    assert changed["trunk", "headers_to_attributes.From"] == "trunk.from"
    again = line("apply", file, "--yes", "--json", server=sip_server)
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["changed"] == []
    assert line("show", file, server=sip_server).exit_code == 0


def test_a_changed_file_shows_the_difference_and_changes_only_that(
    sip_server: LiveKit, tmp_path: Path
) -> None:
    text = LINE.replace("test-energy", "changed-line").replace("+12145550100", "+12145550111")
    assert line("apply", written(tmp_path, text), "--yes", server=sip_server).exit_code == 0
    file = written(tmp_path, text + "ringing_timeout_s: 45\nauth_username: trunk\n")
    shown = line("show", file, "--json", server=sip_server)
    assert shown.exit_code == 1
    assert "a-password-of-the-trunk" not in shown.output
    fields = {(one["field"], one["now"], one["wanted"]) for one in json.loads(shown.stdout)["differs"]}
    assert fields == {
        ("ringing_timeout", "30s", "45s"),
        ("auth_username", "-", "trunk"),
        ("auth_password", "-", "set"),
    }
    assert line("apply", file, "--yes", server=sip_server).exit_code == 0
    assert line("show", file, server=sip_server).exit_code == 0


def test_without_a_yes_nothing_is_changed(sip_server: LiveKit, tmp_path: Path) -> None:
    file = written(tmp_path, LINE.replace("test-energy", "refused-line").replace("0100", "0122"))
    refused = line("apply", file, server=sip_server)
    assert refused.exit_code == 1
    assert line("show", file, server=sip_server).exit_code == 1


def test_a_server_that_does_not_answer_is_one_sentence_and_exit_3(tmp_path: Path) -> None:
    dead = LiveKit(f"ws://127.0.0.1:{free_ports(1)[0]}", tmp_path / "none.log", ())
    done = line("show", written(tmp_path), server=dead)
    assert done.exit_code == 3
    assert "does not answer" in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("srtp: none", "in the clear"),
        ("media_timeout_s: 10", "a caller on hold is hung up"),
        ('allowed_addresses: ["10.0.0.0/8"]', "no carrier"),
    ],
)
def test_what_is_weak_is_said(tmp_path: Path, change: str, words: str) -> None:
    key = change.partition(":")[0]
    text = "\n".join(row for row in LINE.splitlines() if not row.startswith(f"{key}:")) + f"\n{change}\n"
    done = line("check", written(tmp_path, text))
    assert done.exit_code == 0, done.output
    assert words in done.output
    assert "RFC 4733" in done.output


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: x\n", "line"),
        (LINE + "nubmers: []\n", "nubmers"),
        (LINE.replace('["192.0.2.0/24"]', "[]"), "anybody may call"),
        (LINE.replace("192.0.2.0/24", "a carrier"), "192.0.2.0/24"),
    ],
)
def test_a_wrong_file_is_one_sentence_that_names_the_key(tmp_path: Path, text: str, words: str) -> None:
    done = line("check", written(tmp_path, text))
    assert done.exit_code == 2
    assert words in done.output
    assert "Traceback" not in done.output
