"""Effects into Tryton: one effect is one stock move, under our reference."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from shared.canonical.effect import Effect, EffectType
from shared.canonical.outcome import ErpDocument, ErpLine, SubmitOutcome, SubmitResult
from shared.effects.identity import external_reference
from shared.errors import BatchRefusedError, NotWrittenError, OutcomeUnknownError
from shared.ports.erp import EffectClass, Found, TargetTraits
from shared.targets.tryton.client import CALL_TIMEOUT_SECONDS, TrytonClient
from shared.targets.tryton.references import REFERENCE_LENGTH

REFERENCES_A_CALL: Final = 500
FINAL_STATE: Final = "done"
TRAITS: Final = TargetTraits(
    effect_class=EffectClass.E1,
    call_timeout_seconds=CALL_TIMEOUT_SECONDS,
    lookup_lag_seconds=0.0,
    latest_commit_seconds=None,  # a call that its client gave up on waits in gunicorn's backlog
    reference_length=REFERENCE_LENGTH,
    answers_line_by_line=True,
    outage_after_calls=3,
)


class TrytonConnector:
    """One company of a Tryton that has our `ledgerward_reference` module."""

    def __init__(self, client: TrytonClient) -> None:
        self._client = client

    @property
    def traits(self) -> TargetTraits:
        """It enforces our reference and answers each line by itself."""
        return TRAITS

    def find(self, references: Sequence[str]) -> Found:
        """The stock moves under these references."""
        found: dict[str, tuple[ErpDocument, ...]] = {}
        for start in range(0, len(references), REFERENCES_A_CALL):
            found.update(self._find(references[start : start + REFERENCES_A_CALL]))
        return found

    def submit(
        self,
        effects: Sequence[Effect],
        found: Found,  # noqa: ARG002 - the ERP looks first by itself
    ) -> Sequence[SubmitResult]:
        """Post all in one call; each gets its own answer."""
        if not effects:
            return ()
        lines = [_line(effect) for effect in effects]
        answers = self._call("ledgerward_post", {"effects": lines})
        return tuple(_result(effect, answers) for effect in effects)

    def _find(self, references: Sequence[str]) -> dict[str, tuple[ErpDocument, ...]]:
        try:
            answers = self._call("ledgerward_find", {"references": list(references)})
        except BatchRefusedError as error:
            raise NotWrittenError(str(error), target_access=True) from error
        try:
            return {
                reference: tuple(_document(document) for document in documents)
                for reference, documents in answers.items()
            }
        except (LookupError, TypeError, InvalidOperation) as error:
            raise OutcomeUnknownError("ledgerward_find: the answer cannot be read") from error

    def _call(self, procedure: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        answer = self._client.call(
            "stock.move", procedure, {"company": self._client.company, **body}
        )
        if not isinstance(answer, dict):
            raise OutcomeUnknownError(f"{procedure}: the answer is not about references")
        return answer


def _reference(effect: Effect) -> str:
    return external_reference(effect.effect_id, TRAITS.reference_length)


def _line(effect: Effect) -> dict[str, object]:
    dimensions = effect.dimensions
    kind, amount = _kind(effect)
    return {
        "reference": _reference(effect),
        "content_hash": effect.content_hash,
        "correlation_id": effect.correlation_id,
        "kind": kind,
        "item": effect.item,
        "quantity": format(effect.quantity.in_base_units, "f"),
        "from_place": effect.from_place,
        "to_place": effect.to_place,
        "lot": effect.lot,
        "date": effect.accounting_date.isoformat(),
        "cost_centre": dimensions.cost_centre,
        "project": dimensions.project,
        "grant": dimensions.grant,
        "service_line": dimensions.service_line,
        "case_token": effect.case_token,
        "amount": amount,
    }


def _kind(effect: Effect) -> tuple[str, str | None]:
    """What the ERP calls it. Only a return says what it is worth: the ERP values a use itself."""
    match effect.effect_type:
        case EffectType.ISSUE:
            return "issue", None
        case EffectType.REVERSAL:
            return "return", format(effect.amount, "f")
        case _:
            raise ValueError(f"Tryton has no {effect.effect_type}")


def _result(effect: Effect, answers: Mapping[str, Any]) -> SubmitResult:
    try:
        answer = answers[_reference(effect)]
        stated = answer["document"]
        result = SubmitResult(
            outcome=SubmitOutcome(answer["outcome"]),
            document=_document(stated) if stated else None,
            code=answer["code"],
            text=answer["text"],
        )
    except (LookupError, TypeError, ValueError, InvalidOperation) as error:
        raise OutcomeUnknownError("ledgerward_post: the answer cannot be read") from error
    return held_to_its_content(effect, result)


def held_to_its_content(effect: Effect, result: SubmitResult) -> SubmitResult:
    """A document with other content is never this effect's, whatever the ERP calls it.

    One call may carry one reference twice; the ERP then writes the first and answers for both.
    """
    document = result.document
    if document is None or document.content_hash == effect.content_hash:
        return result
    return SubmitResult(outcome=SubmitOutcome.CONFLICT, document=document, text=result.text)


def _document(stated: Mapping[str, Any]) -> ErpDocument:
    return ErpDocument(
        erp_id=stated["id"],
        reference=stated["reference"],
        content_hash=stated["content_hash"],
        is_final=stated["state"] == FINAL_STATE,
        lines=(
            ErpLine(
                item=stated["item"],
                quantity=Decimal(stated["quantity"]),
                unit_cost=Decimal(stated["unit_cost"]),
                lot=stated["lot"],
                journal=stated["journal"],
            ),
        ),
    )
