"""Posting, telling and repairing: the functions that come after an effect."""

from infra.constructs.platform_function import (
    FOLLOWS_ITS_SENDER_BECAUSE,
    HAS_NO_SENDER_BECAUSE,
    PlatformFunction,
)
from infra.stacks import limits
from infra.stacks.core_parts import ERP_TARGET, CoreParts, permit_release


def post_effect(parts: CoreParts) -> PlatformFunction:
    """Effects into the ERP, many in one call."""
    data, effects = parts.data, parts.queues.effects.main
    made = PlatformFunction(
        parts.scope,
        "PostEffect",
        name="post_effect",
        variables={
            "EFFECTS_TABLE": data.effects.table.table_name,
            "HOLDS_TABLE": data.holds.table.table_name,
            "ERP_SECRET_ARN": parts.secrets.erp.secret.secret_arn,
            "ERP_TARGET": ERP_TARGET,
            "ERP_CLASS": parts.environment.erp_class,
            "ERP_DOCUMENTS_PER_SECOND_EACH": str(
                parts.environment.erp_documents_per_second / limits.AT_ONCE
            ),
        },
        platform=parts.platform,
        timeout_seconds=limits.POST_TIMEOUT_SECONDS,
        reserved_concurrency=4,
    )
    made.begin_no_trace(because=FOLLOWS_ITS_SENDER_BECAUSE)
    data.effects.permit(made.identity, "BatchGetItem", "UpdateItem")
    # A hold is closed again if another attempt ended otherwise (class E2).
    data.holds.permit(made.identity, "PutItem", "Query", "UpdateItem")
    parts.secrets.erp.permit_read(made.identity)
    made.consume(
        "Effects",
        effects,
        batch_size=limits.EFFECTS_A_BATCH[parts.environment.erp_class],
        window_seconds=parts.environment.batching_window_seconds,
        concurrency=limits.AT_ONCE,
    )
    return made


def publish_outcome(parts: CoreParts) -> PlatformFunction:
    """The ledger's stream to journal and bus; what waited for an original goes on."""
    data, queues = parts.data, parts.queues
    made = PlatformFunction(
        parts.scope,
        "PublishOutcome",
        name="publish_outcome",
        variables={
            "JOURNAL_TABLE": data.journal.table.table_name,
            "HOLDS_TABLE": data.holds.table.table_name,
            "EFFECTS_TABLE": data.effects.table.table_name,
            "MASTER_DATA_TABLE": data.master_data.table.table_name,
            "ERP_TARGET": ERP_TARGET,
            "DOCUMENTS_QUEUE_URL": queues.documents.main.queue.queue_url,
            "STATUS_QUEUE_URL": queues.statuses.main.queue.queue_url,
            "EVENT_BUS_NAME": parts.bus.event_bus_name,
        },
        platform=parts.platform,
        timeout_seconds=limits.PUBLISH_TIMEOUT_SECONDS,
        reserved_concurrency=10,
    )
    made.begin_no_trace(because=HAS_NO_SENDER_BECAUSE)
    permit_release(parts, made.identity)  # reversals that waited for what is posted now
    queues.statuses.main.permit_send(made.identity)
    made.identity.allow("events:PutEvents", on=[parts.bus.event_bus_arn])
    made.follow("EffectChanges", data.effects, batch_size=100, failures=queues.outcome_failures)
    return made


def deliver_status(parts: CoreParts) -> PlatformFunction:
    """News to the sources that asked for it, signed with their own key."""
    made = PlatformFunction(
        parts.scope,
        "DeliverStatus",
        name="deliver_status",
        variables={
            "MASTER_DATA_TABLE": parts.data.master_data.table.table_name,
            "WEBHOOK_SECRET_ARN": parts.secrets.webhook.secret.secret_arn,
        },
        platform=parts.platform,
        timeout_seconds=limits.DELIVER_TIMEOUT_SECONDS,
        reserved_concurrency=limits.AT_ONCE,
    )
    parts.data.master_data.permit(made.identity, "Query")
    parts.secrets.webhook.permit_read(made.identity)
    made.consume("Statuses", parts.queues.statuses.main, batch_size=10, concurrency=limits.AT_ONCE)
    return made


def sweep_effects(parts: CoreParts) -> PlatformFunction:
    """Each minute: what is owed another attempt."""
    data, queues = parts.data, parts.queues
    made = PlatformFunction(
        parts.scope,
        "SweepEffects",
        name="sweep_effects",
        variables={
            "EFFECTS_TABLE": data.effects.table.table_name,
            "EFFECTS_QUEUE_URL": queues.effects.main.queue.queue_url,
            "ERP_TARGET": ERP_TARGET,
        },
        platform=parts.platform,
        timeout_seconds=limits.EVERY_MINUTE_TIMEOUT_SECONDS,
        reserved_concurrency=2,
    )
    data.effects.permit_query(made.identity, index="due")
    data.effects.permit(made.identity, "BatchGetItem", "UpdateItem")
    queues.effects.main.permit_send(made.identity)
    made.run_every_minute(
        why="What is owed another attempt goes back into the effects queue",
        failures=queues.failed_invocations,
    )
    return made


def seal_journal(parts: CoreParts) -> PlatformFunction:
    """Each hour: the journal of the hours that have ended."""
    data = parts.data
    made = PlatformFunction(
        parts.scope,
        "SealJournal",
        name="seal_journal",
        variables={
            "JOURNAL_TABLE": data.journal.table.table_name,
            "SEALS_BUCKET": data.seals.bucket.bucket_name,
        },
        platform=parts.platform,
        timeout_seconds=limits.SEAL_TIMEOUT_SECONDS,
        reserved_concurrency=1,
        memory_mb=1024,  # an hour is read whole
    )
    data.journal.permit_query(made.identity, index="by_append")
    data.journal.permit(made.identity, "Query")
    data.seals.permit_store(made.identity)
    data.seals.permit_list(made.identity)
    made.run_every_hour(
        why="Hours of the journal that have ended are sealed",
        failures=parts.queues.failed_invocations,
    )
    return made


def redrive_dead_letters(parts: CoreParts) -> PlatformFunction:
    """What crashed its workers goes back where it came from, or to a person."""
    queues = parts.queues
    sources = {
        "FileDeadLetters": queues.files.dead_letters,
        "DocumentDeadLetters": queues.documents.dead_letters,
        "EffectDeadLetters": queues.effects.dead_letters,
        "StatusDeadLetters": queues.statuses.dead_letters,
        "OutcomeFailures": queues.outcome_failures,
        "FailedInvocations": queues.failed_invocations,
    }
    made = PlatformFunction(
        parts.scope,
        "RedriveDeadLetters",
        name="redrive_dead_letters",
        variables={
            "HOLDS_TABLE": parts.data.holds.table.table_name,
            **{
                f"{name.upper()}_QUEUE_URL": work.main.queue.queue_url
                for name, work in queues.work.items()
            },
        },
        platform=parts.platform,
        timeout_seconds=limits.REDRIVE_TIMEOUT_SECONDS,
        reserved_concurrency=len(sources) * limits.AT_ONCE,
    )
    parts.data.holds.permit(made.identity, "PutItem")
    for work in queues.work.values():
        work.main.permit_send(made.identity)
    for source, queue in sources.items():
        made.consume(source, queue, batch_size=10, concurrency=limits.AT_ONCE)
    return made
