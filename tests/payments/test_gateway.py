"""The gateway against a real stub process over real sockets, on a real clock and on the virtual one."""

import asyncio
import gc
import logging
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import orjson
import pytest

from secure_agent.payments.errors import PaymentMisuseError
from secure_agent.payments.gateway import Charged, Declined, PaymentGateway, Tokenized, Unavailable, Why
from secure_agent.payments.http_gateway import HttpGateway
from secure_agent.payments.stub import StubProcess, start_stub
from secure_agent.simulation.virtual_time import VirtualTimeLoop
from tests.payments.cards import card

NUMBER = "4242424242424242"
KEY = "key-tokenize-a"


@pytest.fixture(scope="module")
def stub() -> Iterator[StubProcess]:
    with start_stub() as running:
        yield running


def gateway_to(stub: StubProcess, timeout_s: float = 5.0) -> PaymentGateway:
    return HttpGateway(stub.base_url, timeout_s=timeout_s)


def charges(stub: StubProcess) -> list[dict[str, object]]:
    with urllib.request.urlopen(f"{stub.base_url}/v1/charges") as answer:  # noqa: S310 - our own address
        found: list[dict[str, object]] = orjson.loads(answer.read())["charges"]
        return found


async def test_a_good_card_is_tokenised_and_charged_once(stub: StubProcess) -> None:
    gateway = gateway_to(stub)
    before = len(charges(stub))
    token = await gateway.tokenize(card(), idempotency_key="key-good-card")
    assert isinstance(token, Tokenized)
    assert token.last4 == "4242"
    first = await gateway.charge(
        token.token, amount_minor=4200, currency="USD", idempotency_key="key-good-charge"
    )
    again = await gateway.charge(
        token.token, amount_minor=4200, currency="USD", idempotency_key="key-good-charge"
    )
    assert isinstance(first, Charged)
    assert first == again
    assert len(charges(stub)) == before + 1
    assert charges(stub)[-1] == {"charge": first.charge, "amount_minor": 4200, "currency": "USD"}


@pytest.mark.parametrize("number", ["378282246310005", "6304000000000000", "5555555555554444"])
async def test_any_other_card_number_is_accepted(stub: StubProcess, number: str) -> None:
    code = "1234" if number.startswith("37") else "123"
    token = await gateway_to(stub).tokenize(card(number, code=code), idempotency_key=f"key-card-{number[:4]}")
    assert isinstance(token, Tokenized)
    assert token.last4 == number[-4:]


async def test_the_declined_card_gets_a_token_and_no_charge(stub: StubProcess) -> None:
    gateway = gateway_to(stub)
    token = await gateway.tokenize(card("4000000000000002"), idempotency_key="key-declined")
    assert isinstance(token, Tokenized)
    answer = await gateway.charge(
        token.token, amount_minor=1, currency="EUR", idempotency_key="key-declined-c"
    )
    assert answer == Declined("card_declined")


async def test_no_answer_is_a_time_out_after_the_time_that_was_set(stub: StubProcess) -> None:
    began_s = time.monotonic()
    answer = await gateway_to(stub, 0.3).tokenize(card("4000000000000119"), idempotency_key="key-silent")
    assert answer == Unavailable(Why.TIMEOUT, may_have_acted=True)
    assert 0.25 < time.monotonic() - began_s < 2.0


async def test_a_malformed_answer_is_a_value_too(stub: StubProcess) -> None:
    answer = await gateway_to(stub).tokenize(card("4000000000000341"), idempotency_key="key-nonsense")
    assert answer == Unavailable(Why.MALFORMED, may_have_acted=True)


async def test_a_card_that_was_wiped_before_it_was_sent_is_not_sent(stub: StubProcess) -> None:
    gone = card()
    gone.wipe()
    answer = await gateway_to(stub).tokenize(gone, idempotency_key=KEY)
    assert answer == Unavailable(Why.WIPED, may_have_acted=False)


async def test_a_charge_with_a_used_key_and_another_amount_is_not_made(stub: StubProcess) -> None:
    gateway = gateway_to(stub)
    token = await gateway.tokenize(card(), idempotency_key="key-conflict")
    assert isinstance(token, Tokenized)
    await gateway.charge(token.token, amount_minor=100, currency="USD", idempotency_key="key-conflict-c")
    before = len(charges(stub))
    other = await gateway.charge(
        token.token, amount_minor=900, currency="USD", idempotency_key="key-conflict-c"
    )
    assert isinstance(other, Unavailable)
    assert len(charges(stub)) == before


def test_a_processor_that_is_down_cannot_have_acted() -> None:
    with start_stub(mode="down") as stub:
        answer = asyncio.run(gateway_to(stub).tokenize(card(), idempotency_key=KEY))
    assert answer == Unavailable(Why.DOWN, may_have_acted=False)


