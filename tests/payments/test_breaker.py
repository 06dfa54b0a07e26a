"""The rest that a failing processor gets: whose card is sent, whose is not, and when it is tried again."""

from datetime import UTC, datetime

from secure_agent.payments.breaker import Breaker
from secure_agent.payments.gateway import Charged, NotCharged, PaymentGateway, Tokenized, Unavailable, Why
from secure_agent.payments.http_gateway import HttpGateway
from secure_agent.payments.stub import start_stub
from tests.payments.cards import card

RESTING = Unavailable(Why.RESTING, may_have_acted=False)
NOW = datetime(2026, 11, 20, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at_s = 100.0

    def __call__(self) -> float:
        return self.at_s


def resting_gateway(url: str, clock: Clock) -> PaymentGateway:
    return Breaker(HttpGateway(url, timeout_s=5), clock=clock, failures=3, rest_s=30)


async def fail(gateway: PaymentGateway, times: int, name: str = "down") -> None:
    for at in range(times):
        answer = await gateway.tokenize(card(), idempotency_key=f"key-{name}-{'abcdefgh'[at]}")
        assert answer == Unavailable(Why.DOWN, may_have_acted=False)


async def test_after_three_failures_in_a_row_no_card_is_sent_for_half_a_minute() -> None:
    clock = Clock()
    with start_stub(mode="down") as stub:
        gateway = resting_gateway(stub.base_url, clock)
        await fail(gateway, 3)
        assert await gateway.tokenize(card(), idempotency_key="key-fourth") == RESTING
        clock.at_s += 29
        assert await gateway.tokenize(card(), idempotency_key="key-fifth") == RESTING


async def test_then_one_card_is_tried_and_if_it_fails_the_rest_begins_again() -> None:
    clock = Clock()
    with start_stub(mode="down") as stub:
        gateway = resting_gateway(stub.base_url, clock)
        await fail(gateway, 3)
        clock.at_s += 31
        await fail(gateway, 1, "trial")
        assert await gateway.tokenize(card(), idempotency_key="key-other") == RESTING


async def test_an_answer_ends_the_rest_and_a_refused_card_is_an_answer() -> None:
    clock = Clock()
    with start_stub() as good, start_stub(mode="down") as bad:
        gateway = Breaker(HttpGateway(bad.base_url, timeout_s=5), clock=clock)
        await fail(gateway, 3)
        clock.at_s += 31
        gateway._gateway = HttpGateway(good.base_url, timeout_s=5)
        assert isinstance(await gateway.tokenize(card(), idempotency_key="key-mended"), Tokenized)
        assert not gateway.resting
        assert isinstance(await gateway.tokenize(card(), idempotency_key="key-mended-b"), Tokenized)


async def test_two_failures_and_an_answer_are_no_reason_to_rest() -> None:
    clock = Clock()
    with start_stub() as good, start_stub(mode="down") as bad:
        gateway = Breaker(HttpGateway(bad.base_url, timeout_s=5), clock=clock)
        await fail(gateway, 2)
        gateway._gateway = HttpGateway(good.base_url, timeout_s=5)
        await gateway.tokenize(card(), idempotency_key="key-between")
        gateway._gateway = HttpGateway(bad.base_url, timeout_s=5)
        await fail(gateway, 2, "again")
        assert not gateway.resting


async def test_a_token_just_given_is_charged_and_a_lost_charge_is_looked_for_while_new_cards_wait() -> None:
    clock = Clock()
    with start_stub() as good, start_stub(mode="down") as bad:
        gateway = Breaker(HttpGateway(good.base_url, timeout_s=5), clock=clock)
        token = await gateway.tokenize(card(), idempotency_key="key-token-x")
        assert isinstance(token, Tokenized)
        gateway._gateway = HttpGateway(bad.base_url, timeout_s=5)
        await fail(gateway, 3)
        gateway._gateway = HttpGateway(good.base_url, timeout_s=5)
        assert gateway.resting
        charged = await gateway.charge(
            token.token, amount_minor=100, currency="USD", idempotency_key="key-charge-x"
        )
        assert isinstance(charged, Charged)
        assert await gateway.find_charge("key-unknown", since=NOW) == NotCharged()
