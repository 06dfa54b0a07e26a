"""The Stripe-shaped adapter against the stub's Stripe mode: the same outcomes as with the stub's own API."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from secure_agent.payments.gateway import Charged, Declined, NotCharged, Tokenized, Unavailable, Why
from secure_agent.payments.stripe import StripeGateway
from secure_agent.payments.stub import StubProcess, start_stub
from secure_agent.payments.stub_stripe import HOLDER_NUMBER
from tests.payments.cards import card

KEY = SecretStr("sk_test_loopback")


@pytest.fixture(scope="module")
def stub() -> Iterator[StubProcess]:
    with start_stub(api="stripe") as running:
        yield running


def now() -> datetime:
    return datetime.now(UTC)


def gateway_to(stub: StubProcess, *, moto: bool = False, timeout_s: float = 5.0) -> StripeGateway:
    return StripeGateway(stub.base_url, key=KEY, timeout_s=timeout_s, moto=moto)


async def token_for(gateway: StripeGateway, name: str, number: str = "4242424242424242") -> str:
    token = await gateway.tokenize(card(number), idempotency_key=f"{name}-token")
    assert isinstance(token, Tokenized)
    assert token.last4 == number[-4:]
    return token.token


async def test_a_good_card_is_tokenised_and_charged_once_however_often_it_is_asked(stub: StubProcess) -> None:
    gateway = gateway_to(stub)
    token = await token_for(gateway, "good-card")
    first, again = [
        await gateway.charge(token, amount_minor=4200, currency="USD", idempotency_key="good-card-charge")
        for _ in range(2)
    ]
    assert isinstance(first, Charged)
    assert first == again
    assert await gateway.find_charge("good-card-charge", since=now()) == first


async def test_a_declined_card_gets_a_token_and_no_charge(stub: StubProcess) -> None:
    gateway = gateway_to(stub)
    token = await token_for(gateway, "declined", "4000000000000002")
    answer = await gateway.charge(token, amount_minor=100, currency="EUR", idempotency_key="declined-charge")
    assert answer == Declined("card_declined")
    assert await gateway.find_charge("declined-charge", since=now()) == NotCharged()


async def test_a_bank_that_wants_to_see_the_holder_is_a_refusal_and_nothing_stays_open(
    stub: StubProcess,
) -> None:
    gateway = gateway_to(stub)
    token = await token_for(gateway, "holder", HOLDER_NUMBER)
    answer = await gateway.charge(token, amount_minor=100, currency="EUR", idempotency_key="holder-charge")
    assert answer == Declined("authentication_required")
    assert await gateway.find_charge("holder-charge", since=now()) == NotCharged()


async def test_a_telephone_order_needs_no_holder_where_the_account_may_make_one(stub: StubProcess) -> None:
    gateway = gateway_to(stub, moto=True)
    token = await token_for(gateway, "moto-order", HOLDER_NUMBER)
    answer = await gateway.charge(token, amount_minor=100, currency="EUR", idempotency_key="moto-charge")
    assert isinstance(answer, Charged)


async def test_a_wrong_key_is_no_answer_and_no_refusal_of_the_card(stub: StubProcess) -> None:
    gateway = StripeGateway(stub.base_url, key=SecretStr("nonsense"), timeout_s=5)
    answer = await gateway.tokenize(card(), idempotency_key="wrong-key-token")
    assert answer == Unavailable(Why.MALFORMED, may_have_acted=True)


async def test_every_first_answer_lost_still_charges_once() -> None:
    with start_stub(api="stripe", mode="lossy") as stub:
        gateway = gateway_to(stub)
        lost = await gateway.tokenize(card(), idempotency_key="lossy-token")
        assert lost == Unavailable(Why.DOWN, may_have_acted=True)
        token = await gateway.tokenize(card(), idempotency_key="lossy-token")
        assert isinstance(token, Tokenized)
        answer = await gateway.charge(
            token.token, amount_minor=4200, currency="USD", idempotency_key="lossy-charge"
        )
        assert isinstance(answer, Charged)
        assert await gateway.find_charge("lossy-charge", since=now()) == answer


async def test_an_intent_that_was_made_and_not_confirmed_is_cancelled_when_it_is_looked_for(
    stub: StubProcess,
) -> None:
    gateway = gateway_to(stub)
    token = await token_for(gateway, "half-done")
    made = await gateway._repeated(
        "v1/payment_intents",
        {
            "amount": "100",
            "currency": "usd",
            "payment_method": token,
            "metadata[reference]": "half-done-charge",
        },
        "half-done-charge",
    )
    assert isinstance(made, dict)
    assert await gateway.find_charge("half-done-charge", since=now()) == NotCharged()
    late = await gateway._confirm(made["id"], "half-done-charge")
    assert not isinstance(late, Charged)


async def test_a_charge_is_found_behind_a_hundred_others_and_not_outside_its_time(stub: StubProcess) -> None:
    gateway = gateway_to(stub)
    token = await token_for(gateway, "many-others")
    first = await gateway.charge(token, amount_minor=1, currency="USD", idempotency_key="many-first")
    for at in range(101):
        name = f"many-others-{'abcdefghijk'[at // 10]}{'abcdefghij'[at % 10]}"
        await gateway.charge(token, amount_minor=1, currency="USD", idempotency_key=name)
    assert await gateway.find_charge("many-first", since=now()) == first
    assert await gateway.find_charge("many-first", since=now() - timedelta(days=2)) == NotCharged()
