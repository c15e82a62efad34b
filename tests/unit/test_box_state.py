"""What the box remembers, and what it forgets."""

import base64
import json
import multiprocessing
import stat
from pathlib import Path

import pytest

from infra.local.errors import BoxError
from infra.local.settings import BoxSettings
from infra.local.state import (
    Checkpoint,
    add_token_key,
    choose_erp_class,
    discard_unfinished_engine_state,
    erp_class_of,
    only_one_at_a_time,
    read_checkpoint,
    remove_state,
    token_secret,
    webhook_secrets,
    write_checkpoint,
    year_of,
)
from shared.errors import SettingsError
from shared.ports.erp import EffectClass

CHECKPOINT = Checkpoint(
    assembly="abc", master_data="def", engine_port=4610, outputs={"Core": {"ApiId": "1"}}
)


@pytest.fixture
def box(tmp_path: Path) -> BoxSettings:
    return BoxSettings(state=tmp_path / "state", cache=tmp_path / "cache")


def test_the_token_key_is_made_once_and_readable_by_its_owner_only(box: BoxSettings) -> None:
    first = token_secret(box)

    assert token_secret(box) == first
    assert json.loads(first)["current"] == 1
    assert len(base64.b64decode(json.loads(first)["keys"]["1"])) == 32
    assert stat.S_IMODE((box.state / "keys.json").stat().st_mode) == 0o600


def test_a_rotation_adds_a_key_and_keeps_the_older_ones(box: BoxSettings) -> None:
    before = json.loads(token_secret(box))

    assert [add_token_key(box), add_token_key(box)] == [2, 3]
    after = json.loads(token_secret(box))
    assert after["current"] == 3
    assert after["keys"].keys() == {"1", "2", "3"}
    assert after["keys"]["1"] == before["keys"]["1"]
    assert len(set(after["keys"].values())) == 3
    assert stat.S_IMODE((box.state / "keys.json").stat().st_mode) == 0o600


def test_a_box_from_before_rotation_keeps_its_key_as_the_first(box: BoxSettings) -> None:
    box.state.mkdir(parents=True)
    key = base64.b64encode(bytes(32)).decode()
    (box.state / "keys.json").write_text(json.dumps({"year": 2026, "token_key": key}))

    assert json.loads(token_secret(box)) == {"current": 1, "keys": {"1": key}}
    assert add_token_key(box) == 2
    assert json.loads(token_secret(box))["keys"]["1"] == key


def test_two_boxes_have_different_token_keys(tmp_path: Path) -> None:
    here, there = (BoxSettings(state=tmp_path / name, cache=tmp_path) for name in "ab")

    assert token_secret(here) != token_secret(there)


def test_each_webhook_source_gets_a_secret_once_that_anybodys_library_can_sign_with(
    box: BoxSettings,
) -> None:
    made = webhook_secrets(box)

    assert set(made) == {"ORTRACK"}
    (secret,) = made["ORTRACK"]
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert webhook_secrets(box) == made


def test_a_box_from_before_webhooks_keeps_its_keys_and_gets_secrets(box: BoxSettings) -> None:
    token, year = token_secret(box), year_of(box)
    keys = json.loads((box.state / "keys.json").read_text())
    assert "webhook_secrets" not in keys

    made = webhook_secrets(box)

    assert (token_secret(box), year_of(box)) == (token, year)
    assert webhook_secrets(box) == made
    assert stat.S_IMODE((box.state / "keys.json").stat().st_mode) == 0o600


def test_a_second_secret_for_a_rotation_is_kept(box: BoxSettings) -> None:
    (old,) = webhook_secrets(box)["ORTRACK"]
    path = box.state / "keys.json"
    keys = json.loads(path.read_text())
    path.write_text(json.dumps(keys | {"webhook_secrets": {"ORTRACK": ["whsec_bmV3", old]}}))

    assert webhook_secrets(box) == {"ORTRACK": ["whsec_bmV3", old]}


def test_an_engine_state_without_a_checkpoint_is_discarded(box: BoxSettings) -> None:
    (box.engine_state / "services").mkdir(parents=True)

    discard_unfinished_engine_state(box)

    assert not box.engine_state.exists()


def test_an_engine_state_with_a_checkpoint_is_kept(box: BoxSettings) -> None:
    write_checkpoint(box, CHECKPOINT)

    discard_unfinished_engine_state(box)

    assert read_checkpoint(box) == CHECKPOINT


def test_a_checkpoint_of_another_version_counts_as_none(box: BoxSettings) -> None:
    box.engine_state.mkdir(parents=True)
    (box.engine_state / "checkpoint.json").write_text('{"stacks": 3}')

    assert read_checkpoint(box) is None


def test_reset_removes_what_the_box_made_and_nothing_else(box: BoxSettings) -> None:
    write_checkpoint(box, CHECKPOINT)
    token_secret(box)
    (box.state / "notes.txt").write_text("mine")

    remove_state(box)

    assert [path.name for path in box.state.iterdir()] == ["notes.txt"]


def hold_the_box(box: BoxSettings, held: "multiprocessing.synchronize.Event") -> None:
    with only_one_at_a_time(box):
        held.set()
        multiprocessing.Event().wait(30)


def test_a_second_command_is_told_that_the_box_is_busy(box: BoxSettings) -> None:
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    other = context.Process(target=hold_the_box, args=(box, held))
    other.start()
    assert held.wait(30)

    with pytest.raises(BoxError, match="Another command is at work"), only_one_at_a_time(box):
        pass

    other.kill()
    other.join()
    other.close()


@pytest.mark.parametrize("port", ["80", "70000", "many"])
def test_a_port_that_is_none_is_refused_by_the_name_of_its_setting(port: str) -> None:
    with pytest.raises(SettingsError, match="LEDGERWARD_ENGINE_PORT"):
        BoxSettings.from_environment({"LEDGERWARD_ENGINE_PORT": port})


def test_settings_come_from_the_environment() -> None:
    box = BoxSettings.from_environment(
        {
            "LEDGERWARD_STATE": "/somewhere/state",
            "LEDGERWARD_ERP_PORT": "9000",
            "LEDGERWARD_STATUS_PORT": "9001",
        }
    )

    assert box.state == Path("/somewhere/state")
    assert box.erp_url == "http://127.0.0.1:9000"
    assert box.status_url == "http://127.0.0.1:9001"
    assert box.endpoint == box.functions_endpoint == "http://127.0.0.1:4610"


def test_functions_may_call_aws_through_a_proxy() -> None:
    box = BoxSettings.from_environment({"LEDGERWARD_FUNCTIONS_PORT": "9871"})

    assert box.functions_endpoint == "http://127.0.0.1:9871"
    assert box.endpoint == "http://127.0.0.1:4610"


def test_the_class_of_the_erp_is_chosen_on_the_first_start_and_kept(box: BoxSettings) -> None:
    assert choose_erp_class(box, EffectClass.E2) is EffectClass.E2

    assert choose_erp_class(box, None) is erp_class_of(box) is EffectClass.E2
    assert year_of(box) > 2000
    assert choose_erp_class(box, EffectClass.E2) is EffectClass.E2


def test_another_class_is_refused_where_books_are_kept(box: BoxSettings) -> None:
    choose_erp_class(box, None)

    with pytest.raises(BoxError) as caught:
        choose_erp_class(box, EffectClass.E2)

    assert "class E1, not E2" in str(caught.value)
    assert erp_class_of(box) is EffectClass.E1


def test_a_box_from_before_the_choice_has_our_module(box: BoxSettings) -> None:
    token_secret(box)

    assert choose_erp_class(box, None) is EffectClass.E1
