# SPDX-License-Identifier: GPL-3.0-or-later
"""Uses and returns in batches: looked up first, answered line by line, written all or nothing."""

from decimal import Decimal

from trytond.exceptions import UserError
from trytond.i18n import gettext
from trytond.model import fields
from trytond.model.exceptions import AccessError
from trytond.pool import Pool, PoolMeta
from trytond.rpc import RPC
from trytond.transaction import Transaction, without_check_access

from .codes import Accounts, Calendar, Items, Lots, Places
from .documents import ReferenceMixin
from .effect import VALIDATION, RefusedLineError, read_effect
from .locking import lock_journals_of


class Move(ReferenceMixin, metaclass=PoolMeta):
    """One effect is one stock move."""

    __name__ = "stock.move"

    content_hash = fields.Char("Content Hash", strip=False)
    case_token = fields.Char("Case Token", strip=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._deny_modify_done_cancel |= {"content_hash", "case_token"}
        cls.__rpc__["ledgerward_post"] = RPC(readonly=False)
        cls.__rpc__["ledgerward_find"] = RPC(readonly=True)

    @classmethod
    def copy(cls, moves, default=None):
        """Copy without what identifies the effect."""
        default = dict(default or {})
        default.setdefault("content_hash", None)
        default.setdefault("case_token", None)
        return super().copy(moves, default=default)

    @classmethod
    def ledgerward_find(cls, company, references):
        """The documents under these references."""
        found = {}
        for move in cls._referenced(company, references):
            found.setdefault(move.integration_ref, []).append(move._as_document())
        return found

    @classmethod
    def ledgerward_post(cls, company, effects):
        """Post what is new and can be posted; answer every reference."""
        lines = _first_by_reference(effects)
        with Transaction().set_context(
            company=company, _product_replacement=False, _skip_warnings=True
        ):
            cls._check_may_force()
            lock_journals_of(company, lines.values())
            answers = cls._answers_known(company, lines)
            fresh = _readable({r: e for r, e in lines.items() if r not in answers}, answers)
            values = cls._postable(company, fresh, answers)
            for move in cls._use(values):
                answers[move.integration_ref] = _answer("posted", move)
        return answers

    @classmethod
    def _check_may_force(cls):
        """Ask for the group that may move stock which is not there: LAW1 posts it all the same."""
        pool = Pool()
        group = pool.get("ir.model.data").get_id("stock", "group_stock_force_assignment")
        if Transaction().user and group not in pool.get("res.user").get_groups():
            raise AccessError(gettext("ledgerward_reference.msg_force_assignment"))

    @classmethod
    def _referenced(cls, company, references):
        return cls.search([("company", "=", company), ("integration_ref", "in", list(references))])

    @classmethod
    def _answers_known(cls, company, lines):
        answers = {}
        for move in cls._referenced(company, lines):
            same = move.content_hash == lines[move.integration_ref].get("content_hash")
            answers[move.integration_ref] = _answer("duplicate" if same else "conflict", move)
        return answers

    @classmethod
    def _postable(cls, company, effects, answers):
        """The values of the moves to make; what cannot be posted is answered as refused."""
        items, places = Items(effects), Places(effects)
        accounts, calendar = Accounts(company, effects), Calendar(company, effects)
        postable = []
        for effect in effects:
            try:
                product = items.item(effect)
                from_location, to_location = places.ends(effect)
                calendar.check(effect)
                _check_lot(effect, product, from_location, to_location)
                values = _values(company, effect, accounts.of(effect))
            except RefusedLineError as refusal:
                answers[effect.reference] = _refused(refusal)
                continue
            values.update(
                product=product, from_location=from_location.id, to_location=to_location.id
            )
            postable.append((effect, values))
        lots = Lots([(values["product"], e.lot) for e, values in postable if e.lot])
        return [_with_item(values, lots, effect.lot) for effect, values in postable]

    @classmethod
    def _use(cls, values):
        if not values:
            return []
        moves = cls.create(values)
        cls.assign(moves)
        cls.do(moves)
        return cls.browse([move.id for move in moves])

    @without_check_access
    def _as_document(self):
        """What the ledger keeps of a move, in codes and decimals."""
        journals = [move.number for move in self.account_moves if move.number]
        return {
            "id": str(self.id),
            "reference": self.integration_ref,
            "content_hash": self.content_hash or "",
            "state": self.state,
            "quantity": _plain(Decimal(str(self.quantity))),
            "unit_cost": _plain(self.cost_price or Decimal(0)),
            "item": self.product.code or "",
            "lot": self.lot.number if self.lot else "",
            "journal": journals[0] if journals else "",
        }


def _first_by_reference(effects):
    """One line for a reference; the caller tells copies apart by the content hash of the answer."""
    lines = {}
    for line in effects:
        if not line.get("reference"):
            raise UserError("A line has no reference.")
        lines.setdefault(line["reference"], line)
    return lines


def _readable(lines, answers):
    effects = []
    for reference, line in lines.items():
        try:
            effects.append(read_effect(line))
        except RefusedLineError as refusal:
            answers[reference] = _refused(refusal)
    return effects


def _check_lot(effect, product, from_location, to_location):
    if not effect.lot and product.lot_is_required(from_location, to_location):
        raise RefusedLineError(VALIDATION, f"item {effect.item} needs a lot")


def _values(company, effect, accounts):
    return {
        "company": company,
        "quantity": float(effect.quantity),
        "planned_date": effect.date,
        "effective_date": effect.date,
        "integration_ref": effect.reference,
        "content_hash": effect.content_hash,
        "correlation_id": effect.correlation_id,
        "case_token": effect.case_token,
        "reversal_amount": effect.amount,
        **{name: account.id for name, account in accounts.items()},
    }


def _with_item(values, lots, number):
    product = values["product"]
    lot = lots.lot(product, number)
    return {
        **values,
        "product": product.id,
        "unit": product.default_uom.id,
        "lot": lot.id if lot else None,
    }


def _answer(outcome, move):
    return {"outcome": outcome, "code": "", "text": "", "document": move._as_document()}


def _refused(refusal):
    return {"outcome": "refused", "code": refusal.code, "text": refusal.text, "document": None}


def _plain(number):
    return format(number.normalize(), "f")
