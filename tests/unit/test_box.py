"""`up` refuses before it begins: nothing is started that would have to be stopped again."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.box import down, reset, status, up
from infra.local.errors import BoxError, PortTakenError
from infra.local.ports import free_port
from infra.local.settings import BoxSettings
from infra.local.state import Checkpoint, write_checkpoint


@pytest.fixture
def box(tmp_path: Path) -> BoxSettings:
    return BoxSettings(
        state=tmp_path / "state",
        cache=tmp_path / "cache",
        engine_port=free_port(),
        erp_port=free_port(),
    )


@pytest.fixture
def somebody_on_the_erp_port(box: BoxSettings) -> Iterator[None]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", box.erp_port))
        other.listen()
        yield


@pytest.mark.usefixtures("somebody_on_the_erp_port")
def test_a_taken_port_stops_up_before_anything_is_started(box: BoxSettings) -> None:
    with pytest.raises(PortTakenError, match=f"Port {box.erp_port}, meant for erp, is taken"):
        up(box)

    assert [process["pid"] for process in status(box)["processes"].values()] == [None, None]
    assert not box.engine_state.exists()


def test_a_state_made_on_another_engine_port_is_refused_with_a_way_out(box: BoxSettings) -> None:
    made_on = Checkpoint(assembly="a", master_data="b", engine_port=4999, outputs={})
    write_checkpoint(box, made_on)

    with pytest.raises(BoxError, match="made with the engine on port 4999") as refusal:
        up(box)

    assert "LEDGERWARD_ENGINE_PORT" in refusal.value.hint


def test_the_status_of_a_box_that_never_ran_names_its_addresses(box: BoxSettings) -> None:
    told = status(box)

    assert told["processes"]["engine"] == {"pid": None, "address": box.endpoint, "healthy": False}
    assert told["processes"]["erp"] == {"pid": None, "address": box.erp_url, "healthy": False}
    assert told["stacks"] == {}


def test_down_and_reset_of_a_box_that_never_ran_do_no_harm(box: BoxSettings) -> None:
    assert down(box) is False

    reset(box)

    assert [path.name for path in box.state.iterdir()] == ["lock"]
