"""A digit gate in front of the agent: real rooms on two servers, real keys, and what each process saw."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from livekit import api, rtc

from audit import list_calls, read_call
from secure_agent.gate.protocol import CALLER, TAKE_CARD, TRANSFER, CardTaken, Transferred
from tests.loopback.conversation import Calls
from tests.loopback.vendors import Vendors, loopback_vendors
from tests.production_line.lines import CALLED, NUMBER, agrees, closed_calls, said, speech
from tests.production_line.servers import (
    COMPANY,
    KEY,
    SECRET,
    LiveKit,
    livekit_server,
    running,
    running_livekit,
    running_worker,
    wait_for_line,
)
from tests.production_line.sip_caller import SipCaller

CARD = "4242424242424242"


@pytest.fixture(scope="module")
def agents_livekit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKit]:
    """The second server: the agent's process has no key to the caller's."""
    binary = livekit_server()
    if binary is None:
        pytest.skip("not run: no livekit-server; `make test-line` builds one, or set LIVEKIT_SERVER_BIN")
    with running_livekit(binary, tmp_path_factory.mktemp("agents")) as server:
        yield server


@pytest.fixture(scope="module")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `line render-prompts` makes, once."""
    pytest.importorskip("espeakng_loader", reason="not run: prompts need the extra `phone`")
    folder = tmp_path_factory.mktemp("prompts")
    file = written_line(folder)
    command = [
        sys.executable,
        "-m",
        "secure_agent",
        "line",
        "render-prompts",
        str(file),
        "--out",
        str(folder),
    ]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    return folder


def written_line(folder: Path) -> Path:
    (folder / "company.yaml").write_text(COMPANY, encoding="utf-8")
    path = folder / "gated.yaml"
    path.write_text(
        "name: test-energy\nline: company.yaml\ncards: gate\n"
        f'numbers: ["{CALLED}"]\nallowed_addresses: ["127.0.0.0/8"]\n',
        encoding="utf-8",
    )
    return path


@dataclass(frozen=True, slots=True)
class Gated:
    livekit: LiveKit
    vendors: Vendors
    gate: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes]

    def caller(self) -> SipCaller:
        return SipCaller(
            self.livekit.url, KEY, SECRET, number=NUMBER, called=CALLED, agent="secure-agent-gate"
        )

    async def voice_said(self, words: str) -> None:
        await said(self.vendors, words)


@contextmanager
def running_gate(
    callers: LiveKit, agents: LiveKit, prompts: Path, folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """`secure-agent gate start`, ready for calls."""
    line_file = written_line(folder)
    command = (
        *(sys.executable, "-m", "secure_agent", "gate", "start", "--dev", "--line", str(line_file)),
        *("--prompts", str(prompts), "--data-dir", str(folder / "data")),
    )
    settings = {
        "livekit_url": callers.url,
        "livekit_api_key": KEY,
        "livekit_api_secret": SECRET,
        "gate_agents_url": agents.url,
        "gate_agents_api_key": KEY,
        "gate_agents_api_secret": SECRET,
        "worker_health_port": 0,
    }
    env = {
        "PATH": os.environ["PATH"],  # noqa: TID251
        **{f"SECURE_AGENT_{name.upper()}": str(value) for name, value in settings.items()},
    }
    with running(command, folder / "gate.log", env) as gate:
        wait_for_line(folder / "gate.log", "gate ready")
        yield gate


@asynccontextmanager
async def gated(callers: LiveKit, agents: LiveKit, prompts: Path, folder: Path) -> AsyncIterator[Gated]:
    """Gate and worker write to one database here, so that one evidence holds both segments."""
    async with loopback_vendors() as vendors:
        starting_gate = running_gate(callers, agents, prompts, folder)
        gate = await asyncio.to_thread(starting_gate.__enter__)
        try:
            starting = running_worker(agents, folder, folder / "gated.yaml", vendors.settings())
            worker = await asyncio.to_thread(starting.__enter__)
            try:
                yield Gated(callers, vendors, gate, worker)
            finally:
                await asyncio.to_thread(starting.__exit__, None, None, None)
        finally:
            await asyncio.to_thread(starting_gate.__exit__, None, None, None)


async def keys_the_card(here: Gated, caller: SipCaller) -> None:
    here.vendors.conversation.model_answers(
        Calls("take_payment", {"amount_minor": 4200, "currency": "USD"}), "That is paid."
    )
    here.vendors.conversation.caller_says("I want to pay my bill")
    caller.speak(speech())
    await caller.hears_speech(timeout_s=20)
    for entry in (CARD + "#", "1230#", "123#"):
        await asyncio.sleep(1.0)
        await caller.press(entry)
    await here.voice_said("That is paid.")


async def test_a_card_is_keyed_at_the_gate_and_no_digit_reaches_the_agents_process(
    livekit: LiveKit, agents_livekit: LiveKit, prompts: Path, tmp_path: Path
) -> None:
    async with gated(livekit, agents_livekit, prompts, tmp_path) as here:
        async with here.caller() as caller:
            await agrees(here, caller)
            await keys_the_card(here, caller)
            assert await asyncio.to_thread(holds, here.worker.pid, b"take_payment")  # the search finds things
            assert not await asyncio.to_thread(holds, here.worker.pid, CARD.encode())
            assert not await asyncio.to_thread(holds, here.gate.pid, CARD.encode())  # wiped there as well
        (call,) = await closed_calls(tmp_path / "data", 1)
    entries = read_call(tmp_path / "data", call)
    by_segment = {seg: [entry.t for entry in entries if entry.header["seg"] == seg] for seg in (0, 1)}
    assert "payment.charged" in by_segment[0]
    assert "payment.charged" not in by_segment[1]
    assert "payment.by_gate" in by_segment[1]
    assert "consent.decided" in by_segment[1]
    assert files_with(tmp_path, CARD) == []
    assert CARD not in here.vendors.conversation.everything()


def files_with(folder: Path, text: str) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if text.encode() in path.read_bytes()]