def test_a_slow_processor_is_a_time_out() -> None:
    with start_stub(mode="slow") as stub:
        answer = asyncio.run(gateway_to(stub, 0.3).tokenize(card(), idempotency_key=KEY))
    assert answer == Unavailable(Why.TIMEOUT, may_have_acted=True)


def test_a_processor_that_answers_nonsense_is_unavailable() -> None:
    with start_stub(mode="malformed") as stub:
        answer = asyncio.run(gateway_to(stub).tokenize(card(), idempotency_key=KEY))
    assert answer == Unavailable(Why.MALFORMED, may_have_acted=True)


def test_a_charge_whose_answer_was_lost_is_repeated_with_its_own_key_and_made_once() -> None:
    async def pay(gateway: PaymentGateway) -> Charged | Declined | Unavailable:
        lost = await gateway.tokenize(card(), idempotency_key=KEY)
        assert lost == Unavailable(Why.DOWN, may_have_acted=True)
        token = await gateway.tokenize(card(), idempotency_key=KEY)
        assert isinstance(token, Tokenized)
        return await gateway.charge(
            token.token, amount_minor=4200, currency="USD", idempotency_key="key-lost"
        )

    with start_stub(mode="lossy") as stub:
        answer = asyncio.run(pay(gateway_to(stub)))
        assert isinstance(answer, Charged)
        assert [charge["charge"] for charge in charges(stub)] == [answer.charge]


def test_a_charge_whose_answers_were_all_lost_says_that_it_may_have_been_made() -> None:
    with start_stub(mode="slow") as stub:
        answer = asyncio.run(
            gateway_to(stub, 0.2).charge("tok_abcdefgh", amount_minor=1, currency="USD", idempotency_key=KEY)
        )
    assert answer == Unavailable(Why.TIMEOUT, may_have_acted=True)


@asynccontextmanager
async def answering(answer: bytes, seen: bytearray) -> AsyncIterator[StubProcess]:
    """A processor that gives ANSWER to every request, and shows what it was sent."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        seen.extend(head + await reader.readexactly(length))
        writer.write(answer)
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield StubProcess(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", None)


def http(status: str, body: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param(
            http("200 OK", b'{"token": "tok_4242424242424242", "last4": "4242"}'),
            Why.MALFORMED,
            id="card as token",
        ),
        pytest.param(
            http("200 OK", b'{"token": "tok_abcdefgh", "last4": "0002"}'), Why.MALFORMED, id="another card"
        ),
        pytest.param(http("200 OK", b'["tok_abcdefgh"]'), Why.MALFORMED, id="not an object"),
        pytest.param(http("200 OK", b"<html>"), Why.MALFORMED, id="not JSON"),
        pytest.param(http("200 OK", b'{"x": "' + b"a" * 100_000 + b'"}'), Why.MALFORMED, id="far too long"),
        pytest.param(http("302 Found", b""), Why.MALFORMED, id="redirect"),
        pytest.param(
            http("402 No", b'{"error": {"code": "4242424242424242"}}'), Why.MALFORMED, id="digits as reason"
        ),
        pytest.param(http("401 No", b"{}"), Why.MALFORMED, id="refused"),
        pytest.param(http("503 Busy", b""), Why.DOWN, id="server error"),
        pytest.param(b"nonsense\r\n\r\n", Why.MALFORMED, id="not HTTP"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{", Why.MALFORMED, id="cut off"),
        pytest.param(b"", Why.DOWN, id="connection closed"),
    ],
)
async def test_every_other_answer_is_unavailable_and_never_an_exception(answer: bytes, outcome: Why) -> None:
    async with answering(answer, bytearray()) as stub:
        assert await gateway_to(stub).tokenize(card(), idempotency_key=KEY) == Unavailable(
            outcome, may_have_acted=True
        )


async def test_digits_are_in_the_body_of_the_request_and_nowhere_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.NOTSET)
    asyncio.get_running_loop().set_debug(True)
    seen = bytearray()
    async with answering(http("500 Oops", b""), seen) as stub:
        await gateway_to(stub).tokenize(card(), idempotency_key=KEY)
    head, _, body = bytes(seen).partition(b"\r\n\r\n")
    assert body == b'{"number":"4242424242424242","expiry":"1230","code":"123"}'
    assert b"4242" not in head
    assert b"POST /v1/tokens HTTP/1.1" in head
    assert "4242" not in caplog.text
    assert not any("4242" in repr(vars(record)) for record in caplog.records)


def test_after_tokenising_the_memory_of_the_process_holds_neither_number_nor_code(stub: StubProcess) -> None:
    program = f"""
import asyncio, sys
from datetime import date
from secure_agent.payments.http_gateway import HttpGateway
from secure_agent.payments.pan import Card, DigitBuffer

def keyed(shifted, capacity=19):  # the digits come in disguise, one by one, or this text would be found
    buffer = DigitBuffer(capacity)
    for digit in shifted:
        buffer.push(str((int(digit) + 1) % 10))
    return buffer

