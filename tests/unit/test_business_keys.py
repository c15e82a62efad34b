"""A purchase document is known by its own numbers and by those of what it speaks of."""

from pathlib import Path

import pytest

from shared.canonical.business_keys import (
    TradeDocument,
    broken_lines,
    business_keys,
    line_count,
)
from tests.x12 import documents, x12_samples

SERIALS = ("serial:SN-0001", "serial:SN-0002")
KNOWN = {
    "acknowledgement": [(3, 0, "purchase_order:PO-4501 supplier_order:SO-9001")],
    "catalogue": [(2, 0, "catalogue:CAT-2026")],
    "change_acknowledgement": [(2, 0, "purchase_order:PO-4501 supplier_order:SO-9001")],
    "credit_memo": [
        (1, 0, "invoice:CM-7002 purchase_order:PO-4501"),
        (1, 0, "invoice:CM-7003 purchase_order:PO-4501"),
    ],
    "cut_order": [],
    "functional_acknowledgement": [(2, 0, "group:7")],
    "held_lines": [(1, 4, "purchase_order:PO-4601")],
    "implementation_acknowledgement": [(1, 0, "group:8")],
    "interchange_acknowledgement": [(0, 0, "interchange:000000007")],
    "inventory_advice": [(2, 0, "stock_report:IA-1")],
    "invoice": [(2, 0, "invoice:INV-7001 purchase_order:PO-4501")],
    "purchase_order": [(2, 0, "purchase_order:PO-4501")],
    "purchase_order_change": [(3, 0, "purchase_order:PO-4501")],
    "remittance": [(2, 0, "payment:PAY-3001 invoice:INV-7001 invoice:CM-7003")],
    "several_delimiters": [(1, 0, "purchase_order:PO-A"), (1, 0, "purchase_order:PO-B")],
    "ship_notice": [
        (
            *(2, 0),
            " ".join(
                ("shipment:ASN-501", "purchase_order:PO-4501", "lot:L2401", "lot:C77", *SERIALS)
            ),
        )
    ],
    "ship_notice_out_of_order": [
        (2, 1, "shipment:ASN-502 purchase_order:PO-4501 purchase_order:PO-4502")
    ],
    "wrong_counts": [],
}


@pytest.mark.parametrize("path", x12_samples(), ids=lambda path: path.stem)
def test_each_sample_has_these_lines_and_is_known_by_these_numbers(path: Path) -> None:
    read = [each for each in documents(path.read_bytes()) if isinstance(each, TradeDocument)]

    told = [
        (
            *(line_count(each), len(broken_lines(each))),
            " ".join(f"{key.kind}:{key.value}" for key in business_keys(each)),
        )
        for each in read
    ]
    assert told == KNOWN[path.stem]
