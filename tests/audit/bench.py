"""Figures of the audit log beside the disk's own rate in the same minute: ratios count. It is never a timed test.

make bench-audit                                 all but `memory`
make bench-audit ARGS="verify export --json"     these only, as one object
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.audit.figures import evidence, pipeline, writing
from tests.audit.figures.figure import Figure

PARTS: dict[str, Callable[[Path], list[Figure]]] = {
    "seal": writing.seal,
    "sqlite": writing.sqlite,
    "spool": writing.spool,
    "db": writing.db,
    "pipeline": pipeline.pipeline,
    "verify": evidence.verify,
    "export": evidence.export,
    "storage": evidence.storage,
    "memory": evidence.memory,
}
#: What runs only where it is named: it takes minutes.
LONG = ("memory",)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--json", action="store_true", help="one object")
    given = parser.parse_args()
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    parts = given.parts or [name for name in PARTS if name not in LONG]
    found: dict[str, object] = {}
    for name in parts:
        begin = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="sa-bench-") as place:
            figures = PARTS[name](Path(place))
        load = os.getloadavg()[0]
        found[name] = {"load": load, "figures": [one.as_dict() for one in figures]}
        if not given.json:
            spent = time.perf_counter() - begin
            _say(f"{name} (load {load:.1f} on {os.cpu_count()} cores, {spent:.0f} s)")
            for one in figures:
                _say(one.line())
    if given.json:
        _say(json.dumps(found))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
