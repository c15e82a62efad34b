"""One stack for all end-to-end tests; it is brought up by the command itself."""

from collections.abc import Iterator

import pytest

from tests.e2e.stack import Stack, running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Up before the first test, down after the last."""
    with running_stack(tmp_path_factory.mktemp("box")) as made:
        yield made


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """For tests that take from a stack what others stand on."""
    with running_stack(tmp_path_factory.mktemp("box")) as made:
        yield made


@pytest.fixture(scope="module")
def plain_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """On an ERP without our reference module (class E2)."""
    with running_stack(tmp_path_factory.mktemp("box"), "--erp-class", "e2") as made:
        yield made
