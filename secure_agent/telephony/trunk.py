"""What a line file means on LiveKit's server: one inbound trunk and one dispatch rule, made or changed to fit.

Both are found again by their name. Applying twice changes nothing the second time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from livekit import api
from livekit.protocol import sip

from secure_agent.errors import LineUnavailableError
from secure_agent.telephony.caller import HEADER_ATTRIBUTES
from secure_agent.telephony.phone_line import GATE, PhoneLine

_ENCRYPTION: Final = {
    "required": sip.SIP_MEDIA_ENCRYPT_REQUIRE,
    "allowed": sip.SIP_MEDIA_ENCRYPT_ALLOW,
    "none": sip.SIP_MEDIA_ENCRYPT_DISABLE,
}
#: Fields that the server sets itself, or that hold a secret and are compared apart.
_NOT_COMPARED: Final = frozenset(
    {"sip_trunk_id", "sip_dispatch_rule_id", "trunk_ids", "created_at", "updated_at", "auth_password"}
)
_SECRET: Final = "auth_password"  # noqa: S105 - the name of a field


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs; a secret shows that it differs, never what it is."""

    part: str  # trunk, rule
    field: str
    now: str
    wanted: str


@dataclass(frozen=True, slots=True)
class OnServer:
    """What the server has under the line's name."""

    trunk: sip.SIPInboundTrunkInfo | None
    rule: sip.SIPDispatchRuleInfo | None


def wanted_trunk(line: PhoneLine, password: str | None) -> sip.SIPInboundTrunkInfo:
    return sip.SIPInboundTrunkInfo(
        name=line.name,
        numbers=line.numbers,
        allowed_addresses=line.allowed_addresses,
        auth_username=line.auth_username or "",
        auth_password=(password or "") if line.auth_username else "",
        # to attributes outside `sip.`, which the hidden number does not empty; the worker overwrites them at once
        headers_to_attributes=dict(HEADER_ATTRIBUTES),
        ringing_timeout=Duration(seconds=line.ringing_timeout_s),
        max_call_duration=Duration(seconds=line.max_call_s),
        media=sip.SIPMediaConfig(
            encryption=_ENCRYPTION[line.srtp],
            media_timeout=Duration(seconds=line.media_timeout_s),
        ),
    )


def wanted_rule(line: PhoneLine) -> sip.SIPDispatchRuleInfo:
    """One room for each call, with no part of the caller's number in its name; the agent is dispatched with it."""
    return sip.SIPDispatchRuleInfo(
        name=line.name,
        hide_phone_number=True,
        rule=sip.SIPDispatchRule(
            dispatch_rule_callee=sip.SIPDispatchRuleCallee(room_prefix=line.room_prefix, randomize=True)
        ),
        room_config=api.RoomConfiguration(
            agents=[api.RoomAgentDispatch(agent_name=GATE if line.cards == "gate" else line.agent)]
        ),
    )


async def read_server(server: api.LiveKitAPI, line: PhoneLine) -> OnServer:
    """Find the line's trunk and rule. Raises LineUnavailableError where the server does not answer."""
    try:
        trunks = await server.sip.list_inbound_trunk(api.ListSIPInboundTrunkRequest())
        rules = await server.sip.list_dispatch_rule(api.ListSIPDispatchRuleRequest())
    except (api.TwirpError, OSError) as error:
        raise _unavailable(error) from None
    return OnServer(
        _the_one([one for one in trunks.items if one.name == line.name], "trunks"),
        _the_one([one for one in rules.items if one.name == line.name], "dispatch rules"),
    )


def changes(line: PhoneLine, on_server: OnServer, password: str | None) -> list[Change]:
    """What applying would change, field by field; empty when everything fits."""
    trunk, rule = wanted_trunk(line, password), wanted_rule(line)
    found = [
        *_differences("trunk", on_server.trunk, trunk),
        *_differences("rule", on_server.rule, rule),
    ]
    has = on_server.trunk.auth_password if on_server.trunk is not None else ""
    if has != trunk.auth_password:
        found.append(Change("trunk", _SECRET, "set" if has else "-", "another" if has else "set"))
    if on_server.trunk is not None and on_server.rule is not None:
        bound = list(on_server.rule.trunk_ids)
        if bound != [on_server.trunk.sip_trunk_id]:
            found.append(Change("rule", "trunk", f"{len(bound)} trunks", "this trunk"))
    return found


async def apply(server: api.LiveKitAPI, line: PhoneLine, on_server: OnServer, password: str | None) -> None:
    """Make or change trunk and rule. Raises LineUnavailableError with the server's reason."""
    trunk, rule = wanted_trunk(line, password), wanted_rule(line)
    try:
        if on_server.trunk is None:
            made = await server.sip.create_inbound_trunk(api.CreateSIPInboundTrunkRequest(trunk=trunk))
        else:
            made = await server.sip.update_inbound_trunk(on_server.trunk.sip_trunk_id, trunk)
        rule.trunk_ids.append(made.sip_trunk_id)
        if on_server.rule is None:
            await server.sip.create_dispatch_rule(sip.CreateSIPDispatchRuleRequest(dispatch_rule=rule))
        else:
            await server.sip.update_dispatch_rule(on_server.rule.sip_dispatch_rule_id, rule)
    except (api.TwirpError, OSError) as error:
        raise _unavailable(error) from None


def _differences(part: str, now: Message | None, wanted: Message) -> list[Change]:
    have = {} if now is None else _flat(now)
    want = _flat(wanted)
    return [
        Change(part, name, have.get(name, "-"), want.get(name, "-"))
        for name in sorted(have.keys() | want.keys())
        if have.get(name) != want.get(name)
    ]


def _flat(message: Message) -> dict[str, str]:
    whole = MessageToDict(message, preserving_proto_field_name=True)
    return dict(_leaves("", {key: value for key, value in whole.items() if key not in _NOT_COMPARED}))


def _leaves(prefix: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [leaf for key, one in value.items() for leaf in _leaves(f"{prefix}.{key}".strip("."), one)]
    if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        return [leaf for at, one in enumerate(value) for leaf in _leaves(f"{prefix}[{at}]", one)]
    return [(prefix, ", ".join(sorted(map(str, value))) if isinstance(value, list) else str(value))]


def _the_one(found: list[Any], what: str) -> Any:
    if len(found) > 1:
        raise LineUnavailableError(
            f"the server has {len(found)} {what} with the name of this line; remove all but one"
        )
    return found[0] if found else None


def _unavailable(error: Exception) -> LineUnavailableError:
    if isinstance(error, api.TwirpError):
        return LineUnavailableError(f"the server refused: {error.code}: {error.message}")
    return LineUnavailableError("the server does not answer; is SECURE_AGENT_LIVEKIT_URL right?")
