"""How the ERP of the box is configured."""

from pathlib import Path

from infra.local.erp_folder import WHOLE_TRANSACTIONS, ErpFolder


def test_an_erp_from_before_is_kept_from_committing_half_of_what_it_does(tmp_path: Path) -> None:
    folder = ErpFolder(root=tmp_path)
    folder.write_configuration()
    made_now = folder.configuration.read_text(encoding="utf-8")
    folder.configuration.write_text(made_now.replace(f"{WHOLE_TRANSACTIONS}\n", ""))

    folder.keep_transactions_whole()

    mended = folder.configuration.read_text(encoding="utf-8")
    assert sorted(mended.splitlines()) == sorted(made_now.splitlines())
    folder.keep_transactions_whole()
    assert folder.configuration.read_text(encoding="utf-8") == mended


def test_the_configuration_of_another_database_is_left_as_it_is(tmp_path: Path) -> None:
    folder = ErpFolder(root=tmp_path)
    theirs = "[database]\nuri = postgresql://erp@db/\n[cache]\ntransaction = 20\n"
    folder.configuration.write_text(theirs)

    folder.keep_transactions_whole()

    assert folder.configuration.read_text(encoding="utf-8") == theirs
