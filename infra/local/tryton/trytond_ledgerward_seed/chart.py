# SPDX-License-Identifier: GPL-3.0-or-later
"""The chart of accounts and the years it is kept for."""

import datetime as dt
from dataclasses import dataclass

from trytond.pool import Pool

from trytond_ledgerward_seed.records import Record, Values, model

_TEMPLATE = "account.account_template_root_en"


@dataclass(frozen=True)
class _Addition:
    """An account that the universal chart lacks.

    Tryton takes an account for stock only if its type is one for stock, so each of those has a type
    of its own. `like` is an account of the chart whose kind it is; it may not be put beside that
    one, since accounts below one with a type all share it.
    """

    parent: str
    like: str
    holds_stock: bool


_ADDITIONS = {
    "goods_received": _Addition(parent="2.0.0", like="2.1.1", holds_stock=True),
    "opening_equity": _Addition(parent="3.0.0", like="3.2.1", holds_stock=True),
    "price_variance": _Addition(parent="5.1.0", like="5.1.1", holds_stock=False),
    "supplies": _Addition(parent="5.1.0", like="5.1.1", holds_stock=True),
}


def create_chart(company: Record, roles: list[Values]) -> dict[str, Record]:
    """Create the universal chart and what it lacks; the accounts by what they are for."""
    _run_chart_wizard(company)
    accounts = {}
    for role in roles:
        addition = _ADDITIONS.get(role["role"])
        if addition:
            accounts[role["role"]] = _add(company, role, addition)
        else:
            accounts[role["role"]] = account_of(role["code"])
    return accounts


def account_of(code: str) -> Record:
    """The account with this code."""
    (account,) = model("account.account").search([("code", "=", code)])
    return account


def create_fiscal_years(company: Record, year: int) -> None:
    """Open the year, the one before and the one after, month by month.

    A use near midnight of New Year's Eve finds its period on either side.
    """
    fiscal_years = model("account.fiscalyear")
    opened = fiscal_years.create(
        [_fiscal_year(company, each) for each in (year - 1, year, year + 1)]
    )
    fiscal_years.create_period(opened)


def _run_chart_wizard(company: Record) -> None:
    wizards = Pool().get("account.create_chart", type="wizard")
    session, _, _ = wizards.create()
    wizard = wizards(session)
    template = model("ir.model.data").get_id(_TEMPLATE)
    wizard.account.company = company
    wizard.account.account_template = model("account.account.template")(template)
    wizard.transition_create_account()
    wizard.properties.company = company
    wizard.properties.account_receivable = _first("receivable")
    wizard.properties.account_payable = _first("payable")
    wizard.properties.category_account_expense = _first("expense")
    wizard.properties.category_account_revenue = _first("revenue")
    wizard.transition_create_properties()
    wizards.delete(session)


def _first(kind: str) -> Record:
    domain = [(f"type.{kind}", "=", True), ("closed", "!=", True)]
    if kind in {"receivable", "payable"}:
        domain.append(("party_required", "=", True))
    accounts = model("account.account").search(domain, order=[("code", "ASC")], limit=1)
    return accounts[0]


def _add(company: Record, role: Values, addition: _Addition) -> Record:
    like = account_of(addition.like)
    type_ = _stock_type(company, role["name"], like.type) if addition.holds_stock else like.type
    (account,) = model("account.account").create(
        [
            {
                "company": company.id,
                "code": role["code"],
                "name": role["name"],
                "type": type_.id,
                "parent": account_of(addition.parent).id,
                "reconcile": role["role"] == "goods_received",
            }
        ]
    )
    return account


def _stock_type(company: Record, name: str, like: Record) -> Record:
    (type_,) = model("account.account.type").create(
        [
            {
                "company": company.id,
                "name": name,
                "parent": like.parent.id,
                "statement": like.statement,
                "stock": True,
            }
        ]
    )
    return type_


def _fiscal_year(company: Record, year: int) -> Values:
    invoices = _strict_sequence(company, "Invoice", f"Invoices {year}", f"INV{year}-")
    journals = _strict_sequence(company, "Account Move", f"Journals {year}", f"GL{year}-")
    return {
        "company": company.id,
        "name": str(year),
        "start_date": dt.date(year, 1, 1),
        "end_date": dt.date(year, 12, 31),
        "move_sequence": journals,
        "account_stock_method": "anglo_saxon",
        "invoice_sequences": [
            (
                "create",
                [
                    {
                        "company": company.id,
                        "in_invoice_sequence": invoices,
                        "in_credit_note_sequence": invoices,
                        "out_invoice_sequence": invoices,
                        "out_credit_note_sequence": invoices,
                    }
                ],
            )
        ],
    }


def _strict_sequence(company: Record, kind: str, name: str, prefix: str) -> int:
    (type_,) = model("ir.sequence.type").search([("name", "=", kind)])
    (sequence,) = model("ir.sequence.strict").create(
        [{"name": name, "sequence_type": type_.id, "company": company.id, "prefix": prefix}]
    )
    return sequence.id
