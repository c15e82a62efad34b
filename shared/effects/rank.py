"""Which outcome may replace which: effect-protocol section 4, one rule for every ledger."""

from shared.canonical.outcome import EffectState, LedgerEntry

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


DISPROVED_BY_DONE = (EffectState.REJECTED, EffectState.OFFSET)  # both say that it is not written


def may_conclude(standing: LedgerEntry | None, outcome: LedgerEntry) -> bool:
    """Whether the outcome of a claim may be written over what stands (classes E2 and E3).

    Section 3 wants the claim's own fence, section 4 wants rank alone. Both hold, each where it
    protects something. While a claim is under way only its owner may end it, with whatever outcome:
    a later claim looks the document up by itself. Once a state says that nothing is written, an
    answer that proves the contrary replaces it, however old its fence. REVIEW is left to a person:
    one answer does not say whether there is a second document.
    """
    if standing is None:
        return False
    if standing.state is EffectState.SENT:
        mine = (outcome.fence, outcome.owner)
        return bool(outcome.owner) and (standing.fence, standing.owner) == mine
    return outcome.state is EffectState.DONE and standing.state in DISPROVED_BY_DONE
