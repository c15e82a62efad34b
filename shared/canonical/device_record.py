"""What a source knows of one device, or of one kind of device of one lot."""

from dataclasses import dataclass

from shared.canonical.coded import Coded
from shared.canonical.device import DeviceIdentifier
from shared.canonical.diagnostic import Position
from shared.canonical.source_time import SourceTime
from shared.canonical.trade import ItemId
from shared.canonical.usage import SourceSystem


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRecord:
    """One device. What its barcode states comes before what is typed beside it (UDI1).

    `barcode` is the barcode as read, if there is one that can be. `status` is the source's own
    word; a retracted record was never meant (entered-in-error).
    """

    number: str
    key: tuple[str, ...]
    source: SourceSystem
    position: Position
    status: str = ""
    is_retracted: bool = False
    di: str = ""
    lot: str = ""
    serial: str = ""
    expires: SourceTime | None = None
    produced: SourceTime | None = None
    donation: str = ""
    barcode: DeviceIdentifier | None = None
    ids: tuple[ItemId, ...] = ()
    names: tuple[str, ...] = ()
    kinds: tuple[Coded, ...] = ()
    manufacturer: str = ""
    model: str = ""
    part_number: str = ""
    owner: str = ""
    location: str = ""
