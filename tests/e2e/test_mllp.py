"""HL7 v2 over MLLP: what was answered AA is in the ERP once, whatever becomes of the bridge."""

import os
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import pytest
import trustme

from infra.local.day import Charge
from infra.local.ports import free_port
from shared.mllp.frames import Frames, framed
from tests.e2e.messages import a_charge, a_message, reference_of
from tests.e2e.stack import COMMAND, Stack

pytestmark = pytest.mark.stack
MESSAGES = int(os.environ.get("LEDGERWARD_MESSAGES", "200"))
SENDERS = 8
WAIT_SECONDS = 30


class Sender:
    """One connection of a site, which sends again what got no answer; a bridge may be away."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        self._port, self._tls = port, tls
        self._socket: socket.socket | None = None
        self.sent = 0

    def deliver(self, body: bytes) -> bytes:
        """Send until there is an answer."""
        give_up_at = time.monotonic() + 10 * WAIT_SECONDS
        while time.monotonic() < give_up_at:
            try:
                return self.exchange(body)
            except OSError:
                self.close()
                time.sleep(0.2)
        raise AssertionError("no answer")

    def exchange(self, body: bytes) -> bytes:
        """Send once, and wait for the answer."""
        if self._socket is None:
            plain = socket.create_connection(("127.0.0.1", self._port), timeout=WAIT_SECONDS)
            self._socket = (
                self._tls.wrap_socket(plain, server_hostname="localhost") if self._tls else plain
            )
        self._socket.sendall(framed(body))
        self.sent += 1
        frames = Frames(100_000)
        while chunk := self._socket.recv(10_000):
            for frame in frames.take(chunk):
                return frame.body
        raise ConnectionResetError

    def _connected(self) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self._port), timeout=WAIT_SECONDS)
        if self._tls is None:
            return plain
        try:
            return self._tls.wrap_socket(plain, server_hostname="localhost")
        except OSError:
            plain.close()
            raise

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


@contextmanager
def bridge(stack: Stack, port: int, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A bridge that listens; it is stopped as an operator stops it."""
    started = subprocess.Popen(  # noqa: S603 - our own command
        [str(COMMAND), "mllp", "--port", str(port), "--json", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **stack.environment},
    )
    assert started.stdout is not None
    try:
        assert started.stdout.readline().startswith(b'{"host"')
        yield started
    finally:
        started.terminate()
        started.stdout.close()
        started.wait(WAIT_SECONDS)


@dataclass
class Delivery:
    """Messages handed in by several connections at once: answers, seconds each, times sent."""

    port: int
    answers: list[bytes] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    sent: int = 0

    def of(self, charges: Sequence[Charge]) -> None:
        """Share them out among the connections."""
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(self._one_after_the_other, [charges[n::SENDERS] for n in range(SENDERS)]))

    def _one_after_the_other(self, charges: Sequence[Charge]) -> None:
        with closing(Sender(self.port)) as sender:
            for charge in charges:
                began = time.monotonic()
                self.answers.append(sender.deliver(a_message(charge).encoded()))
                self.seconds.append(time.monotonic() - began)
        self.sent += sender.sent


def test_each_message_answered_is_in_the_erp_once_though_the_bridge_is_killed(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    charges = [a_charge(stack.deployment.network) for _ in range(MESSAGES)]
    delivery, began = Delivery(free_port()), time.monotonic()
    with ThreadPoolExecutor(1) as beside:
        with bridge(stack, delivery.port) as killed:
            sending = beside.submit(delivery.of, charges)
            while len(delivery.answers) < MESSAGES // 2:
                time.sleep(0.02)
            killed.kill()
        with bridge(stack, delivery.port) as ended:
            sending.result()
    took = time.monotonic() - began
    stack.settle()

    posted, cuts = dict(stack.moves()), quantiles(delivery.seconds, n=100)
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{MESSAGES} messages by {SENDERS} connections, {delivery.sent} sent, the bridge"
            f" killed once: {MESSAGES / took:.1f} a second, answered in p50 {cuts[49]:.3f},"
            f" p95 {cuts[94]:.3f}, max {max(delivery.seconds):.3f} s"
        )
    assert ended.returncode == 0
    assert len(delivery.answers) == MESSAGES < delivery.sent
    assert all(b"MSA|AA|" in each for each in delivery.answers)
    assert [posted.get(reference_of(charge)) for charge in charges] == [1] * MESSAGES


def test_senders_speak_tls_and_show_who_they_are(stack: Stack, tmp_path: Path) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    server, sender = authority.issue_cert("localhost"), authority.issue_cert("ehr.example")
    server.cert_chain_pems[0].write_to_path(tmp_path / "server.pem")
    server.private_key_pem.write_to_path(tmp_path / "server.key")
    port, body = free_port(), a_message(a_charge(stack.deployment.network)).encoded()
    options = {"certificate": "server.pem", "key": "server.key", "clients": "authority.pem"}
    stated = [word for name, file in options.items() for word in (f"--{name}", tmp_path / file)]

    with bridge(stack, port, *map(str, stated)):
        for refused in (None, tls_of(authority, None), tls_of(authority, stranger.issue_cert("x"))):
            with closing(Sender(port, refused)) as unknown, pytest.raises(OSError, match=r".*"):
                unknown.exchange(body)
        with closing(Sender(port, tls_of(authority, sender))) as known:
            answer = known.exchange(body)

    assert b"MSA|AA|" in answer


def tls_of(authority: trustme.CA, shown: trustme.LeafCert | None) -> ssl.SSLContext:
    """What a sender trusts, and what it shows."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    if shown is not None:
        shown.configure_cert(context)
    return context