def holds(pid: int, needle: bytes) -> bool:
    """Whether NEEDLE is in the writable memory of a process, where a digit would be.

    Its children are not looked at: the processor stub is one, and a processor is given the card.
    """
    maps = Path(f"/proc/{pid}/maps").read_text("ascii", "replace")
    with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for start, end in re.findall(r"^([0-9a-f]+)-([0-9a-f]+) rw", maps, re.MULTILINE):
            try:
                memory.seek(int(start, 16))
                if needle in memory.read(int(end, 16) - int(start, 16)):
                    return True
            except (OSError, ValueError, OverflowError):
                continue
    return False


async def test_an_agent_that_dies_behind_the_gate_leaves_the_caller_a_sentence_and_a_closed_record(
    livekit: LiveKit, agents_livekit: LiveKit, prompts: Path, tmp_path: Path
) -> None:
    async with gated(livekit, agents_livekit, prompts, tmp_path) as here:
        async with here.caller() as caller:
            await agrees(here, caller)
            os.killpg(here.worker.pid, signal.SIGKILL)
            async with asyncio.timeout(60):  # the server notices a dead participant after twenty seconds
                await caller.ended.wait()
        entries = await gate_entries(tmp_path)
    assert "call.error" in entries
    assert entries.count("script.played") >= 1
    assert entries[-1] == "segment.close"


async def test_without_an_agents_server_nobody_is_left_ringing_and_the_record_says_why(
    livekit: LiveKit, prompts: Path, tmp_path: Path
) -> None:
    dead = LiveKit("ws://127.0.0.1:9", tmp_path / "none.log", ())
    with running_gate(livekit, dead, prompts, tmp_path):
        caller = SipCaller(
            livekit.url,
            KEY,
            SECRET,
            number=NUMBER,
            called=CALLED,
            agent="secure-agent-gate",
            ringing_timeout_s=60,
        )
        ringing = asyncio.create_task(caller.__aenter__())  # noqa: TID251 - it never answers
        async with asyncio.timeout(60):
            await caller.ended.wait()
        ringing.cancel()
        entries = await gate_entries(tmp_path)
    assert entries[-3:] == ["call.error", "call.ended", "segment.close"]


async def test_an_agent_that_was_taken_over_may_not_send_the_caller_anywhere(
    livekit: LiveKit, agents_livekit: LiveKit, prompts: Path, tmp_path: Path
) -> None:
    """Whoever asks the gate for a card or a transfer is an agent, and the only address is the line's own."""
    async with gated(livekit, agents_livekit, prompts, tmp_path) as here, here.caller():
        await here.voice_said("May we record this call")
        (call,) = list_calls(tmp_path / "data")
        stranger = await joined(agents_livekit, f"call_{call.call}")
        transfer = await stranger.local_participant.perform_rpc(
            destination_identity=CALLER, method=TRANSFER, payload='{"address": "tel:+12145550199"}'
        )
        card = await stranger.local_participant.perform_rpc(
            destination_identity=CALLER, method=TAKE_CARD, payload='{"amount_minor": 1, "currency": "USD"}'
        )
        await stranger.disconnect()
    assert not Transferred.model_validate_json(transfer).done
    assert CardTaken.model_validate_json(card).status == "abandoned"
    assert "payment.started" not in await gate_entries(tmp_path)


async def joined(server: LiveKit, room_name: str) -> rtc.Room:
    token = (
        api.AccessToken(KEY, SECRET)
        .with_identity("a-stranger")
        .with_grants(api.VideoGrants(room_join=True, room=room_name))
        .to_jwt()
    )
    room = rtc.Room()
    await room.connect(server.url, token)
    return room


async def gate_entries(folder: Path) -> list[str]:
    (call,) = list_calls(folder / "data")
    async with asyncio.timeout(10):
        while True:
            kinds = [one.t for one in read_call(folder / "data", call.call) if one.header["seg"] == 0]
            if kinds[-1] == "segment.close":
                return kinds
            await asyncio.sleep(0.1)


def test_a_gate_whose_prompts_say_other_words_than_the_scripts_does_not_start(
    prompts: Path, tmp_path: Path
) -> None:
    stale = tmp_path / "prompts"
    shutil.copytree(prompts / "en", stale / "en")
    (stale / "en" / "pay_number.wav").unlink()
    command = [
        *(
            sys.executable,
            "-m",
            "secure_agent",
            "gate",
            "start",
            "--dev",
            "--line",
            str(written_line(tmp_path)),
        ),
        *("--prompts", str(stale), "--data-dir", str(tmp_path / "data")),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)  # noqa: S603
    assert done.returncode == 3
    assert "pay_number.wav is missing" in done.stderr
    assert "Traceback" not in done.stderr
