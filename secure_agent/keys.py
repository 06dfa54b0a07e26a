"""Which provider wraps the keys of months, from the settings: chosen once, when a program starts."""

import sys
from getpass import getpass

from pydantic import SecretStr

from audit.errors import KeyFileError
from audit.passphrase import use_passphrase
from audit.providers import GivenKek, KeyProvider, UnusableProvider, use_provider
from secure_agent.settings import Settings, SettingsError, read_settings


def use_keys_of(settings: Settings) -> None:
    """Use the provider that SETTINGS name. What is wrong with it is said when a key is needed, and not before."""
    use_passphrase(lambda: _plain(settings.key_passphrase))
    try:
        use_provider(_provider(settings))
    except KeyFileError as error:
        use_provider(UnusableProvider(str(error)))


def use_keys_of_environment(*, may_ask: bool) -> None:
    """As `use_keys_of`, for commands that read no other setting; MAY_ASK for a passphrase at the terminal."""
    try:
        settings = read_settings()
    except SettingsError as error:
        use_provider(UnusableProvider(str(error)))
        return
    use_keys_of(settings)
    if may_ask and settings.key_passphrase is None and sys.stdin.isatty():
        use_passphrase(lambda: None, prompt=lambda: getpass("passphrase of the key file: "))


def _provider(settings: Settings) -> KeyProvider | None:
    match settings.key_provider:
        case "file":
            return None
        case "environment":
            key = _required(settings.kek, "SECURE_AGENT_KEK")
            return GivenKek.from_text(key, _plain(settings.kek_next))
        case "vault":
            from audit.providers_vault import VaultKeys  # noqa: PLC0415 - an extra

            return VaultKeys(
                _required(settings.vault_url, "SECURE_AGENT_VAULT_URL"),
                _required(settings.vault_token, "SECURE_AGENT_VAULT_TOKEN"),
                settings.vault_key,
                mount=settings.vault_mount,
            )
        case "aws":
            from audit.providers_aws import KmsKeys  # noqa: PLC0415 - an extra

            key = _required(settings.kms_key, "SECURE_AGENT_KMS_KEY")
            return KmsKeys(key, region=settings.kms_region, endpoint=settings.kms_url)


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _required(value: SecretStr | str | None, name: str) -> str:
    plain = _plain(value) if isinstance(value, SecretStr) else value
    if not plain:
        raise KeyFileError(f"{name} is not set, and SECURE_AGENT_KEY_PROVIDER needs it")
    return plain
