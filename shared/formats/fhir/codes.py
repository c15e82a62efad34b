"""Every finding of the FHIR reader: what it costs, why, and what mends it.

One of severity `message` costs the resource at its place: the other resources are read.
"""

from shared.canonical.diagnostic import Severity
from shared.formats.finding_codes import Costing, by_code

_JSON = "FHIR 2.6.2: JSON representation"
_CONFORMANCE = "FHIR 2.1: conformance"
_TYPES = "FHIR 2.1.28: data types"

_message = Costing(Severity.MESSAGE, "Send the resource again, mended.")
_line = Costing(Severity.LINE, "Send the resource again, mended, under the same identifier.")
_note = Costing(Severity.NOTE, "Nothing must be done.")

_TABLE = (
    _message(
        "ENCODING_UNSUPPORTED",
        "FHIR 2.6.2: UTF-8",
        "The bytes are no JSON in UTF-8 but something else.",
        "Send application/fhir+json in UTF-8, not compressed.",
    ),
    _message("JSON_INVALID", "RFC 8259", "There is no JSON from here on."),
    _message("JSON_CUT", "RFC 8259", "The text ends before the value that begins here is whole."),
    _message("JSON_TOO_DEEP", "limits: depth", "Values are nested over 64 levels deep."),
    _message("JSON_TOO_MUCH", "limits: values", "A resource that must be searched is too much."),
    _message(
        "RESOURCE_TOO_LARGE",
        "limits: resource",
        "A resource is over 4 MiB; it was passed over.",
        "Send its lines in several resources.",
    ),
    _message("RESOURCE_INVALID", _JSON, "This is no object with a resourceType."),
    _message(
        "RESOURCE_UNSUPPORTED",
        "USE1",
        "Resources of this type are not read here.",
        "Send it to a system that reads it.",
    ),
    _message(
        "LINES_TOO_MANY",
        "limits: lines",
        "The resource has over 20,000 lines.",
        "Send its lines in several resources.",
    ),
    _message(
        "HEAD_UNUSABLE",
        "LAW1",
        "What stands above the lines cannot be read, so no line can be placed.",
    ),
    _line("ELEMENT_MISSING", _CONFORMANCE, "An element without which nothing can be done."),
    _line("ELEMENT_INVALID", _TYPES, "The value is not of the kind that this element has."),
    _line(
        "ELEMENT_REPEATED",
        "RFC 8259 section 4",
        "An element is given twice; nobody may guess which is meant.",
    ),
    _line("VALUE_TOO_LONG", "limits: identifiers", "A value is over 128 characters."),
    _line(
        "CHARACTER_INVALID",
        "RFC 8259 section 8",
        "A value has a control character, or bytes or escapes that are no characters.",
    ),
    _line("NUMBER_INVALID", _TYPES, "The value is no number."),
    _line(
        "NUMBER_TOO_LARGE",
        "limits: quantity",
        "The number has over 9 digits before the point or over 6 behind it.",
    ),
    _line("QUANTITY_INEXACT", "UOM4", "The quantity has a comparator; only an exact one is moved."),
    _line("QUANTITY_ZERO", "USE3", "The quantity is zero: nothing was used or asked for."),
    _line("QUANTITY_NEGATIVE", "PAR5", "The quantity is negative where none can be."),
    _line("TIME_INVALID", "USE8", "The time is no FHIR dateTime, or not to the day."),
    _line("TIME_MISSING", "USE8", "Nothing says when it happened."),
    _line("CODE_UNKNOWN", "FHIR 4.1: required bindings", "The code is none of its required list."),
    _line(
        "STATE_UNKNOWN",
        "LAW1",
        "The status says that the source does not know whether it happened.",
        "Send the resource again when its status is known.",
    ),
    _line(
        "IDENTITY_MISSING",
        "USE2",
        "There is no identifier, id or fullUrl by which it would be known again.",
        "Send an identifier.",
    ),
    _line("ITEM_MISSING", "USE2", "Nothing names the item."),
    _line(
        "MODIFIER_UNKNOWN",
        "FHIR 2.1.5: modifier extensions",
        "An extension that may change or negate the meaning is none of the profile's.",
        "Name it in the profile of the sender, once it is known to change nothing.",
    ),
    _line(
        "REQUEST_UNREAD",
        "FHIR 3.2: transactions",
        "The entry has a request but no resource: a deletion or a patch is not read here.",
        "Send the resource with the status entered-in-error or cancelled.",
    ),
    _note("BOM_PRESENT", "RFC 8259 section 8.1", "The text begins with a byte order mark."),
    _note(
        "VERSION_UNTOLD",
        "FHIR 2.1.0: versions",
        "Nothing tells R4 from R5; what both have in common was read.",
        "State the version in the profile of the sender, or a profile in meta.",
    ),
    _note(
        "VERSION_CONTRADICTED",
        "FHIR 2.1.0: versions",
        "The element is of the other version than the one stated; it was read as it stands.",
    ),
    _note(
        "ELEMENT_UNKNOWN",
        _JSON,
        "The resource has an element that its type does not have; it was not read.",
        "Mend its name, or send it as an extension.",
    ),
    _note(
        "ELEMENT_UNREAD",
        "RFC 8259 section 8",
        "An element that is not needed is given twice or has no value; it was passed over.",
    ),
    _note("ELEMENT_EMPTY", _JSON, "A text is empty, where FHIR leaves the element out."),
    _note("CODE_STRANGE", "FHIR 4.1: required bindings", "The code is none of its required list."),
    _note(
        "REFERENCE_UNRESOLVED",
        "FHIR 2.3: references",
        "What is referred to should stand in the message and does not; the reference was kept.",
    ),
    _note("DATE_INEXACT", "UDI2", "The date is none, or not to the day; it was left out."),
    _note("TEXT_TOO_LONG", "limits: texts", "A text is over 1,000 characters; it was left out."),
    _note(
        "GTIN_UNSOUND",
        "UDI1",
        "The number is no GTIN with a sound check digit; it was kept as it stands.",
        "Tell the sender of the item's data.",
    ),
    _note(
        "UDI_UNREADABLE",
        "UDI1, UDI3",
        "The barcode cannot be read whole; what is typed beside it was taken.",
        "Scan the label again.",
    ),
    _note(
        "UDI_MISMATCH",
        "UDI1",
        "What is typed beside the barcode is not what the barcode states; the barcode was taken.",
        "Compare the record with the label.",
    ),
)

FHIR_CODES = by_code(_TABLE)
