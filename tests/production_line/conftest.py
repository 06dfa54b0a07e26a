"""The server that all tests of the production line share, or the reason why they are not run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.production_line.servers import COMPANY, LiveKit, livekit_server, running_livekit

_WHY = "not run: no livekit-server; `make test-line` builds one, or set LIVEKIT_SERVER_BIN"


@pytest.fixture(scope="session")
def livekit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKit]:
    binary = livekit_server()
    if binary is None:
        pytest.skip(_WHY)
    with running_livekit(binary, tmp_path_factory.mktemp("livekit")) as server:
        yield server


@pytest.fixture
def line_file(tmp_path: Path) -> Path:
    (tmp_path / "company.yaml").write_text(COMPANY, encoding="utf-8")
    path = tmp_path / "phone.yaml"
    path.write_text(
        "name: test-energy\nline: company.yaml\n"
        'numbers: ["+12145550100"]\nallowed_addresses: ["127.0.0.0/8"]\n',
        encoding="utf-8",
    )
    return path
