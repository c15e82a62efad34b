"""What waits for a key that has arrived goes on."""

import os
from functools import cache

from shared.aws.wiring.parts import releaser
from shared.settings import ReleaseParkedSettings, read_settings
from shared.workflow.release_parked import ReleaseParked


@cache
def release_parked() -> ReleaseParked:
    """Build the step."""
    return releaser(read_settings(ReleaseParkedSettings, os.environ))
