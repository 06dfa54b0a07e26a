"""Telephones that other people wrote: baresip as a person uses it, sipp as a carrier's test bench does."""

import asyncio
import json
import shutil
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.line.raw_caller import HOST

needs_sipp = pytest.mark.skipif(
    shutil.which("sipp") is None, reason="sipp is not installed (Debian: sip-tester)"
)
needs_baresip = pytest.mark.skipif(
    shutil.which("baresip") is None, reason="baresip is not installed (Debian: baresip-core)"
)

needs_linphone = pytest.mark.skipif(
    shutil.which("linphonec") is None, reason="linphonec is not installed (Debian: linphone-cli)"
)

_SIPP_SCENARIO = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="keys">
<send retrans="500"><![CDATA[
INVITE sip:agent@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:ann@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
To: <sip:agent@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:ann@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=ann 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 0 96
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
]]></send>
<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="200" rrs="true"/>
<send><![CDATA[
ACK sip:agent@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:ann@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
To: <sip:agent@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
ACTIONS
<send retrans="500"><![CDATA[
BYE sip:agent@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:ann@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
To: <sip:agent@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
</scenario>
"""


def pause(seconds: float) -> str:
    return f'<pause milliseconds="{round(seconds * 1000)}"/>'


def keys(digits: str) -> str:
    """Press DIGITS and wait until they are through: sipp needs 0.4 s for each, and drops what comes before."""
    return f'<nop><action><exec play_dtmf="{digits}"/></action></nop>' + pause(0.42 * len(digits) + 0.6)


AUDIO = '<nop><action><exec play_pcap_audio="/usr/share/sip-tester/g711a.pcap"/></action></nop>'


async def sipp(line: tuple[str, int], folder: Path, *actions: str) -> int:
    """Dial once, carry out ACTIONS, hang up; 0 when every answer was the expected one."""
    scenario = folder / "scenario.xml"
    await asyncio.to_thread(scenario.write_text, _SIPP_SCENARIO.replace("ACTIONS", "\n".join(actions)))
    process = await asyncio.create_subprocess_exec(
        "sipp", f"{line[0]}:{line[1]}", "-sf", str(scenario), "-m", "1", "-i", HOST, "-mi", HOST, "-nostdin",
        "-timeout", "60s",
        cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    return await process.wait()


_BARESIP_CONFIG = """poll_method epoll
sip_listen 127.0.0.1:{sip}
call_local_timeout 120
call_max_calls 4
audio_player aubridge,nil
audio_source aufile,{folder}/in.wav
audio_alert aufile,{folder}/alert.wav
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
audio_txmode thread
rtp_ports {rtp}
jitter_buffer_delay 5-10
module_path /usr/lib/baresip/modules
module stdio.so
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
snd_path {folder}
"""


@dataclass
class Baresip:
    """A baresip without a head, told what to do over its control port. It takes the port after its SIP port as well."""

    folder: Path
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def tell(self, command: str, parameters: str = "") -> None:
        told = json.dumps({"command": command, "params": parameters, "token": "t"})
        self.writer.write(f"{len(told)}:{told},".encode())
        await self.writer.drain()

    def heard(self) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        """What came out of its ear, at 8 kHz."""
        return _samples(next(self.folder.glob("dump-*-dec.wav")))


def _samples(path: Path) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    raw = path.read_bytes()
    return np.frombuffer(
        raw[44 : 44 + (len(raw) - 44) // 2 * 2], dtype="<i2"
    )  # its header is finished at the end only


def write_tone(path: Path, hz: float, *, seconds: float = 30.0) -> None:
    at = np.arange(round(8_000 * seconds)) / 8_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes((8_000 * np.sin(2 * np.pi * hz * at)).astype("<i2").tobytes())


def _set_up(folder: Path, *, sip: int, rtp: str, control: int, tone_hz: float, account: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_tone(folder / "in.wav", tone_hz)
    write_tone(folder / "alert.wav", 0.0, seconds=1)
    (folder / "config").write_text(_BARESIP_CONFIG.format(folder=folder, sip=sip, rtp=rtp, control=control))
    (folder / "accounts").write_text(
        f"<sip:bob@127.0.0.1:{sip}>;regint=0;audio_codecs=PCMU/8000/1,PCMA/8000/1;dtmfmode=rtpevent{account}\n"
    )


@asynccontextmanager
async def baresip(
    folder: Path, *, sip: int, rtp: str, control: int, tone_hz: float = 0.0, account: str = ""
) -> AsyncIterator[Baresip]:
    _set_up(folder, sip=sip, rtp=rtp, control=control, tone_hz=tone_hz, account=account)
    process = await asyncio.create_subprocess_exec(
        "baresip", "-f", str(folder),
        cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        stdin=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        reader, writer = await _control_of(control)
        try:
            yield Baresip(folder, reader, writer)
        finally:
            with suppress(OSError):
                writer.close()
                await writer.wait_closed()
    finally:
        with suppress(ProcessLookupError):  # it may have gone of its own
            process.terminate()
        await process.wait()


async def _control_of(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for _ in range(100):
        with suppress(OSError):
            return await asyncio.open_connection(HOST, port)
        await asyncio.sleep(0.1)
    raise AssertionError("baresip did not start")


_LINPHONE_CONFIG = """[sip]
sip_port=15290
sip_tcp_port=-1
sip_tls_port=-1
use_info=0
use_ipv6=0
use_rfc2833=1
media_encryption=none
[rtp]
audio_rtp_port=17500
[net]
mtu=1300
[video]
enabled=0
"""


@dataclass
class Linphone:
    """A linphonec without a head, told what to do line by line; it takes its time."""

    folder: Path
    stdin: asyncio.StreamWriter

    async def tell(self, command: str) -> None:
        self.stdin.write(f"{command}\n".encode())
        await self.stdin.drain()

    def heard(self) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        return _samples(self.folder / "out.wav")


@asynccontextmanager
async def linphone(folder: Path, *, tone_hz: float) -> AsyncIterator[Linphone]:
    _set_up_linphone(folder, tone_hz)
    process = await asyncio.create_subprocess_exec(
        "linphonec", "-c", str(folder / "linphonerc"),
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdin is not None
    phone = Linphone(folder, process.stdin)
    try:
        await asyncio.sleep(1.0)
        for command in ("soundcard use files", f"play {folder}/in.wav", f"record {folder}/out.wav"):
            await phone.tell(command)
        yield phone
    finally:
        with suppress(ProcessLookupError):  # it may have gone of its own
            process.terminate()
        await process.wait()


def _set_up_linphone(folder: Path, tone_hz: float) -> None:
    (folder / ".local/share/linphone").mkdir(parents=True)
    (folder / "linphonerc").write_text(_LINPHONE_CONFIG)
    write_tone(folder / "in.wav", tone_hz)
