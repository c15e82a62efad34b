# SPDX-License-Identifier: GPL-3.0-or-later
"""Journals: balanced on every database, and complete without dimensions that nobody gave."""

from collections import defaultdict
from decimal import Decimal

from trytond.i18n import gettext
from trytond.model import ModelView, dualmethod
from trytond.modules.account.exceptions import PostError
from trytond.pool import Pool, PoolMeta


class Move(metaclass=PoolMeta):
    """A journal posts only if it balances."""

    __name__ = "account.move"

    @dualmethod
    @ModelView.button
    def post(cls, moves):
        """Refuse unbalanced journals.

        Tryton's own check compares in SQL, which on SQLite is true for no journal.
        """
        for move in moves:
            if sum((line.debit - line.credit for line in move.lines), Decimal(0)):
                raise PostError(gettext("account.msg_post_unbalanced_move", move=move.rec_name))
        super().post(moves)


class MoveLine(metaclass=PoolMeta):
    """A line of a stock move is complete with the dimensions that its move names."""

    __name__ = "account.move.line"

    @classmethod
    def set_analytic_state(cls, lines):
        """Call an expense of a stock move valid if every dimension it has carries its whole amount.

        Tryton asks for all roots, so that a use without a grant would stay on the list of lines to
        be completed for ever.
        """
        super().set_analytic_state(lines)
        StockMove = Pool().get("stock.move")
        for line in lines:
            if line.analytic_state == "valid" or not line.must_have_analytic:
                continue
            if isinstance(line.move.origin, StockMove) and _is_fully_charged(line):
                line.analytic_state = "valid"


def _is_fully_charged(line):
    charged = defaultdict(Decimal)
    for analytic in line.analytic_lines:
        charged[analytic.account.root] += analytic.debit - analytic.credit
    return bool(charged) and set(charged.values()) == {line.debit - line.credit}
