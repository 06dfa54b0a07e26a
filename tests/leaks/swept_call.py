"""One call on the simulated line with every sink open: what the plugins and tools received, all files, all records."""

import gc
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import prometheus_client
import pytest
import yaml
from livekit.agents import RunContext
from pydantic import BaseModel, ConfigDict

from audit import open_log
from secure_agent.assembly import OpenCall
from secure_agent.call import Call
from secure_agent.providers.wrapping import Plugins
from secure_agent.recording.reader import Recording, read_header, read_recording
from secure_agent.settings import Settings
from secure_agent.simulation.result import CallResult
from secure_agent.simulation.runner import run_scenario
from secure_agent.simulation.scenario import load_scenario
from secure_agent.simulation.sinks import Sinks, watched_logs_and_spans
from secure_agent.tools.gateway import Tool
from tests.leaks.canaries import Canary
from tests.leaks.plugins import Failing, noting_plugins
from tests.leaks.search import hits

AGREES = [{"wait_for": "May we record this call"}, {"press": "1"}, {"wait_for": "How can I help you?"}]

Prepare = Callable[[OpenCall], None]
#: Where every call leaves something; a sweep that does not reach one of these proves nothing.
ALWAYS = frozenset(
    {"audit body", "event agent_state_changed", "event close", "log", "prometheus", "recorded events", "result",
     "span", "voice", "voice plugin"}
)  # fmt: skip
ALWAYS_FILES = frozenset({"live file audit.db", "live file audit.db-wal", "file audit.db"})
ToolResult = Mapping[str, Any] | Exception


class AnyArguments(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


@dataclass(slots=True)
class SweptCall:
    """A call that is over, and all that left it."""

    result: CallResult
    sinks: Sinks
    data_dir: Path
    planted: str

    @property
    def document(self) -> dict[str, Any]:
        return self.result.document

    @property
    def events(self) -> list[str]:
        return [event["type"] for event in self.document["events"]]

    def opened_recording(self) -> Recording:
        """The recording as whoever holds the keys hears it."""
        path = Path(self.document["recording"]["path"])
        header = read_header(path)
        with closing(open_log(self.data_dir, now=lambda: datetime(2026, 10, 2, tzinfo=UTC))) as log:
            key = log.open_sealed_key(header.wrapped, header.ek, header.call, "recording")
        return read_recording(path, key)

    def hits(self, *canaries: Canary) -> list[str]:
        return hits(self.sinks, canaries)

    def sinks_hit(self, *canaries: Canary) -> set[str]:
        """Names of the sinks that hold one of CANARIES."""
        return {hit.partition(": ")[2].rpartition(" (")[0] for hit in self.hits(*canaries)}


@dataclass(frozen=True, slots=True)
class Sweep:
    """Runs one scenario in a fresh data folder and collects every sink."""

    folder: Path

    def __call__(
        self,
        *steps: Mapping[str, Any],
        model: Sequence[Mapping[str, Any]] | None = (),
        number: str | None = None,
        faults: Sequence[Mapping[str, Any]] = (),
        tool: ToolResult | None = None,
        more_tools: Callable[[Call], list[Tool]] | None = None,
        failing: Failing = "",
        error: Exception | None = None,
        prepare: Prepare | None = None,
        spare: Callable[[Plugins], Plugins] = lambda plugins: plugins,
        opening: Sequence[Mapping[str, Any]] | None = None,
        unfinished: bool = False,
    ) -> SweptCall:
        scenario: dict[str, Any] = {
            "name": "a_swept_call",
            "line": {"business": "US-TX", "called": "+12145550100"},
            "caller": {"number": number, "language": "en"},
            "steps": [*(AGREES if opening is None else opening), *steps],
            "faults": list(faults),
        }
        if model is not None:
            thanks = [{"say": "Thank you, I have noted that."}] * sum("say" in step for step in steps)
            scenario["model"] = [*model, *thanks]
        path = self.folder / "scenario.yaml"
        path.write_text(yaml.safe_dump(scenario, allow_unicode=True), encoding="utf-8")
        sinks, data_dir = Sinks(), self.folder / "data"

        def look_on(opened: OpenCall) -> None:
            # while the database and its write-ahead log are still open
            opened.session.session.on("close", lambda _: _add_files(sinks, "live", data_dir))
            if prepare is not None:
                prepare(opened)

        def tools(call: Call) -> list[Tool]:
            own = [] if tool is None else [_tool_that_gives(tool, sinks)]
            return own if more_tools is None else [*own, *more_tools(call)]

        with pytest.MonkeyPatch.context() as patch:
            temporary = self.folder / "temporary"
            temporary.mkdir(exist_ok=True)
            patch.setattr(tempfile, "tempdir", str(temporary))
            try:
                result = run_scenario(
                    load_scenario(path),
                    path=path,
                    settings=Settings(),
                    data_dir=data_dir,
                    prepare=look_on,
                    more_tools=tools,
                    with_plugins=lambda plugins: spare(
                        noting_plugins(plugins, sinks, failing=failing, error=error)
                    ),
                    sinks=sinks,
                )
            finally:
                with watched_logs_and_spans(sinks):
                    gc.collect()  # exceptions that nobody asked for are logged when their task is collected
            _add_files(sinks, "temporary", temporary)
        sinks.add("prometheus", prometheus_client.generate_latest().decode())
        if not unfinished:
            failed = [e for e in result.document["expect"] if not e["held"] and e["what"] != "model"]
            assert failed == [], failed
            assert sinks.texts.keys() >= ALWAYS
            assert sinks.files.keys() >= ALWAYS_FILES
        return SweptCall(
            result, sinks, data_dir, yaml.safe_dump(scenario, width=10**6) + repr(tool) + repr(error)
        )


def _add_files(sinks: Sinks, where: str, folder: Path) -> None:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        sinks.files[f"{where} file {path.name}"] = path.read_bytes()


def _tool_that_gives(result: ToolResult, sinks: Sinks) -> Tool:
    async def run(arguments: AnyArguments, _: RunContext[None]) -> Mapping[str, Any]:
        sinks.add("tools", repr(arguments))
        if isinstance(result, Exception):
            raise result
        return result

    return Tool("look_up", "Look up the account.", AnyArguments, run)
