"""The ERP's database: made and seeded once, kept as a golden copy, and copied from then on.

Making one takes most of a minute, copying it almost no time. The golden copy lies in the cache,
outside of the checkout, under a key of everything it was made from.
"""

import hashlib
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path

import psutil

from infra.local.erp_folder import DATABASE, ErpFolder, write_privately
from infra.local.errors import BoxError
from infra.local.network import Network, network_to_json
from infra.local.processes import clean_environment
from infra.local.progress import Progress
from shared.ports.erp import EffectClass

MODULES = (
    "account_budget",
    "account_invoice_stock",
    "account_payment",
    "account_stock_anglo_saxon",
    "analytic_invoice",
    "analytic_purchase",
    "incoterm",
    "ledgerward_accounting",
    "product_cost_fifo",
    "purchase_requisition",
    "stock_lot_sled",
    "stock_supply",
    "ledgerward_reference",
)
"""What is activated, with all that these depend on. Without the last, references are not unique."""

MODULES_OF = {
    EffectClass.E1: MODULES,
    EffectClass.E2: tuple(each for each in MODULES if each != "ledgerward_reference"),
}

_TRYTON_FOLDER = Path(__file__).with_name("tryton")
_SOURCES = {".cfg", ".py", ".toml", ".xml"}
_KEPT_COPIES = 4  # two of each class
_LOG_LINES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpDatabase:
    """A database that is ready to be served, and how it came about."""

    folder: ErpFolder
    origin: str  # "kept" from before, "updated" to other modules, "copied" from golden, or "made"


def prepare(
    erp_dir: Path,
    cache_dir: Path,
    network: Network,
    progress: Progress,
    *,
    modules: Sequence[str] = MODULES,
) -> ErpDatabase:
    """Make sure that `erp_dir` holds an ERP.

    One that is there keeps its books; its tables are brought up to date if the modules have changed
    since.

    Raises:
        BoxError: the ERP's modules are not installed, or making the database failed.
    """
    folder = ErpFolder(root=erp_dir)
    _require_modules(modules)
    version = _version_of_modules(modules)
    if folder.database.is_file():
        return _kept(folder, modules, version, progress)
    told = network_to_json(network)
    golden = cache_dir / "erp" / _key(told, version)
    origin = "copied"
    if not golden.is_dir():
        _make_golden_copy(golden, told, modules, progress)
        origin = "made"
    with progress.step("Copy the ERP's database"):
        _copy(ErpFolder(root=golden), folder, version)
    return ErpDatabase(folder=folder, origin=origin)


def _kept(
    folder: ErpFolder, modules: Sequence[str], version: str, progress: Progress
) -> ErpDatabase:
    credentials = folder.credentials()
    folder.keep_transactions_whole()
    if folder.made_from() == version:
        return ErpDatabase(folder=folder, origin="kept")
    with progress.step("Update the ERP"):
        shutil.copyfile(folder.database, folder.database.with_suffix(".before-update"))
        _activate(folder, modules, {})
    folder.write_facts(credentials, version)
    return ErpDatabase(folder=folder, origin="updated")


def _require_modules(modules: Sequence[str]) -> None:
    ours = {module for module in modules if module.startswith("ledgerward_")}
    packages = ["trytond", "trytond_ledgerward_seed", *(f"trytond_{each}" for each in ours)]
    missing = sorted(package for package in packages if find_spec(package) is None)
    if missing:
        raise BoxError(
            f"The ERP lacks {', '.join(missing)}",
            hint=f"Install it: pip install -e {_TRYTON_FOLDER}",
        )


def _make_golden_copy(golden: Path, told: str, modules: Sequence[str], progress: Progress) -> None:
    """Make the database beside its final place, so that a half-made one is never taken for it."""
    golden.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _forget_old_copies(golden.parent)
    making = ErpFolder(root=golden.with_name(f"making-{os.getpid()}"))
    shutil.rmtree(making.root, ignore_errors=True)
    try:
        with progress.step("Initialise the ERP"):
            _initialise(making, modules)
        with progress.step("Seed the ERP"):
            _seed(making, told)
        with suppress(OSError):  # somebody else was faster: theirs is as good
            making.root.rename(golden)
    finally:
        shutil.rmtree(making.root, ignore_errors=True)


