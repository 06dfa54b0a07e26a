#!/usr/bin/env python3
"""A second verifier of VAL1 evidence, written from docs/val1.md alone: standard library and `cryptography`, one file.

It shares no line with the product. It reads the whole bundle into memory: slower, and easier to follow. One file on
purpose, although long: whoever doubts the company carries it in by hand.

    python verify.py BUNDLE --trust DIR --log ORIGIN --call UUID
"""

import argparse
import base64
import calendar
import hashlib  # noqa: TID251 - stands alone
import hmac
import json
import os
import re
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag  # noqa: TID251 - stands alone
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: TID251
from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: TID251

CODES = {
    "outside-input": 20, "unreadable": 20, "file-malformed": 10, "file-unexpected": 10, "file-hash": 10,
    "checkpoint-refused": 10, "manifest-contradicted": 10, "line-malformed": 10, "leaves-cut": 11,
    "leaves-missing": 12, "root-mismatch": 10, "proof-invalid": 10, "fork": 11, "chain-broken": 10, "seq-hole": 12,
    "type-misplaced": 10, "log-mismatch": 10, "segment-missing": 12, "worker-refused": 10, "head-unknown": 11,
    "tombstone-invalid": 12, "form-uncovered": 12, "segment-short": 11, "call-missing": 12, "key-refused": 13,
    "key-of-erased": 13, "body-invalid": 13, "key-missing": 12, "no-trust": 3, "quorum-missed": 3, "unanchored": 3,
    "too-old": 3, "held-newer": 3, "held-not-comparable": 3, "not-proven": 3, "segment-open": 3,
    "call-not-in-log": 0, "outside-unused": 0, "control-not-counted": 0, "time-odd": 0,
}  # fmt: skip
TEXTS = {
    0: "verified and anchored",
    3: "consistent, but unanchored, stale or not proven",
    10: "altered",
    11: "truncated, rolled back or forked",
    12: "unexplained gap",
    13: "key or content mismatch",
    20: "could not run",
}
MAX = 2**53 - 1
LIMIT_NOTE, LIMIT_WORKERS, LIMIT_FILE, LIMIT_LINE = 262_144, 16 << 20, 256 << 20, 131_072


class Wrong(Exception):  # noqa: N818
    """Something is not as the format says."""


class Done(Exception):  # noqa: N818
    """The run ends here."""


class Report:
    """Findings, by step."""

    def __init__(self):
        self.found = {}

    def add(self, step, name, text=""):
        self.found.setdefault((step, name), text)

    def end_if_bad(self):
        if any(CODES[name] in (10, 20) for _, name in self.found):
            raise Done

    def exit(self):
        codes = [CODES[name] for _, name in self.found]
        if (0, "outside-input") in self.found:
            return 20
        wrong = [code for code in codes if 10 <= code <= 13]
        return min(wrong) if wrong else 20 if 20 in codes else 3 if 3 in codes else 0


def need(condition, text):
    if not condition:
        raise Wrong(text)


# --- 2.1 canonical JSON, 2.3 time, base64 -----------------------------------------------------------------------------


def _pairs(pairs):
    keys = [key for key, _ in pairs]
    need(len(set(keys)) == len(keys), "a key stands twice")
    return dict(pairs)


def _refuse(_):
    raise Wrong("a number that is no plain integer")


def _limits(value, level):
    if isinstance(value, str):
        need("\0" not in value, "U+0000")
    elif isinstance(value, int):
        need(isinstance(value, bool) or abs(value) <= MAX, "an integer is too large")
    elif isinstance(value, dict | list):
        need(level <= 8, "nesting too deep")
        if isinstance(value, dict):
            need(all(re.fullmatch("[a-z0-9_]{1,32}", key) for key in value), "a key")
            value = value.values()
        for item in value:
            _limits(item, level + 1)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_json(data):
    try:
        value = json.loads(data.decode(), object_pairs_hook=_pairs, parse_float=_refuse, parse_constant=_refuse)
        need(isinstance(value, dict), "not an object")
        _limits(value, 1)
        need(canonical(value) == data, "not canonical")
    except (ValueError, RecursionError):
        raise Wrong("not JSON") from None
    return value


def read_base64(text):
    need(isinstance(text, str), "not base64")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Wrong("not base64") from None
    need(base64.b64encode(data).decode() == text, "not canonical base64")
    return data


def is_time(text):
    if not isinstance(text, str):
        return False
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.\d{6}Z", text, re.ASCII)
    if not found:
        return False
    year, month, day, hour, minute, second = map(int, found.groups())
    if not (year >= 1 and 1 <= month <= 12 and hour <= 23 and minute <= 59 and second <= 59):
        return False
    return 1 <= day <= calendar.monthrange(year, month)[1]


def micros(text):
    """A time as microseconds since 1970."""
    whole = calendar.timegm(
        (int(text[:4]), int(text[5:7]), int(text[8:10]), int(text[11:13]), int(text[14:16]), int(text[17:19]))
    )
    return whole * 1_000_000 + int(text[20:26])


def time_of(seconds):
    at = time.gmtime(seconds)
    return f"{at.tm_year:04}-{at.tm_mon:02}-{at.tm_mday:02}T{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}.000000Z"


def sha(data):
    return hashlib.sha256(data).digest()


# --- RFC 6962 ---------------------------------------------------------------------------------------------------------


def node(left, right):
    return sha(b"\x01" + left + right)


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root_of(leaves):
    """The root; by pairs, since a tree split at powers of two is the same tree."""
    if not leaves:
        return sha(b"")
    level = list(leaves)
    while len(level) > 1:
        level = [node(level[at], level[at + 1]) if at + 1 < len(level) else level[at] for at in range(0, len(level), 2)]
    return level[0]


def root_by_path(index, size, leaf, path):
    def climb(at, n):
        if n == 1:
            return leaf
        k = split(n)
        if at < k:
            below = climb(at, k)
            need(path, "too few hashes")
            return node(below, path.pop(0))
        below = climb(at - k, n - k)
        need(path, "too few hashes")
        return node(path.pop(0), below)

    need(index < size, "index outside the tree")
    root = climb(index, size)
    need(not path, "too many hashes")
    return root


