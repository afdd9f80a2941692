"""The check at a start and a reload: keys and certificates can be used, and nothing is open by mistake."""

from pdserving.config.schema import Settings
from pdserving.networking import address, is_loopback
from pdserving.security.confinement import unconfined
from pdserving.security.key_store import KeyStore
from pdserving.security.tls import check_tls
from pdserving.setup_errors import KeysError


def check_security(settings: Settings) -> None:
    """Check that keys and certificates can be used.

    Raises:
        KeysError: keys are set and cannot be read, or there is none.
        TlsError: a certificate or private key cannot be used.
    """
    check_tls(settings.security)
    try:
        KeyStore(settings.security.keys_file).load()
    except ValueError as error:
        raise KeysError(str(error)) from None


def exposures(settings: Settings, landlock: int) -> list[str]:
    """Warnings about each port that other machines reach without a key or without TLS, and about unconfined processes.

    Args:
        settings: the configuration.
        landlock: the version that the kernel has; 0 where there is none.
    """
    required = KeyStore(settings.security.keys_file).required
    warnings = []
    if settings.security.confine and (freedom := unconfined(landlock)) is not None:
        warnings.append(f"security.confine: gateway and workers {freedom}")
    for kind, host, port in settings.addresses:
        if is_loopback(host):
            continue
        place = f"{kind}_host: {address(host, port)} is open to other machines"
        if not required and settings.security.tls_client_ca is None:
            warnings.append(
                f"{place}: whoever reaches it may ask; security.keys_file (or PDSERVING_API_KEYS) or "
                "security.tls_client_ca closes it"
            )
        if settings.security.tls_cert is None:
            warnings.append(
                f"{place} without TLS: pictures, texts and keys can be read on their way; security.tls_cert and "
                "security.tls_key encrypt them"
            )
    return warnings
