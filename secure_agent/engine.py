"""The redaction engine as the settings want it: with the shipped name model or a stronger one."""

from redaction import Engine, build_engine
from redaction.errors import NameModelError
from secure_agent.settings import PREFIX, Settings, SettingsError


def engine_for(settings: Settings) -> Engine:
    """Build and warm the engine. Raises SettingsError, one sentence, if the name model asked for cannot be had."""
    try:
        return build_engine(name_model=settings.name_model)
    except NameModelError as error:
        raise SettingsError(f"{PREFIX}NAME_MODEL: {error}") from None
