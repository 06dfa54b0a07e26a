"""The two kinds of text: named by every package, made by few.

`RawText` is what a person or a model said. `RedactedText` is what may be kept, logged, sent to a model or
spoken. Only `redaction` turns one into the other; `audit` may call `RedactedText` when it reads back what was
written, and `policies.wording` for its fixed texts.
`tests/test_architecture.py` names every file that may.
"""

from typing import NewType

RawText = NewType("RawText", str)
RedactedText = NewType("RedactedText", str)
