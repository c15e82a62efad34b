# SPDX-License-Identifier: GPL-3.0-or-later
"""The company whose books these are, and its currency."""

import datetime as dt
from decimal import Decimal

from trytond_ledgerward_seed.records import Record, model

ADMIN = 1
"""Tryton's administrator, in whose name the database is seeded."""


def create_company(name: str) -> Record:
    """Create the company, in US dollars, and let the administrator work for it.

    It has no time zone: "today" is then UTC's, which is never behind the day of a facility in the
    Americas, so that no use is taken for one of tomorrow.
    """
    (party,) = model("party.party").create([{"name": name}])
    (company,) = model("company.company").create(
        [{"party": party.id, "currency": _create_dollar().id}]
    )
    users = model("res.user")
    users.write([users(ADMIN)], {"companies": [("add", [company.id])], "company": company.id})
    return company


def _create_dollar() -> Record:
    (dollar,) = model("currency.currency").create(
        [
            {
                "name": "US Dollar",
                "code": "USD",
                "numeric_code": "840",
                "symbol": "$",
                "rounding": Decimal("0.01"),
                "digits": 2,
                "rates": [("create", [{"date": dt.date(2000, 1, 1), "rate": Decimal(1)}])],
            }
        ]
    )
    return dollar
