"""`secure-agent` and `python -m secure_agent`."""

from secure_agent.cli import app


def main() -> None:
    app()


if __name__ == "__main__":
    main()
