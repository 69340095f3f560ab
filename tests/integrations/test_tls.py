"""Over TLS: the machine's certificate store decides, and the deadline holds there too."""

import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domain.outside_errors import OutsideTimeout, OutsideUnavailable
from integrations.filing_http import HttpFiling
from integrations.http_client import CallLimits, OutsideSystem
from integrations.sandbox.filing import FilingApp
from integrations.sandbox.server import SandboxServer
from integrations.sandbox.trouble import Mode, Trouble
from tests.integrations.conftest import QUICK, filing_request


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def server(certificate: Path) -> Iterator[SandboxServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with SandboxServer(FilingApp(None), 0) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.stop()
        thread.join(5)


def address(server: SandboxServer) -> str:
    return server.url.replace("http:", "https:")


def test_a_certificate_in_the_store_is_believed_and_the_deadline_holds(
    server: SandboxServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    limits = CallLimits(connect_s=0.5, read_s=0.5, total_s=1.2)
    with OutsideSystem("示例备案系统", address(server), limits=limits) as system:
        request = filing_request()
        assert HttpFiling(system).file(request, request.case_id).is_final
        server.control.add(Trouble(mode=Mode.DRIP, seconds=0.1))
        began = time.monotonic()
        with pytest.raises(OutsideTimeout) as error:
            HttpFiling(system).file(request, request.case_id)
        assert error.value.facts == {"reason": "deadline"}
        assert 1.1 < time.monotonic() - began < 2.0


def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_sent(server: SandboxServer) -> None:
    with (
        OutsideSystem("示例备案系统", address(server), limits=QUICK) as system,
        pytest.raises(OutsideUnavailable),
    ):
        HttpFiling(system).file(filing_request(), "tls")
    assert server.app.received()["filings"] == []
