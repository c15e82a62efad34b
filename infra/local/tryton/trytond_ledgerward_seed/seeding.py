# SPDX-License-Identifier: GPL-3.0-or-later
"""The order in which a network is put into an empty database: all of it or nothing."""

from trytond.pool import Pool
from trytond.transaction import Transaction

from trytond_ledgerward_seed.access import give_access
from trytond_ledgerward_seed.catalogue import create_items, create_lots, create_suppliers
from trytond_ledgerward_seed.chart import create_chart, create_fiscal_years
from trytond_ledgerward_seed.company import ADMIN, create_company
from trytond_ledgerward_seed.dimensions import create_dimensions
from trytond_ledgerward_seed.opening import receive_opening_stock
from trytond_ledgerward_seed.places import create_places
from trytond_ledgerward_seed.records import Record, Values, model

# Tryton wants to know before a transaction begins which tables as a whole it will lock.
_LOCKED_TABLES = ["account_configuration", "account_journal_period"]


class AlreadySeededError(Exception):
    """The database has a company: seeding is for empty ones."""


def seed(database: str, network: Values) -> Values:
    """Put the network into the database and tell what a client needs to know of it."""
    Pool.start()
    Pool(database).init()
    # Nobody is there to answer Tryton's warnings (a receipt without an order raises one).
    with Transaction().start(
        database, ADMIN, context={"_skip_warnings": True}, _lock_tables=_LOCKED_TABLES
    ) as transaction:
        if model("company.company").search([], limit=1):
            raise AlreadySeededError(f"database {database} has a company")
        company = create_company(network["company"])
        with transaction.set_context(company=company.id):
            return {"database": database, "company": company.id, **_seed_company(company, network)}


def _seed_company(company: Record, network: Values) -> Values:
    accounts = create_chart(company, network["accounts"])
    create_fiscal_years(company, network["year"])
    create_dimensions(company, network)
    places = create_places(network["facilities"], network["places"])
    suppliers = create_suppliers(network["suppliers"])
    products = create_items(network["catalogue"], suppliers, accounts)
    lots = create_lots(network["lots"], products)
    receive_opening_stock(
        network["opening_stock"],
        on=network["opening_date"],
        company=company,
        places=places,
        products=products,
        lots=lots,
        accounts=accounts,
    )
    return {"key": give_access(company)}
