# SPDX-License-Identifier: GPL-3.0-or-later
"""Every document an integration writes carries its reference, once per company."""

from trytond.i18n import gettext
from trytond.model import Unique, fields
from trytond.model.exceptions import AccessError
from trytond.pool import PoolMeta


class ReferenceMixin:
    """The reference that we gave a document, and the message that caused it."""

    __slots__ = ()

    integration_ref = fields.Char("Integration Reference", strip=False)
    correlation_id = fields.Char("Correlation ID", strip=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append(
            (
                "integration_ref_unique",
                Unique(table, table.company, table.integration_ref),
                "ledgerward_reference.msg_integration_ref_unique",
            )
        )

    @classmethod
    def check_modification(cls, mode, records, values=None, external=False):  # noqa: FBT002
        """Keep a reference for ever: it is how a retry finds what it has already written."""
        super().check_modification(mode, records, values=values, external=external)
        if mode != "write" or "integration_ref" not in values:
            return
        for record in records:
            if record.integration_ref not in (None, values["integration_ref"]):
                raise AccessError(
                    gettext("ledgerward_reference.msg_integration_ref_kept", record=record.rec_name)
                )

    @classmethod
    def copy(cls, records, default=None):
        """Copy without the reference: a copy is another document."""
        default = dict(default or {})
        default.setdefault("integration_ref", None)
        default.setdefault("correlation_id", None)
        return super().copy(records, default=default)


class ShipmentIn(ReferenceMixin, metaclass=PoolMeta):
    """A receipt."""

    __name__ = "stock.shipment.in"


class ShipmentInternal(ReferenceMixin, metaclass=PoolMeta):
    """A transfer."""

    __name__ = "stock.shipment.internal"


class Invoice(ReferenceMixin, metaclass=PoolMeta):
    """An invoice or credit note."""

    __name__ = "account.invoice"


class AccountMove(ReferenceMixin, metaclass=PoolMeta):
    """A journal."""

    __name__ = "account.move"


class Payment(ReferenceMixin, metaclass=PoolMeta):
    """A payment."""

    __name__ = "account.payment"


class Purchase(ReferenceMixin, metaclass=PoolMeta):
    """A purchase order."""

    __name__ = "purchase.purchase"


class Requisition(ReferenceMixin, metaclass=PoolMeta):
    """A requisition."""

    __name__ = "purchase.requisition"
