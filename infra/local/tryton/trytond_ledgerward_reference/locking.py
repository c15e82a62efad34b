# SPDX-License-Identifier: GPL-3.0-or-later
"""One writer of journals at a time, from the first look-up on."""

from sql.conditionals import Coalesce
from trytond import backend
from trytond.pool import Pool
from trytond.transaction import Transaction

from .effect import RefusedLineError, date_of


def lock_journals_of(company, lines):
    """Lock the numbering of the journals that these lines will make, before anything is read.

    Tryton restarts the whole call when a lock is wanted late. What is looked up under the lock
    stays true until the commit: two calls with one reference answer posted and duplicate.
    """
    days = list(_days(lines))
    if not days:
        return
    Sequence = Pool().get("ir.sequence.strict")
    for sequence in Sequence.browse(_sequences(company, min(days), max(days))):
        sequence.lock()
        if backend.name == "sqlite":
            _take_write_lock(Sequence, sequence)


def _days(lines):
    for line in lines:
        try:
            yield date_of(line)
        except RefusedLineError:
            continue


def _sequences(company, first, last):
    """Read past the caches: what is read before the lock may have changed under it."""
    period = Pool().get("account.period").__table__()
    year = Pool().get("account.fiscalyear").__table__()
    cursor = Transaction().connection.cursor()
    cursor.execute(
        *period.join(year, condition=period.fiscalyear == year.id).select(
            Coalesce(period.move_sequence, year.move_sequence),
            where=(year.company == company)
            & (period.start_date <= last)
            & (period.end_date >= first),
        )
    )
    return sorted({sequence for (sequence,) in cursor if sequence})


def _take_write_lock(sequences, sequence):
    """Write a row as it is: SQLite has no row locks and Tryton's lock does nothing there."""
    table = sequences.__table__()
    Transaction().connection.cursor().execute(
        *table.update([table.active], [table.active], where=table.id == sequence.id)
    )
