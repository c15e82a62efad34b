"""What people do at the command line of a history, built as the command line builds it."""

from collections.abc import Mapping
from dataclasses import replace

from shared.ports.queues import DocumentQueue
from shared.simulation.histories.identities import numbered
from shared.simulation.histories.ports import Ports
from shared.simulation.stock_store import SimulatedStockStore
from shared.workflow.add_mapping import AddMapping
from shared.workflow.cast_doubt import CastDoubt
from shared.workflow.completeness import Completeness
from shared.workflow.decide_effect import DecideEffect
from shared.workflow.decide_hold import DecideHold
from shared.workflow.drive_again import Drive, DriveAgain
from shared.workflow.operator_entry import OperatorArchive
from shared.workflow.recall_reversals import RecallReversals
from shared.workflow.receive_message import ReceiveMessage
from shared.workflow.receive_webhook import ReceiveWebhook
from shared.workflow.recover import Recover
from shared.workflow.release_parked import ReleaseParked
from shared.workflow.source_lines import SourceLines
from shared.workflow.target_holdings import TargetHoldings
from shared.workflow.waiting_reversals import WaitingReversals


class Operators:
    """The steps that a person starts."""

    def __init__(
        self,
        ports: Ports,
        release: ReleaseParked,
        receive: ReceiveMessage,
        webhooks: ReceiveWebhook,
        *,
        target: str,
    ) -> None:
        self._ports, self._receive, self._webhooks = ports, receive, webhooks
        self._archive = OperatorArchive(
            archive=ports.archive, clock=ports.clock, tenant="meridian", new_id=numbered("entry")
        )
        self.add = AddMapping(
            archive=self._archive, journal=ports.journal, master=ports.master, release=release
        )
        self.decide_hold = DecideHold(
            archive=self._archive,
            journal=ports.journal,
            holds=ports.holds,
            parking=ports.parking,
            take_again=DriveAgain(
                listing=ports.archive,
                archive=ports.archive,
                drives=self._drives_into(ports.documents),
            ),
        )
        self.decide_effect = self._decide_effect()
        self.recover = self._recover(target)

    def _recover(self, target: str) -> Recover:
        ports = self._ports
        return Recover(
            listing=ports.archive,
            archive=ports.archive,
            is_complete=Completeness(
                journal=ports.journal,
                ledger=ports.ledger,
                holds=ports.holds,
                parking=ports.parking,
                heads=ports.heads,
                stock=SimulatedStockStore(),  # no history tells of counts
            ),
            rules=self.add,
            decisions=self.decide_hold,
            effect_decisions=self.decide_effect,
            drives=self._drives_into(ports.documents),
            inbox=ports.inbox,
            take_file=_no_file,
            doubt=CastDoubt(targets=(target,), breakers=ports.breakers, clock=ports.clock),
            recall=_recall(ports, target),
        )

    def _decide_effect(self) -> DecideEffect:
        ports = self._ports
        return DecideEffect(
            archive=self._archive,
            journal=ports.journal,
            ledger=ports.ledger,
            holds=ports.holds,
            connector=ports.target,
            clock=ports.clock,
            reversals=WaitingReversals(parking=ports.parking, holds=ports.holds),
            source_line=SourceLines(
                journal=ports.journal,
                listing=ports.archive,
                archive=ports.archive,
                drives=self._drives_into,
            ),
            documents=ports.documents,
        )

    def _drives_into(self, documents: DocumentQueue) -> Mapping[str, Drive]:
        return {
            "hl7v2": replace(self._receive, documents=documents).take_in,
            "webhook": replace(self._webhooks, documents=documents).take_in,
        }


def _recall(ports: Ports, target: str) -> RecallReversals:
    return RecallReversals(
        target=target,
        holdings=TargetHoldings(connector=ports.target, books=ports.books),
        heads=ports.heads,
        journal=ports.journal,
        master=ports.master,
        ledger=ports.ledger,
        parking=ports.parking,
        breakers=ports.breakers,
        clock=ports.clock,
    )


def _no_file(_file: object) -> None:
    raise AssertionError("no file was ever dropped here")
