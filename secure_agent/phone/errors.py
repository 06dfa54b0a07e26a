"""What is wrong with how the laptop line is to be set up."""

from secure_agent.errors import SecureAgentError


class PhoneError(SecureAgentError):
    """The laptop line cannot be opened as it is set. The text says what to change; it holds no password."""


class PhoneUnavailableError(SecureAgentError):
    """The laptop line is set up well and cannot be opened now: no port, no extra installed."""
