"""Tables: on demand, under a customer key, recoverable to any second, never deleted."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.constructs.identity import Identity
from infra.constructs.purpose_key import PurposeKey
from infra.environments import Environment


class DataTable(Construct):
    """One table for one purpose, keyed `pk` and, if it has one, `sk`; nothing may scan it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        key: PurposeKey,
        environment: Environment,
        sort_key: bool = True,
        streamed: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self._key = key
        # The older construct on purpose: the rule packs look at no other kind of table.
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=_text("pk"),
            sort_key=_text("sk") if sort_key else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key.key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=environment.deletion_protection,
            removal_policy=RemovalPolicy.RETAIN,
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES if streamed else None,
        )

    def index(self, name: str, *, partition: str, sort: str, sort_is_number: bool = False) -> None:
        """Add an index that carries whole items; sparse where items lack its attributes."""
        self.table.add_global_secondary_index(
            index_name=name,
            partition_key=_text(partition),
            sort_key=_number(sort) if sort_is_number else _text(sort),
            projection_type=dynamodb.ProjectionType.ALL,
        )

    def permit(self, identity: Identity, *calls: str) -> None:
        """Permit these DynamoDB calls on the table itself, such as `PutItem`."""
        identity.allow(*(f"dynamodb:{call}" for call in calls), on=[self.table.table_arn])
        self._key.permit_use(identity)

    def permit_query(self, identity: Identity, *, index: str) -> None:
        """Permit listing one index."""
        identity.allow("dynamodb:Query", on=[f"{self.table.table_arn}/index/{index}"])
        self._key.permit_use(identity)

    @property
    def stream_arn(self) -> str:
        """The table's stream.

        Raises:
            ValueError: the table has none.
        """
        if self.table.table_stream_arn is None:
            raise ValueError(f"{self.node.path} has no stream")
        return self.table.table_stream_arn

    def permit_stream(self, identity: Identity) -> None:
        """Permit what a mapping does to follow the table's changes."""
        identity.allow(
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
            on=[self.stream_arn],
        )
        self._key.permit_decrypt(identity)


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _number(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.NUMBER)
