"""A partner's files in a world in memory, and what became of them, whatever EDI he speaks."""

from collections.abc import Mapping
from typing import Any

from shared.canonical.message import ClientScope
from tests.inbox import World

SUPPLIER = ClientScope(client_id="supplier", tenant="meridian", facilities=())


def a_world(**changes: Any) -> World:  # noqa: ANN401
    """A world in which the supplier is registered."""
    world = World(**changes)
    world.clients.register(SUPPLIER)
    return world


def answers(world: World) -> list[bytes]:
    """The acknowledgements in the outbox."""
    return [world.outbox.files[key] for key in world.outbox.files if key.endswith(".edi")]


def fact_of(world: World, key: str) -> Mapping[str, Any]:
    """What the journal is told first of the one document that a key leads to."""
    (chain,) = world.journal.find(key)
    (entry, *_) = world.journal.read(chain)
    return {"kind": entry.fact.kind, **entry.fact.data}


def held(world: World) -> list[tuple[str, str]]:
    """Code and place of each open hold."""
    return [(hold.code, hold.position) for hold in world.holds.standing.values()]


def kinds(world: World) -> list[str]:
    """What the journal is told, by its kinds."""
    return [each.fact.kind for chain in world.journal.chains.values() for each in chain]
