"""The error tree of recordings; no message holds sound or a key.

RecordingError
├── RecordingMisuseError        wrong: our own code drove the recorder as it must not be driven
├── RecordingAlteredError       wrong: the file was read and is not what was written
└── RecordingUnavailableError   unavailable: the file cannot be written or read; nothing is known about it
"""


class RecordingError(Exception):
    """Anything the recording package raises on purpose."""


class RecordingMisuseError(RecordingError):
    """The recorder was driven in a way that is never right."""


class RecordingAlteredError(RecordingError):
    """The file is not a recording, was changed, or does not open with this key."""


class RecordingUnavailableError(RecordingError):
    """The file cannot be written or read."""