def prove_consistent(old, old_root, new, new_root, hashes):
    hashes = list(hashes)

    def take():
        need(hashes, "too few hashes")
        return hashes.pop(0)

    def climb(m, n, whole):
        if m == n:
            one = old_root if whole else take()
            return one, one
        k = split(n)
        if m <= k:
            before, after = climb(m, k, whole)
            return before, node(after, take())
        before, after = climb(m - k, n - k, False)
        left = take()
        return node(left, before), node(left, after)

    need(old <= new, "sizes")
    if old in (0, new):
        need(not hashes and old_root == (sha(b"") if old == 0 else new_root), "no hashes are needed here")
        return
    found = climb(old, new, True)
    need(found == (old_root, new_root) and not hashes, "the hashes prove nothing")


# --- 2.7 keys, 4.1 notes, 5.1 policy and workers ----------------------------------------------------------------------


def read_vkey(text):
    parts = text.split("+", 2)
    need(len(parts) == 3 and parts[0] and not re.search(r"\s", text), "a key")
    name, key_id, data = parts
    raw = read_base64(data)
    need(len(raw) > 1, "a key")
    need(sha(name.encode() + b"\n" + raw)[:4].hex() == key_id, "a key id")
    need(raw[0] not in (1, 4) or len(raw) == 33, "a key's length")
    return {"name": name, "id": bytes.fromhex(key_id), "type": raw[0], "key": raw[1:], "text": text}


