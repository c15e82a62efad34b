"""The segments that mean the same in every message, above its lines and in them.

A handler gets the builder, the segment's elements with the tag first (filled up, so that every
place exists), its number in the message and its byte. What cannot be used was blanked before.
"""

from collections.abc import Mapping
from types import MappingProxyType

from shared.formats.edi.handling import Direct, Remembered, alone, gathered, remembered
from shared.formats.edifact.building import (
    LINE,
    Handle,
    on_begin,
    on_count,
    on_divider,
)
from shared.formats.edifact.conditions import (
    add_terms_date,
    begin_part,
    charge,
    end_part,
    set_charge_amount,
    set_charge_percent,
    set_charge_quantity,
    set_charge_rate,
    set_tax_amount,
    set_terms_amount,
    set_terms_percent,
    tax,
    terms,
    terms_date,
)
from shared.formats.edifact.facts import (
    add_reference_date,
    amount,
    currency,
    dated,
    description,
    description_reader,
    ids_reader,
    on_amount,
    on_date,
    on_ids,
    on_price,
    on_quantity,
    percent,
    price,
    price_reader,
    quantity,
    reference,
    set_currency,
    text_of,
)
from shared.formats.edifact.parties import (
    add_channels,
    add_contact,
    add_party,
    add_party_reference,
    channels,
    contact,
    party,
)

_REFERENCE = gathered(alone(reference), "references")
Handlers = Mapping[str, Handle | Remembered | Direct]
COMMON: Handlers = MappingProxyType(
    {
        "ALC/ALC": gathered(alone(charge), "charges"),
        "ALC/MOA": remembered(amount, set_charge_amount, on_amount),
        "ALC/MOA/MOA": remembered(amount, set_charge_amount, on_amount),
        "ALC/PCD/PCD": remembered(percent, set_charge_percent),
        "ALC/QTY/QTY": remembered(quantity, set_charge_quantity, on_quantity),
        "ALC/RTE/RTE": remembered(amount, set_charge_rate, on_amount),
        "BGM": on_begin,
        "CNT": on_count,
        "CUX": remembered(currency, set_currency),
        "CUX/CUX": remembered(currency, set_currency),
        "DTM": gathered(alone(dated), "dates", on_date),
        "FTX": gathered(alone(text_of), "texts"),
        "IMD": Direct(description_reader, gathered(alone(description), "descriptions").handle),
        "LIN/LIN": LINE,
        "MOA": gathered(alone(amount), "amounts", on_amount).handle,
        "MOA/MOA": gathered(alone(amount), "amounts", on_amount).handle,
        "NAD/CTA/COM": remembered(channels, add_channels),
        "NAD/CTA/CTA": remembered(contact, add_contact),
        "NAD/NAD": remembered(party, add_party),
        "NAD/RFF/RFF": remembered(reference, add_party_reference),
        "PAT/DTM": remembered(terms_date, add_terms_date, on_date),
        "PAT/MOA": remembered(amount, set_terms_amount, on_amount),
        "PAT/PAT": gathered(alone(terms), "terms"),
        "PAT/PCD": remembered(percent, set_terms_percent),
        "PIA": Direct(ids_reader, on_ids),
        "PRI/PRI": Direct(price_reader, gathered(alone(price), "prices", on_price).handle),
        "QTY": gathered(alone(quantity), "quantities", on_quantity),
        "RFF/DTM": remembered(dated, add_reference_date, on_date),
        "RFF/RFF": _REFERENCE.handle,  # above the lines they hardly ever come again
        "LIN/RFF/RFF": _REFERENCE,
        "CPS/LIN/RFF/RFF": _REFERENCE,
        "SCC/QTY/DTM": remembered(dated, end_part, on_date),
        "SCC/QTY/QTY": remembered(quantity, begin_part, on_quantity),
        "TAX/MOA": remembered(amount, set_tax_amount, on_amount).handle,
        "TAX/TAX": gathered(alone(tax), "taxes"),
        "UNS": on_divider,
    }
)
