"""The bridge begins with TLS as it was told, or not at all."""

import ssl
from pathlib import Path

import pytest
import trustme

from shared.cli.mllp import tls_of
from shared.errors import SettingsError


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A chain, its key, the authority of senders, and a file that is none of these."""
    authority = trustme.CA()
    server = authority.issue_cert("localhost")
    made = {name: tmp_path / f"{name}.pem" for name in ("certificate", "key", "clients", "other")}
    server.cert_chain_pems[0].write_to_path(made["certificate"])
    server.private_key_pem.write_to_path(made["key"])
    authority.cert_pem.write_to_path(made["clients"])
    made["other"].write_text("no certificate")
    return made


@pytest.mark.parametrize(
    ("clients", "mode"), [("clients", ssl.CERT_REQUIRED), (None, ssl.CERT_NONE)]
)
def test_senders_are_asked_for_a_certificate_where_authorities_are_named(
    files: dict[str, Path], clients: str | None, mode: ssl.VerifyMode
) -> None:
    tls = tls_of(files["certificate"], files["key"], files[clients] if clients else None)

    assert tls is not None
    assert (tls.verify_mode, tls.minimum_version) == (mode, ssl.TLSVersion.TLSv1_2)


def test_without_a_certificate_there_is_no_tls() -> None:
    assert tls_of(None, None, None) is None


@pytest.mark.parametrize(
    ("certificate", "key", "clients", "says"),
    [
        ("certificate", None, None, "needs both --certificate and --key"),
        (None, "key", None, "needs both --certificate and --key"),
        (None, None, "clients", "--clients needs TLS"),
        ("other", "key", None, "TLS cannot begin"),
        ("certificate", "other", None, "TLS cannot begin"),
        ("certificate", "key", "other", "TLS cannot begin"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anybody_is_listened_to(
    files: dict[str, Path], certificate: str | None, key: str | None, clients: str | None, says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        tls_of(*(files[each] if each else None for each in (certificate, key, clients)))
