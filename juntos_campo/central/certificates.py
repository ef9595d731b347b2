"""Whether a certificate can be served with, found out before the first laptop meets it."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from juntos_campo.central.serving_problems import CERTIFICATE_DATES, CERTIFICATE_UNREADABLE
from juntos_campo.domain.errors import UserError, user_error

WARN_BEFORE = timedelta(days=30)
"""So long before its end the log reminds of a certificate."""

_EXPIRED, _NOT_YET_VALID = 10, 9  # X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID
_STEPS = 10


def check_certificate(file: Path) -> datetime:
    """Try out a PEM file of certificate and key by shaking hands with ourselves, in memory.

    Returns:
        When the certificate ends.

    Raises:
        UserError: CEN-243 it cannot be used, CEN-244 it has ended or not begun.
    """
    serving = _served_with(file)
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.check_hostname = False  # laptops check the name; here only the dates count
    try:
        asking.load_verify_locations(file)
    except (ssl.SSLError, OSError):
        raise _unusable(file, "no contiene ningún certificado") from None
    asking.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # it vouches for itself
    try:
        end = _shake_hands(serving, asking)
    except ssl.SSLCertVerificationError as error:
        reasons = {_EXPIRED: "ya venció", _NOT_YET_VALID: "todavía no rige"}
        if error.verify_code in reasons:
            raise user_error(
                CERTIFICATE_DATES, file=file, reason=reasons[error.verify_code]
            ) from None
        raise _unusable(file, "no sirve para un servidor") from None
    except ssl.SSLError:
        raise _unusable(file, "no sirve para un servidor") from None
    return end


def _served_with(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    locked: list[bool] = []

    def no_password() -> str:
        locked.append(True)  # else OpenSSL would ask at the terminal
        return ""

    try:
        if not file.is_file():
            raise _unusable(file, "no existe o no es un archivo")
        context.load_cert_chain(file, password=no_password)
    except PermissionError:
        raise _unusable(file, "no hay permiso para leerlo") from None
    except ssl.SSLError as error:
        if locked:
            reason = "su clave privada tiene contraseña"
        elif error.reason == "KEY_VALUES_MISMATCH":
            reason = "la clave privada no es la de ese certificado"
        else:
            reason = "no contiene un certificado y su clave privada en formato PEM"
        raise _unusable(file, reason) from None
    except OSError:
        raise _unusable(file, "el disco no lo deja leer") from None
    return context


def _shake_hands(serving: ssl.SSLContext, asking: ssl.SSLContext) -> datetime:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    client = asking.wrap_bio(to_client, to_server)
    for _ in range(_STEPS):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    found = client.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(found["notAfter"])), UTC)


def _unusable(file: Path, reason: str) -> UserError:
    return user_error(CERTIFICATE_UNREADABLE, file=file, reason=reason)
