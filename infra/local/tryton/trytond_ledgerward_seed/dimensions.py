# SPDX-License-Identifier: GPL-3.0-or-later
"""Who bears cost: analytic accounts for cost centres, projects, grants and service lines."""

from trytond_ledgerward_seed.records import Record, Values, model

# Roots as the accounting module looks for them, and the lists of the network below each.
_ROOTS = (
    ("COST_CENTRE", "Cost centres", "cost_centres"),
    ("PROJECT", "Projects", "projects"),
    ("GRANT", "Grants", "grants"),
    ("SERVICE_LINE", "Service lines", "service_lines"),
)


def create_dimensions(company: Record, network: Values) -> None:
    """Create one root a kind and its accounts below it.

    Validity is not kept here: the ERP takes what was mapped, and mapping refuses a closed grant.
    """
    accounts = model("analytic_account.account")
    for code, name, listed in _ROOTS:
        (root,) = accounts.create(
            [{"company": company.id, "code": code, "name": name, "type": "root"}]
        )
        accounts.create(
            [
                {
                    "company": company.id,
                    "code": dimension["code"],
                    "name": dimension["name"],
                    "type": "normal",
                    "root": root.id,
                    "parent": root.id,
                }
                for dimension in network[listed]
            ]
        )
