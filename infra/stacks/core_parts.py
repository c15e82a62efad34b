"""What the functions of the core are wired to: their queues, secrets, tables and bus."""

from dataclasses import dataclass

from aws_cdk import aws_events as events
from constructs import Construct

from infra.constructs.encrypted_queue import MOST_RECEIVES, EncryptedQueue, WorkQueue
from infra.constructs.identity import Identity
from infra.constructs.manual_secret import ManualSecret
from infra.constructs.platform_function import Platform
from infra.constructs.purpose_key import PurposeKey
from infra.environments import Environment
from infra.stacks import limits
from infra.stacks.data import DataStack

ERP_TARGET = "tryton"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreQueues:
    """Work between steps, and where the chain ends.

    `outcome_failures` has failed stream records; `failed_invocations` what Lambda, a rule or the
    last consumer itself could not do.
    """

    files: WorkQueue  # stands beside the inbox, in the data stack
    documents: WorkQueue
    effects: WorkQueue
    statuses: WorkQueue
    outcome_failures: EncryptedQueue
    failed_invocations: EncryptedQueue

    @property
    def work(self) -> dict[str, WorkQueue]:
        """Every queue that work is redriven to, by its name."""
        return {
            "Files": self.files,
            "Documents": self.documents,
            "Effects": self.effects,
            "Statuses": self.statuses,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MllpSecrets:
    """What people put for the bridge before the stack that runs it is deployed.

    `client` is a client of the edge, `tls` a certificate with its key and the senders' authorities.
    """

    client: ManualSecret
    tls: ManualSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreSecrets:
    """What people put and replace."""

    erp: ManualSecret
    token: ManualSecret
    webhook: ManualSecret
    mllp: MllpSecrets | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreParts:
    """All of it, for those who declare functions in `scope`."""

    scope: Construct
    environment: Environment
    platform: Platform
    data: DataStack
    queues: CoreQueues
    secrets: CoreSecrets
    bus: events.EventBus


def permit_release(parts: CoreParts, identity: Identity) -> None:
    """Permit sending on lines that wait for something that has arrived.

    Whether a line lacks anything still is read from the rules and the ledger; what it lacks now is
    written beside the holds, and taken away there.
    """
    parts.data.holds.permit(
        identity,
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "PutItem",
        "Query",
        "UpdateItem",
    )
    parts.data.effects.permit(identity, "BatchGetItem")
    parts.data.master_data.permit(identity, "Query")
    parts.data.journal.permit(identity, "BatchWriteItem", "PutItem", "Query")
    parts.queues.documents.main.permit_send(identity)


def make_queues(
    scope: Construct, *, key: PurposeKey, environment: Environment, files: WorkQueue
) -> CoreQueues:
    """Declare the core's queues."""

    def work(
        id_: str, consumer_timeout_seconds: int, most_receives: int = MOST_RECEIVES
    ) -> WorkQueue:
        return WorkQueue(
            scope,
            id_,
            key=key,
            environment=environment,
            consumer_timeout_seconds=consumer_timeout_seconds,
            redrive_timeout_seconds=limits.REDRIVE_TIMEOUT_SECONDS,
            most_receives=most_receives,
        )

    def last(id_: str, *, dead_letters: EncryptedQueue | None = None) -> EncryptedQueue:
        return EncryptedQueue(
            scope,
            id_,
            key=key,
            environment=environment,
            consumer_timeout_seconds=limits.REDRIVE_TIMEOUT_SECONDS,
            dead_letters=dead_letters,
        )

    failed_invocations = last("FailedInvocations")
    return CoreQueues(
        files=files,
        documents=work("Documents", limits.MAP_TIMEOUT_SECONDS),
        effects=work("Effects", limits.POST_TIMEOUT_SECONDS),
        statuses=work("Statuses", limits.DELIVER_TIMEOUT_SECONDS, limits.STATUS_DELIVERIES),
        outcome_failures=last("OutcomeFailures", dead_letters=failed_invocations),
        failed_invocations=failed_invocations,
    )


def make_secrets(scope: Construct, environment: Environment) -> CoreSecrets:
    """Declare the places for secret values, under a key of their own."""
    key = PurposeKey(scope, "SecretKey", purpose="secrets")
    return CoreSecrets(
        erp=ManualSecret(
            scope,
            "ErpSecret",
            key=key,
            description="Address and key of the ERP",
            never_rotates_because="The ERP gives this key to people; we cannot ask for another.",
        ),
        token=ManualSecret(
            scope,
            "TokenSecret",
            key=key,
            description="Key that turns patient identifiers into tokens",
            never_rotates_because=(
                "A patient must keep one token while a key version stands, so people add versions."
            ),
        ),
        webhook=ManualSecret(
            scope,
            "WebhookSecret",
            key=key,
            description="Keys that webhook sources sign with, and we sign our news to them with",
            never_rotates_because=(
                "Both sides must change a source's key together: people add the new one beside the"
                " old one, and take the old one away when the source signs with the new one."
            ),
        ),
        mllp=_mllp_secrets(scope, key) if environment.mllp else None,
    )


def _mllp_secrets(scope: Construct, key: PurposeKey) -> MllpSecrets:
    return MllpSecrets(
        client=ManualSecret(
            scope,
            "MllpClientSecret",
            key=key,
            description="The MLLP bridge as a client of the edge",
            never_rotates_because=(
                "The edge's login gives a client its secret, and people put it here: they make a"
                " new client first, and remove the old one when the tasks have been replaced."
            ),
        ),
        tls=ManualSecret(
            scope,
            "MllpTlsSecret",
            key=key,
            description="The MLLP bridge's certificate, its key, and its senders' authorities",
            never_rotates_because=(
                "The authority that the senders trust gives certificates to people, who put the"
                " next one here before the last one ends and replace the bridge's tasks."
            ),
        ),
    )
