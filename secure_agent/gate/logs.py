"""What a gate logs: which fixed sentence, from where, and when; no argument, no field and no exception's text.

The log guard of the agent's processes withholds what it recognises; a process that meets digits prints no foreign word.
"""

import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

import orjson


class FixedSentences(logging.Formatter):
    """Formats a record of ours by its template, and of anybody else by its logger and level alone."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.startswith("secure_agent.")
        fields = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.msg if ours and isinstance(record.msg, str) else "",
        }
        if record.exc_info is not None and record.exc_info[0] is not None:
            fields["error"] = record.exc_info[0].__name__
        return orjson.dumps(fields).decode()


def configure_gate_logging(level: str, stream: TextIO = sys.stderr) -> None:
    """Let every record of this process pass this formatter and no other."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FixedSentences())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("livekit", "livekit.agents", "aiohttp", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
