"""What every document that rests in the journal has: an id for ever, its keys, its held lines."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from shared.canonical.diagnostic import Diagnostic
from shared.canonical.hold import Hold
from shared.canonical.message import Sighting
from shared.holds.opening import HoldFacts, hold_for
from shared.workflow.receiving import sighted, told

MOST_LINE_HOLDS = 500  # of one document, each named in one entry
_ID_LENGTH = 26


def identity(*names: str) -> str:
    """26 characters that stand for these names."""
    text = json.dumps(names, ensure_ascii=False, separators=(",", ":"))
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:_ID_LENGTH]


def resting_data(
    sighting: Sighting,
    stated: Mapping[str, object],
    findings: Sequence[Diagnostic],
    holds: Sequence[Hold],
    *,
    goes_on: bool = False,
) -> dict[str, object]:
    """What the journal keeps: where the bytes are, what is `stated`, and what is wrong with it.

    Lines that can be read rest, unless the document `goes_on` to be mapped.
    """
    return {
        **sighted(sighting),
        **stated,
        "rests": not goes_on,
        "diagnostics": told(findings),
        "holds": [f"{hold.code} {hold.line_id}" for hold in holds],
    }


def broken_line_holds(
    sighting: Sighting,
    document_id: str,
    broken: Sequence[Diagnostic],
    line_id: Callable[[str], str],
) -> Iterator[Hold]:
    """Each line that could not be read, by its place among those of its document.

    Where hardly any can be read, one hold speaks for all: the sender's table is wrong, not a line.
    """
    are_too_many = len(broken) > MOST_LINE_HOLDS
    others = f"; {len(broken)} lines in all" if are_too_many else ""
    for number, found in enumerate(broken[:1] if are_too_many else broken, start=1):
        stated = f" ({found.value})" if found.value else ""
        facts = HoldFacts(
            line_id=line_id(str(number)),
            document_id=document_id,
            message_id=sighting.message_id,
            position=str(found.position),
            rule=found.rule,
            detail=f"{found.code}: {found.message}{stated}{others}",
            content_hash=document_id,
        )
        yield hold_for("LINE_MALFORMED", facts, now=sighting.received_at)