card = Card(
    keyed("4094094094094099").take_pan(),
    keyed("0129").take_expiry(today=date(2026, 1, 1)),
    keyed("8765").take_code(length=4),
)
gateway = HttpGateway("{stub.base_url}", timeout_s=5)
print(asyncio.run(gateway.tokenize(card, idempotency_key="key-heap-scan")), flush=True)
if "wipe" in sys.argv:
    card.wipe()
print("ready", flush=True)
sys.stdin.read()
"""
    printed, memory = _memory_after(program, "wipe")
    assert b"tok_" in printed
    assert b"5105105105105100" not in memory
    assert b'"code":"9876' not in memory
    assert b"5105105105105100" in _memory_after(program, "keep")[1]  # the scan finds what is there


def _memory_after(program: str, choice: str) -> tuple[bytes, bytes]:
    """Run PROGRAM until it says that it is ready; return what it printed and everything it can write to."""
    command = [sys.executable, "-c", program, choice]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:  # noqa: S603 - ours
        assert child.stdout is not None
        printed = child.stdout.readline()
        assert child.stdout.readline() == b"ready\n"
        memory = bytearray()
        maps = Path(f"/proc/{child.pid}/maps").read_text().splitlines()
        with Path(f"/proc/{child.pid}/mem").open("rb", buffering=0) as mem:
            for line in maps:
                span, access, *_ = line.split()
                if access.startswith("rw") and not line.endswith(("[vvar]", "[vsyscall]")):
                    start, end = (int(part, 16) for part in span.split("-"))
                    mem.seek(start)
                    with suppress(OSError):
                        memory += mem.read(end - start)
        child.communicate()
        return printed, bytes(memory)


def test_the_gateway_works_on_the_virtual_clock_and_leaves_no_socket_behind(stub: StubProcess) -> None:
    async def pay() -> tuple[object, object, float]:
        loop = asyncio.get_running_loop()
        gateway = gateway_to(stub, 0.5)
        await asyncio.sleep(60)
        token = await gateway.tokenize(card(), idempotency_key="key-virtual-a")
        silent = await gateway.tokenize(card("4000000000000119"), idempotency_key="key-virtual-b")
        sockets = len(loop._selector.get_map())  # type: ignore[attr-defined]  # what keeps the clock real
        assert sockets == 1  # the loop's own
        await asyncio.sleep(60)
        return token, silent, loop.time()

    began_s = time.monotonic()
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        token, silent, ended_s = runner.run(pay())
    assert isinstance(token, Tokenized)
    assert silent == Unavailable(Why.TIMEOUT, may_have_acted=True)
    assert 120.5 <= ended_s < 123
    assert time.monotonic() - began_s < 5
    gc.collect()  # a forgotten transport would warn here, and warnings are errors


async def test_a_cancelled_request_leaves_no_socket_and_no_warning(stub: StubProcess) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await gateway_to(stub).tokenize(card("4000000000000119"), idempotency_key="key-cancelled")
    await asyncio.sleep(0)
    gc.collect()


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("http://payments.example.com", id="plain HTTP to elsewhere"),
        pytest.param("http://localhost:80", id="a name instead of an address"),
        pytest.param("ftp://127.0.0.1", id="no HTTP"),
        pytest.param("", id="nothing"),
    ],
)
def test_cards_are_sent_over_tls_or_to_this_machine_only(address: str) -> None:
    with pytest.raises(PaymentMisuseError):
        HttpGateway(address, timeout_s=1)


@pytest.mark.parametrize(
    ("amount_minor", "currency", "key"),
    [
        (0, "USD", KEY),
        (-1, "USD", KEY),
        (1, "usd", KEY),
        (1, "US", KEY),
        (1, "USD", "short"),
        (1, "USD", NUMBER),
    ],
)
async def test_a_charge_that_makes_no_sense_is_never_sent(
    stub: StubProcess, amount_minor: int, currency: str, key: str
) -> None:
    with pytest.raises(PaymentMisuseError):
        await gateway_to(stub).charge(
            "tok_abcdefgh", amount_minor=amount_minor, currency=currency, idempotency_key=key
        )


def test_the_stub_is_ready_at_once_and_gone_after_the_block() -> None:
    began_s = time.monotonic()
    with start_stub() as stub:
        assert time.monotonic() - began_s < 3  # 0.1 s on an idle machine
        with urllib.request.urlopen(f"{stub.base_url}/v1/health") as answer:  # noqa: S310 - our own address
            assert orjson.loads(answer.read()) == {"status": "ok"}
        pid = stub.pid
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_stub_dies_with_its_parent_however_that_dies() -> None:
    program = (
        "import sys, time\n"
        "from secure_agent.payments.stub import start_stub\n"
        "with start_stub() as stub:\n"
        "    print(stub.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:  # noqa: S603 - ours
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    deadline_s = time.monotonic() + 5
    while _alive(pid):
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 - a line of the kernel, not a file of ours
            return stat.read().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
