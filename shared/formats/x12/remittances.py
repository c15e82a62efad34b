"""820: what was paid, and for which invoices. Bank accounts are read by nobody here."""

from decimal import Decimal
from types import MappingProxyType

from shared.canonical.remittance import Adjustment, PaidItem, Remittance
from shared.canonical.trade import Origin
from shared.formats.making import made
from shared.formats.x12.building import SetBuilder, on_begin, on_line
from shared.formats.x12.details import COMMON, Handlers, once
from shared.formats.x12.values import day_of, decimal_of
from shared.formats.x12.vocabularies import HANDLINGS, METHODS, PAID_KINDS

_CENT = Decimal("0.01")


class RemittanceBuilder(SetBuilder):
    """RMR lines under BPR, with or without ENT around them."""

    def made_line(self, parts: list[str]) -> object:
        """One invoice that is paid."""
        scope = self.scope
        return made(
            PaidItem,
            {
                "kind": PAID_KINDS.word(parts[1]),
                "number": parts[2],
                "paid": self.number(parts, 4),
                "gross": self.number(parts, 5),
                "discount": self.number(parts, 6),
                "adjustments": scope.adjustments,
                "references": scope.references,
                "dates": scope.dates,
                "ordinal": self.at[0],
                "byte": self.at[1],
            },
        )

    def number_of(self, parts: list[str]) -> str:
        """The number of the invoice."""
        return parts[2]

    def document(self, origin: Origin) -> object:
        """The remittance; it is known by its trace, else by its interchange."""
        begin, head = self.begin, self.head
        if not begin[0]:
            return None
        remittance = Remittance(
            handling=HANDLINGS.word(begin[1]),
            amount=decimal_of(begin[2]),
            is_credit=begin[3] != "D",
            method=METHODS.word(begin[4]),
            format=begin[5],
            settles_on=day_of(begin[16]),
            trace=head.parts.get("TRN", [""] * 3)[2],
            items=tuple(self.lines),
            currency=head.currency,
            adjustments=head.adjustments,
            parties=head.people(),
            references=head.references,
            dates=head.dates,
            texts=head.texts,
            broken=self.broken_lines(),
            origin=origin,
        )
        self._check_amount(remittance)
        return remittance

    def _check_amount(self, remittance: Remittance) -> None:
        if self.broken or remittance.amount is None or not remittance.items:
            return
        paid = sum((item.paid or Decimal(0) for item in remittance.items), Decimal(0))
        paid += sum((each.amount or Decimal(0) for each in remittance.adjustments), Decimal(0))
        if abs(paid - remittance.amount) >= _CENT:
            self.report("PAYMENT_DIFFERS", ["BPR"], (2, 0), field=2, fact=f"{paid} summed")


def on_entity(b: RemittanceBuilder, _p: list[str], _ordinal: int, _byte: int) -> None:
    """ENT: what was paid before is whole."""
    b.end_line()


def on_adjustment(b: RemittanceBuilder, p: list[str], _ordinal: int, _byte: int) -> None:
    """ADX: of the invoice above, or of the payment."""
    b.scope.adjustments += (Adjustment(decimal_of(p[1]), p[2], PAID_KINDS.word(p[3]), p[4]),)


REMITTANCE: Handlers = MappingProxyType(
    {
        **COMMON,
        "BPR": on_begin,
        "TRN": once,
        "ENT/ENT": on_entity,
        "ENT/RMR/RMR": on_line,
        "RMR/RMR": on_line,
        "ADX/ADX": on_adjustment,
        "ENT/ADX/ADX": on_adjustment,
    }
)
