"""A supplier drops EDI: acknowledged in the outbox, once, and found again by any of its numbers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from infra.local.network.sources import SUPPLIER_CLIENT
from tests.e2e.stack import Stack, eventually
from tests.golden import INBOUND

pytestmark = pytest.mark.stack


class Supplier:
    """Drops samples of X12 under numbers of one run, so that runs do not meet."""

    source, profile = "x12", "example_supplier"
    names = ("acknowledgement", "ship_notice", "invoice")
    numbers = (("PO-4501", "PO"), ("ASN-501", "ASN"), ("INV-7001", "INV"))

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack, self.folder = stack, folder
        self.run = uuid4().hex[:6].upper()
        self.order = f"PO-{self.run}"

    def sample(self, name: str) -> bytes:
        """A golden sample that is this run's own: its documents and its interchange."""
        body = (INBOUND / self.source / f"{name}.edi").read_bytes()
        for theirs, kind in self.numbers:
            body = body.replace(theirs.encode(), f"{kind}-{self.run}".encode())
        return body.replace(self.stated(body), self.control(name).encode())

    def stated(self, body: bytes) -> bytes:
        """The number of an interchange as its header states it."""
        return body.split(b"*", 14)[13]

    def control(self, name: str) -> str:
        """The number of a sample's interchange in this run."""
        return f"{self.names.index(name) + 1}{int(self.run, 16):08d}"

    def drops(self, name: str, body: bytes) -> Mapping[str, Any]:
        """Drop a file as the supplier does; what the outbox says of it."""
        path = self.folder / f"{self.run}-{name}.edi"
        path.write_bytes(body)
        options = ("--client", SUPPLIER_CLIENT.client_id, "--profile", self.profile)
        assert self.stack.run("file", "drop", str(path), *options).status == 0
        assert eventually(lambda: self.stack.run("file", "show", path.name).status == 0)
        return self.stack.run("file", "show", path.name).result

    def answer(self, shown: Mapping[str, Any]) -> str:
        """The acknowledgement as the supplier fetches it."""
        (interchange,) = shown["summary"]["interchanges"]
        got = self.stack.deployment.clients.s3.get_object(
            Bucket=self.stack.deployment.output("OutboxBucket"), Key=interchange["acknowledgement"]
        )
        return got["Body"].read().decode()

    def traced(self, key: str) -> list[Mapping[str, Any]]:
        """The documents that a number leads to."""
        documents: list[Mapping[str, Any]] = self.stack.run("trace", key).result.get(
            "documents", []
        )
        return documents


class Wholesaler(Supplier):
    """Drops samples of EDIFACT."""

    source, profile = "edifact", "example_wholesaler"
    names = ("order_response", "despatch_advice", "invoice")
    numbers = (("PO-20260302-1", "PO"), ("DA-7001", "DA"), ("RE-90017", "RE"))

    def stated(self, body: bytes) -> bytes:
        """The reference of an interchange as its trailer states it."""
        return body.split(b"UNZ+1+")[1].split(b"'")[0]


@pytest.fixture
def supplier(stack: Stack, tmp_path: Path) -> Supplier:
    return Supplier(stack, tmp_path)


@pytest.fixture
def wholesaler(stack: Stack, tmp_path: Path) -> Wholesaler:
    return Wholesaler(stack, tmp_path)


def first(document: Mapping[str, Any]) -> Mapping[str, Any]:
    entry: Mapping[str, Any] = document["journal"][0]
    return {"kind": entry["kind"], **entry["data"]}


def test_an_order_is_followed_from_855_to_810_by_its_number(supplier: Supplier) -> None:
    bad = supplier.sample("invoice").replace(b"IT1*1*6*", b"IT1*1*six*")

    shown = {
        "acknowledgement": supplier.drops("855", supplier.sample("acknowledgement")),
        "ship_notice": supplier.drops("856", supplier.sample("ship_notice")),
        "invoice": supplier.drops("810", bad),
    }

    outcomes = {
        name: [(row["kind"], row["outcome"], row["verdict"]) for row in each["rows"]]
        for name, each in shown.items()
    }
    assert outcomes == {
        "acknowledgement": [("855", "read", "accepted")],
        "ship_notice": [("856", "read", "accepted")],
        "invoice": [("810", "held", "accepted_with_errors")],
    }
    told = {first(each)["set"]: first(each) for each in supplier.traced(supplier.order)}
    assert {kind: (fact["lines"], fact["malformed"]) for kind, fact in told.items()} == {
        "855": (3, 0),
        "856": (2, 0),
        "810": (1, 1),
    }
    assert "AK5*A~" in supplier.answer(shown["acknowledgement"])
    assert "AK9*A*1*1*1~" in supplier.answer(shown["ship_notice"])
    answer = supplier.answer(shown["invoice"])
    assert [line for line in answer.splitlines() if line.startswith("AK4")] == ["AK4*2*358*6~"]
    assert "AK5*E*5~" in answer
    (document,) = supplier.traced(f"INV-{supplier.run}")
    (hold,) = document["holds"]
    assert (hold["code"], hold["owner"]) == ("LINE_MALFORMED", "integration_engineer")
    listed = supplier.stack.run("holds").result
    assert hold["line_id"] in repr(listed)


