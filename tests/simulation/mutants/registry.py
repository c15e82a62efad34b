"""All mutants, and where each is looked for: the class of target, then histories in their order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from shared.simulation.erp import E2_TRAITS
from tests.simulation.crash_points import busy_points, crashed
from tests.simulation.mutants import claiming, posting, versions, waiting
from tests.simulation.mutants.mutant import Break, Mutant, Trial

SCENE_SEEDS = 1500
SEEDS = 100  # histories of one swarm, before the next is tried
LAGGING = "e2-lagging"
LAGGING_TRAITS = MappingProxyType({LAGGING: replace(E2_TRAITS, lookup_lag_seconds=60)})
SMALL = ("use", "reversal", "parked_and_released", "parked_and_offset", "refusal", "conflict")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunt:
    """Where a mutant is looked for. Small histories are crashed at every single point."""

    mutant: Mutant
    target: str
    swarms: Sequence[str] = ()
    histories: Sequence[str] = ()
    scene: str = ""
    effects: int = 150

    def trials(self) -> Iterator[Trial]:
        """One after another, the small ones first."""
        for name in self.histories:
            yield Trial(target=self.target, history=name)
            unharmed = crashed(name, self.target)
            for point in range(1, busy_points(unharmed) + 1):
                yield Trial(target=self.target, history=name, crash_at=(point,))
        for swarm in self.swarms:
            for seed in range(1, (SCENE_SEEDS if self.scene else SEEDS) + 1):
                yield Trial(
                    target=self.target,
                    swarm=swarm,
                    seed=seed,
                    effects=self.effects,
                    history=self.scene,
                )


def hunt(
    breaks: Break,
    target: str,
    *swarms: str,
    histories: Sequence[str] = (),
    scene: str = "",
) -> Hunt:
    """A mutant's hunt: in swarms of what is drawn by lot, or of one small history."""
    mutant = Mutant(name=breaks.__name__, breaks=breaks)
    return Hunt(mutant=mutant, target=target, swarms=swarms, histories=histories, scene=scene)


def _beside(found: Hunt) -> Hunt:
    """Beside a net that would catch it."""
    return replace(found, mutant=replace(found.mutant, beside=waiting.without_the_minute()))


def _lagging(found: Hunt) -> Hunt:
    return replace(found, mutant=replace(found.mutant, traits=LAGGING_TRAITS))


HUNTS: Sequence[Hunt] = (
    hunt(claiming.no_look_up, "e2", histories=SMALL),
    hunt(claiming.no_quiescence, "e2", "late", "late zombies"),
    hunt(claiming.short_lease, "e2", "late", "late zombies"),
    hunt(claiming.no_latest_commit, "e2", "late", "late zombies"),
    _lagging(hunt(claiming.no_look_up_lag, LAGGING, "late", "late zombies")),
    hunt(claiming.unknown_as_rejected, "e2", "late"),
    hunt(claiming.release_on_unknown, "e2", "late"),
    hunt(claiming.repeated_by_the_client, "e2", "late"),
    hunt(claiming.no_deadline_guard, "e2", "late zombies", "zombies"),
    hunt(claiming.no_fence, "e2", "late zombies", "zombies"),
    hunt(claiming.owner_is_the_message, "e2", "copies", "zombies"),
    hunt(claiming.owner_is_the_sandbox, "e2", "copies", "zombies"),
    hunt(claiming.prior_forgotten, "e2", histories=SMALL),
    hunt(claiming.doubt_forgotten_when_not_written, "e2", "late", "late zombies"),
    hunt(claiming.copies_enter_the_call, "e2", "copies", "zombies"),
    hunt(claiming.draft_taken_for_done, "e2", "late"),
    hunt(claiming.draft_made_again, "e2", "late"),
    hunt(claiming.failed_look_up_taken_for_absent, "e2", "outages"),
    hunt(claiming.tried_again_on_e3, "e3", "late"),
    hunt(posting.refusal_without_find, "e1", "late"),
    hunt(posting.no_bisection, "e1", histories=("refusal",)),
    hunt(posting.acknowledged_unwritten, "e1", "throttled"),
    hunt(posting.deleted_on_receipt, "e1", histories=SMALL),
    hunt(posting.answered_before_durable, "e1", "throttled"),
    hunt(posting.message_inside_the_key, "e1", "sent again"),
    hunt(posting.version_inside_the_key, "e1", histories=("conflict",)),
    hunt(posting.hash_of_mapped_output, "e1", histories=("changed_mapping",)),
    hunt(posting.content_ignored, "e1", histories=("conflict",)),
    hunt(posting.no_next_at, "e1", "late"),
    hunt(posting.no_sweeper, "e1", "late"),
    hunt(posting.swept_without_a_mark, "e1", "soon"),
    hunt(posting.dead_letters_dropped, "e1", "poison"),
    hunt(posting.hold_after_the_state, "e1", histories=("refusal",)),
    hunt(posting.rank_ignored, "e1", "copies", "zombies", "late"),
    hunt(posting.reservation_unconditional, "e1", "beside", scene="two_reversals"),
    hunt(posting.reserved_anew, "e1", histories=("reversal", "two_reversals")),
    hunt(posting.share_of_its_own, "e1", histories=("thirds",)),
    hunt(posting.conflict_hold_forgotten, "e1", histories=("conflict",)),
    hunt(waiting.no_minutely_recheck, "e1", "rollbacks"),
    _beside(hunt(waiting.parked_through_an_index, "e1", "beside")),
    _beside(hunt(waiting.no_second_look, "e1", "beside")),
    hunt(waiting.deleted_before_enqueued, "e1", histories=("parked_and_released",)),
    hunt(waiting.released_before_parked, "e1", histories=("parked_and_released",)),
    hunt(waiting.free_original_offset, "e1", "copies", histories=("released_and_reversed",)),
    hunt(waiting.partial_offset, "e1", "none", "base"),
    hunt(waiting.released_despite_offset, "e1", "beside", scene="released_and_reversed"),
    hunt(waiting.offset_not_parked_first, "e1", histories=("parked_and_offset",)),
    hunt(waiting.reversal_not_reserved, "e1", histories=("two_reversals", "thirds")),
    hunt(waiting.mapped_by_todays_rules, "e1", histories=("changed_under_way",)),
    hunt(waiting.recovery_enters_as_absent, "e2", histories=("recovery",)),
    hunt(waiting.doubt_never_cast, "e2", histories=("recovery",)),
    hunt(waiting.recovery_never_drives, "e1", histories=("recovery",)),
    hunt(waiting.reversals_not_recalled, "e1", histories=("credits_lost",)),
    hunt(versions.version_posted_whole, "e1", histories=("versions",)),
    hunt(versions.lower_version_counts, "e1", histories=("versions_overtaken",)),
    hunt(versions.vanished_line_stays, "e1", histories=("line_gone",)),
    hunt(versions.killed_version_forgotten, "e1", histories=("line_dropped",)),
    hunt(versions.versions_not_recalled, "e1", histories=("versions_lost",)),
    hunt(versions.head_moved_alone, "e1", histories=("versions",)),
)
BY_NAME: Mapping[str, Hunt] = MappingProxyType({each.mutant.name: each for each in HUNTS})
