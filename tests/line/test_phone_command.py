"""`secure-agent phone` as it is typed: it says how to dial, answers, and leaves with a code that means something."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from secure_agent.cli import app
from tests.line.at_once import AtOnce
from tests.line.raw_caller import raw_caller

in_real_time = AtOnce()


@asynccontextmanager
async def phone(*options: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, tuple[str, int]]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "secure_agent", "phone", "--listen", "127.0.0.1:0", "--json", *options,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={"PATH": os.defpath},
    )  # fmt: skip
    assert process.stderr is not None
    try:
        said = b""
        while b"dial sip:agent@" not in said:
            line = await process.stderr.readline()
            assert line, said.decode()
            said += line
        assert b"never for production" in said
        port = int(said.partition(b"dial sip:agent@127.0.0.1:")[2].split()[0])
        yield process, ("127.0.0.1", port)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@in_real_time.scene
async def a_call_is_answered_printed_as_one_object_and_verified() -> None:
    with _folder() as data, data as folder:
        async with (
            phone("--data-dir", folder, "--calls", "1") as (process, address),
            raw_caller(address) as caller,
        ):
            assert (await caller.invite()).status == 200
            await asyncio.sleep(0.5)
            await caller.bye()
            out, _ = await asyncio.wait_for(process.communicate(), 30)
    document = json.loads(out)
    assert document["outcome"] == "caller_hung_up"
    assert document["verified"]["code"] in (0, 3)
    assert process.returncode == 0


@in_real_time.scene
async def an_interrupt_lets_calls_end_and_takes_no_other_and_a_second_one_hangs_up() -> None:
    with _folder() as data, data as folder:
        async with (
            phone("--data-dir", folder) as (process, address),
            raw_caller(address) as one,
            raw_caller(address) as two,
            raw_caller(address) as late,
        ):
            assert (await one.invite()).status == 200
            assert (await two.invite()).status == 200
            process.send_signal(signal.SIGINT)
            await asyncio.sleep(0.3)
            assert (await late.invite()).status == 503
            await one.bye()
            assert process.returncode is None
            process.send_signal(signal.SIGINT)
            await two.asked("BYE")
            out, _ = await asyncio.wait_for(process.communicate(), 30)
    ended = [json.loads(line) for line in out.splitlines()]
    assert {document["outcome"] for document in ended} == {"caller_hung_up"}
    assert [document["verified"]["code"] in (0, 3) for document in ended] == [True, True]
    assert process.returncode == 0


def _folder() -> contextlib.AbstractContextManager[contextlib.AbstractContextManager[str]]:
    import tempfile  # noqa: PLC0415 - scenes have no fixtures

    return contextlib.nullcontext(tempfile.TemporaryDirectory())


@pytest.fixture(scope="module")
def outcomes() -> dict[str, BaseException | None]:
    return in_real_time.play()


@pytest.mark.parametrize("name", in_real_time.scenes)
def test_in_real_time(outcomes: dict[str, BaseException | None], name: str) -> None:
    if (outcome := outcomes[name]) is not None:
        raise outcome


def test_an_address_beyond_this_machine_needs_what_guards_it(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["phone", "--listen", "0.0.0.0:5060", "--data-dir", str(tmp_path)])
    assert done.exit_code == 2
    assert "SECURE_AGENT_PHONE_PASSWORD" in done.stderr


def test_a_place_that_nobody_knows_is_misuse(tmp_path: Path) -> None:
    options = ["--listen", "127.0.0.1:0", "--business", "XX", "--data-dir", str(tmp_path)]
    done = CliRunner().invoke(app, ["phone", *options])
    assert done.exit_code == 2
    assert "XX" in done.stderr


def test_a_language_without_a_voice_is_misuse(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["phone", "--language", "xx", "--data-dir", str(tmp_path)])
    assert done.exit_code == 2
    assert "offline voice" in done.stderr


def test_a_port_that_is_taken_is_said_with_another_to_try(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        done = CliRunner().invoke(app, ["phone", "--listen", listen, "--data-dir", str(tmp_path)])
    assert done.exit_code == 3
    assert "--listen" in done.stderr
