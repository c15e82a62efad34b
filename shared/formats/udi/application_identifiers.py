"""The application identifiers of GS1 and the form of each one's value.

After the GS1 Barcode Syntax Dictionary: N is a digit, X a character of set 82, Y of set 39, Z of
base 64; `..` is up to, brackets may be absent, `!` has a check digit at its end.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

SET_82 = "!\"%&'()*+,\\-./0-9:;<=>?A-Z_a-z"
_KINDS = {"N": "0-9", "X": SET_82, "Y": "#\\-/0-9A-Z", "Z": "0-9A-Za-z_\\-="}
_MEASURES = "310-316 320-337 340-357 360-369"  # each with a last digit 0 to 5: its decimals
_FORMS = {
    "N18!": "00 8017 8018",
    "N14!": "01 02 03",
    "N13!": "410-417",
    "N17!": "402",
    "N13! [X..17]": "253",
    "N13! [N..12]": "255",
    "N1 N13! [X..16]": "8003",
    "N14! N4": "8006 8026",
    "N6": "11-13 15-17 3950-3955 4326 7006 8005",
    "N2": "20 7241",
    "X..20": "10 21 22 243 254 420 4318 7020-7022 710-717 7240 8002 8012",
    "X..28": "235",
    "X..30": "240 241 250 251 400 401 403 4308 4319 7002 7023 8004 90",
    "X..90": "91-99 7256",
    "N..6": "242",
    "N..8": "30 37",
    "N..15": "3900-3909 3920-3929",
    "N3 N..15": "3910-3919 3930-3939",
    "N4": "3940-3943 8111",
    "N3 X..9": "421",
    "N3": "422 424 426",
    "N3 [N3] [N3] [N3] [N3]": "423 425",
    "X..3": "427 7008",
    "X..35": "4300 4301 4310 4311 4320",
    "X..70": "4302-4306 4312-4316 7257 8110 8112 8200",
    "X2": "4307 4317",
    "N10 N10": "4309",
    "N1": "4321-4323 7252",
    "N6 N4": "4324 4325 7003",
    "N6 [X1]": "4330-4333",
    "N13": "7001",
    "N..4": "7004",
    "X..12": "7005",
    "N6 [N6]": "7007",
    "X..10": "7009 7255",
    "X..2": "7010",
    "N6 [N4]": "7011",
    "N3 X..27": "7030-7039",
    "N1 X1 X1 X1": "7040",
    "X..4": "7041",
    "X2 X..28": "7230-7239",
    "X..25": "7242 8013 8014 8020",
    "N8": "7250",
    "N8 N4": "7251",
    "X..40": "7253 7254 7259",
    "X3": "7258",
    "N4 N5 N3 N1 N1": "8001",
    "X..34": "8007",
    "N6 N2 [N2] [N2]": "8008",
    "X..50": "8009",
    "Y..30": "8010",
    "N..12": "8011",
    "N..10": "8019",
    "Z..90": "8030",
    "N15": "8040 8041",
    "N32": "8042",
    "N18 [N..2]": "8043",
}
_UNTERMINATED = re.compile("0[0-4]|1[1-9]|20|3[1-6]|41")  # how identifiers begin
_PART = re.compile(r"(\[)?([NXYZ])(\.\.)?([0-9]+)(!)?\]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a value is written.

    `fixed` is the length of a value that ends without FNC1 (GS1 figure 7.8.5-2), 0 for others.
    `checked` is where a number with a check digit stands in the value, if there is one.
    """

    pattern: re.Pattern[str]
    longest: int
    fixed: int = 0
    checked: slice | None = None


def _form(identifier: str, written: str) -> Form:
    pattern, longest, checked = "", 0, None
    for bracket, kind, up_to, digits, check in _PART.findall(written):
        least = "1," if up_to else ""
        piece = f"[{_KINDS[kind]}]{{{least}{digits}}}"
        pattern += f"(?:{piece})?" if bracket else piece
        checked = slice(longest, longest + int(digits)) if check else checked
        longest += int(digits)
    fixed = longest if _UNTERMINATED.match(identifier) else 0
    return Form(pattern=re.compile(pattern), longest=longest, fixed=fixed, checked=checked)


def _listed(ranges: str) -> Iterator[str]:
    for each in ranges.split():
        first, _, last = each.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield str(number).zfill(len(first))


def _forms() -> Iterator[tuple[str, Form]]:
    for written, ranges in _FORMS.items():
        for identifier in _listed(ranges):
            yield identifier, _form(identifier, written)
    for measure in _listed(_MEASURES):
        for decimals in "012345":
            yield measure + decimals, _form(measure + decimals, "N6")


FORMS: Mapping[str, Form] = MappingProxyType(dict(_forms()))
_LENGTHS = {identifier[:2]: len(identifier) for identifier in FORMS}  # two digits say how many


def identifier_at(text: str, place: int) -> str:
    """The identifier that stands here, or what stands where one should."""
    return text[place : place + _LENGTHS.get(text[place : place + 2], 2)]
