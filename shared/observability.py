"""Structured logs and metrics of the handlers. Facts only: ids, codes, counts, durations.

Never a payload, a name, a raw segment or the repr of a model. No Tracer: Lambda sends segments,
and importing it would double a cold start.
"""

from aws_lambda_powertools import Logger, Metrics

logger = Logger()
metrics = Metrics()
