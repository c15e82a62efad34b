"""One stack for all end-to-end tests; it is brought up by the command itself."""

from collections.abc import Iterator

import pytest

from infra.local.ports import free_port
from tests.e2e.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Up before the first test, down after the last."""
    yield from a_stack(tmp_path_factory)


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """For tests that take from a stack what others stand on."""
    yield from a_stack(tmp_path_factory)


@pytest.fixture(scope="module")
def plain_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """On an ERP without our reference module (class E2)."""
    yield from a_stack(tmp_path_factory, "--erp-class", "e2")


def a_stack(tmp_path_factory: pytest.TempPathFactory, *options: str) -> Iterator[Stack]:
    """Brought up, and down again in the end."""
    made = Stack(
        environment={
            "LEDGERWARD_STATE": str(tmp_path_factory.mktemp("box")),
            "LEDGERWARD_ENGINE_PORT": str(free_port()),
            "LEDGERWARD_ERP_PORT": str(free_port()),
            "LEDGERWARD_STATUS_PORT": str(free_port()),
        }
    )
    try:
        brought_up = made.run("up", *options)
        assert brought_up.status == 0, brought_up.said
        yield made
    finally:
        made.run("down")
