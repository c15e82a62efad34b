"""The classes of targets that a history can be about (effect-protocol sections 3 and 4)."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.ports.erp import TargetTraits
from shared.simulation.erp import E1_TRAITS, E2_TRAITS, E3_TRAITS

TARGETS: Mapping[str, TargetTraits] = MappingProxyType(
    {"e1": E1_TRAITS, "e2": E2_TRAITS, "e3": E3_TRAITS}
)
