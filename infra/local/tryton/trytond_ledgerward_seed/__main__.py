# SPDX-License-Identifier: GPL-3.0-or-later
"""Seed a database with a network, once: `python -m trytond_ledgerward_seed --help`."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from trytond import config


def main(arguments: Sequence[str] | None = None) -> None:
    """Seed the database and write what a client needs: its key and the company."""
    options = _options(arguments)
    config.update_etc(str(options.config))
    network = json.loads(options.network.read_text(encoding="utf-8"))

    from trytond_ledgerward_seed.seeding import seed  # noqa: PLC0415 - reads the configuration

    facts = seed(options.database, network)
    options.output.write_text(json.dumps(facts, indent=1, sort_keys=True), encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="trytond_ledgerward_seed", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="Tryton's configuration file")
    parser.add_argument("--database", required=True, help="an initialised, empty database")
    parser.add_argument("--network", type=Path, required=True, help="the network as JSON")
    parser.add_argument("--output", type=Path, required=True, help="where to write the facts")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
