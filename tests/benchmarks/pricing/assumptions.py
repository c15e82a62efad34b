"""What no client of ours can record, stated: rates, durations, and lines that AWS logs by itself.

A fill is how many transactions come together. It decides the batches, and with the rate how often
what is paid by time (tokens, data keys, sampled traces) is shared. The three fills are the night,
a working day and a peak.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

MONTH_SECONDS = 30 * 24 * 3600
# Transactions a second. Fill 1: a million spread evenly over a month. The others: what comes in
# during the second for which the mapping of the effects queue waits.
RATES: Mapping[int, Decimal] = {
    1: Decimal(1_000_000) / MONTH_SECONDS,
    10: Decimal(10),
    50: Decimal(50),
}
JUDGED_FILL = 50  # the post batch that is deployed: the budgets are about this one

# SQS: a mapping's poller takes and deletes at most ten messages in one request.
SQS_AT_ONCE = 10
# KMS: how long S3 and DynamoDB are taken to use a key that they had decrypted, for one caller.
KEY_KEPT_SECONDS = 300
MASTER_DATA_KEPT_SECONDS = 60  # shared/aws/versioned_records.py
SECRET_KEPT_SECONDS = 300  # shared/aws/wiring/post_effect.py
# Cognito: clients that share the million, each with a token for as long as one is valid.
CLIENTS = 1
LOG_EVENT_BYTES = 26  # counted on top of each line


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """CPU of a function in ms on one whole vCPU: once an invocation, and for each record."""

    invocation_ms: Decimal
    record_ms: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """What X-Ray records: the first of a second, and a share of the rest."""

    first_of_a_second: Decimal
    share: Decimal

    def traced(self, a_second: Decimal) -> Decimal:
        """The share of what comes in at this rate."""
        if a_second <= self.first_of_a_second:
            return Decimal(1)
        rest = a_second - self.first_of_a_second
        return (self.first_of_a_second + self.share * rest) / a_second


# X-Ray's own, which functions on queues and streams cannot change: they trace actively or follow
# the header of what they take. A table's stream carries none.
USUAL_SAMPLING = Sampling(first_of_a_second=Decimal(1), share=Decimal("0.05"))
ON_A_STREAM = frozenset({"publish_outcome"})
# Above what is measured: the measurement has no sockets and no TLS. 256 MB is 0.14 of a vCPU.
CPU: Mapping[str, Work] = {
    "receive_message": Work(invocation_ms=Decimal(1), record_ms=Decimal(6)),
    "map_document": Work(invocation_ms=Decimal(1), record_ms=Decimal(9)),
    "post_effect": Work(invocation_ms=Decimal(2), record_ms=Decimal("2.5")),
    "publish_outcome": Work(invocation_ms=Decimal(1), record_ms=Decimal(6)),
}
MB_OF_A_VCPU = 1769
WAIT_MS: Mapping[str, Decimal] = {
    "dynamodb": Decimal(5),
    "s3": Decimal(30),
    "sqs": Decimal(10),
    "events": Decimal(15),
}
# Calls that a function makes side by side, as far as it has records for them: writes of the ledger
# (shared/aws/effect_ledger.py), and all of a document (shared/aws/wiring/publish_outcome.py).
AT_ONCE: Mapping[str, int] = {
    "post_effect: dynamodb UpdateItem effects": 4,
    "publish_outcome: dynamodb PutItem journal": 4,
    "publish_outcome: dynamodb Query holds": 4,
    "publish_outcome: dynamodb Query journal": 4,
}
# The ERP's own time: once a call, and for each document.
ERP_CALL_MS, ERP_DOCUMENT_MS = Decimal(50), Decimal(20)

REQUEST_ID = "8f7e6d5c-4b3a-4210-9f8e-7d6c5b4a3210"
TRACE_ID = "1-65e5a1b2-0123456789abcdef01234567"
# What Lambda writes around each invocation, at the level INFO.
REPORT = (
    f"REPORT RequestId: {REQUEST_ID}\tDuration: 123.45 ms\tBilled Duration: 124 ms\t"
    "Memory Size: 256 MB\tMax Memory Used: 110 MB\t\n"
    f"XRAY TraceId: {TRACE_ID}\tSegmentId: 0123456789abcdef\tSampled: true\t\n"
)
PLATFORM_LINES = (
    f"START RequestId: {REQUEST_ID} Version: $LATEST\n",
    f"END RequestId: {REQUEST_ID}\n",
    REPORT,
)
# What the API writes about a request that went well, at the level INFO without data trace.
API_KEY = f"{'*' * 34}abcdef"
API_STAGE = "API Stage: a1b2c3d4e5/v1"
LIMITS_COUNT = "API Key will contribute to throttle or quota limits"
EXECUTION_LINES = tuple(
    f"({REQUEST_ID}) {line}"
    for line in (
        "Extended Request Id: AbCdEfGhIjKlMnO=",
        f"Verifying Usage Plan for request: {REQUEST_ID}. API Key: {API_KEY} {API_STAGE}",
        f"API Key  authorized because method 'POST /hl7v2' requires API Key and {LIMITS_COUNT}",
        f"Usage Plan check succeeded for API Key {API_KEY} and {API_STAGE}",
        f"Starting execution for request: {REQUEST_ID}",
        "HTTP Method: POST, Resource Path: /hl7v2",
        f"AWS Integration Endpoint RequestId : {REQUEST_ID}",
        f"X-ray Tracing ID : {TRACE_ID}",
        "Successfully completed execution",
        "Method completed with status: 202",
    )
)
# What the firewall writes about a request that it let through.
FIREWALL_LINE = (
    '{"timestamp":1772616600000,"formatVersion":1,"webaclId":"arn:aws:wafv2:us-east-1:123456789012'
    ':regional/webacl/FirewallAcl-AbCdEfGhIjKl/8f7e6d5c-4b3a-4210-9f8e-7d6c5b4a3210",'
    '"terminatingRuleId":"Default_Action","terminatingRuleType":"REGULAR","action":"ALLOW",'
    '"terminatingRuleMatchDetails":[],"httpSourceName":"APIGW",'
    '"httpSourceId":"123456789012:a1b2c3d4e5:v1","ruleGroupList":[],"rateBasedRuleList":'
    '[{"rateBasedRuleId":"8f7e6d5c-4b3a-4210-9f8e-7d6c5b4a3210","rateBasedRuleName":"flood",'
    '"limitKey":"IP","maxRateAllowed":30000,"evaluationWindowSec":"300","limitValue":"192.0.2.10"}]'
    ',"nonTerminatingMatchingRules":[],"requestHeadersInserted":null,"responseCodeSent":null,'
    '"httpRequest":{"clientIp":"192.0.2.10","country":"US","headers":[{"name":"Host","value":'
    '"a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"},{"name":"Content-Type","value":'
    '"application/hl7-v2"},{"name":"Authorization","value":"REDACTED"},{"name":"x-api-key","value":'
    '"REDACTED"},{"name":"Content-Length","value":"329"},{"name":"User-Agent","value":"sender/1.0"}'
    '],"uri":"/v1/hl7v2","args":"","httpVersion":"HTTP/1.1","httpMethod":"POST","requestId":'
    '"AbCdEfGhIjKlMnO=","fragment":"","scheme":"https","host":'
    '"a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"},"labels":[],"requestBodySize":329,'
    '"requestBodySizeInspectedByWAF":329}'
)
ACCESS_VALUES = {
    "requestId": REQUEST_ID,
    "identity.sourceIp": "192.0.2.10",
    "requestTime": "04/Mar/2026:09:30:00 +0000",
    "httpMethod": "POST",
    "resourcePath": "/hl7v2",
    "status": "202",
    "protocol": "HTTP/1.1",
    "responseLength": "180",
}
ANSWER_HEADER_BYTES = 500  # what the API adds to an answer


def access_line(template: str) -> str:
    """What the API's access log has of one request, by the format that is deployed.

    Raises:
        KeyError: the format asks for something that is not stated here.
    """
    return re.sub(r"\$context\.([A-Za-z.]+)", lambda found: ACCESS_VALUES[found[1]], template)
