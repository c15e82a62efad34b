"""What a connector must do by itself where the ERP does not enforce our references (class E2)."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from shared.canonical.effect import Effect
from shared.canonical.outcome import SubmitOutcome
from shared.errors import NotWrittenError, OutcomeUnknownError
from shared.targets.tryton.references import SHIPMENT
from tests.contract.erp_in_a_box import TrytonInABox, plain_tryton  # noqa: F401 - a fixture
from tests.contract.test_erp_connectors import a_line_that_loses_answers
from tests.contract.uses import TODAY, a_use, plain_items, reference, submit

pytestmark = pytest.mark.erp


@pytest.fixture
def erp(plain_tryton: TrytonInABox) -> TrytonInABox:  # noqa: F811
    return plain_tryton


def left_as_a_draft(erp: TrytonInABox, use: Effect) -> None:
    """Its first attempt lost the answer to what it made."""
    with (
        a_line_that_loses_answers(erp.process.port, "/create") as port,
        pytest.raises(OutcomeUnknownError),
    ):
        submit(erp.connector(port=port), use)


def states(erp: TrytonInABox, use: Effect) -> list[str]:
    """The states of all its shipments, oldest first, by the ERP's own table."""
    rows = erp.query(
        "select state from stock_shipment_internal where reference like ? || ' %' order by id",
        reference(use),
    )
    return [str(state) for (state,) in rows]


def test_a_draft_that_was_written_too_late_to_be_found_is_seen_before_anything_is_booked(
    erp: TrytonInABox,
) -> None:
    use = a_use(erp)
    left_as_a_draft(erp, use)

    (result,) = submit(erp.connector(), use)  # as if a look had come before the draft

    assert result.outcome is SubmitOutcome.ACCEPTED
    assert states(erp, use) == ["draft", "cancelled"]
    connector = erp.connector()
    (finished,) = connector.submit([use], connector.find([reference(use)]))
    assert finished.outcome is SubmitOutcome.POSTED
    assert states(erp, use) == ["done", "cancelled"]
    assert erp.documents(reference(use)) == 1


def test_a_draft_with_other_content_is_a_conflict_and_stays_as_it_is(erp: TrytonInABox) -> None:
    use = a_use(erp)
    left_as_a_draft(erp, use)
    connector = erp.connector()
    found = connector.find([reference(use)])

    (result,) = connector.submit([replace(use, content_hash="b" * 64)], found)

    assert result.outcome is SubmitOutcome.CONFLICT
    assert states(erp, use) == ["draft"]


def test_what_is_refused_after_its_draft_was_made_leaves_no_draft(erp: TrytonInABox) -> None:
    closed = f"{TODAY.year - 1}-04"
    use = replace(a_use(erp), accounting_date=TODAY.replace(year=TODAY.year - 1, month=4, day=9))
    left_as_a_draft(erp, use)
    erp.close_period(closed)
    connector = erp.connector()

    (result,) = connector.submit([use], connector.find([reference(use)]))

    assert (result.outcome, result.code) == (SubmitOutcome.REFUSED, "VALIDATION")
    assert states(erp, use) == ["cancelled"]
    assert connector.find([reference(use)]) == {}


def test_a_journal_that_was_left_in_draft_is_posted(erp: TrytonInABox) -> None:
    use = a_use(erp, next(item for item in plain_items(erp.network) if item.unit_cost > 1))
    submit(erp.connector(), use)
    ((move,),) = erp.query(
        "select id from account_move where origin = ?", f"stock.move,{erp.moves(reference(use))[0]}"
    )
    erp.write("update account_move set state = 'draft', number = null where id = ?", move)
    connector = erp.connector()
    found = connector.find([reference(use)])
    assert not found[reference(use)][0].is_final

    (result,) = connector.submit([use], found)

    assert result.outcome is SubmitOutcome.POSTED
    assert erp.query("select state from account_move where id = ?", move) == [("posted",)]
    assert erp.documents(reference(use)) == 1


def test_of_two_documents_under_one_reference_none_is_touched(erp: TrytonInABox) -> None:
    use = a_use(erp)
    left_as_a_draft(erp, use)
    copied_by_hand(erp, use)
    connector = erp.connector()
    found = connector.find([reference(use)])
    assert len(found[reference(use)]) == 2

    (result,) = connector.submit([use], found)

    assert result.outcome is SubmitOutcome.ACCEPTED
    assert states(erp, use) == ["draft", "draft"]


def test_one_refused_by_the_erp_itself_leaves_the_others_of_its_call(erp: TrytonInABox) -> None:
    first, last = a_use(erp), a_use(erp)
    unwanted = a_use(erp, quantity="77")
    with erp.refusing_moves_of(77):
        results = submit(erp.connector(), first, unwanted, last)

    assert [result.outcome for result in results] == [
        SubmitOutcome.POSTED,
        SubmitOutcome.REFUSED,
        SubmitOutcome.POSTED,
    ]
    assert states(erp, unwanted) == []
    assert [erp.documents(reference(use)) for use in (first, unwanted, last)] == [1, 0, 1]


def test_without_a_right_nothing_is_left_and_the_whole_target_is_told(erp: TrytonInABox) -> None:
    use = a_use(erp)
    with erp.killed():
        removed = without_force_assignment(erp)

    with pytest.raises(NotWrittenError) as caught:
        submit(erp.connector(), use)

    assert caught.value.target_access
    assert states(erp, use) == ["cancelled"]
    with erp.killed():
        given_back(erp, removed)
    (result,) = submit(erp.connector(), use)
    assert result.outcome is SubmitOutcome.POSTED


def copied_by_hand(erp: TrytonInABox, use: Effect) -> None:
    """Somebody made another under the same reference."""
    (row,) = erp.query(
        "select company, from_location, to_location, reference from stock_shipment_internal"
        " where reference like ? || ' %'",
        reference(use),
    )
    names = ("company", "from_location", "to_location", "reference")
    erp.client().call(SHIPMENT, "create", {"vlist": [dict(zip(names, row, strict=True))]})


def without_force_assignment(erp: TrytonInABox) -> tuple[object, ...]:
    """Take the right away from the integration's user; what was taken."""
    (row,) = erp.query(
        'select r.* from "res_user-res_group" r'
        " join res_user u on u.id = r.\"user\" and u.login = 'integration'"
        " join res_group g on g.id = r.\"group\" and g.name = 'Stock Force Assignment'"
    )
    with closing(sqlite3.connect(erp.folder.database, timeout=10)) as connection, connection:
        connection.execute('delete from "res_user-res_group" where id = ?', row[:1])
    return row


def given_back(erp: TrytonInABox, row: tuple[object, ...]) -> None:
    marks = ", ".join("?" * len(row))
    with closing(sqlite3.connect(erp.folder.database, timeout=10)) as connection, connection:
        connection.execute(f'insert into "res_user-res_group" values ({marks})', row)  # noqa: S608
