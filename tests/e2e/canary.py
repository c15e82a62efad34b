"""A patient who is nobody, told in every place of every source where patients turn up."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.local.network import Network
from tests.e2e.messages import a_charge, a_message
from tests.flatfile import PLAIN, raw_file, raw_row

FAMILY, GIVEN = "Zquorvix", "Ymblethra"
NUMBER, VISIT, ACCOUNT = "MRNQX7704219", "VISQX7704228", "ACCQX7704237"
BORN = "193702131147"
STREET, PHONE, SOCIAL_SECURITY = "Quillfeather Row", "5550107788", "9087705512"
NAME = f"{FAMILY}^{GIVEN}"
WRITTEN_OTHERWISE = ("1937-02-13", "(555) 010-7788", "908-77-05512")

SECRETS = (
    *(FAMILY, GIVEN, NUMBER, VISIT, ACCOUNT, BORN, STREET, PHONE, SOCIAL_SECURITY),
    *WRITTEN_OTHERWISE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needle:
    """One text in the spellings in which it may lie somewhere: any case, UTF-16, or in base64."""

    text: str

    def is_in(self, hay: bytes) -> bool:
        """Whether it stands there in any of them."""
        lower, folded = self.text.lower(), hay.lower()
        plain = (lower.encode(), lower.encode("utf-16-le"), lower.encode("utf-16-be"))
        return any(each in folded for each in plain) or any(
            each in hay for each in _in_base64(self.text)
        )


def needles(texts: tuple[str, ...] = SECRETS) -> tuple[Needle, ...]:
    """Each part of a name is sought alone, which finds it in every order."""
    return tuple(Needle(text=text) for text in texts)


def _in_base64(text: str) -> Iterator[bytes]:
    """What base64 makes of it at each of three alignments, less what neighbours decide."""
    for written in (text, text.upper(), text.lower()):
        for before in range(3):
            encoded = base64.b64encode(b"\0" * before + written.encode())
            whole = (before + len(written)) // 3 * 4
            yield encoded[-(-before * 8 // 6) : whole]


def hl7_messages(network: Network, run: str) -> tuple[bytes, ...]:
    """Three that are taken, the first with lines malformed in every way; the others are refused."""
    good = a_message(a_charge(network, transaction=f"E2E-{run}-H1")).encoded()
    segments = [each for each in good.decode().split("\r") if each]
    patient, visit = _patient(), f"PV1|1|I|OR^01^1^NORTH{'|' * 16}{VISIT}"
    head = [segments[0], segments[1], patient, visit]
    charge = segments[4]
    fields = charge.split("|")

    def with_field(number: int, value: str, ordinal: int) -> str:
        changed = list(fields)
        changed[2], changed[number] = f"E2E-{run}-H{ordinal}", value
        return "|".join(changed)

    malformed = [
        with_field(10, FAMILY, 2),
        with_field(10, PHONE, 3),
        with_field(6, NUMBER, 4),
        with_field(4, BORN[:6], 5),
        with_field(4, f"{GIVEN} {FAMILY}", 6),
        with_field(13, STREET * 20, 7),
    ]
    beside = [
        f"NTE|1||{GIVEN} {FAMILY} lives at {STREET}, SSN {SOCIAL_SECURITY}",
        f"NTE|2||{' '.join(WRITTEN_OTHERWISE)}",
        f"ZPA|{NUMBER}|{NAME}|{PHONE}",
        f"{FAMILY} {GIVEN}: a line break stood in a note",
        f"GT1|1||{NAME}||{STREET}|{PHONE}",
    ]
    described = with_field(8, f"for {FAMILY}", 8)
    return (
        _joined([*head, charge, *beside, *malformed]),
        _joined([*head, described, f"ZLW|||||||{'|' * 3}{NAME}"]),
        _joined([*head, charge.replace(f"E2E-{run}-H1", f"E2E-{run}-H9"), f"DOE|{NAME}"])[:-1],
        _joined([*head, *malformed, *beside]),
        _joined([*head, *beside]),
        _joined([segments[0].replace("DFT^P03^DFT_P03", NAME), patient, visit, charge]),
        _joined([segments[0] + f"||||||{FAMILY}", patient, visit, charge]),
        _joined([*head, patient.replace(NUMBER, f"{NUMBER}B"), charge]),
        f"{NAME}|{NUMBER}|{BORN}".encode(),
    )


def _patient() -> str:
    fields = ["PID", "1", "", f"{NUMBER}^^^NORTH^MR", "", NAME, "", BORN, "U", "", ""]
    fields += [f"{STREET} 7^^Town", "", PHONE, "", "", "", "", ACCOUNT, SOCIAL_SECURITY]
    return "|".join(fields)


def _joined(segments: list[str]) -> bytes:
    return "".join(f"{segment}\r" for segment in segments).encode()


def webhook_bodies(network: Network, run: str) -> tuple[bytes, ...]:
    """One that is taken with held lines among its lines; the others are refused."""
    plain = next(each for each in network.items if each.is_active and not each.is_lot_controlled)
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    good = {"item": plain.item, "quantity": "1", "unit": plain.base_unit, "used_at": now}
    changes: list[dict[str, object]] = [
        {"x_surgeon_notes": f"{GIVEN} {FAMILY}"},
        {"quantity": FAMILY},
        {"quantity": int(PHONE) * 10},
        {"used_at": " ".join(WRITTEN_OTHERWISE)},
        {FAMILY.lower(): "1"},
        {NUMBER.lower(): {"name": NAME}},
        {"unit": {"name": NAME}},
        {"lot": f"{FAMILY}\n{GIVEN}"},
        {"serial": NUMBER * 20},
        {"returns": {"document": "D", "line": "1", GIVEN.lower(): STREET}},
    ]
    lines = [{"id": str(number), **good, **more} for number, more in enumerate(changes, start=1)]
    about = {"facility": "EAST", "department": "OR", "case": VISIT, "patient": NUMBER}
    taken = {"id": f"D-{run}", **about, "lines": lines, "surgeon": NAME, FAMILY.lower(): PHONE}
    kinds = {"type": "supply.used", "document": taken, GIVEN: {"born": BORN}}
    return (
        json.dumps(kinds).encode(),
        json.dumps({"type": f"{FAMILY}.{GIVEN}", "document": taken}).encode(),
        json.dumps({"type": "supply.used", "document": taken | {"facility": [NAME]}}).encode(),
        json.dumps({"type": "supply.used", "document": taken | {"lines": NAME}}).encode(),
        json.dumps({"type": "supply.used", "document": taken | {"lines": lines[1:3]}}).encode(),
        f'{{"type": "supply.used", "document": {{"patient": "{NAME}" {NUMBER}'.encode(),
        f"{NAME} {BORN}".encode(),
    )


def cabinet_files(network: Network, run: str) -> dict[str, bytes]:
    """One that is taken with held rows among its rows; the others are refused whole."""
    ruled = {rule.item_class for rule in network.stock_sources}
    plain = next(
        each
        for each in network.items
        if each.is_active and not each.is_lot_controlled and each.item_class not in ruled
    )
    noon = f"{datetime.now(UTC):%Y-%m-%d} 12:00:00"
    good = {"Facility": "SOUTH", "Item": plain.item, "Time": noon, "Lot": ""}
    about = {"Patient": NUMBER, "Case": VISIT, "Remark": f"{GIVEN} {FAMILY}"}
    changes: tuple[dict[str, str], ...] = (
        {},
        {"Quantity": FAMILY},
        {"Quantity": f"={GIVEN}"},
        {"Type": FAMILY},
        {"Time": f"{BORN} {GIVEN}"},
        {"Lot": f"@{FAMILY}"},
        {"Patient": NUMBER * 20},
        {"Case": f"={VISIT}"},
        {"Remark": f'"{FAMILY}, {GIVEN}'},
        {"Remark": f"{FAMILY}, {GIVEN}, {PHONE}"},
        {"Remark": f"{FAMILY}\x00"},
    )
    rows = [
        raw_row(Transaction=f"W-{run}-{number}", **{**good, **about, **more})
        for number, more in enumerate(changes, start=1)
    ]
    header = PLAIN.replace("Remark", f"{FAMILY} {NUMBER}")
    return {
        f"{run}-taken.csv": raw_file(*rows[:8], rows[9], rows[10], rows[8], header=header),
        f"{run}-headless.csv": raw_file(*rows, header=f"{NAME},{NUMBER},{BORN}"),
        f"{run}-unreadable.csv": raw_file(rows[1], rows[9]),
        f"{run}-wide.csv": raw_file(rows[0]).decode().encode("utf-16"),
    }
