"""Each function is told what its settings class asks for, and nothing else."""

import pytest

from shared import settings
from shared.mllp.bridge import PORT
from tests.infra.assembly import Assembly

SETTINGS = {
    "receive_message": settings.ReceiveMessageSettings,
    "receive_resource": settings.ReceiveResourceSettings,
    "serve_resource": settings.ServeResourceSettings,
    "receive_file": settings.ReceiveFileSettings,
    "receive_webhook": settings.ReceiveWebhookSettings,
    "map_document": settings.MapDocumentSettings,
    "release_parked": settings.ReleaseParkedSettings,
    "post_effect": settings.PostEffectSettings,
    "publish_outcome": settings.PublishOutcomeSettings,
    "deliver_status": settings.DeliverStatusSettings,
    "sweep_effects": settings.SweepEffectsSettings,
    "seal_journal": settings.SealJournalSettings,
    "redrive_dead_letters": settings.RedriveDeadLettersSettings,
}
HOUSE = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
RESOURCES = {
    "JOURNAL_TABLE": "JournalTable",
    "EFFECTS_TABLE": "EffectsTable",
    "HOLDS_TABLE": "HoldsTable",
    "MASTER_DATA_TABLE": "MasterDataTable",
    "POSITIONS_TABLE": "PositionsTable",
    "RAW_BUCKET": "RawBucket",
    "SEALS_BUCKET": "SealsBucket",
    "INBOX_BUCKET": "InboxBucket",
    "OUTBOX_BUCKET": "OutboxBucket",
    "DOCUMENTS_QUEUE_URL": "DocumentsMainQueue",
    "EFFECTS_QUEUE_URL": "EffectsMainQueue",
    "FILES_QUEUE_URL": "FilesMainQueue",
    "STATUS_QUEUE_URL": "StatusesMainQueue",
    "STATUSES_QUEUE_URL": "StatusesMainQueue",
    "ERP_SECRET_ARN": "ErpSecret",
    "TOKEN_SECRET_ARN": "TokenSecret",
    "WEBHOOK_SECRET_ARN": "WebhookSecret",
    "EVENT_BUS_NAME": "Outcomes",
}
VALUES = {
    "ERP_TARGET": "tryton",
    "ERP_CLASS": "E1",
    "ERP_DOCUMENTS_PER_SECOND_EACH": "0.0",
    "REVERSAL_WAIT_HOURS": "72",
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

    for variable in set(variables) - HOUSE:
        resolved = assembly.resolved(function.stack, variables[variable])
        if variable in VALUES:
            assert resolved == VALUES[variable]
        else:
            assert f".{RESOURCES[variable]}" in resolved, variable


@pytest.mark.parametrize("name", SETTINGS)
def test_a_function_logs_under_its_own_name(assembly: Assembly, name: str) -> None:
    variables = assembly.functions()[name].properties["Environment"]["Variables"]

    assert variables["POWERTOOLS_SERVICE_NAME"] == name
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Ledgerward"


def test_the_bridges_container_is_told_exactly_its_settings(prod: Assembly) -> None:
    (definition,) = prod.of_kind("AWS::ECS::TaskDefinition")
    (container,) = definition.properties["ContainerDefinitions"]
    told = {
        each["Name"]: prod.resolved(definition.stack, each["Value"])
        for each in container["Environment"]
    }

    assert set(told) == {
        *settings.variables_of(settings.MllpSettings),
        *HOUSE,
        "AWS_DEFAULT_REGION",  # which Lambda tells of itself
    }
    assert told["LISTENING_PORT"] == str(PORT)
    assert ".MllpClientSecret" in told["CLIENT_SECRET_ARN"]
    assert ".MllpTlsSecret" in told["TLS_SECRET_ARN"]
    assert "Secrets" not in container
