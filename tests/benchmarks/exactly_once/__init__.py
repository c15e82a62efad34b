"""What keeps an effect single, side by side: ours and its peers on one target, by one judge.

A worker process of a peer's own takes messages from a queue that delivers at least once. The target
is a process of its own that speaks HTTP on the loopback, and its own table says how often each
effect was posted. DynamoDB is a third process; calls to it are counted at the wire.
"""
