"""The errors of reports: nothing is wrong with the evidence, the report cannot be made."""

from secure_agent.errors import SecureAgentError


class ReportUnavailableError(SecureAgentError):
    """The report cannot be made on this machine. The message says how to mend that."""
