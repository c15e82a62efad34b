"""Each function is told what its settings class asks for, and nothing else."""

import pytest

from shared import settings
from tests.infra.assembly import Assembly

SETTINGS = {
    "receive_message": settings.ReceiveMessageSettings,
    "map_document": settings.MapDocumentSettings,
    "post_effect": settings.PostEffectSettings,
    "publish_outcome": settings.PublishOutcomeSettings,
    "sweep_effects": settings.SweepEffectsSettings,
    "redrive_dead_letters": settings.RedriveDeadLettersSettings,
}
HOUSE = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
TABLES = {
    "JOURNAL_TABLE": "Journal",
    "EFFECTS_TABLE": "Effects",
    "HOLDS_TABLE": "Holds",
    "MASTER_DATA_TABLE": "MasterData",
}


def test_every_function_has_a_settings_class(assembly: Assembly) -> None:
    assert set(assembly.functions()) == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_function_is_told_exactly_its_settings(assembly: Assembly, name: str) -> None:
    told = set(assembly.functions()[name].properties["Environment"]["Variables"])

    assert told == {*settings.variables_of(SETTINGS[name]), *HOUSE}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_means_the_resource_that_it_names(assembly: Assembly, name: str) -> None:
    function = assembly.functions()[name]
    variables = function.properties["Environment"]["Variables"]

    for variable, value in variables.items():
        resolved = assembly.resolved(function.stack, value)
        if variable in TABLES:
            assert f".{TABLES[variable]}Table" in resolved
        if variable.endswith("_QUEUE_URL"):
            work = variable.removesuffix("_QUEUE_URL").capitalize()
            assert f".{work}MainQueue" in resolved
        if variable.endswith("_SECRET_ARN"):
            assert f".{variable.split('_')[0].capitalize()}Secret" in resolved


@pytest.mark.parametrize("name", SETTINGS)
def test_a_function_logs_under_its_own_name(assembly: Assembly, name: str) -> None:
    variables = assembly.functions()[name].properties["Environment"]["Variables"]

    assert variables["POWERTOOLS_SERVICE_NAME"] == name
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Ledgerward"
