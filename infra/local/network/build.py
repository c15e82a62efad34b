"""Build the network from a seed, and write down what the ERP must be told of it."""

import json
import random
from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal

from infra.local.network import sites, sources
from infra.local.network.items import stocked_items, suppliers
from infra.local.network.model import Network
from infra.local.network.opening import opening_stock

# What only mapping reads: a change in it needs no new ERP.
_NOT_THE_ERPS = {
    "seed",
    "departments",
    "stock_places",
    "locations",
    "items",
    "units",
    "charge_codes",
    "number_codes",
    "dimensions",
    "stock_sources",
    "webhook_sources",
    "clients",
}


def build_network(*, seed: int = 1, year: int) -> Network:
    """The network as it stands on the eve of `year`: equal arguments give equal networks."""
    items = stocked_items(_stream(seed, "items"), year)
    lots, stock = opening_stock(_stream(seed, "opening"), items, year)
    return Network(
        seed=seed,
        year=year,
        tenant=sites.TENANT,
        facilities=sites.FACILITIES,
        departments=sites.departments(),
        stock_places=sites.stock_places(),
        locations=sources.locations(),
        items=tuple(item.master for item in items),
        units=tuple(unit for item in items for unit in item.units),
        charge_codes=tuple(charge for item in items for charge in item.charges),
        number_codes=tuple(charge for item in items for charge in item.number_charges),
        dimensions=sites.dimensions(year),
        stock_sources=sources.stock_sources(),
        webhook_sources=sources.WEBHOOK_SOURCES,
        clients=sources.CLIENTS,
        company=sites.COMPANY,
        accounts=sites.ACCOUNTS,
        cost_centres=sites.cost_centres(),
        projects=sites.PROJECTS,
        grants=sites.GRANTS,
        service_lines=sites.SERVICE_LINES,
        places=sites.places(),
        suppliers=suppliers(),
        catalogue=tuple(item.catalogue for item in items),
        lots=lots,
        opening_stock=stock,
    )


def network_to_json(network: Network) -> str:
    """What the seeding of the ERP reads: decimals and dates as text, the same bytes every time."""
    told = {
        field.name: getattr(network, field.name)
        for field in fields(network)
        if field.name not in _NOT_THE_ERPS
    }
    told["opening_date"] = network.opening_date
    return json.dumps(told, default=_plain, ensure_ascii=False, indent=1, sort_keys=True)


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case _:
            return asdict(value)  # type: ignore[call-overload]


def _stream(seed: int, part: str) -> random.Random:
    """Chance of its own for each part, so that a change in one leaves the others as they were."""
    return random.Random(f"{seed}:{part}")  # noqa: S311 - repeatable, not secret
