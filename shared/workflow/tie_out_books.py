"""Re-reads the ERP and ties it out against the effect ledger (finance/tie_out.py compares)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.canonical.outcome import LedgerEntry
from shared.finance.tie_out import Accounts, TieOut, tie_out
from shared.ports.effect_ledger import EffectLedger
from shared.ports.erp import ErpBooks


@dataclass(frozen=True, slots=True, kw_only=True)
class TieOutBooks:
    """One ERP company against all facilities that post into it."""

    ledger: EffectLedger
    books: ErpBooks
    accounts: Accounts
    facilities: Sequence[str]
    reference_of: Callable[[str], str]

    def __call__(self, periods: Sequence[str]) -> TieOut:
        """Tie out months (`YYYY-MM`), each by the ERP's own date."""
        posted: dict[str, LedgerEntry] = {}
        for period in periods:
            for facility in self.facilities:
                for entry in self.ledger.of_period(facility, period):
                    posted[self.reference_of(entry.effect.effect_id)] = entry
        moves = [move for period in periods for move in self.books.moves(period=period)]
        lines = [line for period in periods for line in self.books.lines(period=period)]
        return tie_out(posted, moves, lines, self.accounts)
