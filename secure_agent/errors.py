"""The error tree of the application.

SecureAgentError            anything raised on purpose here
├── CallRefused             the call cannot be taken (no usable policy, no audit log): nothing was answered
├── LineFileError           a file of a telephone line is wrong: which, and what in it
├── LineUnavailableError    the server of a line does not answer, or refuses: why
├── ProviderNotApprovedError  the line's policy does not approve the provider that it would ask first
├── PromptsError            prompts rendered ahead are missing or stale: which
├── WorkerError             the worker cannot start or be reached: why, and how to mend it
└── CallStopped             the call may not go on; the safe ending is already under way
"""


class SecureAgentError(Exception):
    """Anything the application raises on purpose. Its text never holds a value from a call."""


class CallRefused(SecureAgentError):  # noqa: N818 - a decision about the call, not a fault of the program
    """The call was not answered. The text says why and how to mend it."""


class CallStopped(SecureAgentError):  # noqa: N818
    """Whatever was under way must not continue: audit or policy could not do its work, or the call has ended."""


class LineFileError(SecureAgentError):
    """A file of a telephone line is wrong. The text names file and key, never a value."""


class LineUnavailableError(SecureAgentError):
    """LiveKit's server does not answer, or refuses what a line needs. The text says why."""


class PromptsError(SecureAgentError):
    """Prompts that were rendered ahead are missing or stale. The text names the file, and the command to run."""


class ProviderNotApprovedError(SecureAgentError):
    """A line would give what callers say to a provider that its policy does not approve. The text says why."""


class WorkerError(SecureAgentError):
    """The worker cannot start, or cannot be reached. The text says why and how to mend it."""
