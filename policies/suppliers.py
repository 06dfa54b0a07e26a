"""Whether a supplier may be given what a caller says: its region and terms, against the policy that holds."""

from collections.abc import Iterator

from policies.resolved import Resolved
from policies.schema import Subprocessor


def what_is_missing(supplier: Subprocessor, whole: Resolved) -> Iterator[str]:
    """Each thing that forbids giving SUPPLIER what a caller says, to be read after its name; none for one approved."""
    effective = whole.effective
    regions = effective.residency.process_regions
    if regions is not None and supplier.region not in regions:
        yield f"handles data in {supplier.region}, which no rule allows"
    if not supplier.dpa and effective.breach.authority_h is not None:
        yield "has no data-processing agreement"
    if any(code.startswith("health.hipaa") for code in whole.sources) and not supplier.baa:
        yield "has no business associate agreement"
    if effective.processing.vendor_training == "forbidden" and not supplier.no_training:
        yield "may learn from calls, which is forbidden"


def why_not(provider: str, whole: Resolved) -> str | None:
    """Why PROVIDER, by its name in the settings, may not be used; None if the line names it and nothing is missing.

    A supplier that is named for several roles is approved for all of them or for none.
    """
    rows = [one for one in whole.effective.subprocessors if one.provider == provider]
    if not rows:
        return f"the line names no supplier with `provider: {provider}`"
    return next((f"{row.name} {missing}" for row in rows for missing in what_is_missing(row, whole)), None)
