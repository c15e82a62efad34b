"""The segments of the purchase side: their elements in order, `!` before a mandatory one.

Written from knowledge of the UN/EDIFACT segment directories (EDSD) D.96A and D.01B and of CONTRL
(ISO 9735, syntax 3). A segment that may stand in a message and has no line here is placed and not
looked into.
"""

from collections.abc import Mapping
from functools import lru_cache

from shared.formats.edi.tables import Element, SegmentRule, segment_rule
from shared.formats.edifact.elements import D01B, elements_of

SEGMENTS: Mapping[str, str] = {
    "ALC": "!5463 C552 4471 1227 C214",
    "ALI": "3239 9213 4183 4183 4183 4183 4183",
    "BGM": "C002 1004 1225 4343",
    "CNT": "!C270",
    "COM": "!C076 C076 C076",
    "CPS": "!7164 7166 7075",
    "CTA": "3139 C056",
    "CUX": "C504 C504 5402 6341",
    "DTM": "!C507",
    "FTX": "!4451 4453 C107 C108 3453",
    "GIN": "!7405 !C208 C208 C208 C208 C208",
    "GIR": "!7297 !C206 C206 C206 C206 C206",
    "IMD": "7077 7081 C273 7383",
    "LIN": "1082 1229 C212 C829 1222 7083",
    "LOC": "!3227 C517 C519 C553 5479",
    "MEA": "!6311 C502 C174 7383",
    "MOA": "!C516",
    "NAD": "!3035 C082 C058 C080 C059 3164 3229 3251 3207",
    "PAC": "7224 C531 C202",
    "PAI": "!C534",
    "PAT": "!4279 C110 C112",
    "PCD": "!C501",
    "PCI": "4233 C210 8275 C827",
    "PIA": "!4347 !C212 C212 C212 C212 C212",
    "PRI": "C509 5213",
    "QTY": "!C186",
    "QVR": "C279 4221 C960",
    "RFF": "!C506",
    "RTE": "!C128",
    "SCC": "!4017 4493 C329",
    "TAX": "!5283 C241 C533 5286 C243 5305 3446",
    "TDT": "!8051 8028 C220 C228 C040 8101 C401 C222 8281",
    "TOD": "4055 4215 C100",
    "UCD": "!0085 !S011",
    "UCF": "!0048 S006 S007 !0083 0085 0013 S011",
    "UCI": "!0020 !S002 !S003 !0083 0085 0013 S011",
    "UCM": "!0062 !S009 !0083 0085 0013 S011",
    "UCS": "!0096 0085",
    "UNH": "!0062 !S009 0068 S010",
    "UNS": "!0081",
    "UNT": "!0074 !0062",
}
_OF_D01B: Mapping[str, str] = {
    "BGM": "C002 C106 1225 4343",
    "IMD": "7077 C272 C273 7383",
    "NAD": "!3035 C082 C058 C080 C059 3164 C819 3251 3207",
    "TAX": "!5283 C241 C533 5286 C243 5305 3446 1227",
}
_OTHERS = (
    "AJT APR AUT BUS CAV CCI CDI CED CLI CST DGS DOC DLI DMS EQD EQN ERC FCA FII GDS GEI GID GIS"
    " HAN INP INV LOT NAT PGI PNA PRC PYT QUA RCS RJL RNG ROD SEL SGP SPS STG STS TCC TMD TMP TPL"
    " TSR UGH UGS USA USH UST VLI"
)
KNOWN = frozenset(SEGMENTS) | frozenset(_OTHERS.split())


@lru_cache(maxsize=2)
def rules_of(directory: str) -> Mapping[str, SegmentRule]:
    """The rules of all segments, of D.96A or D.01B."""
    return with_elements(directory, elements_of(directory))


def with_elements(directory: str, elements: Mapping[str, Element]) -> Mapping[str, SegmentRule]:
    """The rules of all segments on a table of elements, as a partner's code lists make it."""
    notations = {**SEGMENTS, **(_OF_D01B if directory == D01B else {})}
    return {tag: segment_rule(tag, notation, elements) for tag, notation in notations.items()}
