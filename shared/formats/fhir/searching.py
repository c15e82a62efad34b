"""What a search asks for, and whether a resource is what it asks for (FHIR 3.2.1: search)."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from shared.formats.fhir.capability import SEARCHES
from shared.formats.fhir.decoding import Skimmer

PAGE = 20
LONGEST_PAGE = 50
_COUNTS = frozenset(str(each) for each in range(1, LONGEST_PAGE + 1))
COUNT, AFTER, FORMAT = "_count", "_after", "_format"
_CONTROLS = (COUNT, AFTER, FORMAT)
_KEYED = ("identifier", "item")  # by these something is found, by the others it is left out
_ITEMS = ("item", "itemCodeableConcept", "itemReference")


class SearchError(Exception):
    """Inside the edge: a search that is not answered, with what its sender should do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Tokens by the name of their parameter, all of which must match; a page from `after` on."""

    kind: str
    tokens: Mapping[str, str]
    count: int = PAGE
    after: str = ""

    @property
    def key(self) -> str:
        """The key of the journal by which it is found."""
        name = next(each for each in _KEYED if each in self.tokens)
        _, _, value = self.tokens[name].rpartition("|")
        return f"transaction:{value}" if name == "identifier" else f"item:{value}"

    def url(self, after: str) -> str:
        """The search of the page behind a document, relative to the base."""
        page = {COUNT: str(self.count), **({AFTER: after} if after else {})}
        return f"{self.kind}?{urlencode({**self.tokens, **page})}"

    def is_met_by(self, text: str) -> bool:
        """Whether a stored resource has each of the tokens."""
        resource, _ = Skimmer().value(text.lstrip(), 0)
        if not isinstance(resource, dict):
            return False
        return all(_has(resource, name, token) for name, token in self.tokens.items())


def search_of(kind: str, parameters: Mapping[str, Sequence[str]]) -> Search:
    """What the parameters of a request ask for.

    Raises:
        SearchError: a parameter is unknown, repeated or empty, or none leads anywhere.
    """
    known = SEARCHES[kind]
    said = values_of(parameters, names=known, controls=_CONTROLS)
    tokens = {name: said[name] for name in known if name in said}
    if not any(name in tokens for name in _KEYED):
        raise SearchError("Name an identifier or an item; status alone leads to too many.")
    return Search(kind=kind, tokens=tokens, count=count_of(said), after=said.get(AFTER, ""))


def values_of(
    parameters: Mapping[str, Sequence[str]], *, names: Collection[str], controls: Collection[str]
) -> dict[str, str]:
    """The one value of each parameter that was given: what is asked by, and how it is answered.

    Raises:
        SearchError: a parameter is unknown, repeated or empty, or names several values.
    """
    for name, values in parameters.items():
        if name not in names and name not in controls:
            raise SearchError(f"Ask by {', '.join(names)}; other parameters are not known.")
        if len(values) != 1 or not values[0] or "," in values[0]:
            raise SearchError("Give each parameter one value.")
    return {name: values[0] for name, values in parameters.items()}


def count_of(said: Mapping[str, str]) -> int:
    """How many resources a page may have.

    Raises:
        SearchError: no page has as many.
    """
    count = said.get(COUNT, str(PAGE))
    if count not in _COUNTS:
        raise SearchError(f"Ask for 1 to {LONGEST_PAGE} resources at a time.")
    return int(count)


def match_entry(url: str, text: str) -> str:
    """The entry of a resource that was asked for; of its text each character is kept."""
    named = json.dumps(url)
    return f'{{"fullUrl":{named},"resource":{text},"search":{{"mode":"match"}}}}'


def searchset(
    links: Sequence[tuple[str, str]], entries: Sequence[str], *, total: int | None = None
) -> str:
    """The Bundle of entries as they are written; an empty list has no place in FHIR.

    `links` are pairs of relation and address; `total` is left out where nobody has counted.
    """
    told = json.dumps([{"relation": relation, "url": url} for relation, url in links])
    counted = "" if total is None else f',"total":{total}'
    listed = f',"entry":[{",".join(entries)}]' if entries else ""
    return f'{{"resourceType":"Bundle","type":"searchset"{counted},"link":{told}{listed}}}'


def _has(resource: Mapping[str, object], name: str, token: str) -> bool:
    if name == "status":
        return resource.get("status") == token
    named = _identified(resource) if name == "identifier" else _items(resource)
    return any(_is(token, system, value) for system, value in named)


def _identified(holder: Mapping[str, object]) -> Iterator[tuple[object, object]]:
    for identifier in _each(holder, "identifier"):
        yield identifier.get("system"), identifier.get("value")


def _items(resource: Mapping[str, object]) -> Iterator[tuple[object, object]]:
    """The names of its items: of SupplyRequest its own, of SupplyDelivery those of its lines."""
    holders = (resource, *_each(resource, "suppliedItem"))
    for stated in (each for holder in holders for name in _ITEMS for each in _each(holder, name)):
        concept = next(_each(stated, "concept"), stated)
        for coding in _each(concept, "coding"):
            yield coding.get("system"), coding.get("code")
        reference = next(_each(stated, "reference"), stated)
        yield from _identified(reference)
        yield None, reference.get("reference")


def _each(holder: Mapping[str, object], name: str) -> Iterator[Mapping[str, object]]:
    stated = holder.get(name)
    for each in stated if isinstance(stated, list) else [stated]:
        if isinstance(each, dict):
            yield each


def _is(token: str, system: object, value: object) -> bool:
    """Whether a token (`value`, `system|value`, `|value` for no system) is this one."""
    stated, bar, wanted = token.rpartition("|")
    return value == wanted and (not bar or (system or "") == stated)
