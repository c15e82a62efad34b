"""Which outcome may replace which: effect-protocol section 4, one rule for every ledger."""

from shared.canonical.outcome import EffectState

_OPEN = frozenset({EffectState.FREE, EffectState.SENT})


def may_replace(old: EffectState | None, new: EffectState) -> bool:
    """Whether an entry in state `old` (None: there is none yet) may become `new`.

    What the ERP says is final (DONE) overrules everything and nothing overrules it. A full reversal
    offsets only what never became an effect, or what a person refused after a look-up (REJECTED):
    a FREE or SENT effect may have copies in flight.
    """
    if old is None:
        return True
    match new:
        case EffectState.DONE:
            return old is not EffectState.DONE
        case EffectState.FREE | EffectState.SENT | EffectState.REJECTED | EffectState.REVIEW:
            return old in _OPEN
        case EffectState.OFFSET:
            return old is EffectState.REJECTED
        case _:
            raise ValueError(f"unknown state {new}")


def replaceable_by(new: EffectState) -> tuple[EffectState, ...]:
    """The states that `new` may replace, for a store that must name them in a condition."""
    return tuple(old for old in EffectState if may_replace(old, new))
