"""The CDK app to templates, kept in a cache: synthesis is the slowest part of a start.

The cache key is the content of everything that templates and code assets are made from. Node comes
with our own packages, so the person's PATH does not matter.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from infra.local.errors import BoxError
from infra.local.processes import clean_environment
from infra.local.settings import BoxSettings
from infra.local.state import erp_class_of
from infra.node import packaged_node

_SOURCES = ("infra", "functions", "shared", "requirements.lock", "cdk.json", "pyproject.toml")
# In no template and no code asset.
_NOT_SYNTHESISED = ("infra/local", "infra/runbooks", "shared/cli", "shared/simulation")
_IGNORED_NAMES = ("__pycache__", "build")
_KEPT_ASSEMBLIES = 4
_SYNTHESIS_SECONDS = 300
_ERROR_LINES = 15


def assembly_key(settings: BoxSettings) -> str:
    """A digest of all that the templates depend on."""
    digest = hashlib.sha256()
    erp_class = erp_class_of(settings)
    for text in (sys.version, sys.executable, settings.environment, erp_class):
        digest.update(f"{text}\0".encode())
    for path in _sources(settings.checkout):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(settings.checkout).as_posix()}\0{content}\0".encode())
    return digest.hexdigest()[:32]


def synthesise(settings: BoxSettings, key: str | None = None) -> Path:
    """The folder of the app's cloud assembly, from the cache if nothing it depends on has changed.

    Raises:
        BoxError: the app does not synthesise; the message has its last lines.
    """
    folder = _assemblies(settings) / (key or assembly_key(settings))
    if (folder / "manifest.json").is_file():
        os.utime(folder)  # used last, pruned last
        return folder
    _assemblies(settings).mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix="partial-", dir=_assemblies(settings)))
    try:
        # Node's side leaves its files behind when it is killed: they go with this folder.
        with tempfile.TemporaryDirectory(dir=settings.cache) as scratch:
            _run_app(settings, partial, scratch)
        with suppress(OSError):  # another start was quicker; its result is the same
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    _prune(settings, keep=folder)
    return folder


def _assemblies(settings: BoxSettings) -> Path:
    return settings.cache / "assemblies"


def _sources(checkout: Path) -> Iterator[Path]:
    for name in _SOURCES:
        source = checkout / name
        if source.is_file():
            yield source
        else:
            yield from (path for path in sorted(source.rglob("*")) if _matters(path, checkout))


def _matters(path: Path, checkout: Path) -> bool:
    relative = path.relative_to(checkout)
    if any(part in _IGNORED_NAMES for part in relative.parts) or not path.is_file():
        return False
    return not any(relative.is_relative_to(folder) for folder in _NOT_SYNTHESISED)


def _run_app(settings: BoxSettings, folder: Path, scratch: str) -> None:
    node = packaged_node()
    command = [sys.executable, "-m", "infra.app", "--environment", settings.environment]
    command += ["--erp-class", erp_class_of(settings)]
    try:
        done = subprocess.run(  # noqa: S603 - our own app
            [*command, "--outdir", str(folder)],
            cwd=settings.checkout,
            env=clean_environment(_NODE_ENVIRONMENT | {"JSII_NODE": str(node), "TMPDIR": scratch}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_SYNTHESIS_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise BoxError(f"Synthesis took more than {_SYNTHESIS_SECONDS} s") from error
    if done.returncode != 0 or not (folder / "manifest.json").is_file():
        lines = tuple(line for line in done.stdout.splitlines() if line.strip())
        raise BoxError(
            f"The CDK app did not synthesise (code {done.returncode})",
            log_lines=lines[-_ERROR_LINES:],
            hint=f"Try it by itself: {' '.join(command)}",
        )


_NODE_ENVIRONMENT = {
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
    "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
}


def _prune(settings: BoxSettings, *, keep: Path) -> None:
    """Keep the assemblies used last, and throw away what an interrupted synthesis left."""
    folders = sorted(_assemblies(settings).iterdir(), key=lambda path: path.stat().st_mtime)
    abandoned = [path for path in folders if path.name.startswith("partial-") and _is_old(path)]
    finished = [path for path in folders if not path.name.startswith("partial-") and path != keep]
    for folder in [*abandoned, *finished[: -(_KEPT_ASSEMBLIES - 1)]]:
        shutil.rmtree(folder, ignore_errors=True)


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > _SYNTHESIS_SECONDS
