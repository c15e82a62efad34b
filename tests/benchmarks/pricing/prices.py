"""The one price list: us-east-1, on demand, first tier, no free tier.

From knowledge, to be checked. Dollars are decimals throughout.
"""

from dataclasses import dataclass
from decimal import Decimal

PRICES_ARE = "us-east-1, first tier, no free tier; from knowledge, to be checked"
MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What `per` units cost in USD."""

    unit: str
    usd: Decimal
    per: Decimal = MILLION

    def of_a_million(self, each: Decimal) -> Decimal:
        """What a million transactions cost that need `each` units."""
        return each * MILLION * self.usd / self.per


def _price(unit: str, usd: str, per: int = 1_000_000) -> Price:
    return Price(unit=unit, usd=Decimal(usd), per=Decimal(per))


REST_REQUEST = _price("request", "3.50")
FIREWALL_REQUEST = _price("request", "0.60")
LAMBDA_REQUEST = _price("invocation", "0.20")
LAMBDA_ARM = _price("GB-second", "0.0000133334", per=1)
LAMBDA_X86 = _price("GB-second", "0.0000166667", per=1)
DYNAMODB_WRITE = _price("write unit", "0.625")
DYNAMODB_READ = _price("read unit", "0.125")
S3_PUT = _price("PUT", "0.005", per=1000)
SQS_REQUEST = _price("request", "0.40")
EVENT = _price("event", "1.00")
KMS_REQUEST = _price("request", "0.03", per=10_000)
SECRET_REQUEST = _price("request", "0.05", per=10_000)
TRACE = _price("trace", "5.00")
LOG_GB = _price("GB", "0.50", per=1)
TOKEN = _price("token", "2.25", per=1000)
OUT_GB = _price("GB", "0.09", per=1)
OTHER_REGION_GB = _price("GB", "0.02", per=1)
S3_GB_MONTH = _price("GB-month", "0.023", per=1)
DYNAMODB_GB_MONTH = _price("GB-month", "0.25", per=1)
