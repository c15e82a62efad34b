"""What the bridge's container imports, exactly: its image holds no more than it needs."""

import json
import subprocess
import sys

# The command line of httpx, which it loads where rich is installed: in no container.
PROGRAM = """
import json, sys
sys.modules["httpx._main"] = None
import functions.mllp.__main__
ours = ("functions.", "shared.")
print(json.dumps(sorted(name for name in sys.modules if name.startswith(ours))))
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
ENTRY = {"functions.mllp", "functions.mllp.__main__"}
WIRING = {"shared.aws" + name for name in ("", ".clients", ".refusals", ".secrets", ".wiring")} | {
    "shared.aws.wiring.mllp"
}
BRIDGE = {
    "shared.mllp" + name
    for name in (
        *("", ".access", ".bridge", ".edge_client", ".frames", ".refusal", ".relaying"),
        *(".serving", ".tls"),
    )
}
# What a refusal of a message that is too long is made of.
ANSWER = {
    *("shared.canonical", "shared.canonical.coded", "shared.canonical.diagnostic"),
    *("shared.canonical.snapshot", "shared.canonical.source_time", "shared.canonical.usage"),
    *("shared.formats", "shared.formats.bounds", "shared.formats.finding_codes"),
    *("shared.formats.making", "shared.formats.shape"),
    *(
        "shared.formats.hl7v2" + name
        for name in (
            *("", ".acknowledge", ".codes", ".costing", ".delimiters", ".fields", ".framing"),
            *(".header", ".line_codes", ".message", ".names"),
        )
    ),
}
HOUSE = {"shared.errors", "shared.observability", "shared.settings"}
OTHERS = {
    *("aws_lambda_powertools", "botocore", "certifi", "dateutil", "httpx", "idna", "jmespath"),
    *("six", "typing_extensions", "urllib3"),
}


def test_the_bridges_container_imports_this_and_nothing_else() -> None:
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        check=True,
        timeout=60,
    )
    ours, everything = map(json.loads, ended.stdout.splitlines())

    assert set(ours) == ENTRY | WIRING | BRIDGE | ANSWER | HOUSE
    public = {name for name in everything if not name.startswith("_")}
    assert public - set(sys.stdlib_module_names) == OTHERS | {"functions", "shared"}