def is_signed(key, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(key["key"]).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def plain_text(data, *, tabs=False):
    need(len(data) <= LIMIT_NOTE, "too long")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Wrong("not UTF-8") from None
    bad = "[\x00-\x08\x0b-\x1f\x7f-\x9f]" if tabs else "[\x00-\x09\x0b-\x1f\x7f-\x9f]"
    need(not text.startswith("\ufeff") and not re.search(bad, text), "a control character")
    return text


def decimal(text):
    need(re.fullmatch("0|[1-9][0-9]{0,15}", text) and int(text) <= MAX, "a number")
    return int(text)


def read_note(data):
    lines = plain_text(data).split("\n")
    need(len(lines) >= 6 and lines[3] == "" and lines[-1] == "" and len(lines) - 5 <= 64, "a note")
    need(re.fullmatch(r"audit\.[a-z0-9.-]{1,128}/[a-z0-9-]{1,32}/[a-z0-9-]{1,32}/[1-9][0-9]{0,8}", lines[0]), "origin")
    root = read_base64(lines[2])
    need(len(root) == 32, "a root")
    signatures = []
    for line in lines[4:-1]:
        words = line.split(" ")
        need(len(words) == 3 and words[0] == "—" and words[1], "a signature line")
        need("+" not in words[1] and not re.search(r"\s", words[1]), "a signature line")
        raw = read_base64(words[2])
        need(len(raw) >= 5, "a signature line")
        signatures.append((words[1], raw[:4], raw[4:]))
    log, _, epoch = lines[0].rpartition("/")
    return {
        "origin": lines[0], "log": log, "epoch": int(epoch), "size": decimal(lines[1]), "root": root,
        "signatures": signatures, "text": "\n".join(lines[:3]) + "\n", "bytes": data,
    }  # fmt: skip


def check_note(note, policy):
    """Return as-of time and witnesses; Wrong unless the log signed, or if a known key's line is false."""
    signed, seen = False, {}
    for name, key_id, raw in note["signatures"]:
        for key in policy["logs"]:
            if key["type"] == 1 and (key["name"], key["id"]) == (name, key_id):
                need(is_signed(key, raw, note["text"].encode()), "a false signature")
                signed |= name == note["origin"]
        for alias, key in policy["witnesses"].items():
            if key["type"] == 4 and (key["name"], key["id"]) == (name, key_id):
                need(len(raw) == 72, "a cosignature")
                at = int.from_bytes(raw[:8], "big")
                need(at <= 253_402_300_799, "a cosignature")
                message = f"cosignature/v1\ntime {at}\n{note['text']}".encode()
                need(is_signed(key, raw[8:], message), "a false cosignature")
                seen[alias] = max(at, seen.get(alias, 0))
    need(signed, "not signed by the log")
    if policy["quorum"] == "none":
        return max(seen.values(), default=None)
    times = [at for at in seen.values() if reached(policy, policy["quorum"], {w for w in seen if seen[w] >= at})]
    return max(times, default=None)


def reached(policy, name, seen):
    if name in policy["witnesses"]:
        return name in seen
    count, members = policy["groups"][name]
    return sum(reached(policy, member, seen) for member in members) >= count


def read_policy(data):
    policy = {"logs": [], "witnesses": {}, "groups": {}, "quorum": None}
    used = set()

    def fresh(vkey, others):
        key = read_vkey(vkey)
        need(all(key["key"] != other["key"] for other in others), "a key stands twice")
        return key

    def known(name):
        return name in policy["witnesses"] or name in policy["groups"]

    for line in plain_text(data, tabs=True).split("\n"):
        words = re.findall("[^ \t]+", line)
        if not words or line.startswith("#"):
            continue
        if words[0] == "log" and len(words) in (2, 3):
            policy["logs"].append(fresh(words[1], policy["logs"]))
        elif words[0] == "witness" and len(words) in (3, 4):
            need(words[1] != "none" and not known(words[1]), "a name")
            policy["witnesses"][words[1]] = fresh(words[2], policy["witnesses"].values())
        elif words[0] == "group" and len(words) >= 4:
            name, count, members = words[1], words[2], words[3:]
            need(name != "none" and not known(name), "a name")
            if count in ("any", "all"):
                count = 1 if count == "any" else len(members)
            else:
                need(re.fullmatch("[1-9][0-9]{0,8}", count), "a count")
                count = int(count)
            need(count <= len(members), "a count")
            for member in members:
                need(known(member) and member not in used, "a member")
                used.add(member)
            policy["groups"][name] = (count, members)
        elif words[0] == "quorum" and len(words) == 2:
            need(policy["quorum"] is None and (words[1] == "none" or known(words[1])), "a quorum")
            policy["quorum"] = words[1]
        else:
            raise Wrong("a policy line")
    need(policy["quorum"] is not None and any(key["type"] == 1 for key in policy["logs"]), "no quorum or log key")
    return policy


def read_workers(data):
    need(len(data) <= LIMIT_WORKERS, "too long")
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError:
        raise Wrong("not UTF-8") from None
    need(lines.pop() == "", "no newline at the end")
    workers, texts, keys = {}, [], set()
    for line in lines:
        role, _, text = line.partition(" ")
        key = read_vkey(text)
        need(role in ("call", "control") and key["type"] == 1 and key["key"] not in keys, "a worker")
        keys.add(key["key"])
        texts.append(text.encode())
        workers[sha(text.encode()).hex()] = {**key, "role": role}
    need(texts == sorted(texts), "not sorted")
    return workers


def read_deks(data):
    need(len(data) <= LIMIT_FILE, "too long")
    lines = data.split(b"\n")
    need(lines.pop() == b"", "no newline at the end")
    deks = []
    for line in lines:
        need(len(line) < LIMIT_LINE, "a long line")
        one = read_json(line)
        need(sorted(one) == ["call", "dek", "seg"] and is_uuid(one["call"]) and is_int(one["seg"], 2**31), "a key line")
        key = read_base64(one["dek"])
        need(len(key) == 32, "a key")
        deks.append(((one["call"], one["seg"]), key))
    places = [place for place, _ in deks]
    need(places == sorted(set(places)), "not ascending")
    return deks


# --- 2.2 and 2.6 headers ----------------------------------------------------------------------------------------------


def is_int(value, below, least=0):
    return type(value) is int and least <= value < below


def like(pattern):
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


is_uuid = like("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
is_id = like("[A-Za-z0-9._-]{1,64}")
is_hex32, is_hex64, is_hex128 = like("[0-9a-f]{32}"), like("[0-9a-f]{64}"), like("[0-9a-f]{128}")
is_text = like("[^\x00-\x1f\x7f]{1,256}")
is_seg = lambda value: is_int(value, 2**31)  # noqa: E731


def many(form):
    return lambda value: isinstance(value, list) and len(value) > 0 and all(form(one) for one in value)


def is_segs(value):
    return many(is_seg)(value) and value == sorted(set(value))


def is_ranges(value):
    pair = lambda one: isinstance(one, list) and len(one) == 2 and all(is_int(x, MAX) for x in one) and one[0] <= one[1]  # noqa: E731
    return many(pair)(value)


def is_date(value):
    return isinstance(value, str) and len(value) == 10 and is_time(value + "T00:00:00.000000Z")


TOMBSTONES = ("erasure", "prune", "key.destroyed")
FIRST = ("kc", "ek", "wkey", "log", "prev_seg")
BASE = {
    "v": lambda value: type(value) is int and value == 1,
    "call": is_uuid, "seg": is_seg, "seq": lambda value: is_int(value, 2**20),
    "t": like(r"[a-z0-9_]{1,32}(\.[a-z0-9_]{1,32}){0,3}"), "ts": is_time, "prev": like("|[0-9a-f]{64}"),
    "tenant": is_id, "jur": is_id, "ret": is_id, "worker": is_id,
}  # fmt: skip
MAYBE = {
    "kc": is_hex64, "ek": is_hex32, "wkey": is_hex64, "prev_seg": like("|unknown|[0-9a-f]{64}"),
    "log": like(r"audit\.[a-z0-9.-]{1,128}/[a-z0-9-]{1,32}/[a-z0-9-]{1,32}"),
    "wsig": is_hex128, "model": is_text, "prompt": is_hex64, "policy": is_hex64,
}  # fmt: skip
STAFF = {"basis": is_text, "actor": is_id, "approver": is_id}
TARGET = {"target_call": is_uuid, "target_seg": is_segs}
EXTRA = {
    "segment.close": {"count": lambda value: is_int(value, 2**20 + 1, 1)},
    "segment.abandoned": {**TARGET, "target_head": many(is_hex64)},
    "log.epoch": {
        "old_checkpoint": lambda value: isinstance(value, str), "db_checkpoint": lambda value: isinstance(value, str),
        "reason": is_text, "actor": is_id, "approver": is_id,
    },
    "key.rotated": {"target_ek": many(is_hex32), "kek_old": is_text, "kek_new": is_text},
    "export": {"scope_sha256": is_hex64, "actor": is_id},
    "migration": {"from": is_id, "to": is_id, "schema_sha256": is_hex64},
    "erasure": {**TARGET, "target_kc": many(is_hex64), "backup_complete_by": is_date, **STAFF},
    "key.destroyed": {"target_ek": many(is_hex32), **STAFF},
    "prune": {"epoch": lambda value: is_int(value, 10**9, 1), "ranges": is_ranges, **STAFF},
}  # fmt: skip


def is_control(kind):
    return kind.startswith("key.") or (kind in EXTRA and kind != "segment.close")


def check_extra(header):
    forms = EXTRA.get(header["t"], {})
    need(all(name in header and form(header[name]) for name, form in forms.items()), "a member of a type")
    need("approver" not in forms or header["actor"] != header["approver"], "actor is approver")
    for name in ("target_kc", "target_head"):
        need(name not in forms or len(header[name]) == len(header["target_seg"]), "lengths")


def check_header(header):
    need(all(name in header and form(header[name]) for name, form in BASE.items()), "a member")
    need(all(form(header[name]) for name, form in MAYBE.items() if name in header), "a member")
    first = header["seq"] == 0
    need((header["prev"] == "") == first, "prev")
    if first:
        need(all(name in header for name in (*FIRST, "wsig")), "a member of the first entry")
        need((header["prev_seg"] == "") == (header["seg"] == 0), "prev_seg")
    need(header["t"] != "segment.close" or "wsig" in header, "an unsigned close")
    if header["t"] not in TOMBSTONES:
        check_extra(header)


def misplaced(header):
    kind, first = header["t"], header["seq"] == 0
    return (
        first != (kind in ("segment.open", "log.epoch"))
        or (kind == "log.epoch" and header["seg"] != 0)
        or (not first and any(name in header for name in FIRST))
        or ("count" in header) != (kind == "segment.close")
        or (kind == "segment.close" and header["count"] != header["seq"] + 1)
    )


# --- step 0 and 1 -----------------------------------------------------------------------------------------------------


def read_file(path, limit):
    with Path(path).open("rb") as file:
        data = file.read(limit + 1)
    need(len(data) <= limit, "too long")
    return data


def step_0(options, report):
    """What comes from outside."""
    given = {"policy": None, "workers": None, "raw": None, "held": [], "consistency": [], "deks": []}
    try:
        need(options.log is None or MAYBE["log"](options.log.rpartition("/")[0]), "--log")
        need(options.log is None or re.fullmatch("[1-9][0-9]{0,8}", options.log.rpartition("/")[2]), "--log")
        need(all(is_uuid(call) for call in options.call), "--call")
        need((options.start is None) == (options.end is None), "--from and --to")
        if options.start is not None:
            need(not options.call, "calls and a period")
            need(is_time(options.start) and is_time(options.end) and options.start <= options.end, "the period")
        need(not options.held or options.trust is not None, "--held needs --trust")
        for name in ("max_age", "max_open"):
            text = getattr(options, name)
            if text is not None:
                need(re.fullmatch("(0|[1-9][0-9]{0,8})[smhd]", text), "a duration")
                given[name] = int(text[:-1]) * {"s": 1, "m": 60, "h": 3_600, "d": 86_400}[text[-1]]
        if options.trust is not None:
            given["raw"] = (
                read_file(Path(options.trust) / "policy", LIMIT_NOTE),
                read_file(Path(options.trust) / "workers", LIMIT_WORKERS),
            )
            given["policy"], given["workers"] = read_policy(given["raw"][0]), read_workers(given["raw"][1])
        for path in options.held:
            note = read_note(read_file(path, LIMIT_NOTE))
            given["held"].append((note, check_note(note, given["policy"])))
        for path in options.consistency:
            data = read_file(path, LIMIT_NOTE)
            head, _, _ = plain_text(data).partition("\n\n")
            lines = head.split("\n")
            need(lines[0].startswith("old ") and len(lines) <= 64 and b"\n\n" in data, "a consistency file")
            hashes = [read_base64(line) for line in lines[1:]]
            need(all(len(one) == 32 for one in hashes), "a hash")
            newer = read_note(data[len(head.encode()) + 2 :])
            given["consistency"].append((decimal(lines[0][4:]), hashes, newer))
        if options.keys is not None:
            given["deks"] = read_deks(read_file(options.keys, LIMIT_FILE))
    except (Wrong, OSError) as error:
        report.add(0, "outside-input", str(error))
        raise Done from None
    return given


SEGMENT = {
    "call": is_uuid, "seg": is_seg, "count": lambda value: is_int(value, 2**20 + 1, 1), "head": is_hex64,
    "state": lambda value: value in ("closed", "abandoned", "open"),
}  # fmt: skip
FILE = {"bytes": lambda value: is_int(value, MAX + 1), "path": lambda value: isinstance(value, str), "sha256": is_hex64}
MANIFEST = {
    "format": lambda value: value == "VAL1-export", "v": BASE["v"],
    "origin": like(r"audit\.[a-z0-9.-]{1,128}/[a-z0-9-]{1,32}/[a-z0-9-]{1,32}/[1-9][0-9]{0,8}"),
    "size": lambda value: is_int(value, MAX + 1), "root": is_hex64,
    "mode": lambda value: value in ("full", "scoped", "partial"), "keys": lambda value: value in ("none", "in_scope"),
    "created": is_time, "scope": lambda value: isinstance(value, dict) and sorted(value) == ["calls", "from", "to"],
    "entries": lambda value: is_int(value, MAX + 1),
    "segments": lambda value: isinstance(value, list), "files": lambda value: isinstance(value, list),
}  # fmt: skip


def fits(value, forms):
    return (
        isinstance(value, dict) and sorted(value) == sorted(forms) and all(forms[name](value[name]) for name in forms)
    )


def read_manifest(data):
    need(data.endswith(b"\n") and len(data) <= LIMIT_FILE, "the end of the manifest")
    manifest = read_json(data[:-1])
    need(fits(manifest, MANIFEST), "a member of the manifest")
    calls, start, end = (manifest["scope"][name] for name in ("calls", "from", "to"))
    need(calls is None or calls == [] or (many(is_uuid)(calls) and calls == sorted(set(calls))), "scope.calls")
    need((start is None and end is None) or (is_time(start) and is_time(end) and start <= end), "scope times")
    need(manifest["mode"] != "full" or (calls is None and start is None), "scope of a full bundle")
    need(manifest["mode"] != "partial" or (calls is not None and start is None), "scope of a partial bundle")
    need(all(fits(one, SEGMENT) for one in manifest["segments"]), "segments")
    need(all(fits(one, FILE) for one in manifest["files"]), "files")
    places = [(one["call"], one["seg"]) for one in manifest["segments"]]
    paths = [one["path"] for one in manifest["files"]]
    need(places == sorted(set(places)) and paths == sorted(set(paths)), "not ascending")
    return manifest


def read_regular(folder, name):
    """The bytes of a file that is neither a link nor a device, nor below a link."""
    inside = not name.startswith("proofs/") or stat.S_ISDIR(os.lstat(folder / "proofs").st_mode)
    if not inside or not stat.S_ISREG(os.lstat(folder / name).st_mode):
        raise OSError("not a regular file")
    return (folder / name).read_bytes()


def names_in(folder):
    return {path.name for path in folder.iterdir()}


def step_1(folder, report):
    """The files, whole: {path: bytes}, and the manifest."""
    try:
        names = names_in(folder)
        data = read_regular(folder, "manifest.json")
    except OSError as error:
        report.add(1, "unreadable", str(error))
        raise Done from None
    try:
        manifest = read_manifest(data)
    except Wrong as error:
        report.add(1, "file-malformed", str(error))
        raise Done from None
    partial = manifest["mode"] == "partial"
    needed = {"entries.ndjson", "checkpoint", "policy", "workers"}
    needed |= {"deks.jsonl"} if manifest["keys"] == "in_scope" else set()
    listed = {one["path"] for one in manifest["files"]}
    proofs = {one for one in listed if partial and re.fullmatch(r"proofs/(0|[1-9][0-9]{0,15})\.tlog-proof", one)}
    if listed - proofs != needed:
        report.add(1, "file-malformed", "other files than called for")
        raise Done
    real_proofs = "proofs" in names and stat.S_ISDIR(os.lstat(folder / "proofs").st_mode)
    inner = {f"proofs/{name}" for name in names_in(folder / "proofs")} if real_proofs else set()
    present = names | inner
    if present - listed - {"manifest.json"} - ({"proofs"} if partial else set()):
        report.add(1, "file-unexpected")
    files = {}
    for one in manifest["files"]:
        try:
            files[one["path"]] = read_regular(folder, one["path"])
        except OSError as error:
            report.add(1, "unreadable", str(error))
            continue
        if (len(files[one["path"]]), sha(files[one["path"]]).hex()) != (one["bytes"], one["sha256"]):
            report.add(1, "file-hash", one["path"])
    report.end_if_bad()
    try:
        own = (read_policy(files["policy"]), read_workers(files["workers"]), read_deks(files.get("deks.jsonl", b"")))
    except Wrong as error:
        report.add(1, "file-malformed", str(error))
        raise Done from None
    return manifest, files, proofs, own


# --- steps 2 to 10 ----------------------------------------------------------------------------------------------------


class Segment:
    """One (call, seg) with its entries by seq."""

    def __init__(self):
        self.at = {}  # seq -> entries, in order of i
        self.first = None  # header of the entry with seq 0
        self.worker = None
        self.signed = -1

    def place(self, lh):
        for seq, entries in self.at.items():
            if any(one["lh"] == lh for one in entries):
                return seq
        return None

    @property
    def last(self):
        return max(self.at)

    @property
    def closed(self):
        return self.at[self.last][0]["header"]["t"] == "segment.close"

    @property
    def control(self):
        return self.worker is not None and self.worker["role"] == "control"


def step_3(data, manifest, size, report):
    """The lines, in order of i."""
    entries, last = [], -1
    lines = data.split(b"\n")
    try:
        need(lines.pop() == b"", "no newline at the end")
        for line in lines:
            need(len(line) < LIMIT_LINE, "a long line")
            one = read_json(line)
            need(sorted(one) in (["c", "i", "p"], ["ch", "i", "p"]), "members")
            need(is_int(one["i"], size) and one["i"] > last and isinstance(one["p"], str), "i or p")
            last = one["i"]
            p, c = one["p"].encode(), None
            need(len(p) <= 4_096, "a long header")
            if "c" in one:
                c = read_base64(one["c"])
                need(len(c) > 28 and (len(c) - 28) % 64 == 0 and len(c) <= 65_564, "length of c")
            else:
                need(is_hex64(one["ch"]), "ch")
            header = read_json(p)
            check_header(header)
            ch = bytes.fromhex(one["ch"]) if c is None else sha(c)
            lh = sha(b"\x00VAL1" + len(p).to_bytes(4, "big") + p + ch)
            entries.append({"i": last, "p": p, "c": c, "header": header, "lh": lh})
    except (Wrong, UnicodeEncodeError) as error:
        report.add(3, "line-malformed", str(error))
        raise Done from None
    if len(entries) != manifest["entries"]:
        report.add(3, "manifest-contradicted")
    return entries


def step_4(entries, note, files, proofs, partial, report):
    """The tree; returns whether all leaves are there."""
    if partial:
        if proofs != {f"proofs/{one['i']}.tlog-proof" for one in entries}:
            report.add(3, "file-malformed", "other proofs than lines")
        for one in entries:
            data = files.get(f"proofs/{one['i']}.tlog-proof")
            if data is None:
                continue
            try:
                head, _, _ = plain_text(data).partition("\n\n")
                lines = head.split("\n")
                need(lines[0] == "c2sp.org/tlog-proof@v1" and len(lines) >= 2 and b"\n\n" in data, "a proof")
                need(lines[1] == f"index {one['i']}", "index")
                need(data[len(head.encode()) + 2 :] == note["bytes"], "another checkpoint")
                path = [read_base64(line) for line in lines[2:]]
                need(all(len(piece) == 32 for piece in path), "a hash")
                need(root_by_path(one["i"], note["size"], one["lh"], path) == note["root"], "not in the tree")
            except Wrong as error:
                report.add(4, "proof-invalid", str(error))
        return True
    present = [one["i"] for one in entries]
    top = present[-1] + 1 if present else 0
    if top < note["size"]:
        report.add(4, "leaves-cut")
    if len(present) < top:
        report.add(4, "leaves-missing")
    if len(present) < note["size"]:
        return False
    if root_of([one["lh"] for one in entries]) != note["root"]:
        report.add(4, "root-mismatch")
    return True


def step_5(entries, note, given, partial, report):
    """Held checkpoints; returns the size of the largest that the bundle was shown to contain."""
    anchored, used = None, set()
    for held, _ in given["held"]:
        if held["origin"] != note["origin"]:
            report.add(10, "outside-unused")
            continue
        small, large = (held, note) if held["size"] < note["size"] else (note, held)
        proven = small["size"] in (0, large["size"])
        try:
            for number, (old, hashes, newer) in enumerate(given["consistency"]):
                if (newer["origin"], old, newer["size"]) == (note["origin"], small["size"], large["size"]):
                    used.add(number)
                    need(newer["root"] == large["root"], "another root")
                    prove_consistent(old, small["root"], large["size"], large["root"], hashes)
                    proven = True
            need(small["size"] != large["size"] or small["root"] == large["root"], "another root")
            if not partial and small is held:
                need(root_of([one["lh"] for one in entries[: held["size"]]]) == held["root"], "another root")
                proven = True
        except Wrong as error:
            report.add(5, "fork", str(error))
            continue
        if not proven:
            report.add(10, "held-not-comparable")
        elif held["size"] > note["size"]:
            report.add(10, "held-newer")
        elif held["size"] > 0:
            anchored = max(anchored or 0, held["size"])
    if len(used) < len(given["consistency"]):
        report.add(10, "outside-unused")
    opening = next((one["header"] for one in entries if one["i"] == 0), None)
    if opening is not None and opening["t"] == "log.epoch":
        old = read_note(opening["old_checkpoint"].encode())
        for held, _ in given["held"]:
            if held["origin"] == old["origin"] and (
                held["size"] > old["size"] or (held["size"] == old["size"] and held["root"] != old["root"])
            ):
                report.add(5, "fork", "beyond the end of its epoch")
    return anchored


def step_6_7(entries, note, workers, partial, report):
    """Chains and signatures; returns the segments."""
    segments = {}
    for one in entries:
        header = one["header"]
        segment = segments.setdefault((header["call"], header["seg"]), Segment())
        segment.at.setdefault(header["seq"], []).append(one)
    for segment in segments.values():
        if 0 in segment.at:
            segment.first = segment.at[0][0]["header"]
            segment.worker = workers.get(segment.first["wkey"])
        chain(segment, note, workers, report)
    first = entries[0] if entries and entries[0]["i"] == 0 else None
    if first is None:
        if partial and note["epoch"] > 1:
            report.add(6, "segment-missing")
        if not partial and note["size"] == 0 and note["epoch"] > 1:
            report.add(6, "log-mismatch")
    elif (first["header"]["t"] == "log.epoch") != (note["epoch"] > 1):
        report.add(6, "log-mismatch")
    return segments


def chain(segment, note, workers, report):
    constants = {
        tuple(one["header"][name] for name in ("tenant", "jur", "ret", "worker"))
        for entries in segment.at.values()
        for one in entries
    }
    if len(constants) > 1:
        report.add(6, "chain-broken", "a constant changes")
    if sorted(segment.at) != list(range(len(segment.at))):
        report.add(6, "seq-hole")
    for seq, entries in sorted(segment.at.items()):
        hashes = [one["lh"] for one in entries]
        if len(set(hashes)) > 1:
            report.add(6, "fork", "two entries of one place")
        if len(set(hashes)) < len(hashes):
            report.add(6, "chain-broken", "an entry stands twice")
        before = segment.at.get(seq - 1, [])
        for one in entries:
            header = one["header"]
            if before and all(header["prev"] != other["lh"].hex() for other in before):
                report.add(6, "chain-broken", "prev")
            if any(other["header"]["t"] == "segment.close" for other in before):
                report.add(6, "chain-broken", "after a close")
            if misplaced(header):
                report.add(6, "type-misplaced")
            if seq == 0:
                opening(one, note, workers, report)
            kind = header["t"]
            if segment.worker and kind not in ("segment.open", "segment.close") and is_control(kind) != segment.control:
                report.add(6, "type-misplaced", "role")
            worker = workers.get(header["wkey"]) if seq == 0 else segment.worker
            if "wsig" in header and worker is not None:
                message = b"VAL1-sig" + canonical({name: header[name] for name in header if name != "wsig"})
                if is_signed(worker, bytes.fromhex(header["wsig"]), message):
                    segment.signed = max(segment.signed, seq)
                else:
                    report.add(7, "worker-refused", "a false signature")


def opening(one, note, workers, report):
    header = one["header"]
    if header["wkey"] not in workers:
        report.add(7, "worker-refused", "an unknown key")
    if header["log"] != note["log"]:
        report.add(6, "log-mismatch")
    if header["t"] == "log.epoch":
        if one["i"] != 0 or note["epoch"] == 1:
            report.add(6, "log-mismatch")
        for name in ("old_checkpoint", "db_checkpoint"):
            try:
                old = read_note(header[name].encode())
                need((old["log"], old["epoch"]) == (note["log"], note["epoch"] - 1), "another epoch")
            except Wrong as error:
                report.add(6, "log-mismatch", str(error))


class Accounts:
    """Step 8."""

    def __init__(self, entries, segments, manifest, note, options, report):
        self.segments, self.report, self.manifest = segments, report, manifest
        self.partial = manifest["mode"] == "partial"
        self.erased, self.destroyed, self.kept, self.prunes, self.heads = {}, set(), set(), [], {}
        self.scope = self.find_scope(entries)
        for one in entries:
            if one["header"]["t"] in (*TOMBSTONES, "segment.abandoned"):
                self.control(one, note["epoch"])
        self.check_heads()
        self.forms(entries)
        self.states = {place: self.state(place, segment) for place, segment in segments.items()}
        self.check_manifest()
        if self.partial:
            present = {call for call, _ in segments}
            if not {*options.call, *manifest["scope"]["calls"]} <= present:
                report.add(8, "call-missing")

    def find_scope(self, entries):
        calls, start, end = (self.manifest["scope"][name] for name in ("calls", "from", "to"))
        scope = set()
        for one in entries:
            header = one["header"]
            named = calls is None or header["call"] in calls
            if named and (start is None or start <= header["ts"] <= end):
                scope.add(header["call"])
        if self.partial:
            scope |= {call for (call, _), segment in self.segments.items() if segment.control}
        return scope

    def control(self, one, epoch):
        header, kind = one["header"], one["header"]["t"]
        segment = self.segments[header["call"], header["seg"]]
        if kind in TOMBSTONES:
            try:
                check_extra(header)
                need("kept_kc" not in header or kind != "key.destroyed" or many(is_hex64)(header["kept_kc"]), "kept_kc")
                own = kind == "prune" and header["epoch"] == epoch
                need(not own or all(last < one["i"] for _, last in header["ranges"]), "its own index")
            except Wrong as error:
                self.report.add(8, "tombstone-invalid", str(error))
                return
        if not (segment.control and segment.closed) or (kind == "prune" and header["epoch"] != epoch):
            self.report.add(10, "control-not-counted")
            return
        if kind == "erasure":
            for seg, kc in zip(header["target_seg"], header["target_kc"], strict=True):
                self.erased.setdefault((header["target_call"], seg), set()).add(kc)
        elif kind == "key.destroyed":
            self.destroyed |= set(header["target_ek"])
            self.kept |= set(header.get("kept_kc", []))
        elif kind == "prune":
            self.prunes += header["ranges"]
        else:
            for seg, head in zip(header["target_seg"], header["target_head"], strict=True):
                self.heads.setdefault((header["target_call"], seg), []).append(bytes.fromhex(head))

    def no_key(self, place):
        first = self.segments[place].first
        if first is None:
            return False
        if first["kc"] in self.erased.get(place, ()):
            return True
        return first["ek"] in self.destroyed and first["kc"] not in self.kept

    def check_heads(self):
        for place, heads in self.heads.items():
            if self.partial and place[0] not in self.scope:
                continue
            segment = self.segments.get(place)
            if segment is None or any(segment.place(head) is None for head in heads):
                self.report.add(8, "head-unknown")
        self.unknown = 0
        for (call, seg), segment in self.segments.items():
            prev = "" if segment.first is None else segment.first["prev_seg"]
            if prev == "unknown":
                self.unknown += 1
            elif prev:
                before = self.segments.get((call, seg - 1))
                if before is None:
                    self.report.add(8, "segment-missing")
                elif before.place(bytes.fromhex(prev)) is None:
                    self.report.add(8, "head-unknown")

    def forms(self, entries):
        self.pruned = self.outside = self.sealed = 0
        for one in entries:
            if one["header"]["call"] not in self.scope:
                self.outside += 1
            elif one["c"] is not None:
                self.sealed += 1
            else:
                self.pruned += 1
                if not any(first <= one["i"] <= last for first, last in self.prunes):
                    self.report.add(8, "form-uncovered")

    def state(self, place, segment):
        return "closed" if segment.closed else "abandoned" if place in self.heads else "open"

    def unsigned_and_late(self):
        unsigned = late = 0
        for (call, seg), segment in self.segments.items():
            places = [segment.place(head) for head in self.heads.get((call, seg), ())]
            places = [one for one in places if one is not None]
            vouched = max([segment.signed, *places]) if self.states[call, seg] == "abandoned" else segment.signed
            unsigned += max(0, segment.last - vouched)
            after = self.segments.get((call, seg + 1))
            if after is not None and after.first is not None and is_hex64(after.first["prev_seg"]):
                cited = segment.place(bytes.fromhex(after.first["prev_seg"]))
                places += [] if cited is None else [cited]
            late += segment.last - min(places) if places else 0
        return unsigned, late

    def check_manifest(self):
        listed = set()
        for claim in self.manifest["segments"]:
            place = (claim["call"], claim["seg"])
            listed.add(place)
            segment = self.segments.get(place)
            if segment is None or claim["count"] - 1 not in segment.at:
                self.report.add(8, "segment-short")
                continue
            heads = [one["lh"].hex() for one in segment.at[claim["count"] - 1]]
            same = (
                place[0] in self.scope,
                claim["count"] == segment.last + 1,
                claim["head"] in heads,
                claim["state"] == self.states[place],
            )
            if not all(same):
                self.report.add(8, "manifest-contradicted", "a segment")
        for place in self.segments:
            if place[0] in self.scope and place not in listed:
                self.report.add(8, "manifest-contradicted", "a segment is not listed")
            if self.partial and place[0] not in self.scope:
                self.report.add(8, "manifest-contradicted", "a call out of scope")


def step_9(entries, accounts, deks, manifest, report):
    """Keys and content; returns how many bodies were opened."""
    ciphers, offered, opened = {}, set(), 0
    for place, key in deks:
        offered.add(place)
        segment = accounts.segments.get(place)
        if segment is None or place[0] not in accounts.scope:
            report.add(9, "key-refused", "not in scope")
        elif segment.first is None:
            continue
        elif accounts.no_key(place):
            report.add(9, "key-of-erased")
        elif (
            hmac.digest(key, b"VAL1-kc" + place[0].encode() + place[1].to_bytes(4, "big"), "sha256").hex()
            != segment.first["kc"]
        ):
            report.add(9, "key-refused", "commitment")
        else:
            ciphers[place] = AESGCM(key)
    needs = {
        (one["header"]["call"], one["header"]["seg"])
        for one in entries
        if one["c"] is not None and one["header"]["call"] in accounts.scope
    }
    if manifest["keys"] == "in_scope" and any(place not in offered and not accounts.no_key(place) for place in needs):
        report.add(9, "key-missing")
    for one in entries:
        cipher = ciphers.get((one["header"]["call"], one["header"]["seg"]))
        if cipher is None or one["c"] is None:
            continue
        try:
            padded = cipher.decrypt(one["c"][:12], one["c"][12:], b"VAL1-aad" + one["p"])
            body = padded.rstrip(b" ")
            need(len(padded) - len(body) < 64 and len(body) <= 65_536, "padding")
            read_json(body)
            opened += 1
        except (InvalidTag, Wrong) as error:
            report.add(9, "body-invalid", str(error))
    return opened


def step_10(accounts, entries, note, options, given, policy, as_of, anchored, report):
    """The answer; returns what anchors it."""
    if given["policy"] is None:
        report.add(10, "no-trust")
    anchor = None
    if policy["quorum"] != "none":
        anchor = "quorum" if as_of is not None else None
        if as_of is None:
            report.add(10, "quorum-missed")
    elif anchored is not None:
        anchor = "held"
    else:
        report.add(10, "unanchored")
    if "max_age" in given and (as_of is None or time.time() - as_of > given["max_age"]):
        report.add(10, "too-old")
    origins = {key["name"] for key in policy["logs"]}
    if (options.log is None and len(origins) > 1) or options.log not in (None, note["origin"]):
        report.add(10, "not-proven", "another log")
    calls = {call for call, _ in accounts.segments}
    open_calls = {call for (call, seg) in accounts.segments if accounts.states[call, seg] == "open"}
    if options.call:
        for call in options.call:
            if call not in calls:
                if not accounts.partial:
                    report.add(10, "call-not-in-log")
                continue
            numbers = sorted(seg for one, seg in accounts.segments if one == call)
            hole = accounts.partial and numbers != list(range(len(numbers)))
            unnamed = accounts.partial and call not in accounts.manifest["scope"]["calls"]
            if call not in accounts.scope or hole or unnamed:
                report.add(10, "not-proven", "not in scope")
            if call in open_calls:
                report.add(10, "segment-open")
    elif options.start is not None:
        within = {one["header"]["call"] for one in entries if options.start <= one["header"]["ts"] <= options.end}
        late_enough = as_of is not None and time_of(as_of) >= options.end
        if accounts.partial or not within <= accounts.scope or not late_enough:
            report.add(10, "not-proven", "the period")
        if within & open_calls:
            report.add(10, "segment-open")
    else:
        if accounts.partial or not calls <= accounts.scope:
            report.add(10, "not-proven", "the whole log")
        for place, segment in accounts.segments.items():
            if accounts.states[place] == "open":
                known = as_of is not None and segment.first is not None
                if not known or as_of * 1_000_000 - micros(segment.first["ts"]) > given["max_open"] * 1_000_000:
                    report.add(10, "segment-open")
    odd_times(accounts, entries, note, given, as_of, report)
    return anchor


def odd_times(accounts, entries, note, given, as_of, report):
    day = 24 * 3_600 * 1_000_000
    held = [
        (one["size"], at * 1_000_000) for one, at in given["held"] if one["origin"] == note["origin"] and at is not None
    ]
    for one in entries:
        at = micros(one["header"]["ts"])
        if as_of is not None and at > (as_of + 60) * 1_000_000:
            report.add(10, "time-odd")
        if any(one["i"] >= size and at < seen - day for size, seen in held):
            report.add(10, "time-odd")
    for segment in accounts.segments.values():
        largest = ""
        for _, same in sorted(segment.at.items()):
            for one in same:
                if one["header"]["ts"] < largest:
                    report.add(10, "time-odd")
            largest = max([largest, *(one["header"]["ts"] for one in same)])


# --- the whole --------------------------------------------------------------------------------------------------------


def run(options, report, result):
    given = step_0(options, report)
    result["trust"] = "bundle" if given["policy"] is None else "outside"
    manifest, files, proofs, own = step_1(Path(options.bundle), report)
    policy = given["policy"] or own[0]
    workers = own[1] if given["workers"] is None else given["workers"]
    partial = manifest["mode"] == "partial"
    try:
        note = read_note(files["checkpoint"])
        as_of = check_note(note, policy)
    except Wrong as error:
        report.add(2, "checkpoint-refused", str(error))
        raise Done from None
    if (manifest["origin"], manifest["size"], manifest["root"]) != (note["origin"], note["size"], note["root"].hex()):
        report.add(2, "manifest-contradicted")
        raise Done
    unsupported = [key for key in policy["logs"] if key["type"] != 1]
    unsupported += [key for key in policy["witnesses"].values() if key["type"] != 4]
    result |= {
        "origin": note["origin"], "size": note["size"], "root": note["root"].hex(), "mode": manifest["mode"],
        "as_of": None if as_of is None else time_of(as_of), "unsupported": len(unsupported),
    }  # fmt: skip
    entries = step_3(files["entries.ndjson"], manifest, note["size"], report)
    whole = step_4(entries, note, files, proofs, partial, report)
    segments = step_6_7(entries, note, workers, partial, report)
    report.end_if_bad()
    anchored = step_5(entries, note, given, partial, report) if whole else None
    accounts = Accounts(entries, segments, manifest, note, options, report)
    unsigned, late = accounts.unsigned_and_late()
    states = list(accounts.states.values())
    sealed = {(one["header"]["call"], one["header"]["seg"]) for one in entries if one["c"] is not None}
    result |= {
        "segments": {name: states.count(name) for name in ("closed", "abandoned", "open")},
        "unsigned": unsigned, "late": late, "prev_unknown": accounts.unknown, "body_pruned": accounts.pruned,
        "outside_scope": accounts.outside, "sealed": accounts.sealed,
        "shredded": sum(place[0] in accounts.scope and accounts.no_key(place) for place in sealed),
    }  # fmt: skip
    if manifest["keys"] == "in_scope" or options.keys is not None:
        result["content"] = True
        result["opened"] = step_9(entries, accounts, own[2] + given["deks"], manifest, report)
    result["anchor"] = step_10(accounts, entries, note, options, given, policy, as_of, anchored, report)
    result["held"] = anchored


class Parser(argparse.ArgumentParser):
    def error(self, message):
        sys.stderr.write(f"verify: {message}\n")
        raise SystemExit(20)


def parser():
    made = Parser(prog="verify", description="Verify a VAL1 evidence bundle.", allow_abbrev=False)
    made.add_argument("bundle")
    for name in ("--log", "--trust", "--keys", "--max-age"):
        made.add_argument(name)
    made.add_argument("--max-open", default="24h")
    made.add_argument("--from", dest="start")
    made.add_argument("--to", dest="end")
    for name in ("--call", "--held", "--consistency"):
        made.add_argument(name, action="append", default=[])
    made.add_argument("--json", action="store_true")
    return made


def lines(result, report, options):
    for (step, name), text in sorted(report.found.items()):
        yield f"step {step}: {name} ({CODES[name]}) {text}".rstrip()
    asked = "whole log"
    if options.call:
        asked = "call " + ", ".join(sorted(set(options.call)))
    elif options.start is not None:
        asked = f"{options.start} .. {options.end}"
    yield f"asked     {options.log + ', ' if options.log else ''}{asked}"
    open_points = [name for (_, name) in sorted(report.found) if CODES[name]]
    yield "answer    " + (f"not proven: {', '.join(open_points)}" if open_points else "proven")
    known = {
        name: "unknown" if result[name] is None else result[name]
        for name in ("origin", "size", "root", "mode", "as_of")
    }
    partial = "; call set: not proven complete" if result["mode"] == "partial" else ""
    yield f"log       {known['origin']}, {known['size']} leaves, root {known['root']}, mode {known['mode']}{partial}"
    yield f"as of     {known['as_of']}"
    held = f"held {result['held']} leaves" if result["anchor"] == "held" else None
    yield f"anchor    {held or result['anchor'] or 'none'}"
    yield f"trust     {'outside' if result['trust'] == 'outside' else 'bundle only'}"
    counts = result["segments"]
    yield (
        f"segments  {counts['closed']} closed, {counts['abandoned']} abandoned, {counts['open']} open, "
        f"{result['unsigned']} entries unsigned, {result['late']} late, {result['prev_unknown']} prev_seg unknown"
    )
    yield (
        f"forms     {result['body_pruned']} body-pruned under tombstone, {result['outside_scope']} outside scope, "
        f"{result['shredded']} segments shredded"
    )
    yield "content   " + (f"opened {result['opened']} of {result['sealed']}" if result["content"] else "not opened")
    yield f"exit      {result['exit']} {TEXTS[result['exit']]}"


def main(argv):
    """Verify as the arguments say; print the result; return the exit code."""
    try:
        options = parser().parse_args(argv)
    except SystemExit as left:
        return left.code or 0
    report = Report()
    result = dict.fromkeys(("origin", "size", "root", "mode", "as_of", "anchor", "held"))
    counts = (
        "unsupported",
        "unsigned",
        "prev_unknown",
        "late",
        "body_pruned",
        "outside_scope",
        "shredded",
        "sealed",
        "opened",
    )
    result |= dict.fromkeys(counts, 0)
    result |= {"trust": "bundle", "content": False, "segments": dict.fromkeys(("closed", "abandoned", "open"), 0)}
    with suppress(Done):
        run(options, report, result)
    result["exit"] = report.exit()
    if options.json:
        out = {
            "format": "VAL1-result",
            "v": 1,
            **{name: result[name] for name in result if name not in ("content", "held")},
        }
        out["asked"] = {
            "log": options.log,
            "calls": sorted(set(options.call)) or None,
            "from": options.start,
            "to": options.end,
        }
        out["findings"] = [
            {"id": name, "code": CODES[name], "step": step, "text": text}
            for (step, name), text in sorted(report.found.items())
        ]
        sys.stdout.write(json.dumps(out, sort_keys=True) + "\n")
    else:
        sys.stdout.write("\n".join(lines(result, report, options)) + "\n")
    return result["exit"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
