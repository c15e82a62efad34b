"""The files of an ERP of the box, and what its clients must know."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from infra.local.errors import BoxError

DATABASE = "hospital"
# Each time its caches are due, 300 s by default, Tryton on SQLite turns autocommit on for the
# connection of the transaction that happens to begin, and leaves it so: whatever that one restarts
# or fails at stays half written (a done stock move with a draft journal, seen). The server of the
# box is one process and shares no cache, so the moment never comes.
WHOLE_TRANSACTIONS = "clean_timeout = 3153600000"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpCredentials:
    """What a client of the ERP must know."""

    database: str
    company: int
    key: str = field(repr=False)

    def as_secret(self, base_url: str) -> str:
        """The JSON that the product keeps as its ERP secret."""
        known = {"database": self.database, "key": self.key, "company": self.company}
        return json.dumps({"base_url": base_url, **known})


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpFolder:
    """The files of one ERP."""

    root: Path

    @property
    def configuration(self) -> Path:
        """Tryton's configuration."""
        return self.root / "trytond.conf"

    @property
    def database(self) -> Path:
        """The books."""
        return self.root / "database" / f"{DATABASE}.sqlite"

    @property
    def facts(self) -> Path:
        """The key and the company; readable by its owner only."""
        return self.root / "erp.json"

    def credentials(self) -> ErpCredentials:
        """What a client must know.

        Raises:
            BoxError: the database was never prepared.
        """
        try:
            facts = json.loads(self.facts.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BoxError(
                f"{self.facts} is missing: there is no ERP, or its key is lost",
                hint=f"`ledgerward up` makes an ERP where {self.database} does not exist.",
            ) from None
        return ErpCredentials(
            database=facts["database"], company=facts["company"], key=facts["key"]
        )

    def made_from(self) -> str:
        """The version of the ERP's modules that its tables were made or last updated for."""
        return str(json.loads(self.facts.read_text(encoding="utf-8")).get("made_from", ""))

    def write_facts(self, credentials: ErpCredentials, made_from: str) -> None:
        """Keep what clients must know and what the tables were made for."""
        text = json.dumps({**asdict(credentials), "made_from": made_from}, indent=1)
        write_privately(self.facts, text)

    def write_configuration(self) -> None:
        """Write Tryton's configuration.

        `retry`: a locked database is given up after (retry + 1) × 5 s, when its client gives up
        too. Higher, and it would commit long after. `clean_timeout`: see `WHOLE_TRANSACTIONS`.
        """
        lines = (
            "[database]",
            "uri = sqlite://",
            f"path = {self.database.parent}",
            "list = False",
            "retry = 3",
            "[session]",
            "authentications = password",
            "[cache]",
            "transaction = 20",
            WHOLE_TRANSACTIONS,
        )
        self.configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def keep_transactions_whole(self) -> None:
        """Mend the configuration of an ERP from before that was known."""
        text = self.configuration.read_text(encoding="utf-8")
        if "uri = sqlite://" in text and "clean_timeout" not in text:
            mended = text.replace("[cache]\n", f"[cache]\n{WHOLE_TRANSACTIONS}\n")
            self.configuration.write_text(mended, encoding="utf-8")


def write_privately(file: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
