"""What lies where, for a client that asks in its own words (PHARM-S7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.canonical.master import ItemRecord, PlaceRecord
from shared.canonical.message import ClientScope
from shared.canonical.stock import StockPosition
from shared.formats.fhir.loading import find_profile
from shared.formats.fhir.positions import PositionQuery, ToldPosition
from shared.formats.fhir.profile import DEFAULT_PROFILE
from shared.ports.clock import Clock
from shared.ports.master_data import MasterData
from shared.workflow.read_positions import ReadPositions


@dataclass(frozen=True, slots=True, kw_only=True)
class ServePositions:
    """By the rules as they stand now; words that lead nowhere are taken for the ERP's own codes."""

    positions: ReadPositions
    master: MasterData
    clock: Clock

    def __call__(self, query: PositionQuery, client: ClientScope) -> Sequence[ToldPosition]:
        """The positions of one item at one place, lot by lot.

        None of a place that is not known, that the client may not speak for, or that nobody counted
        or opened: nothing is told that is not known.
        """
        profile = find_profile(client.fhir_profile) or DEFAULT_PROFILE
        as_of = self.clock.now().isoformat()
        place = self._place(profile.application, query.location, as_of)
        item = self._item(profile.application, query.item, as_of)
        if place is None or item is None or place.facility not in client.facilities:
            return ()
        found = self.positions(client.tenant, place.facility, place.place, item.item)
        return tuple(_told(each, query, item) for each in found)

    def _place(self, application: str, location: str, as_of: str) -> PlaceRecord | None:
        named = self.master.location(application, location, as_of=as_of)
        return self.master.place(named.place if named else location, as_of=as_of)

    def _item(self, application: str, code: str, as_of: str) -> ItemRecord | None:
        charge = self.master.charge_code(application, code, as_of=as_of)
        return self.master.item(charge.item if charge else code, as_of=as_of)


def _told(position: StockPosition, query: PositionQuery, item: ItemRecord) -> ToldPosition:
    return ToldPosition(
        location=query.location,
        place=position.place,
        item=item.item,
        names=() if query.item == item.item else (query.item,),
        base_unit=item.base_unit,
        lot=position.lot,
        on_hand=position.on_hand,
        counted_at=position.counted_at,
    )
