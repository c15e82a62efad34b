"""Builders of HL7 v2 messages, segment by segment."""

PATIENT, ACCOUNT, VISIT = "MRN000123", "ACC000123", "VISIT000123"
PID = f"PID|1||{PATIENT}^^^MERIDIAN^MR||TEST^PATIENT|||||||||||||{ACCOUNT}"
PV1 = f"PV1|1|I|OR^01||||||||||||||||{VISIT}"


def a_header(
    *,
    application: str = "EHR",
    facility: str = "NORTH",
    kind: str = "DFT^P03",
    control_id: str = "CTL-1",
    rest: str = "P|2.5.1",
) -> str:
    """MSH, from the EHR of NORTH."""
    sender = f"{application}|{facility}|LEDGERWARD|MERIDIAN"
    return f"MSH|^~\\&|{sender}|20260304101500-0800||{kind}|{control_id}|{rest}"


def an_ft1(
    transaction: str = "T-1",
    *,
    kind: str = "CG",
    quantity: str = "2",
    used_at: str = "20260304093000-0800",
    code: str = "27000004^Gloves",
    department: str = "OR",
    more: str = "",
) -> str:
    """A charge of two pairs of gloves. `more` follows FT1-13."""
    posted = "20260304"
    start = f"FT1|1|{transaction}||{used_at}|{posted}|{kind}|{code}|||{quantity}"
    return f"{start}|||{department}{more}"


def a_dft(*segments: str, header: str | None = None, end: str = "\r") -> bytes:
    """A DFT^P03 about one patient, every segment ended."""
    whole = [header or a_header(), "EVN|P03|20260304101500-0800", PID, PV1, *segments]
    return "".join(segment + end for segment in whole).encode()


def a_message(kind: str, *segments: str, control_id: str = "CTL-1", end: str = "\r") -> bytes:
    """A message of some kind, every segment ended."""
    whole = [a_header(kind=kind, control_id=control_id), *segments]
    return "".join(segment + end for segment in whole).encode()


def a_requisition(*segments: str, kind: str = "OMS^O05") -> bytes:
    """A requisition of one order; `segments` follow its ORC."""
    return a_message(kind, "ORC|NW|PO-1", *segments)


def a_batch(*messages: bytes, stated: str = "") -> bytes:
    """Messages in one batch of a file, which states their number unless told otherwise."""
    count = stated or str(len(messages))
    return b"".join(
        (
            *(b"FHS|^~\\&|EHR\r", b"BHS|^~\\&|EHR\r"),
            *messages,
            *(f"BTS|{count}\r".encode(), b"FTS|1\r"),
        )
    )
