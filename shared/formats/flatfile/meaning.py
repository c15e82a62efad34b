"""What the fields of a profile must be together."""

import re
from collections.abc import Callable
from typing import NoReturn
from zoneinfo import ZoneInfo

from shared.formats.flatfile.kinds import HIDDEN, KINDS, NUMBERS, TIMES, UNITS
from shared.formats.flatfile.profile import (
    BAR_IN_CHARACTERS,
    FACILITY_ZONE,
    FileKind,
    FlatFileProfile,
    Negative,
)

Refuse = Callable[[str, str], NoReturn]
_DIRECTIVES = frozenset("YmdHMSfzIp%")  # whose meaning hangs on no language
_NEEDED_DIRECTIVES = ("%Y", "%m", "%d")
_NEVER_CONSTANT = HIDDEN | TIMES | {"line", "facility", "kind"}


def check_meaning(profile: FlatFileProfile, refuse: Refuse) -> None:
    """Refuse a profile by which nobody can read.

    Raises:
        LedgerwardError: by `refuse`, with the field and why.
    """
    _check_facts(profile, refuse)
    _check_constants(profile, refuse)
    _check_codes(profile, refuse)
    _check_places(profile, refuse)
    _check_numbers(profile, refuse)
    _check_times(profile, refuse)
    _check_facility(profile, refuse)
    if profile.kind is FileKind.USAGE:
        _check_directions(profile, refuse)
        _check_references(profile, refuse)


def _check_facts(profile: FlatFileProfile, refuse: Refuse) -> None:
    facts, columns = KINDS[profile.kind], dict(profile.columns.named())
    for fact in facts.identity:
        if fact not in columns:
            refuse(f"columns.{fact}", f"is missing: {facts.why}")
    for fact in facts.required:
        if fact not in columns and fact not in profile.constants:
            refuse(f"columns.{fact}", "is missing")
    for fact in columns:
        if fact not in facts.known:
            refuse(f"columns.{fact}", f"is no fact of {profile.kind.value}")


def _check_constants(profile: FlatFileProfile, refuse: Refuse) -> None:
    facts, columns = KINDS[profile.kind], dict(profile.columns.named())
    for fact in profile.constants:
        if fact in columns:
            refuse(f"constants.{fact}", "has a column as well")
        if fact in _NEVER_CONSTANT or fact in facts.identity or fact not in facts.known:
            refuse(f"constants.{fact}", "is no fact that all rows can share")


def _check_codes(profile: FlatFileProfile, refuse: Refuse) -> None:
    columns = dict(profile.columns.named())
    for fact in profile.codes:
        if fact not in columns or fact in NUMBERS | TIMES | HIDDEN | UNITS:
            refuse(f"codes.{fact}", "is of no column that has words of the sender")


def _check_places(profile: FlatFileProfile, refuse: Refuse) -> None:
    if profile.fixed is not None:
        for fact, name in profile.columns.named():
            if name not in profile.fixed.columns:
                refuse(f"columns.{fact}", f"is {name!r}, which is not among fixed.columns")
    elif profile.delimiter == "|" and profile.encoding in BAR_IN_CHARACTERS:
        refuse("delimiter", f"is a byte of characters of {profile.encoding}")


def _check_numbers(profile: FlatFileProfile, refuse: Refuse) -> None:
    if profile.thousands_mark == profile.decimal_mark:
        refuse("thousands_mark", "is the decimal mark")
    for fact in profile.implied_decimals:
        if fact not in NUMBERS:
            refuse(f"implied_decimals.{fact}", "is no number")


def _check_times(profile: FlatFileProfile, refuse: Refuse) -> None:
    for number, form in enumerate(profile.times):
        _check_form(form, f"times[{number}]", refuse)
    for fact, forms in profile.dates.items():
        if fact not in TIMES:
            refuse(f"dates.{fact}", "is no time")
        for number, form in enumerate(forms):
            _check_form(form, f"dates.{fact}[{number}]", refuse)
    for fact, _ in profile.columns.named():
        if fact in TIMES and not profile.formats_of(fact):
            refuse("times", "is empty")
    if profile.zone != FACILITY_ZONE:
        _check_zone(profile.zone, refuse)


def _check_form(form: str, field: str, refuse: Refuse) -> None:
    used = re.findall(r"%(.?)", form)
    strange = [each for each in used if each not in _DIRECTIVES]
    if strange:
        refuse(field, f"has %{strange[0]}; known are {' '.join(sorted(_DIRECTIVES))}")
    lacking = [each for each in _NEEDED_DIRECTIVES if form.count(each) != 1]
    if lacking:
        refuse(field, f"does not state {lacking[0]} once")
    if ("%I" in form) != ("%p" in form):
        refuse(field, "has one of %I and %p without the other")


def _check_zone(zone: str, refuse: Refuse) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        refuse("zone", f"is {zone!r}, which is neither 'facility' nor an IANA zone")


def _check_facility(profile: FlatFileProfile, refuse: Refuse) -> None:
    """An item may be of no facility; what happens or lies somewhere is of one."""
    stated = bool(profile.facility) + bool(profile.columns.facility)
    if stated > 1 or (not stated and profile.kind is not FileKind.ITEMS):
        refuse("facility", "is stated once: for all rows, or as columns.facility")


def _check_directions(profile: FlatFileProfile, refuse: Refuse) -> None:
    has_kind = bool(profile.columns.kind)
    if has_kind != bool(profile.withdrawals):
        refuse("withdrawals", "and columns.kind go together")
    if profile.returns and not has_kind:
        refuse("returns", "needs columns.kind")
    if set(map(str.casefold, profile.withdrawals)) & set(map(str.casefold, profile.returns)):
        refuse("returns", "has a word that stands in withdrawals as well")
    if profile.negative is Negative.WITHDRAWAL and has_kind:
        refuse("negative", "says withdrawal, and columns.kind says what a row is")
    if profile.negative is Negative.NOTHING and not has_kind:
        refuse("negative", "says nothing, and no columns.kind says what a row is")


def _check_references(profile: FlatFileProfile, refuse: Refuse) -> None:
    columns = profile.columns
    has_returns = profile.returns or profile.negative is Negative.WITHDRAWAL
    if has_returns and not columns.original_transaction:
        why = "a return names what it takes back"
        refuse("columns.original_transaction", f"is missing: {why}")
    if columns.original_line and not (columns.line and columns.original_transaction):
        needed = "columns.line and columns.original_transaction"
        refuse("columns.original_line", f"needs {needed}")
    if columns.line and columns.original_transaction and not columns.original_line:
        why = "a withdrawal is known by its line too"
        refuse("columns.original_line", f"is missing: {why}")
