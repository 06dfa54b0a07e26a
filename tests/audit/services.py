"""Key services on the loopback: Vault's transit engine and AWS KMS, as far as their API for one key goes."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from audit.crypto.envelope import open_sealed, seal
from audit.errors import SealBrokenError


@dataclass(slots=True)
class Service:
    """What a service has, and what it was asked."""

    url: str = ""
    #: Versions of the one key, by number.
    keys: list[bytes] = field(default_factory=lambda: [b"\x11" * 32])
    asked: list[str] = field(default_factory=list)
    #: What it answers instead of doing anything: an HTTP status.
    refuses: int = 0


class _Handler(BaseHTTPRequestHandler):
    service: Service

    def _json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or b"{}")
        return found

    def _send(self, status: int, value: dict[str, Any], kind: str = "application/json") -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


class VaultHandler(_Handler):
    """`/v1/transit/{encrypt,decrypt}/KEY` and `/v1/transit/keys/KEY/rotate`."""

    def do_POST(self) -> None:
        service, body = self.service, self._json()
        service.asked.append(self.path)
        if service.refuses or self.headers.get("X-Vault-Token") != "token":
            self._send(service.refuses or 403, {"errors": ["no"]})
            return
        aad = b64decode(body.get("associated_data", ""))
        match self.path.split("/")[3:]:
            case ["encrypt", _]:
                sealed = seal(service.keys[-1], b64decode(body["plaintext"]), aad)
                text = f"vault:v{len(service.keys)}:{b64encode(sealed).decode()}"
                self._send(200, {"data": {"ciphertext": text}})
            case ["decrypt", _]:
                _, version, sealed_text = body["ciphertext"].split(":")
                try:
                    plain = open_sealed(service.keys[int(version[1:]) - 1], b64decode(sealed_text), aad)
                except SealBrokenError:
                    self._send(400, {"errors": ["cipher: message authentication failed"]})
                else:
                    self._send(200, {"data": {"plaintext": b64encode(plain).decode()}})
            case ["keys", _, "rotate"]:
                service.keys.append(bytes([len(service.keys)]) * 32)
                self._send(200, {"data": {}})
            case _:
                self._send(404, {"errors": []})

    def do_PUT(self) -> None:
        self.do_POST()


class KmsHandler(_Handler):
    """`TrentService.Encrypt` and `TrentService.Decrypt`."""

    def do_POST(self) -> None:
        service, body = self.service, self._json()
        target = self.headers["X-Amz-Target"]
        service.asked.append(target)
        kind = "application/x-amz-json-1.1"
        if service.refuses:
            self._send(service.refuses, {"__type": "AccessDeniedException"}, kind)
            return
        aad = json.dumps(body["EncryptionContext"], sort_keys=True).encode()
        if target == "TrentService.Encrypt":
            sealed = seal(service.keys[-1], b64decode(body["Plaintext"]), aad)
            self._send(200, {"CiphertextBlob": b64encode(sealed).decode(), "KeyId": body["KeyId"]}, kind)
            return
        try:
            plain = open_sealed(service.keys[-1], b64decode(body["CiphertextBlob"]), aad)
        except SealBrokenError:
            self._send(400, {"__type": "InvalidCiphertextException"}, kind)
        else:
            self._send(200, {"Plaintext": b64encode(plain).decode(), "KeyId": body["KeyId"]}, kind)


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], state: Any) -> Iterator[str]:
    """Serve HANDLER with STATE on the loopback; give the address."""
    bound = type("Bound", (handler,), {"service": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
