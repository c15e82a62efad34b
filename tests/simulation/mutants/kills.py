"""Which history kills which mutant, as the hunt found it (`python -m tests.simulation.mutants`)."""

from collections.abc import Mapping
from types import MappingProxyType

from tests.simulation.mutants.mutant import Trial

KILLS: Mapping[str, Trial] = MappingProxyType(
    {
        "no_look_up": Trial(target="e2", history="use", crash_at=(22,)),
        "no_quiescence": Trial(target="e2", swarm="late", seed=8),
        "short_lease": Trial(target="e2", swarm="late", seed=4),
        "no_latest_commit": Trial(target="e2", swarm="late zombies", seed=33),
        "no_look_up_lag": Trial(target="e2-lagging", swarm="late", seed=3),
        "unknown_as_rejected": Trial(target="e2", swarm="late", seed=1),
        "release_on_unknown": Trial(target="e2", swarm="late", seed=1),
        "repeated_by_the_client": Trial(target="e2", swarm="late", seed=1),
        "no_deadline_guard": Trial(target="e2", swarm="late zombies", seed=12),
        "no_fence": Trial(target="e2", swarm="late zombies", seed=63),
        "owner_is_the_message": Trial(target="e2", swarm="copies", seed=33),
        "owner_is_the_sandbox": Trial(target="e2", swarm="copies", seed=33),
        "prior_forgotten": Trial(target="e2", history="use", crash_at=(22,)),
        "doubt_forgotten_when_not_written": Trial(target="e2", swarm="late", seed=24),
        "copies_enter_the_call": Trial(target="e2", swarm="copies", seed=33),
        "draft_taken_for_done": Trial(target="e2", swarm="late", seed=3),
        "draft_made_again": Trial(target="e2", swarm="late", seed=3),
        "failed_look_up_taken_for_absent": Trial(target="e2", swarm="outages", seed=66),
        "tried_again_on_e3": Trial(target="e3", swarm="late", seed=1),
        "refusal_without_find": Trial(target="e1", swarm="late", seed=11),
        "no_bisection": Trial(target="e1", history="refusal"),
        "acknowledged_unwritten": Trial(target="e1", swarm="throttled", seed=1),
        "deleted_on_receipt": Trial(target="e1", history="use", crash_at=(9,)),
        "answered_before_durable": Trial(target="e1", swarm="throttled", seed=1),
        "message_inside_the_key": Trial(target="e1", swarm="sent again", seed=1),
        "version_inside_the_key": Trial(target="e1", history="conflict"),
        "hash_of_mapped_output": Trial(target="e1", history="changed_mapping"),
        "content_ignored": Trial(target="e1", history="conflict"),
        "no_next_at": Trial(target="e1", swarm="late", seed=1),
        "no_sweeper": Trial(target="e1", swarm="late", seed=1),
        "swept_without_a_mark": Trial(target="e1", swarm="soon", seed=2),
        "dead_letters_dropped": Trial(target="e1", swarm="poison", seed=1),
        "hold_after_the_state": Trial(target="e1", history="refusal", crash_at=(29,)),
        "reservation_unconditional": Trial(
            target="e1", swarm="beside", seed=8, history="two_reversals"
        ),
        "reserved_anew": Trial(target="e1", history="reversal", crash_at=(38,)),
        "share_of_its_own": Trial(target="e1", history="thirds"),
        "conflict_hold_forgotten": Trial(target="e1", history="conflict"),
        "no_minutely_recheck": Trial(target="e1", swarm="rollbacks", seed=1),
        "parked_through_an_index": Trial(target="e1", swarm="beside", seed=1),
        "no_second_look": Trial(target="e1", swarm="beside", seed=22),
        "deleted_before_enqueued": Trial(
            target="e1", history="parked_and_released", crash_at=(36,)
        ),
        "released_before_parked": Trial(target="e1", history="parked_and_released"),
        "free_original_offset": Trial(target="e1", history="released_and_reversed", crash_at=(4,)),
        "partial_offset": Trial(target="e1", swarm="none", seed=4),
        "released_despite_offset": Trial(
            target="e1", swarm="beside", seed=1, history="released_and_reversed"
        ),
        "reversal_not_reserved": Trial(target="e1", history="two_reversals"),
        "mapped_by_todays_rules": Trial(target="e1", history="changed_under_way", crash_at=(1,)),
        "recovery_enters_as_absent": Trial(target="e2", history="recovery"),
        "doubt_never_cast": Trial(target="e2", history="recovery"),
        "recovery_never_drives": Trial(target="e1", history="recovery", crash_at=(39,)),
        "reversals_not_recalled": Trial(target="e1", history="credits_lost", crash_at=(63,)),
        "version_posted_whole": Trial(target="e1", history="versions"),
        "lower_version_counts": Trial(target="e1", history="versions_overtaken"),
        "vanished_line_stays": Trial(target="e1", history="line_gone"),
        "killed_version_forgotten": Trial(target="e1", history="line_dropped", crash_at=(68,)),
        "versions_not_recalled": Trial(target="e1", history="versions_lost"),
        "head_moved_alone": Trial(target="e1", history="versions", crash_at=(26,)),
    }
)
# Each says in its docstring why nothing comes of it.
SURVIVORS = ("rank_ignored", "offset_not_parked_first")
