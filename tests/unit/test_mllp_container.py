"""The files and the packages of the bridge's image, run as its container runs them."""

import json
import os
import signal
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import trustme

from shared.mllp.frames import Frames, framed
from tests.hl7 import a_dft, an_ft1
from tests.mllp_edge import CLIENT_SECRET, TLS_SECRET, Edge, running
from tests.mllp_image import (
    FOLDER,
    ROOT,
    Image,
    image_of_the_index,
    image_of_what_is_here,
    installing,
    instructions,
    pins,
    taken_out_of_the_repository,
)

MESSAGE = a_dft(an_ft1())
ACK = b"MSH|^~\\&|\rMSA|AA|1\r"
WAIT_SECONDS = 60
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="containers are Linux")


@pytest.fixture
def image(tmp_path: Path) -> Image:
    return image_of_what_is_here(tmp_path / "image")


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def edge(authority: trustme.CA) -> Iterator[Edge]:
    server = authority.issue_cert("localhost")
    with running(Edge(ACK)) as edge:
        tls = {
            "certificate": server.cert_chain_pems[0].bytes().decode(),
            "key": server.private_key_pem.bytes().decode(),
            "authorities": authority.cert_pem.bytes().decode(),
        }
        edge.secrets |= {CLIENT_SECRET: json.dumps(edge.client()), TLS_SECRET: json.dumps(tls)}
        yield edge


def answered(port: int, authority: trustme.CA, shown: trustme.LeafCert | None) -> bytes:
    """What a sender with this certificate is answered to one message."""
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    if shown:
        shown.configure_cert(tls)
    plain = socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)
    with closing(plain), tls.wrap_socket(plain, server_hostname="localhost") as sender:
        sender.sendall(framed(MESSAGE))
        frames = Frames(100_000)
        while chunk := sender.recv(10_000):
            for frame in frames.take(chunk):
                return frame.body
    raise ConnectionResetError


def takes_a_message(image: Image, edge: Edge, authority: trustme.CA) -> list[dict[str, object]]:
    """A sender that is known is answered, two that are not are refused; the log, to its end."""
    with image.started(edge) as process:
        assert process.stdout is not None
        begun = json.loads(process.stdout.readline())
        socket.create_connection(("127.0.0.1", begun["port"])).close()  # as a balancer looks
        for stranger in (None, trustme.CA().issue_cert("ehr.example")):
            with pytest.raises(OSError, match=r".*"):
                answered(begun["port"], authority, stranger)
        known = answered(begun["port"], authority, authority.issue_cert("ehr.example"))
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=WAIT_SECONDS)

    assert known == ACK
    assert edge.taken == [MESSAGE]
    assert process.returncode == 0
    return [begun, *map(json.loads, rest.splitlines())]


def test_the_images_files_and_packages_take_a_message_and_answer_it_as_the_edge_does(
    image: Image, edge: Edge, authority: trustme.CA
) -> None:
    log = takes_a_message(image, edge, authority)

    assert [line["message"] for line in log] == ["bridge listens"]


@pytest.mark.skipif(
    not os.environ.get("LEDGERWARD_INDEX"),
    reason="LEDGERWARD_INDEX does not say that there is a package index",
)
def test_so_do_the_packages_that_the_image_installs(
    tmp_path: Path, edge: Edge, authority: trustme.CA
) -> None:
    image = image_of_the_index(tmp_path / "image", tmp_path / "venv")

    log = takes_a_message(image, edge, authority)

    assert [line["message"] for line in log] == ["bridge listens"]


@pytest.mark.parametrize(
    ("arn", "value", "says"),
    [
        (CLIENT_SECRET, "chance text", "the secret arn:client is not JSON"),
        (CLIENT_SECRET, '{"client_secret": "told"}', "the client secret lacks api_url, token_url"),
        (TLS_SECRET, '{"key": "told"}', "the TLS secret lacks certificate, authorities"),
        (TLS_SECRET, '{"certificate": "a", "key": "told", "authorities": "c"}', "TLS cannot begin"),
    ],
)
def test_a_container_that_cannot_begin_says_why_and_shows_no_secret(
    image: Image, edge: Edge, arn: str, value: str, says: str
) -> None:
    edge.secrets[arn] = value

    with image.started(edge) as process:
        told, _ = process.communicate(timeout=WAIT_SECONDS)

    (line,) = map(json.loads, told.splitlines())
    assert process.returncode == 1
    assert says in line["reason"]
    assert b"told" not in told


def test_every_package_of_the_image_is_one_of_the_repositorys_lock() -> None:
    lock, image_lock = pins(ROOT / "requirements.lock"), pins(FOLDER / "requirements.lock")

    assert image_lock
    assert {pin: lock.get(pin) for pin in image_lock} == image_lock
    assert all(image_lock.values())


def test_the_image_has_nothing_that_runs_on_a_workstation(image: Image) -> None:
    ours = {str(path.relative_to(image.folder)) for path in image.folder.glob("*/*")}

    assert {each for each in ours if not each.startswith("packages/")} == {
        *("functions/__init__.py", "functions/mllp"),
        *("shared/__init__.py", "shared/errors.py", "shared/observability.py"),
        *("shared/settings.py", "shared/aws", "shared/canonical", "shared/formats", "shared/mllp"),
    }


def test_the_image_runs_as_nobody_and_installs_by_hash() -> None:
    (user,) = instructions("USER")

    assert user == "10001:10001"
    assert {"--require-hashes", "--only-binary"} <= set(installing())


def test_the_build_is_sent_what_it_takes() -> None:
    lines = (FOLDER / "Dockerfile.dockerignore").read_text().splitlines()
    sent = tuple(line.removeprefix("!") for line in lines if line.startswith("!"))

    assert lines[0] == "*"
    assert all(source.startswith(sent) for source, _ in taken_out_of_the_repository())
