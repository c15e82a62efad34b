"""What must outlive everything else: the raw archive, the tables, and files on their way."""

import aws_cdk as cdk
from aws_cdk import RemovalPolicy
from aws_cdk import aws_backup as backup
from constructs import Construct

from infra.constructs.data_table import DataTable
from infra.constructs.encrypted_queue import WorkQueue
from infra.constructs.identity import Identity
from infra.constructs.purpose_key import PurposeKey
from infra.constructs.replica import Replica
from infra.constructs.secure_bucket import SecureBucket
from infra.environments import Environment
from infra.stacks import limits
from infra.stacks.platform_stack import PlatformStack

INBOX_KEEPS_DAYS = 7  # what was taken in stands in the raw archive; this is for a second look
INBOX_STAYS_BECAUSE = (
    "Files only pass through: each stands whole in the raw archive, which is replicated, before it"
    " is taken from here. What was not taken yet, or is refused for its size, is still with its"
    " sender, who finds no answer in the outbox or the refusal."
)
OUTBOX_STAYS_BECAUSE = (
    "Answers to files are computed from the file and its journal, and are written again, the same,"
    " when the file is driven again from the raw archive, which is replicated."
)
ACCESS_LOGS_STAY_BECAUSE = (
    "Who asked for which object of this region; no business fact and no bytes of a message. It is"
    " versioned, never deleted by us, and serves questions about buckets that stand beside it."
)


class DataStack(PlatformStack):
    """Holds data and runs nothing."""

    def __init__(self, scope: Construct, *, environment: Environment) -> None:
        super().__init__(
            scope, "Data", environment=environment, description="Ledgerward: data at rest"
        )
        self.key = PurposeKey(self, "DataKey", purpose="tables and the raw archive")
        self.platform_key = _platform_key(self)
        self._access_logs = _access_logs(self, environment)
        self.raw = SecureBucket(
            self,
            "Raw",
            purpose="raw",
            environment=environment,
            key=self.key,
            access_logs=self._access_logs,
            lock_days=environment.raw_lock_days,
        )
        # Apart from the raw archive: who seals can write nothing there, nor recovery read seals.
        self.seals = SecureBucket(
            self,
            "Seals",
            purpose="seals",
            environment=environment,
            key=self.key,
            access_logs=self._access_logs,
            lock_days=environment.raw_lock_days,
        )
        if environment.raw_replica:
            self.raw.replicate(Replica(self, "RawReplica", of="the raw archive"))
            self.seals.replicate(Replica(self, "SealsReplica", of="the journal's seals"))
        self.journal = DataTable(self, "Journal", key=self.key, environment=environment)
        self.journal.index("by_append", partition="seal_shard", sort="appended")
        self.effects = _effects(self, self.key, environment)
        self.holds = _holds(self, self.key, environment)
        self.master_data = DataTable(self, "MasterData", key=self.key, environment=environment)
        self.positions = DataTable(self, "Positions", key=self.key, environment=environment)
        self._exchange_files(environment)
        if environment.backup:
            self._back_up()
        self._publish_addresses()

    def _exchange_files(self, environment: Environment) -> None:
        """Where others drop files and find ours, and the queue that tells of theirs.

        Under a key of its own: who drops a file must be let use it, and nothing else of ours.
        """
        key = PurposeKey(self, "FilesKey", purpose="files in and out, and the news of them")
        self.files = WorkQueue(
            self,
            "Files",
            key=key,
            environment=environment,
            consumer_timeout_seconds=limits.RECEIVE_FILE_TIMEOUT_SECONDS,
            redrive_timeout_seconds=limits.REDRIVE_TIMEOUT_SECONDS,
            most_receives=limits.FILE_DELIVERIES,
        )
        self.inbox = SecureBucket(
            self,
            "Inbox",
            purpose="inbox",
            environment=environment,
            key=key,
            access_logs=self._access_logs,
            old_versions_days=INBOX_KEEPS_DAYS,
        )
        self.inbox.stay_here(because=INBOX_STAYS_BECAUSE)
        self.inbox.tell_of_arrivals(self.files.main)
        self.outbox = SecureBucket(
            self,
            "Outbox",
            purpose="outbox",
            environment=environment,
            key=key,
            access_logs=self._access_logs,
        )
        self.outbox.stay_here(because=OUTBOX_STAYS_BECAUSE)

    def _back_up(self) -> None:
        """Thirty-five days of daily copies, apart from the tables' own recovery."""
        parts = (self.journal, self.effects, self.holds, self.master_data, self.positions)
        tables = [part.table for part in parts]
        identity = Identity(self, "BackupIdentity", service="backup.amazonaws.com")
        identity.allow(
            "dynamodb:CreateBackup",
            "dynamodb:DescribeTable",
            "dynamodb:ListTagsOfResource",
            "dynamodb:StartAwsBackupJob",
            on=[table.table_arn for table in tables],
        )
        self.key.permit_use(identity)
        vault = backup.BackupVault(
            self, "Vault", encryption_key=self.key.key, removal_policy=RemovalPolicy.RETAIN
        )
        backup.BackupSelection(
            self,
            "Selection",
            backup_plan=backup.BackupPlan.daily35_day_retention(self, "Plan", vault),
            resources=[backup.BackupResource.from_dynamo_db_table(table) for table in tables],
            role=identity.role,
            disable_default_backup_policy=True,
        )

    def _publish_addresses(self) -> None:
        self.publish("RawBucket", self.raw.bucket.bucket_name)
        self.publish("SealsBucket", self.seals.bucket.bucket_name)
        self.publish("InboxBucket", self.inbox.bucket.bucket_name)
        self.publish("OutboxBucket", self.outbox.bucket.bucket_name)
        self.publish("JournalTable", self.journal.table.table_name)
        self.publish("EffectsTable", self.effects.table.table_name)
        self.publish("HoldsTable", self.holds.table.table_name)
        self.publish("MasterDataTable", self.master_data.table.table_name)
        self.publish("PositionsTable", self.positions.table.table_name)


def _platform_key(stack: cdk.Stack) -> PurposeKey:
    key = PurposeKey(stack, "PlatformKey", purpose="logs and the variables of functions")
    groups = f"arn:{cdk.Aws.PARTITION}:logs:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:log-group:*"
    key.serve(
        f"logs.{cdk.Aws.REGION}.amazonaws.com",
        only_if={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
    )
    return key


def _access_logs(stack: cdk.Stack, environment: Environment) -> SecureBucket:
    # Log delivery cannot write under a customer key, hence none here.
    logs = SecureBucket(
        stack,
        "AccessLogs",
        purpose="access-logs",
        environment=environment,
        key=None,
        access_logs=None,
    )
    logs.stay_here(because=ACCESS_LOGS_STAY_BECAUSE)
    return logs


def _effects(stack: cdk.Stack, key: PurposeKey, environment: Environment) -> DataTable:
    effects = DataTable(
        stack, "Effects", key=key, environment=environment, sort_key=False, streamed=True
    )
    effects.index("due", partition="due_shard", sort="next_at", sort_is_number=True)
    effects.index("by_period", partition="facility_period", sort="stock")
    return effects


def _holds(stack: cdk.Stack, key: PurposeKey, environment: Environment) -> DataTable:
    holds = DataTable(stack, "Holds", key=key, environment=environment)
    holds.index("by_owner", partition="owner", sort="due_at")
    return holds
