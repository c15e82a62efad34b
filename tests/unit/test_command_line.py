"""What a person can mend is told in words, with exit 1, and never as a traceback."""

from collections.abc import Callable
from typing import NoReturn

import pytest
from botocore.exceptions import EndpointConnectionError

from shared.cli import app
from shared.errors import SettingsError


def raising(error: Exception) -> Callable[[], NoReturn]:
    def program() -> NoReturn:
        raise error

    return program


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SettingsError("say from when on"), "SETTINGS: say from when on"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1/"), "ledgerward up"),
    ],
)
def test_what_a_person_can_mend_is_told_in_words(
    error: Exception,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(app, "program", raising(error))

    with pytest.raises(SystemExit) as ended:
        app.main()

    assert ended.value.code == 1
    assert told in " ".join(capsys.readouterr().err.split())


def test_what_nobody_foresaw_is_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "program", raising(KeyError("what")))

    with pytest.raises(KeyError):
        app.main()
