"""The formats that are read here. Exactly one recognises a message."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from shared.formats import whole
from shared.formats.edi.codes import EDI_CODES
from shared.formats.edifact import loading as edifact_profiles
from shared.formats.edifact.recognition import is_edifact
from shared.formats.fhir import loading as fhir_profiles
from shared.formats.fhir.codes import FHIR_CODES
from shared.formats.fhir.recognition import is_fhir
from shared.formats.finding_codes import FindingCode
from shared.formats.flatfile import loading as flatfile_profiles
from shared.formats.flatfile.codes import FILE_CODES
from shared.formats.flatfile.recognition import is_flat_file
from shared.formats.gudid.codes import GUDID_CODES
from shared.formats.gudid.recognition import is_gudid
from shared.formats.hl7v2 import loading as hl7v2_profiles
from shared.formats.hl7v2.codes import DIAGNOSTIC_CODES
from shared.formats.hl7v2.recognition import is_hl7v2
from shared.formats.udi.codes import UDI_CODES
from shared.formats.udi.recognition import is_barcode
from shared.formats.webhook.codes import EVENT_CODES
from shared.formats.webhook.recognition import is_supply_event
from shared.formats.x12 import loading as x12_profiles
from shared.formats.x12.recognition import is_x12


def no_profiles() -> tuple[str, ...]:
    """The profiles of a format that every sender writes alike."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way of writing messages.

    `source` names its golden pairs and its archive keys. `sign` says by what it is recognised.
    `read` takes the bytes and the name of a profile, or "" for the one that fits, and gives
    documents and findings. `codes` are the findings that its reader knows.
    """

    name: str
    source: str
    sign: str
    recognises: Callable[[bytes, str], bool]
    read: Callable[[bytes, str], Iterator[object]]
    codes: Mapping[str, FindingCode]
    profiles: Callable[[], tuple[str, ...]] = no_profiles


FORMATS = (
    Format(
        name="HL7 v2",
        source="hl7v2",
        sign="a first segment MSH, FHS or BHS",
        recognises=is_hl7v2,
        read=whole.read_hl7v2,
        codes=DIAGNOSTIC_CODES,
        profiles=hl7v2_profiles.profile_names,
    ),
    Format(
        name="usage event",
        source="webhook",
        sign='a JSON object with a "type" that begins with "supply."',
        recognises=is_supply_event,
        read=whole.read_usage_event,
        codes=EVENT_CODES,
    ),
    Format(
        name="flat file",
        source="flatfile",
        sign="a first line with two columns of one profile, or with its fixed header",
        recognises=is_flat_file,
        read=whole.read_flat_file,
        codes=FILE_CODES,
        profiles=flatfile_profiles.profile_names,
    ),
    Format(
        name="barcode",
        source="udi",
        sign="a first line that names a device of GS1, HIBCC or ICCBBA",
        recognises=is_barcode,
        read=whole.read_barcodes,
        codes=UDI_CODES,
    ),
    Format(
        name="GUDID",
        source="gudid",
        sign='a JSON object that begins with "gudid"',
        recognises=is_gudid,
        read=whole.read_gudid,
        codes=GUDID_CODES,
    ),
    Format(
        name="FHIR",
        source="fhir",
        sign="a JSON object with a resourceType",
        recognises=is_fhir,
        read=whole.read_fhir,
        codes=FHIR_CODES,
        profiles=fhir_profiles.profile_names,
    ),
    Format(
        name="X12",
        source="x12",
        sign="an ISA that states its delimiters",
        recognises=is_x12,
        read=whole.read_x12,
        codes=EDI_CODES,
        profiles=x12_profiles.profile_names,
    ),
    Format(
        name="EDIFACT",
        source="edifact",
        sign="a UNA, UNB or UNH that states its delimiters",
        recognises=is_edifact,
        read=whole.read_edifact,
        codes=EDI_CODES,
        profiles=edifact_profiles.profile_names,
    ),
)


def claims_on(body: bytes, content_type: str) -> tuple[Format, ...]:
    """Every format that takes this message for its own."""
    return tuple(each for each in FORMATS if each.recognises(body, content_type))


def recognise(body: bytes, content_type: str) -> Format | None:
    """The one format that this message is in; None if there is none, or if more than one claims it.

    Which of two it is, nobody may guess: formats that overlap are a mistake in this list.
    """
    claims = claims_on(body, content_type)
    return claims[0] if len(claims) == 1 else None


def why_unrecognised(claims: tuple[Format, ...]) -> str:
    """Why none of the formats, or more than one of them, is no answer: for the hold."""
    if claims:
        return f"claimed by {' and by '.join(each.name for each in claims)}"
    missing = "; ".join(f"{each.name}: {each.sign}" for each in FORMATS)
    return f"nothing by which a format is recognised: {missing}"
