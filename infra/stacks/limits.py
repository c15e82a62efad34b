"""How long each consumer may take: its function's timeout, from which its queue's patience comes.

And how often a delivery may be tried where a try is no crash. Apart from the stacks, because a
queue may stand in another stack than its consumer.
"""

RECEIVE_TIMEOUT_SECONDS = 29  # API Gateway waits no longer
RECEIVE_FILE_TIMEOUT_SECONDS = 300  # a larger file goes on where the last delivery stopped
MAP_TIMEOUT_SECONDS = 30
POST_TIMEOUT_SECONDS = 30  # the ERP client gives up after 20
PUBLISH_TIMEOUT_SECONDS = 60
DELIVER_TIMEOUT_SECONDS = 60
EVERY_MINUTE_TIMEOUT_SECONDS = 55  # done before the next minute's run
SEAL_TIMEOUT_SECONDS = 900  # an hour is sealed at once, by a query for each of its documents
REDRIVE_TIMEOUT_SECONDS = 30

# The fewest that a mapping can be told. Batches, not workers, are what fills the ERP (measured).
AT_ONCE = 2

# One that enforces our references takes many documents in one call. One that only looks them up is
# told of each by itself, and all of a batch must be done while its client waits (measured).
EFFECTS_A_BATCH = {"E1": 50, "E2": 5}

# A large file takes several deliveries, and a source that is down hears of its lines days later.
FILE_DELIVERIES = 100
STATUS_DELIVERIES = 1000

# The bridge answers what is on its way for a minute, and its last call lasts 40 seconds: Fargate
# kills nothing before this, and waits no longer.
MLLP_STOP_SECONDS = 120
MLLP_PORT = 2575  # registered for HL7
MLLP_TASKS, MLLP_MOST_TASKS = 2, 6
