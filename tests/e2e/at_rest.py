"""Everything that a box has kept, place by place: what a search for a patient must go through."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from infra.local.engine_process import save_engine_state
from infra.local.erp import ErpFolder
from tests.e2e.canary import Needle
from tests.e2e.stack import Stack

TABLES = ("JournalTable", "EffectsTable", "HoldsTable", "MasterDataTable")
BUCKETS = ("RawBucket", "InboxBucket", "OutboxBucket")

RAW = "bucket:RawBucket/"


def raw_objects(stack: Stack) -> set[str]:
    """The places of the raw archive's objects."""
    files = (path for path in stack.settings.engine_state.rglob("*") if path.is_file())
    return {place for path in files if (place := _place(stack, path)).startswith(RAW)}


def kept(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """Each place by name with what it holds.

    The engine writes its whole state first: queues with their dead letters, logs, metrics, tables
    and everything else it knows, whether or not the product uses it.
    """
    save_engine_state(stack.settings)
    for path in sorted(stack.settings.state.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield _place(stack, path), path.read_bytes()
    for table in TABLES:
        for item in _items(stack, table):
            yield f"table:{table}", json.dumps(item, default=_readable, ensure_ascii=False).encode()
    yield "erp", "\n".join(_erp_statements(stack)).encode()


def places_of(found: Needle, kept_there: list[tuple[str, bytes]]) -> set[str]:
    """The places in which a text lies."""
    return {place for place, hay in kept_there if found.is_in(place.encode() + b"\0" + hay)}


def _place(stack: Stack, path: Path) -> str:
    """`bucket:<output>/<key>` for what lies in one of our buckets, else the file's own path."""
    relative = path.relative_to(stack.settings.state)
    for bucket in BUCKETS:
        root = stack.settings.engine_state / "objects" / stack.settings.account
        folder = root / stack.deployment.output(bucket)
        if path.is_relative_to(folder):
            return f"bucket:{bucket}/{path.relative_to(folder)}"
    return str(relative)


def _items(stack: Stack, table: str) -> Iterator[Mapping[str, Any]]:
    pages = stack.deployment.clients.dynamodb.get_paginator("scan")
    for page in pages.paginate(TableName=stack.deployment.output(table)):
        yield from page["Items"]


def _readable(value: object) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | bytearray) else str(value)


def _erp_statements(stack: Stack) -> Iterator[str]:
    database = ErpFolder(root=stack.settings.state / "erp").database
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        yield from connection.iterdump()
