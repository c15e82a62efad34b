import os

import pytest

from infra.environments import LOCAL, PROD
from infra.node import packaged_node
from tests.infra.assembly import Assembly

os.environ["JSII_NODE"] = str(packaged_node())

from tests.infra.synthesising import synthesised  # it starts the Node named above


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The `prod` app, synthesised with the rule packs."""
    return synthesised(PROD, tmp_path_factory.mktemp("prod"), with_packs=True)


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The `local` app, as the box deploys it."""
    return synthesised(LOCAL, tmp_path_factory.mktemp("local"), with_packs=False)


@pytest.fixture(scope="session", params=["local", "prod"])
def assembly(request: pytest.FixtureRequest) -> Assembly:
    """Each of the two in turn."""
    made: Assembly = request.getfixturevalue(request.param)
    return made
