"""Both families of ports, for every contract."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.contract.families import Aws, Family, aws_family, opened_aws, simulated_family


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An AWS in this process; no call of ours may be a Scan."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws(), opened_aws() as clients:
        yield clients
        assert "Scan" not in clients.calls.operations


@pytest.fixture
def on_aws(aws: Aws) -> Family:
    """The ports on AWS."""
    return aws_family(aws)


@pytest.fixture(params=["simulation", "aws"])
def family(request: pytest.FixtureRequest) -> Family:
    """Each family in turn."""
    if request.param == "simulation":
        return simulated_family()
    on_aws: Family = request.getfixturevalue("on_aws")
    return on_aws
