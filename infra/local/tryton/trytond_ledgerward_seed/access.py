# SPDX-License-Identifier: GPL-3.0-or-later
"""The integration's own user, with no more rights than its work needs, and its key."""

from trytond_ledgerward_seed.records import Record, model

# Post uses even of stock that is not there (a use is never refused), and read the books.
_GROUPS = ("Stock", "Stock Force Assignment", "Accounting")


def give_access(company: Record) -> str:
    """Create the user `integration`, which has no password, and a key for the REST interface."""
    groups = model("res.group").search([("name", "in", _GROUPS)])
    (user,) = model("res.user").create(
        [
            {
                "name": "Integration",
                "login": "integration",
                "groups": [("add", [group.id for group in groups])],
                "companies": [("add", [company.id])],
                "company": company.id,
            }
        ]
    )
    (application,) = model("res.user.application").create(
        [{"user": user.id, "application": "rest", "state": "validated"}]
    )
    return application.key
