"""What a verified bundle says, entry by entry, with its bodies where the bundle or somebody gives the keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from audit.chain import AAD_CONTEXT
from audit.crypto.envelope import Opener
from audit.encoding import Json, parse_canonical, unpadded
from audit.errors import EvidenceUnavailableError
from audit.verify.files import MANIFEST
from audit.verify.lines import parse_line
from audit.verify.question import parse_deks

#: `opened`; `sealed`: there, and no key is given; `pruned`: not in the bundle.
Form = Literal["opened", "sealed", "pruned"]


@dataclass(frozen=True, slots=True)
class ExportedEntry:
    """One leaf of a bundle."""

    index: int
    header: Json
    leaf_hash: str
    form: Form
    body: Json | None

    @property
    def call(self) -> str:
        return str(self.header["call"])

    @property
    def place(self) -> tuple[int, int]:
        return int(self.header["seg"]), int(self.header["seq"])


def read_manifest(bundle: Path) -> Json:
    """The manifest of a bundle that `verify_bundle` has read before."""
    return parse_canonical(_read(bundle / MANIFEST).removesuffix(b"\n"))


def read_contents(bundle: Path) -> Iterator[ExportedEntry]:
    """The leaves of BUNDLE in the order of the log. Verify it first: nothing is checked here but the seals."""
    manifest = read_manifest(bundle)
    openers: dict[tuple[str, int], Opener] = {}
    if manifest["keys"] == "in_scope":
        for dek in parse_deks(_read(bundle / "deks.jsonl")):
            openers[dek.call, dek.seg] = Opener(dek.key)
    with (bundle / "entries.ndjson").open("rb") as file:
        for raw in file:
            line = parse_line(raw, manifest["size"])
            opener = openers.get((line.header["call"], line.header["seg"]))
            body: Json | None = None
            form: Form = "pruned" if line.c is None else "sealed"
            if line.c is not None and opener is not None:
                form, body = "opened", parse_canonical(unpadded(opener.open(line.c, AAD_CONTEXT + line.p)))
            yield ExportedEntry(line.index, line.header, line.lh.hex(), form, body)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceUnavailableError(f"{path} cannot be read: {error.strerror}") from error
