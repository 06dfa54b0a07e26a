"""`secure-agent` and `python -m secure_agent`."""

import sys

from secure_agent.cli import app
from secure_agent.cli.render import Exit, err


def main() -> None:
    """Run the command line. What nobody foresaw is one sentence and could not be checked: never a traceback."""
    try:
        app()
    except Exception as error:  # noqa: BLE001 - the outermost border; the text may quote what it failed on
        err.print(
            f"secure-agent: internal error ({type(error).__name__}); nothing that was acknowledged is lost. "
            "Run `secure-agent doctor`; with SECURE_AGENT_LOG_LEVEL=DEBUG the log says where it happened",
            markup=False,
        )
        sys.exit(Exit.UNCHECKED)


if __name__ == "__main__":
    main()
