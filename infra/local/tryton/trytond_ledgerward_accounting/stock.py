# SPDX-License-Identifier: GPL-3.0-or-later
"""What a stock move does to the general ledger."""

from trytond.model import Check, fields
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval

DIMENSIONS = {
    "cost_centre": "COST_CENTRE",
    "project": "PROJECT",
    "grant": "GRANT",
    "service_line": "SERVICE_LINE",
}
"""The dimension fields of a stock move, with the codes of their analytic roots."""

_BEFORE_DONE = {"readonly": Eval("state").in_(["cancelled", "done"])}


def _dimension(label):
    return fields.Many2One(
        "analytic_account.account",
        label,
        ondelete="RESTRICT",
        domain=[("type", "=", "normal"), ("company", "=", Eval("company", -1))],
        states=_BEFORE_DONE,
    )


class Move(metaclass=PoolMeta):
    """A stock move says who bears its cost, and a return for how much."""

    __name__ = "stock.move"

    cost_centre = _dimension("Cost Centre")
    project = _dimension("Project")
    grant = _dimension("Grant")
    service_line = _dimension("Service Line")
    reversal_amount = fields.Numeric(
        "Reversal Amount",
        digits=(None, 2),
        states=_BEFORE_DONE,
        help="What a return gives back. Empty: the quantity at its cost.",
    )

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append(
            (
                "reversal_amount_positive",
                Check(table, table.reversal_amount >= 0),
                "ledgerward_accounting.msg_reversal_amount_positive",
            )
        )
        cls._deny_modify_done_cancel |= {*DIMENSIONS, "reversal_amount"}

    def _get_account_stock_move(self):
        """Refuse a date that no open period holds, where Tryton books today or not at all."""
        if self.product.type == "goods" and self._get_account_stock_move_type():
            Period = Pool().get("account.period")
            Period.find(self.company, date=self.effective_date)
        return super()._get_account_stock_move()

    def _get_account_stock_move_lines(self, type_):
        lines = super()._get_account_stock_move_lines(type_)
        if type_ == "in_lost_found":
            for line in lines:
                self._relieve_expense(line)
        for line in lines:
            if line.account.type.statement == "income":
                line.analytic_lines = self._analytic_lines_for(line)
        return lines

    def _relieve_expense(self, line):
        """Turn the other side of a return into the inverse of its use.

        Tryton credits the clearing account of goods received, which nothing ever clears.
        """
        line.account = self.product.account_stock_out_used
        if self.reversal_amount is not None:
            line.credit = self.reversal_amount

    def _analytic_lines_for(self, line):
        AnalyticLine = Pool().get("analytic_account.line")
        accounts = (getattr(self, dimension) for dimension in DIMENSIONS)
        return [
            AnalyticLine(
                account=account, debit=line.debit, credit=line.credit, date=self.effective_date
            )
            for account in accounts
            if account
        ]
