# SPDX-License-Identifier: GPL-3.0-or-later
"""Tryton's models, which it makes at run time from the activated modules."""

from typing import Any, TypeAlias

from trytond.pool import Pool

Record: TypeAlias = Any
"""A record of Tryton."""
Model: TypeAlias = Any
"""A model of Tryton: a class of records."""
Values: TypeAlias = dict[str, Any]
"""What a new record is made from, or a thing of the network as JSON has it."""


def model(name: str) -> Model:
    """The model of this name in the current database."""
    return Pool().get(name)
