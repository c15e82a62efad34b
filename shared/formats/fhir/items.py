"""Which item a line speaks of: a concept, a reference, or the CodeableReference of both."""

from dataclasses import dataclass, replace

from shared.canonical.device import IssuingAgency
from shared.canonical.source_time import SourceTime
from shared.canonical.trade import ItemId
from shared.formats.fhir.datatypes import REFERENCE, coded_of, item_id, item_ids
from shared.formats.fhir.devices import DeviceFacts, device_facts
from shared.formats.fhir.element import Element
from shared.formats.fhir.elements import is_one_of
from shared.formats.fhir.resource import PATIENTS, Resource, first_identifier, is_patient
from shared.formats.gtins import GTIN, sound_gtin

_CONCEPTS = ("code", "type")  # of InventoryItem and Medication, and of Device
_NAMES = (("partNumber", "manufacturer"), ("modelNumber", "model"))
UNTOLD_DI = "di"  # a device identifier of no agency that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedItem:
    """An item as a line names it; what its device states goes with it."""

    ids: tuple[ItemId, ...] = ()
    description: str = ""
    lot: str = ""
    serial: str = ""
    expires: SourceTime | None = None

    @property
    def charge_code(self) -> str:
        """The first name of the item, by which master data finds it."""
        return self.ids[0].value if self.ids else ""


NO_ITEM = StatedItem()


def item_at(resource: Resource, element: Element, *names: str) -> StatedItem:
    """The item that one of these elements names.

    Raises:
        FaultError: none of them names any.
    """
    stated = [name for name in names if element.has(name)]
    for name in stated:
        found = _remembered(resource, element, name)
        if found is not None:
            return found
    return element.fault("ITEM_MISSING", (*stated, *names)[0])


def _remembered(resource: Resource, element: Element, name: str) -> StatedItem | None:
    """The first item that an element names."""

    def found() -> StatedItem | None:
        items = (item_of(resource, each) for each in element.each(name))
        return next((each for each in items if each.ids or each.description), None)

    return resource.memory.of("item", element.members[name], element.text, found)


def item_of(resource: Resource, element: Element) -> StatedItem:
    """The item that an element is: CodeableReference, Reference or CodeableConcept."""
    concept, reference = element.child("concept"), element
    if element.has("reference") and not isinstance(element.members["reference"], str):
        reference = element.child("reference") or element
    if concept is None and reference is element and not _is_reference(element):
        return _of_concept(resource, element)
    if not _is_reference(reference):
        return _of_concept(resource, concept) if concept else NO_ITEM
    by_reference = _of_reference(resource, reference)
    if concept is None:
        return by_reference
    by_concept = _of_concept(resource, concept)
    return replace(
        by_reference,
        ids=tuple(dict.fromkeys((*by_reference.ids, *by_concept.ids))),
        description=by_concept.description or by_reference.description,
    )


def _is_reference(element: Element) -> bool:
    return any(element.has(name) for name in ("reference", "identifier", "display"))


def _of_concept(resource: Resource, concept: Element) -> StatedItem:
    def read() -> StatedItem:
        said = coded_of(concept)
        return StatedItem(ids=item_ids(concept), description=said.text if said else "")

    return resource.memory.of("concept", concept.members, concept.text, read)


def _of_reference(resource: Resource, reference: Element) -> StatedItem:
    """What a reference leads to; where that stands elsewhere, its own text names the item."""
    if is_patient(reference):
        return NO_ITEM
    display = reference.prose("display")
    found = resource.resolved(reference)
    if found is not None and not is_one_of(found.members.get("resourceType"), PATIENTS):
        stated = resource.once("item", found, lambda: _of_found(resource, found))
        return replace(stated, description=stated.description or display) if display else stated
    logical = reference.child("identifier")
    value = logical.identifier("value") if logical else ""
    if logical and value:
        ids: tuple[ItemId, ...] = (item_id(logical, logical.identifier("system"), value, "value"),)
    else:
        text = reference.identifier("reference")
        ids = tuple(ItemId(REFERENCE, each) for each in (text,) if each)
    return StatedItem(ids=ids, description=display)


def _di(facts: DeviceFacts) -> ItemId:
    """The device identifier under the name of its agency: GS1's is the GTIN."""
    if facts.barcode is not None and facts.barcode.agency is not IssuingAgency.GS1:
        return ItemId(facts.barcode.agency.value.lower(), facts.di)
    sound = sound_gtin(facts.di)
    return ItemId(GTIN, sound) if sound else ItemId(UNTOLD_DI, facts.di)


def _of_found(resource: Resource, found: Element) -> StatedItem:
    """As `_of_resource`, of what may have been found for another resource before."""
    return resource.memory.of(
        "found", found.members, found.text, lambda: _of_resource(resource, found)
    )


def _of_resource(resource: Resource, found: Element) -> StatedItem:
    """What a device, an item or a medication says of itself, the surest name first (ITM1)."""
    facts = device_facts(resource, found)
    names = [_di(facts)] if facts.di else []
    texts = []
    for name in _CONCEPTS:
        for concept in found.each(name):
            said = _of_concept(resource, concept)
            names += said.ids
            texts.append(said.description)
    names += [ItemId(word, each) for name, word in _NAMES if (each := found.identifier(name))]
    system, value = first_identifier(found)
    if value:
        names.append(item_id(found, system, value, "identifier"))
    ids = tuple(dict.fromkeys(names)) or (ItemId(REFERENCE, found.identifier("id")),)
    stated = StatedItem(ids=ids, description=next(filter(None, texts), ""))
    if found.has("instance"):
        return _of_instance(stated, found.each("instance")[0])
    return replace(stated, lot=facts.lot, serial=facts.serial, expires=facts.expires)


def _of_instance(item: StatedItem, instance: Element) -> StatedItem:
    """The lot or piece that an InventoryItem stands for (InventoryItem.instance)."""
    return replace(
        item,
        lot=instance.identifier("lotNumber"),
        serial=first_identifier(instance)[1],
        expires=instance.day("expiry"),
    )
