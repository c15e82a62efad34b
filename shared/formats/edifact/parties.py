"""NAD and what stands under it: who takes part, and whom to ask."""

from shared.canonical.trade import Contact, Party, Reference
from shared.formats.edifact.building import MessageBuilder
from shared.formats.edifact.facts import joined, parts_of
from shared.formats.edifact.scopes import PartyScope
from shared.formats.edifact.vocabularies import CHANNELS, PARTY_SCHEMES, ROLES


def party(p: list[str]) -> Party:
    """NAD: names stand in C080, or with the address in C058."""
    who, loose = parts_of(p[2]), [each for each in parts_of(p[3])[:5] if each]
    names = [each for each in parts_of(p[4])[:5] if each] or loose[:1]
    streets = [each for each in parts_of(p[5])[:4] if each] or ([] if p[4] else loose[1:])
    return Party(
        role=ROLES.word(p[1]),
        name=names[0] if names else "",
        id=who[0],
        scheme=PARTY_SCHEMES.word(who[2]),
        more_names=tuple(names[1:]),
        streets=tuple(streets),
        city=p[6],
        region=joined((parts_of(p[7])[0] or parts_of(p[7])[3],)),
        postal_code=p[8],
        country=p[9],
    )


def add_party(b: MessageBuilder, value: Party) -> None:
    """A party of the head or line, whose segments follow."""
    b.scope.parties += (PartyScope(value),)


def add_party_reference(b: MessageBuilder, value: Reference) -> None:
    """RFF of a party."""
    b.scope.parties[-1].references += (value,)


def contact(p: list[str]) -> Contact:
    """CTA."""
    number, name = parts_of(p[2])[:2]
    return Contact(p[1], name or number)


def add_contact(b: MessageBuilder, value: Contact) -> None:
    """A contact of a party."""
    b.scope.parties[-1].contacts += (value,)


def channels(p: list[str]) -> tuple[tuple[str, str], ...]:
    """COM."""
    stated = (parts_of(each)[:2] for each in p[1:4] if each)
    return tuple((CHANNELS.word(kind), value) for value, kind in stated)


def add_channels(b: MessageBuilder, value: tuple[tuple[str, str], ...]) -> None:
    """How the contact above is reached."""
    above = b.scope.parties[-1]
    *others, last = above.contacts or (Contact("", ""),)
    above.contacts = (*others, last._replace(channels=last.channels + value))
