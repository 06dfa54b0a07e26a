"""Card data stays inside its types, and is gone once wiped."""

import copy
import dataclasses
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_agent.payments.errors import PaymentMisuseError
from secure_agent.payments.pan import Brand, Card, DigitBuffer, Pan
from tests.payments.cards import TODAY, card, keyed

NUMBER = "4242424242424242"


def pan(digits: str = NUMBER) -> Pan:
    number = keyed(digits).take_pan()
    assert number is not None
    return number


SECRETS = [
    pytest.param(lambda: keyed(NUMBER), id="digits being keyed"),
    pytest.param(lambda: card().number, id="card number"),
    pytest.param(lambda: card().expiry, id="expiry"),
    pytest.param(lambda: card().code, id="security code"),
    pytest.param(card, id="whole card"),
]


@pytest.mark.parametrize("make", SECRETS)
def test_no_way_of_printing_a_secret_shows_a_digit(
    make: Callable[[], Any], caplog: pytest.LogCaptureFixture
) -> None:
    secret = make()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("t").warning("%s %r", secret, secret, extra={"secret": secret})
    try:
        raise ValueError(secret)  # noqa: TRY301 - what a careless raise would show
    except ValueError:
        shown = traceback.format_exc()
    printed = [str(secret), repr(secret), f"{secret}", f"{secret!r:>40}", "{}".format(secret), caplog.text]  # noqa: UP032
    printed += [str([secret]), str({"secret": secret}), shown, str(vars(caplog.records[0])["secret"])]
    assert not any(run in text for text in printed for run in ("4242", "1230", "123"))


@pytest.mark.parametrize("make", SECRETS)
@pytest.mark.parametrize(
    "take_out",
    [
        pytest.param(pickle.dumps, id="pickle"),
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deep copy"),
        pytest.param(json.dumps, id="json"),
        pytest.param(orjson.dumps, id="orjson"),
        pytest.param(vars, id="vars"),
        pytest.param(int, id="int"),
        pytest.param(bytes, id="bytes"),
        pytest.param(list, id="list"),
    ],
)
def test_a_secret_is_neither_copied_nor_serialised_nor_converted(
    make: Callable[[], Any], take_out: Callable[[Any], Any]
) -> None:
    secret = make()
    if isinstance(secret, Card) and take_out is copy.copy:
        assert copy.copy(secret).number is secret.number  # a second holder of the same digits, no second copy
        return
    with pytest.raises((PaymentMisuseError, TypeError)) as raised:
        take_out(secret)
    assert "4242" not in str(raised.value)


def test_a_card_is_not_turned_into_a_dictionary() -> None:
    with pytest.raises(PaymentMisuseError):
        dataclasses.asdict(card())


def test_a_secret_has_no_hash_and_is_not_compared() -> None:
    with pytest.raises(TypeError):
        hash(pan())
    with pytest.raises(PaymentMisuseError):
        assert pan() == pan()
    with pytest.raises(PaymentMisuseError):
        assert pan() == NUMBER


def test_a_wiped_card_shows_nothing_even_through_views_given_out_before() -> None:
    paid = card()
    view = paid.number.reveal()
    assert view == NUMBER.encode()
    paid.wipe()
    assert paid.wiped
    assert set(view) == {0}
    assert not paid.number.reveal()
    with pytest.raises(PaymentMisuseError):
        _ = paid.number.last_four


def test_moving_digits_into_a_card_number_empties_the_buffer() -> None:
    buffer = keyed(NUMBER)
    view = buffer.reveal()
    number = buffer.take_pan()
    assert number is not None
    assert buffer.wiped
    assert set(view) == {0}
    assert number.last_four == "4242"


def test_a_view_of_the_digits_cannot_be_written() -> None:
    with pytest.raises(TypeError):
        pan().reveal()[0] = 0


@pytest.mark.parametrize(
    "digits",
    [
        pytest.param("4242424242424241", id="wrong check digit"),
        pytest.param("42424242424", id="eleven digits"),
        pytest.param("0000000000000000", id="issuer category zero"),
        pytest.param("3400000000000000", id="American Express with sixteen digits"),
        pytest.param("", id="nothing"),
        pytest.param("42424242424242424242", id="twenty digits"),
    ],
)
def test_what_cannot_be_a_card_number_is_refused_and_wiped(digits: str) -> None:
    buffer = keyed(digits)
    assert buffer.take_pan() is None
    assert buffer.wiped


@pytest.mark.parametrize(
    ("digits", "brand", "code_digits"),
    [
        pytest.param("4242424242424242", Brand.OTHER, 3, id="Visa"),
        pytest.param("5555555555554444", Brand.OTHER, 3, id="Mastercard"),
        pytest.param("378282246310005", Brand.AMEX, 4, id="American Express 37"),
        pytest.param("343434343434343", Brand.AMEX, 4, id="American Express 34"),
        pytest.param("6304000000000000", Brand.OTHER, 3, id="Maestro"),
    ],
)
def test_the_brand_says_how_long_the_security_code_is(digits: str, brand: Brand, code_digits: int) -> None:
    assert pan(digits).brand is brand
    assert pan(digits).brand.code_digits == code_digits


@pytest.mark.parametrize(
    ("digits", "good"),
    [
        pytest.param("1126", True, id="this month"),
        pytest.param("1026", False, id="last month"),
        pytest.param("1225", False, id="last year"),
        pytest.param("0127", True, id="next year"),
        pytest.param("1299", True, id="far away"),
        pytest.param("0030", False, id="month zero"),
        pytest.param("1330", False, id="month thirteen"),
        pytest.param("123", False, id="three digits"),
        pytest.param("12300", False, id="five digits"),
    ],
)
def test_an_expiry_is_a_month_that_has_not_passed(digits: str, *, good: bool) -> None:
    assert (keyed(digits, 4).take_expiry(today=TODAY) is not None) is good


@given(st.text(alphabet="0123456789", min_size=11, max_size=18))
def test_exactly_one_check_digit_in_ten_makes_a_card_number(stem: str) -> None:
    taken = [keyed(stem + digit).take_pan() for digit in "0123456789"]
    good = [number for number in taken if number is not None]
    if stem[0] == "0" or (stem[:2] in ("34", "37") and len(stem) != 14):
        assert not good
    else:
        assert len(good) == 1


@given(st.text(alphabet="0123456789", max_size=40), st.integers(1, 19))
def test_a_buffer_keeps_no_more_than_it_may_and_says_so(digits: str, capacity: int) -> None:
    buffer = keyed(digits, capacity)
    assert bytes(buffer.reveal()) == digits[:capacity].encode()
    assert buffer.overflowed == (len(digits) > capacity)


@pytest.mark.parametrize("key", ["*", "#", "", "12", "٣", "a"])
def test_a_buffer_takes_single_ascii_digits_only(key: str) -> None:
    with pytest.raises(PaymentMisuseError) as raised:
        DigitBuffer(4).push(key)
    assert not key or key not in str(raised.value) or key == "a"
