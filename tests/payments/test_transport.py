"""TLS to a processor, and the stub held against its own OpenAPI document."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography import x509  # noqa: TID251 - makes the test's own authority
from cryptography.hazmat.primitives import serialization  # noqa: TID251
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: TID251

from secure_agent.payments.errors import PaymentMisuseError
from secure_agent.payments.gateway import Tokenized, Unavailable, Why
from secure_agent.payments.http_gateway import HttpGateway
from secure_agent.payments.stub import StubProcess, start_stub
from tests.payments.cards import card


def certificate(folder: Path, host: str) -> tuple[Path, Path]:
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test processor")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, None)
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


async def test_a_card_goes_over_tls_to_a_processor_whose_authority_is_named(tmp_path: Path) -> None:
    files = certificate(tmp_path, "127.0.0.1")
    with start_stub(certificate=files) as stub:
        gateway = HttpGateway(stub.base_url, timeout_s=5, ca_file=files[0])
        assert isinstance(await gateway.tokenize(card(), idempotency_key="tls-token"), Tokenized)


@pytest.mark.parametrize(("host", "authority"), [("127.0.0.1", "system"), ("127.0.0.2", "named")])
async def test_a_card_never_goes_to_a_host_that_cannot_prove_its_name(
    tmp_path: Path, host: str, authority: str
) -> None:
    files = certificate(tmp_path, host)
    with start_stub(certificate=files) as stub:
        gateway = HttpGateway(stub.base_url, timeout_s=5, ca_file=files[0] if authority == "named" else None)
        answer = await gateway.tokenize(card(), idempotency_key="tls-refused")
    assert answer == Unavailable(Why.DOWN, may_have_acted=False)


def test_an_authority_that_cannot_be_read_is_said_so_before_any_call(tmp_path: Path) -> None:
    with pytest.raises(PaymentMisuseError, match="PEM"):
        HttpGateway("https://processor.example", timeout_s=5, ca_file=tmp_path / "none.pem")


# The stub and its OpenAPI document

CARD = {"number": "4242424242424242", "expiry": "1230", "code": "123"}


@pytest.fixture(scope="module")
def stub() -> Iterator[StubProcess]:
    with start_stub() as running:
        yield running


def ask(url: str, body: dict[str, Any] | None = None, key: str = "doc-key-none") -> tuple[int, Any]:
    request = urllib.request.Request(  # noqa: S310 - our own address
        url,
        data=None if body is None else orjson.dumps(body),
        headers={} if body is None else {"Idempotency-Key": key, "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.status, orjson.loads(answer.read())
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, orjson.loads(answer.read())


def fits(value: Any, schema: dict[str, Any], whole: dict[str, Any]) -> bool:
    """As much of JSON Schema as the document uses."""
    if "$ref" in schema:
        return fits(value, whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], whole)
    if "const" in schema:
        return bool(value == schema["const"])
    match schema["type"]:
        case "object":
            inner = schema["properties"]
            return (
                isinstance(value, dict)
                and set(schema["required"]) <= set(value) <= set(inner)
                and all(fits(value[key], inner[key], whole) for key in value)
            )
        case "array":
            return isinstance(value, list) and all(fits(one, schema["items"], whole) for one in value)
        case "string":
            return isinstance(value, str) and re.search(schema.get("pattern", ""), value) is not None
        case "integer":
            return isinstance(value, int)
        case ["string", "null"]:
            return value is None or isinstance(value, str)
        case other:
            raise AssertionError(other)


def test_every_answer_that_the_document_names_is_given_in_its_form(stub: StubProcess) -> None:
    url = stub.base_url
    _, document = ask(f"{url}/openapi.json")
    status, token = ask(f"{url}/v1/tokens", CARD, "doc-token")
    _, declined = ask(f"{url}/v1/tokens", {**CARD, "number": "4000000000000002"}, "doc-declined")
    money = {"amount_minor": 100, "currency": "USD"}
    asked = {
        ("/v1/tokens", "post", 201): (status, token),
        ("/v1/tokens", "post", 400): ask(f"{url}/v1/tokens", {}, "doc-bad-card"),
        ("/v1/tokens", "post", 402): ask(f"{url}/v1/tokens", {**CARD, "number": "4" * 16}, "doc-no-luhn"),
        ("/v1/charges", "post", 201): ask(
            f"{url}/v1/charges", {"token": token["token"], **money}, "doc-charge"
        ),
        ("/v1/charges", "post", 400): ask(f"{url}/v1/charges", {}, "doc-bad-charge"),
        ("/v1/charges", "post", 402): ask(
            f"{url}/v1/charges", {"token": declined["token"], **money}, "doc-refused"
        ),
        ("/v1/charges", "post", 409): ask(
            f"{url}/v1/charges", {"token": token["token"], **money, "amount_minor": 7}, "doc-charge"
        ),
        ("/v1/charges", "get", 200): ask(f"{url}/v1/charges"),
        ("/v1/charges/close", "post", 200): ask(
            f"{url}/v1/charges/close", {"idempotency_key": "doc-charge"}, "doc-close"
        ),
        ("/v1/charges/close", "post", 400): ask(f"{url}/v1/charges/close", {}, "doc-bad-close"),
        ("/v1/health", "get", 200): ask(f"{url}/v1/health"),
    }
    documented = {
        (path, method, int(code)): operation["responses"][code]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for code in operation["responses"]
    }
    assert set(asked) == set(documented)
    for place, (status, answer) in asked.items():
        schema = documented[place]["content"]["application/json"]["schema"]
        assert status == place[2], place
        assert fits(answer, schema, document), place
