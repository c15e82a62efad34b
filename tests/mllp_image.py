"""The bridge's image without Docker: the Dockerfile's files and packages in a folder."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from tests.mllp_edge import CLIENT_SECRET, TLS_SECRET, Edge

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "infra" / "mllp"
DOCKERFILE = (FOLDER / "Dockerfile").read_text().splitlines()
PIN = re.compile(r"^(\S+==[^\\\n]+?) \\\n((?: +--hash=\S+(?: \\)?\n)+)", re.MULTILINE)


def instructions(name: str) -> list[str]:
    """What the Dockerfile says after this word, line by line."""
    return [line.removeprefix(f"{name} ") for line in DOCKERFILE if line.startswith(f"{name} ")]


def taken_out_of_the_repository() -> Iterator[tuple[str, str]]:
    """Each source with its destination."""
    for words in map(str.split, instructions("COPY")):
        if not words[0].startswith("--from"):
            yield from ((source, words[-1]) for source in words[:-1])


def installing() -> list[str]:
    """The command that installs packages."""
    (command,) = [each for each in instructions("RUN") if each.startswith("pip install")]
    return shlex.split(command)


def pins(lock: Path) -> dict[str, set[str]]:
    """The hashes of each `name==version`, which has its marker behind it if there is one."""
    return {
        pin: set(re.findall(r"sha256:\w+", hashes)) for pin, hashes in PIN.findall(lock.read_text())
    }


@dataclass(frozen=True)
class Image:
    """A folder as the image has it, and the Python that runs it."""

    folder: Path
    python: Sequence[str]

    @contextmanager
    def started(self, edge: Edge) -> Iterator["subprocess.Popen[bytes]"]:
        """A container's process, with nothing in its environment but what it is told."""
        (stated,), (command,) = instructions("ENV"), instructions("CMD")
        environment = {
            **dict(each.split("=") for each in stated.split()),
            "LISTENING_PORT": "0",
            "CLIENT_SECRET_ARN": CLIENT_SECRET,
            "TLS_SECRET_ARN": TLS_SECRET,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": edge.url,
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
        }
        with (
            subprocess.Popen(  # noqa: S603 - our own entry
                [*self.python, *json.loads(command)[1:]],
                cwd=self.folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            ) as process
        ):
            try:
                yield process
            finally:
                process.kill()


def image_of_what_is_here(folder: Path) -> Image:
    """With the packages of its lock out of this environment, and no others."""
    packages = _with_our_files(folder) / "packages"
    packages.mkdir()
    for pin in pins(FOLDER / "requirements.lock"):
        name, _, version = pin.partition("==")
        found = distribution(name)
        assert found.version == version
        for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            (packages / top).symlink_to(str(found.locate_file(top)))
    return Image(folder, [sys.executable, "-S"])


def image_of_the_index(folder: Path, environment: Path) -> Image:
    """With the packages that a new environment's pip installs by the Dockerfile's command."""
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)  # noqa: S603
    python = str(environment / "bin" / "python")
    subprocess.run(  # noqa: S603 - our own Dockerfile's
        [python, "-m", *installing()], cwd=_with_our_files(folder), check=True
    )
    return Image(folder, [python])


def _with_our_files(folder: Path) -> Path:
    for source, destination in taken_out_of_the_repository():
        for path in ROOT.glob(source):
            into = folder / destination
            if path.is_dir():
                shutil.copytree(path, into, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                into.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, into)
    return folder
