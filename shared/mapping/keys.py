"""The names of master-data records, as holds wait for them and people type them."""


def master_key(kind: str, *parts: str) -> str:
    """`<kind>#<part>#<part>`: the key under which a record stands."""
    return "#".join((kind, *parts))
