"""The witness over HTTP (c2sp.org/tlog-witness): a small server."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, final

from audit.checkpoint import MAX_NOTE_BYTES
from audit.errors import AuditUnavailable
from audit.witness import Reply, Witness

PATH = "/add-checkpoint"
_SOCKET_TIMEOUT_S = 10


@final
class WitnessServer:
    """Serves one witness; `serve` returns after `stop`."""

    def __init__(self, witness: Witness, host: str, port: int) -> None:
        class Handler(_Handler):
            served = witness

        try:
            self._server = ThreadingHTTPServer((host, port), Handler)
        except OSError as error:
            raise AuditUnavailable(f"{host}:{port} cannot be listened on: {error.strerror}") from error
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        """Make `serve` return; from another thread."""
        self._server.shutdown()

    def close(self) -> None:
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    served: ClassVar[Witness]
    timeout = _SOCKET_TIMEOUT_S
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != PATH:
            self._send(Reply(404, b"only POST /add-checkpoint\n"))
        elif not length.isdecimal() or int(length) > MAX_NOTE_BYTES:
            self.close_connection = True
            self._send(Reply(400, b"a request has a length, and at most 262144 bytes\n"))
        else:
            self._send(self.served.add_checkpoint(self.rfile.read(int(length))))

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_: object) -> None:
        """A witness prints nothing per request."""
