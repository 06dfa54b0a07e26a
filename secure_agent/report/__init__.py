"""What a lawyer reads: one call or many, from a verified bundle, as HTML or PDF from the same `Report`."""

from secure_agent.report.compose import Report, report_of
from secure_agent.report.errors import ReportUnavailableError

__all__ = ["Report", "ReportUnavailableError", "report_of"]
