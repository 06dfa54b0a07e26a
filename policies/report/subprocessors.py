"""The list of subprocessors of a line: who gets what, where, on which terms, and what is missing."""

from policies.entities import DROPPED
from policies.lint_lines import lint_line
from policies.report.basis import (
    NOT_LEGAL_ADVICE,
    Basis,
    about,
    cited,
    cites_of,
    footer,
    marks,
    memory_warning,
    only_memory,
)
from policies.report.document import Block, Chapter, Document, Items, Row, Table

#: The roles that a call needs, under the names by which a line may call them.
ROLES = {
    "telephone line": ("telephone line", "telephony", "sip", "carrier"),
    "speech to text": ("speech to text", "speech recognition", "stt"),
    "language model": ("language model", "llm", "model"),
    "voice": ("voice", "text to speech", "tts"),
    "hosting": ("hosting", "host", "cloud", "data centre", "data center"),
}
CARD_ROLE = ("payment processor", "payment", "payments", "card processing")


def document(basis: Basis) -> Document:
    """Everybody who handles data of callers for this line, as the line file names them."""
    chapters = (
        Chapter("Suppliers", tuple(_suppliers(basis))),
        Chapter("What the line's policy asks of them", (_asked(basis),)),
        Chapter("What is missing", (_missing(basis),)),
        Chapter("What reaches them", (Items(_reaches()),)),
        marks(),
    )
    return Document(
        name="subprocessors",
        title=f"Subprocessors of {basis.line.company}",
        subtitle="Who handles personal data of callers on behalf of this line (GDPR Art. 28(2), 30(1)(d)).",
        warnings=(
            NOT_LEGAL_ADVICE,
            memory_warning(chapters),
            "The terms are those that the line file states. The program has seen none of the contracts.",
        ),
        about=about(basis),
        chapters=chapters,
        footer=footer(basis),
        landscape=True,
    )


def _suppliers(basis: Basis) -> list[Block]:
    listed = basis.home.effective.subprocessors
    if not listed:
        return ["The line file names no supplier."]
    headings = (
        "Supplier",
        "What for",
        "Region",
        "Data-processing agreement",
        "Business associate agreement",
        "PCI DSS attestation",
        "Does not learn from calls",
    )
    rows = tuple(
        Row(
            (
                one.name,
                one.role,
                one.region,
                *(_stated(flag) for flag in (one.dpa, one.baa, one.pci_aoc, one.no_training)),
            )
        )
        for one in listed
    )
    return [Table(headings, rows, (22, 22, 10, 12, 12, 11, 11))]


def _stated(flag: bool) -> str:  # noqa: FBT001 - a value to be worded
    return "yes" if flag else "not stated"


def _asked(basis: Basis) -> Table:
    effective = basis.home.effective
    residency = effective.residency
    health = any(code.startswith("health.hipaa") for code in basis.home.sources)
    values = {
        "residency.process_regions": (
            "Regions in which data may be handled",
            _all(residency.process_regions),
        ),
        "residency.store_regions": ("Regions in which data may be kept", _all(residency.store_regions)),
        "residency.transfer_tools": ("Transfers to other countries rest on", _all(residency.transfer_tools)),
        "processing.vendor_training": ("Learning from calls", effective.processing.vendor_training),
    }
    rows = []
    for field, (what, value) in values.items():
        found = cites_of(basis.home, field)
        rows.append(
            Row((what, value, tuple(map(cited, found)) or "no rule", field), from_memory=only_memory(found))
        )
    if health:
        rows.append(
            Row(
                (
                    "Business associate agreement",
                    "with each",
                    "45 CFR 164.308(b), 164.314(a), 164.502(e), 164.504(e) [M]",
                    "sector health.hipaa",
                ),
                from_memory=True,
            )
        )
    if "payment.pci" in basis.home.sources:
        rows.append(
            Row(
                (
                    "Attestation and who-does-what matrix",
                    "from each that could touch card data",
                    "PCI DSS v4.0.1 12.8, 12.9 [M]",
                    "sector payment.pci",
                ),
                from_memory=True,
            )
        )
    return Table(("What", "Value", "Source", "Rule"), tuple(rows), (25, 20, 35, 20))


def _all(values: tuple[str, ...] | None) -> str:
    return "no limit" if values is None else ", ".join(values) or "none: nothing may be kept"


def _missing(basis: Basis) -> Items:
    found = lint_line(basis.line.id, basis.line, basis.policies, on=basis.on, production=True)
    missing = [one.sentence for one in found if one.rule == "subprocessors"]
    named = {one.role.casefold() for one in basis.home.effective.subprocessors}
    wanted = dict(ROLES)
    if "payment.pci" in basis.home.sources:
        wanted["payment processor"] = CARD_ROLE
    absent = [role for role, names in wanted.items() if not named & set(names)]
    if absent:
        missing.append(
            f"No supplier is named for: {', '.join(absent)}. If the company does this itself, say so here by hand;"
            " if a supplier does it, add it to the line file."
        )
    return Items(tuple(missing) or ("Nothing that the program can see.",))


def _reaches() -> tuple[str, ...]:
    dropped = ", ".join(sorted(one.value for one in DROPPED))
    return (
        (
            "Speech to text: the sound of the caller, as it is. What the caller says reaches it in the clear; a"
            " contract alone binds it."
        ),
        (
            "Language model and voice: redacted text. Found values are labels there, and nothing of"
            f" {dropped} is sent at all. Redaction is statistical: what it misses reaches them."
        ),
        "Telephone line: the call itself, with both numbers.",
        "Payment processor: card number, expiry and security code, straight from the keypad.",
        (
            "Nobody else is sent anything by the program. Recordings and the audit log are kept sealed where"
            " the company keeps them."
        ),
    )
