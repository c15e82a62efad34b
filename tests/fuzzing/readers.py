"""Every reader under a coverage-guided fuzzer for a bounded time, from the golden samples on.

`python -m tests.fuzzing.readers [--format NAME] [--seconds N] [--found FOLDER]` for each format in
turn; exit 1 if a reader raises, points outside its bytes, is slower than ten seconds or takes more
than a GiB. What made it do so lies in the folder then. The interpreter needs atheris (3.0.0), which
is no requirement of ours: `pip install atheris`, and run it from the checkout.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp

from tests.fuzzing.checking import checked, format_named, profiles_of, samples_of

LONGEST_BYTES, SLOWEST_SECONDS, MOST_MIB = 4096, 10, 1024
FORMATS = ("HL7 v2", "usage event", "flat file", "barcode", "GUDID", "FHIR", "X12", "EDIFACT")


def fuzz_one(name: str, options: Sequence[str]) -> None:
    """Fuzz one format in this process, which the fuzzer ends by itself."""
    atheris = import_module("atheris")  # the parent and the tests do without it
    with atheris.instrument_imports(include=["shared.formats", "shared.canonical"]):
        by = format_named(name)
    profiles = profiles_of(by)

    def each_profile(body: bytes) -> None:
        for profile in profiles:
            checked(by, body, profile)

    atheris.Setup([name, *options], each_profile)
    atheris.Fuzz()


def fuzzed(name: str, *, seconds: int, found: Path) -> int:
    """Fuzz one format in a process of its own; 0 if nothing was found."""
    corpus, artifacts = found / name.replace(" ", "_"), found / "found"
    for folder in (corpus, artifacts):
        folder.mkdir(parents=True, exist_ok=True)
    for sample in samples_of(name):
        (corpus / sample.name).write_bytes(sample.read_bytes())
    options = [
        *(f"-max_total_time={seconds}", f"-max_len={LONGEST_BYTES}", "-print_final_stats=1"),
        *(f"-timeout={SLOWEST_SECONDS}", f"-rss_limit_mb={MOST_MIB}"),
        *(f"-artifact_prefix={artifacts}/{corpus.name}-", str(corpus)),
    ]
    command = [sys.executable, "-m", "tests.fuzzing.readers", "--one", name, "--", *options]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - this module


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing.readers")
    parser.add_argument("--format", choices=FORMATS, action="append")
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--found", type=Path)
    parser.add_argument("--one", choices=FORMATS, help=argparse.SUPPRESS)
    parser.add_argument("options", nargs="*", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        fuzz_one(asked.one, asked.options)
    found = asked.found or Path(mkdtemp(prefix="fuzzed-"))
    ended = {
        name: fuzzed(name, seconds=asked.seconds, found=found) for name in asked.format or FORMATS
    }
    for name, status in ended.items():
        sys.stdout.write(f"{name}: {'nothing found' if not status else f'see {found}/found'}\n")
    return int(any(ended.values()))


if __name__ == "__main__":
    sys.exit(main())
