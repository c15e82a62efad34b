"""A message is answered with the platform's answer, or not at all."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

from shared.mllp.bridge import KEEPALIVE, UNANSWERED, Bridge, Limits, Relay
from shared.mllp.frames import framed
from tests.hl7 import a_dft, an_ft1

MESSAGE = a_dft(an_ft1())
ACK = b"MSH|^~\\&|\rMSA|AA|1\r"
QUICK = Limits(connections=2, stall_seconds=0.2, patience_seconds=0.5)

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


def answered(relay: Relay, talk: Talk, limits: Limits = QUICK) -> bytes:
    async def run() -> bytes:
        bridge = Bridge(relay, limits)
        server = await bridge.start("127.0.0.1", 0, None)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            return await asyncio.wait_for(talk(reader, writer), 10)
        finally:
            writer.close()
            await bridge.end(server)

    return asyncio.run(run())


def saying(*chunks: bytes, then_closes: bool = True) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(0)
        if then_closes:
            writer.write_eof()
        return await reader.read()

    return talk


def test_each_message_gets_its_answer_in_their_order() -> None:
    taken: list[bytes] = []

    def relay(body: bytes) -> bytes:
        taken.append(body)
        return ACK + body

    sent = [MESSAGE + b"ZZZ|%d\r" % number for number in range(3)]
    stream = b"".join(map(framed, sent))

    assert answered(relay, saying(stream[:50], stream[50:])) == b"".join(
        framed(ACK + each) for each in sent
    )
    assert taken == sent


def test_a_message_is_offered_again_until_there_is_an_answer() -> None:
    answers = [None, None, ACK]
    talk = saying(framed(MESSAGE))

    assert answered(lambda _body: answers.pop(0), talk, Limits()) == framed(ACK)
    assert answers == []


def test_a_message_that_nobody_answers_gets_none_and_its_connection_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stream = framed(MESSAGE) + framed(MESSAGE)

    assert answered(lambda _body: None, saying(stream, then_closes=False)) == b""
    assert [told.message for told in caplog.records] == [UNANSWERED]


def test_a_message_over_the_limit_is_refused_here_and_the_next_is_handed_on() -> None:
    limits = Limits(body_bytes=1000, stall_seconds=0.2, patience_seconds=0.5)
    stream = framed(MESSAGE + b"N" * 1000) + framed(MESSAGE)

    told = answered(lambda _body: ACK, saying(stream), limits)

    refused, taken, _ = told.split(b"\x1c\r")
    assert b"MSA|AR|" in refused
    assert b"BODY_TOO_LARGE" in refused
    assert taken == b"\x0b" + ACK


def test_a_block_that_stands_still_ends_its_connection_unanswered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    talk = saying(b"\x0b" + MESSAGE + b"\x0b" + MESSAGE, then_closes=False)

    assert answered(lambda _body: pytest.fail("handed on"), talk) == b""
    (told,) = caplog.records
    assert (told.message, vars(told)["count"]) == ("messages cut and not taken", 2)


def test_a_connection_with_nothing_on_its_way_stays_open() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        await asyncio.sleep(3 * QUICK.stall_seconds)
        writer.write(framed(MESSAGE))
        writer.write_eof()
        return await reader.read()

    assert answered(lambda _body: ACK, talk) == framed(ACK)


def test_an_idle_connection_is_probed_so_that_nothing_between_forgets_it() -> None:
    async def run() -> list[int]:
        bridge = Bridge(lambda _body: ACK, QUICK)
        server = await bridge.start("127.0.0.1", 0, None)
        listening = server.sockets[0]
        told = [
            listening.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
            *(listening.getsockopt(socket.IPPROTO_TCP, getattr(socket, each)) for each in probing),
        ]
        await bridge.end(server)
        return told

    probing = [each for each in KEEPALIVE if hasattr(socket, each)]

    assert asyncio.run(run()) == [1, *(KEEPALIVE[each] for each in probing)]


def test_more_connections_than_allowed_are_closed_at_once() -> None:
    async def run() -> list[bytes]:
        bridge = Bridge(lambda _body: ACK, QUICK)
        server = await bridge.start("127.0.0.1", 0, None)
        address = server.sockets[0].getsockname()
        opened = [await asyncio.open_connection(*address) for _ in range(3)]
        for _, writer in opened[:2]:
            writer.write(framed(MESSAGE))
        told = [await reader.read(len(framed(ACK))) for reader, _ in opened]
        for _, writer in opened:
            writer.close()
        await bridge.end(server)
        return told

    assert asyncio.run(run()) == [framed(ACK), framed(ACK), b""]


def test_what_is_on_its_way_when_the_bridge_ends_is_answered_and_no_more_taken() -> None:
    async def run() -> tuple[bytes, bytes]:
        begun, may_answer = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def relay(_body: bytes) -> bytes:
            loop.call_soon_threadsafe(begun.set)
            asyncio.run_coroutine_threadsafe(may_answer.wait(), loop).result()
            return ACK

        bridge = Bridge(relay, Limits())
        server = await bridge.start("127.0.0.1", 0, None)
        address = server.sockets[0].getsockname()
        busy_reader, busy_writer = await asyncio.open_connection(*address)
        idle_reader, idle_writer = await asyncio.open_connection(*address)
        busy_writer.write(framed(MESSAGE))
        await begun.wait()
        ending = asyncio.create_task(bridge.end(server))
        idle = await idle_reader.read()
        may_answer.set()
        busy = await busy_reader.read()
        await ending
        for writer in (busy_writer, idle_writer):
            writer.close()
        return busy, idle

    assert asyncio.run(run()) == (framed(ACK), b"")
