"""What must outlive everything else: the raw archive and the tables."""

import aws_cdk as cdk
from aws_cdk import RemovalPolicy
from aws_cdk import aws_backup as backup
from constructs import Construct

from infra.constructs.data_table import DataTable
from infra.constructs.identity import Identity
from infra.constructs.purpose_key import PurposeKey
from infra.constructs.secure_bucket import SecureBucket
from infra.environments import Environment
from infra.stacks.platform_stack import PlatformStack


class DataStack(PlatformStack):
    """Holds data and runs nothing."""

    def __init__(self, scope: Construct, *, environment: Environment) -> None:
        super().__init__(
            scope, "Data", environment=environment, description="Ledgerward: data at rest"
        )
        self.key = PurposeKey(self, "DataKey", purpose="tables and the raw archive")
        self.platform_key = _platform_key(self)
        self.raw = _raw_archive(self, self.key, environment)
        self.journal = DataTable(self, "Journal", key=self.key, environment=environment)
        self.effects = _effects(self, self.key, environment)
        self.holds = _holds(self, self.key, environment)
        self.master_data = DataTable(self, "MasterData", key=self.key, environment=environment)
        if environment.backup:
            self._back_up()
        self._publish_addresses()

    def _back_up(self) -> None:
        """Thirty-five days of daily copies, apart from the tables' own recovery."""
        tables = [part.table for part in (self.journal, self.effects, self.holds, self.master_data)]
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
        self.publish("JournalTable", self.journal.table.table_name)
        self.publish("EffectsTable", self.effects.table.table_name)
        self.publish("HoldsTable", self.holds.table.table_name)
        self.publish("MasterDataTable", self.master_data.table.table_name)


def _platform_key(stack: cdk.Stack) -> PurposeKey:
    key = PurposeKey(stack, "PlatformKey", purpose="logs and the variables of functions")
    groups = f"arn:{cdk.Aws.PARTITION}:logs:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:log-group:*"
    key.serve(
        f"logs.{cdk.Aws.REGION}.amazonaws.com",
        only_if={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
    )
    return key


def _raw_archive(stack: cdk.Stack, key: PurposeKey, environment: Environment) -> SecureBucket:
    # Log delivery cannot write under a customer key, hence none on the bucket of access logs.
    access_logs = SecureBucket(
        stack,
        "AccessLogs",
        purpose="access-logs",
        environment=environment,
        key=None,
        access_logs=None,
    )
    return SecureBucket(
        stack,
        "Raw",
        purpose="raw",
        environment=environment,
        key=key,
        access_logs=access_logs,
        lock_days=environment.raw_lock_days,
    )


def _effects(stack: cdk.Stack, key: PurposeKey, environment: Environment) -> DataTable:
    effects = DataTable(
        stack, "Effects", key=key, environment=environment, sort_key=False, streamed=True
    )
    effects.index("due", partition="due_shard", sort="next_at", sort_is_number=True)
    effects.index("by_period", partition="facility_period", sort="pk")
    return effects


def _holds(stack: cdk.Stack, key: PurposeKey, environment: Environment) -> DataTable:
    holds = DataTable(stack, "Holds", key=key, environment=environment)
    holds.index("by_owner", partition="owner", sort="due_at")
    return holds
