"""The handlers as they are deployed, on a canned AWS and a canned ERP."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO
from unittest.mock import patch

from shared.aws import clients
from shared.aws.client_registry import register
from shared.aws.master_data import DynamoMasterDataWriter
from shared.canonical.message import ClientScope
from tests.benchmarks.canned_aws import CannedAws
from tests.benchmarks.canned_erp import CannedErp
from tests.builders import KNOWN_SINCE, a_master

Handler = Callable[[dict[str, Any], Any], object]
JOURNAL, EFFECTS, HOLDS, MASTER_DATA = "journal", "effects", "holds", "master-data"
POSITIONS = "positions"
QUEUE = "https://sqs.us-east-1.amazonaws.com/000000000000/"
SECRETS = {
    "token-secret": '{"version": 1, "key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}',
    "erp-secret": "{}",
}
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_METRICS_NAMESPACE": "benchmark",
    "POWERTOOLS_SERVICE_NAME": "benchmark",
    "RAW_BUCKET": "raw",
    "JOURNAL_TABLE": JOURNAL,
    "EFFECTS_TABLE": EFFECTS,
    "HOLDS_TABLE": HOLDS,
    "MASTER_DATA_TABLE": MASTER_DATA,
    "POSITIONS_TABLE": POSITIONS,
    "DOCUMENTS_QUEUE_URL": f"{QUEUE}documents",
    "EFFECTS_QUEUE_URL": f"{QUEUE}effects",
    "STATUS_QUEUE_URL": f"{QUEUE}statuses",
    "EVENT_BUS_NAME": "bus",
    "TOKEN_SECRET_ARN": "token-secret",
    "ERP_SECRET_ARN": "erp-secret",
    "ERP_TARGET": "tryton",
    "ERP_CLASS": "E1",
    "ERP_DOCUMENTS_PER_SECOND_EACH": "0",
    "REVERSAL_WAIT_HOURS": "72",
}


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One way from a message to its outcome's event: a handler a hop, and what stands below."""

    name: str
    aws: CannedAws
    erp: CannedErp
    handlers: Mapping[str, Handler]


def set_environment() -> None:
    """Before any handler is imported; nothing of this machine's own AWS settings counts."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(ENVIRONMENT, AWS_CONFIG_FILE=os.devnull, AWS_EC2_METADATA_DISABLED="true")


def shipped_flow(printed: TextIO) -> Flow:
    """The deployed handlers; what they log is formatted as ever and goes to `printed`."""
    from functions.map_document import handler as mapping  # noqa: PLC0415 - after the environment
    from functions.post_effect import handler as posting  # noqa: PLC0415
    from functions.publish_outcome import handler as publishing  # noqa: PLC0415
    from functions.receive_message import handler as receiving  # noqa: PLC0415
    from shared.observability import logger  # noqa: PLC0415

    for each in logger.handlers:
        each.setStream(printed)  # type: ignore[attr-defined]
    aws, erp = CannedAws(secrets=SECRETS), CannedErp()
    aws.serve(clients.dynamodb(), clients.events(), clients.s3(), clients.secrets(), clients.sqs())
    fill_master_data(clients.dynamodb())
    patch("shared.targets.tryton.access.tryton_client", lambda _: erp.client()).start()
    # Once in five minutes a worker reads the ERP's secret: where that falls is no message's cost.
    patch("shared.aws.wiring.post_effect.SECRET_KEPT_SECONDS", 10**9).start()
    handlers = {
        "receive": receiving.lambda_handler,
        "map": mapping.lambda_handler,
        "post": posting.lambda_handler,
        "publish": publishing.lambda_handler,
    }
    return Flow(name="shipped", aws=aws, erp=erp, handlers=handlers)


def fill_master_data(client: Any) -> None:  # noqa: ANN401 - any client of the tables
    """The rules of two hospitals and the registration of one EHR."""
    records = [record for _, record in a_master().versions]
    DynamoMasterDataWriter(client=client, table=MASTER_DATA).put(records, recorded_at=KNOWN_SINCE)
    scope = ClientScope(client_id="ehr", tenant="meridian", facilities=("NORTH", "SOUTH"))
    register(client, MASTER_DATA, scope, recorded_at=KNOWN_SINCE)