def _initialise(folder: ErpFolder, modules: Sequence[str]) -> None:
    """Create the tables.

    Nobody is told the administrator's password; `trytond-admin -p` sets another.
    """
    folder.database.parent.mkdir(mode=0o700, parents=True)
    folder.database.touch()  # Tryton takes a missing file for a missing database
    folder.write_configuration()
    password = folder.root / "password"
    write_privately(password, secrets.token_urlsafe(24))
    try:
        _activate(folder, modules, {"TRYTONPASSFILE": str(password)})
    finally:
        password.unlink()


def _activate(folder: ErpFolder, modules: Sequence[str], environment: Mapping[str, str]) -> None:
    command = [str(Path(sys.executable).with_name("trytond-admin"))]
    command += ["-c", str(folder.configuration), "-d", DATABASE, "--email", "admin@example.org"]
    command += ["--activate-dependencies", "-u", *modules]
    _run(command, folder, environment)


def _seed(folder: ErpFolder, told: str) -> None:
    network = folder.root / "network.json"
    network.write_text(told, encoding="utf-8")
    write_privately(folder.facts, "")
    command = [sys.executable, "-m", "trytond_ledgerward_seed"]
    command += ["--config", str(folder.configuration), "--database", DATABASE]
    command += ["--network", str(network), "--output", str(folder.facts)]
    _run(command, folder, {})


def _run(command: Sequence[str], folder: ErpFolder, environment: Mapping[str, str]) -> None:
    log_file = folder.root / "making.log"
    with log_file.open("wb") as log:
        ended = subprocess.run(  # noqa: S603 - our own command line
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder.root,
            env=clean_environment(environment),
            check=False,
        )
    if ended.returncode != 0:
        lines = log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        raise BoxError(
            f"{Path(command[0]).name} could not make the ERP's database"
            f" (it ended with code {ended.returncode})",
            log_lines=tuple(lines[-_LOG_LINES:]),
        )


def _copy(golden: ErpFolder, folder: ErpFolder, version: str) -> None:
    """Copy the golden copy, with a key of its own. The database gets its name last."""
    folder.database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.write_configuration()
    partial = folder.database.with_suffix(".partial")
    shutil.copyfile(golden.database, partial)
    key = secrets.token_hex(64)
    _replace_key(partial, key)
    folder.write_facts(replace(golden.credentials(), key=key), version)
    partial.replace(folder.database)


def _replace_key(database: Path, key: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        changed = connection.execute(
            "UPDATE res_user_application SET key = ? WHERE application = 'rest'", (key,)
        )
        if changed.rowcount != 1:
            raise BoxError(f"The seeded ERP has {changed.rowcount} keys instead of one")


def _key(told: str, version: str) -> str:
    """A name for everything that a database is made from."""
    digest = hashlib.sha256(version.encode())
    _digest_sources(digest, _TRYTON_FOLDER.rglob("*"))
    digest.update(told.encode())
    return f"golden-{digest.hexdigest()[:32]}"


def _version_of_modules(modules: Sequence[str]) -> str:
    """A name for everything that says which tables there are: Tryton, and our own modules."""
    digest = hashlib.sha256("\n".join(modules).encode())
    for name, version in sorted(_tryton_versions()):
        digest.update(f"{name}=={version}\n".encode())
    for module in modules:
        _digest_sources(digest, (_TRYTON_FOLDER / f"trytond_{module}").rglob("*"))
    return digest.hexdigest()[:32]


def _digest_sources(digest: "hashlib._Hash", files: Iterable[Path]) -> None:
    for file in sorted(files):
        if file.suffix in _SOURCES:
            digest.update(file.relative_to(_TRYTON_FOLDER).as_posix().encode())
            digest.update(file.read_bytes())


def _tryton_versions() -> Iterator[tuple[str, str]]:
    for distribution in distributions():
        name = distribution.metadata["Name"].lower()
        if name.startswith("trytond"):
            yield name, distribution.version


def _forget_old_copies(folder: Path) -> None:
    """Keep the newest golden copies; drop what makers left behind who are no more."""
    for left in folder.glob("making-*"):
        if not psutil.pid_exists(int(left.name.removeprefix("making-"))):
            shutil.rmtree(left, ignore_errors=True)
    newest_first = sorted(folder.glob("golden-*"), key=lambda each: -each.stat().st_mtime)
    for old in newest_first[_KEPT_COPIES - 1 :]:
        shutil.rmtree(old, ignore_errors=True)