def test_a_re_send_is_ignored_and_a_changed_one_is_held(supplier: Supplier) -> None:
    body = supplier.sample("invoice")
    shown = supplier.drops("810", body)
    answer = supplier.answer(shown)

    again = supplier.drops("810-again", body)
    changed = supplier.drops("810-changed", body.replace(b"*SO-9001", b"*SO-9002"))

    assert again["summary"]["outcome"] == "repeated"
    assert supplier.answer(again) == answer
    assert changed["summary"]["outcome"] == "held"
    (interchange,) = changed["summary"]["interchanges"]
    assert interchange["code"] == "INTERCHANGE_CONFLICT"
    documents = supplier.traced(f"INV-{supplier.run}")
    assert sorted(first(each)["kind"] for each in documents) == ["received", "rejected"]
    holds = [hold["code"] for each in documents for hold in each["holds"]]
    assert holds == ["INTERCHANGE_CONFLICT"]
    kinds = [
        entry["kind"]
        for each in supplier.traced(supplier.control("invoice"))
        for entry in each["journal"]
    ]
    assert sorted(kinds) == [
        "acknowledged",
        "interchange",
        "interchange",
        "interchange",
        "received",
        "rejected",
    ]


def test_an_order_is_followed_from_ordrsp_to_invoic_and_a_re_send_is_ignored(
    wholesaler: Wholesaler,
) -> None:
    bad = wholesaler.sample("invoice").replace(b"QTY+47:10:", b"QTY+47:ten:")

    response, notice, invoice = (
        wholesaler.drops("ORDRSP", wholesaler.sample("order_response")),
        wholesaler.drops("DESADV", wholesaler.sample("despatch_advice")),
        wholesaler.drops("INVOIC", bad),
    )
    again = wholesaler.drops("INVOIC-again", bad)

    told = {first(each)["set"]: first(each) for each in wholesaler.traced(wholesaler.order)}
    assert {kind: (fact["lines"], fact["malformed"]) for kind, fact in told.items()} == {
        "ORDRSP": (4, 1),
        "DESADV": (2, 1),
        "INVOIC": (1, 1),
    }
    assert "UCM+R1+ORDRSP:D:96A:UN+7'" in wholesaler.answer(response)
    assert "UCM+D1+DESADV:D:96A:UN+7'" in wholesaler.answer(notice)
    assert "UCM+I1+INVOIC:D:96A:UN+7'UCS+16'UCD+37+2:2'" in wholesaler.answer(invoice)
    assert wholesaler.answer(again) == wholesaler.answer(invoice)
    assert again["summary"]["outcome"] == "repeated"


def test_a_changed_invoice_counts_once_a_person_releases_it(wholesaler: Wholesaler) -> None:
    sound = wholesaler.sample("invoice")
    wholesaler.drops("INVOIC", sound.replace(b"QTY+47:10:", b"QTY+47:ten:"))
    changed = wholesaler.drops("INVOIC-changed", sound)
    (held,) = changed["rows"]
    command = ("holds", "release", held["document_id"], "--reason", "the partner says so")

    released = wholesaler.stack.run(*command)
    again = wholesaler.stack.run(*command)

    assert (changed["summary"]["outcome"], held["code"]) == ("held", "INTERCHANGE_CONFLICT")
    assert (released.status, again.status) == (0, 1)
    shown = wholesaler.stack.run("file", "show", f"{wholesaler.run}-INVOIC-changed.edi").result
    assert [(row["kind"], row["outcome"]) for row in shown["rows"]] == [("INVOIC", "read")]
    assert "UCM+I1+INVOIC:D:96A:UN+7'" in wholesaler.answer(shown)
    documents = wholesaler.traced(f"RE-{wholesaler.run}")
    assert sorted(first(each)["kind"] for each in documents) == [
        *("received", "received", "rejected")
    ]


def test_nothing_of_it_stays_in_the_inbox_or_leaves_in_logs(supplier: Supplier) -> None:
    secret = f"TEXT{supplier.run}"
    body = supplier.sample("invoice").replace(b"SUTURE 3-0", secret.encode())

    supplier.drops("810", body)

    def left() -> list[object]:
        deployment = supplier.stack.deployment
        listed = deployment.clients.s3.list_object_versions(
            Bucket=deployment.output("InboxBucket"), Prefix=f"{SUPPLIER_CLIENT.client_id}/"
        )
        return [*listed.get("Versions", [])]

    assert eventually(lambda: left() == [])
    logs = "".join(
        path.read_text(errors="replace") for path in supplier.stack.settings.logs.rglob("*.log")
    )
    assert secret not in logs
