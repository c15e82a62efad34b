"""What holds for every test."""

from hypothesis import HealthCheck, settings

# The same examples each run, and no clock among the judges: a loaded machine fails no test. New
# examples come with --hypothesis-profile=default.
settings.register_profile(
    "house", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")
