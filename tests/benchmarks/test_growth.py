"""What a copy of a real effect keeps and what it changes; never the timings."""

import json

from tests.benchmarks.prefill import Original


def an_original() -> Original:
    return Original(
        ledger=json.dumps(
            {"pk": {"S": "ab" * 32}, "document": {"S": "D-1"}, "erp_id": {"S": "57"}}
        ),
        journal=json.dumps(
            [
                {"pk": {"S": "document#D-1"}, "sk": {"S": "entry#00000001"}},
                {"pk": {"S": f"key#effect:{'ab' * 32}"}, "sk": {"S": "D-1"}},
                {"pk": {"S": "key#lot:57"}, "sk": {"S": "D-1"}},
            ]
        ),
        effect="ab" * 32,
        names=("D-1", "lot:57"),
    )


def test_no_two_copies_share_a_key_and_all_parts_of_one_name_each_other() -> None:
    first, journal = an_original().copied(1, "run")
    second, others = an_original().copied(2, "run")

    document, effect = first["document"]["S"], first["pk"]["S"]
    assert [item["pk"]["S"] for item in journal] == [
        f"document#{document}",
        f"key#effect:{effect}",
        "key#lot:57-run-1",
    ]
    assert {item["sk"]["S"] for item in journal[1:]} == {document}
    keys = [(item["pk"]["S"], item["sk"]["S"]) for item in [*journal, *others]]
    assert len(set(keys)) == 6
    assert first["pk"] != second["pk"]


def test_a_copys_id_is_one_that_a_reference_can_be_made_of() -> None:
    copy, _ = an_original().copied(1, "run")

    assert len(bytes.fromhex(copy["pk"]["S"])) == 32
