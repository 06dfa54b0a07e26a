"""What a power cut may leave of a folder: strace recorded its writes and syncs, and the states are rebuilt from that.

A write that no sync followed may be there, be missing, or be there in some of its sectors, whatever became of those
before and after it. A name that no sync of its folder followed may be the old one or the new one.
"""

import random  # noqa: TID251 - seeded by the test
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TRACE = (
    *("-xx", "-y", "-s", "1000000"),
    *("-e", "trace=openat,write,pwrite64,fdatasync,fsync,ftruncate,rename,link,unlink,writev"),
)
_SECTOR = 512
_CALL = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+)", re.DOTALL)
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_FILE = re.compile(r"^\d+<((?:\\x[0-9a-f]{2})*)>")
_UNFINISHED = " <unfinished ...>"
_RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$", re.DOTALL)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


@dataclass(slots=True)
class File:
    """What is surely on the disk, and what was written since."""

    synced: bytes
    size: int
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def write(self, at: int, data: bytes) -> None:
        self.since.append((at, data))
        self.size = max(self.size, at + len(data))

    def cut_to(self, size: int) -> None:
        self.since.append((size, None))
        self.size = size

    def content(self, chance: random.Random | None) -> bytes:
        """All of it, or with CHANCE what a power cut may leave."""
        found = bytearray(self.synced)
        how = "all" if chance is None else chance.choice(("all", "none", "some", "sectors"))
        for at, data in self.since:
            if how == "none" or (how == "some" and chance is not None and chance.random() < 0.5):
                continue
            if data is None:
                found[at:] = b""
                continue
            found.extend(b"\0" * (at + len(data) - len(found)))
            for start in range(0, len(data), _SECTOR):
                if how != "sectors" or chance is None or chance.random() < 0.5:
                    found[at + start : at + start + _SECTOR] = data[start : start + _SECTOR]
            if how == "sectors" and at + len(data) == len(found) and chance is not None:
                found = (
                    found[: len(found) - chance.randrange(len(data) + 1)] if chance.random() < 0.3 else found
                )
        return bytes(found)


class Disk:
    """A folder as it changes; `told` is what its writer had acknowledged by then."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        files = [one for one in self._root.rglob("*") if one.is_file() and not one.name.endswith("-shm")]
        self._now = {str(one): File(data := one.read_bytes(), len(data)) for one in files}
        self._kept = dict(self._now)
        self.told: list[str] = []

    def replay(self, trace: Path) -> Iterator[None]:
        """Stop after each call that changed or synced anything."""
        for call, words, answer in _calls(trace):
            if answer >= 0 and self._does(call, words, answer):
                yield

    def _does(self, call: str, words: str, answer: int) -> bool:
        texts = [_bytes(one) for one in _TEXT.findall(words)]
        if call == "writev":
            self.told += texts[0].decode().splitlines()
            return True
        if call in ("rename", "link", "unlink"):
            return self._name(call, [one.decode() for one in texts])
        if call == "openat":
            return self._open(texts[0].decode(), words)
        found = _FILE.match(words)
        path = "" if found is None else _bytes(found[1]).decode()
        if call in ("fsync", "fdatasync") and Path(path).is_dir():
            self._sync_folder(path)
            return True
        file = self._now.get(path)
        if file is None:
            return False
        if call in ("fsync", "fdatasync"):
            file.synced, file.since = file.content(None), []
        elif call == "ftruncate":
            file.cut_to(int(words.rpartition(", ")[2]))
        else:
            at = int(words.rpartition(", ")[2]) if call == "pwrite64" else file.size
            file.write(at, texts[0][:answer])
        return True

    def _open(self, path: str, words: str) -> bool:
        if "O_CREAT" not in words or path.endswith("-shm") or not path.startswith(f"{self._root}/"):
            return False
        self._now.setdefault(path, File(b"", 0))
        if "O_TRUNC" in words:
            self._now[path].cut_to(0)
        return True

    def _name(self, call: str, names: list[str]) -> bool:
        file = self._now.get(names[0]) if call == "link" else self._now.pop(names[0], None)
        if file is not None and call != "unlink":
            self._now[names[1]] = file
        return file is not None

    def _sync_folder(self, path: str) -> None:
        for name in {*self._now, *self._kept}:
            if str(Path(name).parent) == path:
                self._kept.pop(name, None)
                if name in self._now:
                    self._kept[name] = self._now[name]

    def left(self, folder: Path, chance: random.Random) -> None:
        """Write into FOLDER what a power cut at this moment may leave."""
        for name in sorted({*self._now, *self._kept}):
            file = chance.choice((self._now, self._kept)).get(name)
            if file is not None:
                target = folder / Path(name).relative_to(self._root)
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                target.write_bytes(file.content(chance))
                target.chmod(0o600)


def _calls(trace: Path) -> Iterator[tuple[str, str, int]]:
    begun: dict[str, str] = {}
    with trace.open(encoding="ascii") as lines:
        for one in lines:
            line = one.rstrip("\n")
            if line.endswith(_UNFINISHED):
                begun[line.split(" ", 1)[0]] = line.removesuffix(_UNFINISHED)
                continue
            resumed = _RESUMED.match(line)
            if resumed is not None:
                line = begun.pop(resumed[1], "") + resumed[2]
            found = _CALL.match(line)
            if found is not None:
                yield found[2], found[3], int(found[4])
