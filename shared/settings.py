"""What each function, and the bridge in its container, must be told.

A field `journal_table` is the variable JOURNAL_TABLE. There are no others.

`shared/aws/wiring` is the only reader; `tests/infra` holds the template to these classes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

from shared.errors import SettingsError

Settings = TypeVar("Settings")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveMessageSettings:
    """Edge: HL7 v2 over HTTPS."""

    raw_bucket: str
    journal_table: str
    holds_table: str
    master_data_table: str
    documents_queue_url: str
    token_secret_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveResourceSettings:
    """Edge: FHIR over HTTPS."""

    raw_bucket: str
    journal_table: str
    holds_table: str
    master_data_table: str
    documents_queue_url: str
    token_secret_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeResourceSettings:
    """Edge: FHIR resources read and found again, and what lies where."""

    raw_bucket: str
    journal_table: str
    holds_table: str
    master_data_table: str
    effects_table: str
    positions_table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveFileSettings:
    """Files dropped in the inbox."""

    inbox_bucket: str
    outbox_bucket: str
    raw_bucket: str
    journal_table: str
    holds_table: str
    master_data_table: str
    documents_queue_url: str
    token_secret_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveWebhookSettings:
    """Edge: signed JSON events of registered sources."""

    raw_bucket: str
    journal_table: str
    master_data_table: str
    documents_queue_url: str
    token_secret_arn: str
    webhook_secret_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverStatusSettings:
    """News to the sources that asked for it, signed."""

    master_data_table: str
    webhook_secret_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDocumentSettings:
    """Documents to effects, holds, or a place to wait. `reversal_wait_hours` is USE7's POLICY.

    `erp_target` names the target whose books a recovery may doubt.
    """

    journal_table: str
    holds_table: str
    master_data_table: str
    effects_table: str
    positions_table: str
    documents_queue_url: str
    effects_queue_url: str
    status_queue_url: str
    reversal_wait_hours: str
    erp_target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseParkedSettings:
    """Each minute: what waits for a key that has arrived goes on.

    `erp_target` names the target whose books a recovery may doubt.
    """

    holds_table: str
    effects_table: str
    master_data_table: str
    journal_table: str
    erp_target: str
    documents_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEffectSettings:
    """Effects into the target. `erp_target` and `erp_class` (E1, E2) name the connector.

    `erp_documents_per_second_each` is one worker's share of the target's cap; 0 is no cap.
    """

    effects_table: str
    holds_table: str
    erp_secret_arn: str
    erp_target: str
    erp_class: str
    erp_documents_per_second_each: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOutcomeSettings:
    """The ledger's stream to the journal and the event bus.

    `erp_target` names the target whose books a recovery may doubt.
    """

    journal_table: str
    holds_table: str
    effects_table: str
    master_data_table: str
    erp_target: str
    documents_queue_url: str
    status_queue_url: str
    event_bus_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepEffectsSettings:
    """What is due goes back into the queue, unless `erp_target` is left alone."""

    effects_table: str
    effects_queue_url: str
    erp_target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealJournalSettings:
    """Each hour: the journal's ended hours get their seals."""

    journal_table: str
    seals_bucket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RedriveDeadLettersSettings:
    """What workers crashed on goes back into its queue, and to a person if it keeps coming."""

    holds_table: str
    documents_queue_url: str
    effects_queue_url: str
    files_queue_url: str
    statuses_queue_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MllpSettings:
    """The bridge for HL7 v2 over MLLP, in its container."""

    listening_port: str
    client_secret_arn: str
    tls_secret_arn: str


def variables_of(settings: type[Settings]) -> tuple[str, ...]:
    """The environment variables that a settings class stands for."""
    return tuple(field.name.upper() for field in fields(settings))  # type: ignore[arg-type]


def read_settings(settings: type[Settings], environment: Mapping[str, str]) -> Settings:
    """Build a settings object from an environment.

    Raises:
        SettingsError: a variable is missing or empty; all such are named.
    """
    missing = [name for name in variables_of(settings) if not environment.get(name)]
    if missing:
        raise SettingsError(f"{settings.__name__} lacks {', '.join(missing)}")
    return settings(**{name.lower(): environment[name] for name in variables_of(settings)})
