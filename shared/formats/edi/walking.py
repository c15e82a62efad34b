"""Walks one set: each segment placed, checked and given to the builder of its document.

A segment that was met before costs a look-up by its text; one that is read directly costs a split
and look-ups by its elements; another sound one a split, a match and its handler. Everything else
happens only where something is wrong: a fault costs its line or its set, never what stands around.
"""

from collections.abc import Callable
from typing import Any, Protocol

from shared.canonical.diagnostic import Diagnostic, Severity
from shared.formats.edi.checking import Fault, faults_of
from shared.formats.edi.decoding import decoded
from shared.formats.edi.delimiters import COMPONENT, ELEMENT, REPETITION, Delimiters
from shared.formats.edi.findings import Findings
from shared.formats.edi.grammar import LoopNode, Node, SetGrammar, Special, Step
from shared.formats.edi.handling import SPLITS, Remembered, give
from shared.formats.edi.splitting import NO_DELIMITERS, WHITE, Batch

_BLANKS = tuple([""] * count for count in range(100))
_WRAPS = str.maketrans("", "", "\r\n")
UNKNOWN = "???"  # how a segment without a known name is told: its text may be anybody's
_STRAY = {"COMPONENT_UNEXPECTED": COMPONENT, "REPETITION_UNEXPECTED": REPETITION}


class Builder(Protocol):
    """Makes one document of a set's segments; `facts` are the head's, or those of the open line."""

    facts: dict[str, Any]

    def begin_line(self, parts: list[str], facts: dict[str, Any], ordinal: int, byte: int) -> None:
        """A line begins, of which a sound segment says these facts."""
        ...

    def spoil(self, found: Diagnostic) -> None:
        """The line that is being built cannot be used, or the head if no line has begun."""
        ...


class Walk:
    """One set on its way: where it stands, and how many segments it has.

    `ends` are the tags that end a set without its trailer; the walk stops before them. `decode`
    makes text of what is held one character a byte, and says whether it had to guess how.
    """

    def __init__(
        self,
        grammar: SetGrammar,
        builder: Builder,
        findings: Findings,
        *,
        ends: frozenset[str],
        known: frozenset[str],
        decode: Callable[[str], tuple[str, bool]] = decoded,
    ) -> None:
        self.grammar = grammar
        self.builder = builder
        self.findings = findings
        self.ordinal = 1
        self.is_ended = False
        self.is_cut = False
        self.trailer: list[str] = []
        self.trailer_byte = 0
        self._ends = ends
        self._known = known
        self._decode = decode
        self._delimiters = NO_DELIMITERS
        self._node: Node = grammar.start
        self._entered = 1
        self._loops: dict[LoopNode, int] = {}

    def take(self, batch: Batch, starts: list[int], start: int) -> int:
        """Read on from a segment of a batch, whose bytes are `starts`; the first not read.

        What is known or read directly leaves the walk's own state behind: `ahead` is how far its
        number of segments is before the place in the batch.
        """
        self._delimiters = batch.delimiters
        pieces, is_plain, builder = batch.pieces, batch.is_plain, self.builder
        node, facts, ahead = self._node, builder.facts, self.ordinal + 1 - start
        for place in range(start, len(pieces)):
            raw = pieces[place]
            text = raw if is_plain else self._cleaned(batch, raw, starts[place])
            known = node.known.get(text)
            if known is not None:
                node, into, apply, value = known
                if into:
                    facts[into] += value
                else:
                    apply(builder, value)
                continue
            own = text.split(ELEMENT, SPLITS)
            step = node.moves.get(own[0])
            said = None if step is None or step.quick is None else step.quick(own, text, facts)
            if step is not None and said is not None:
                node = step.node
                if said is not facts:
                    byte = (
                        starts[place] if is_plain else _begin(batch, pieces[place], starts[place])
                    )
                    builder.begin_line(own, said, place + ahead, byte)
                    facts = said
                continue
            self._stands_at(node, place + ahead - 1)
            self._read(step, text, raw, _begin(batch, raw, starts[place]))
            if self.is_cut or self.is_ended:
                return place + self.is_ended
            node, facts, ahead = self._node, builder.facts, self.ordinal - place
        self._stands_at(node, len(pieces) - 1 + ahead)
        return len(pieces)

    def _stands_at(self, node: Node, ordinal: int) -> None:
        """Note how far known segments led; the last of them began a run of its own."""
        if ordinal != self.ordinal:
            self._node, self.ordinal, self._entered = node, ordinal, ordinal

    def _cleaned(self, batch: Batch, raw: str, start: int) -> str:
        """A segment without the line ends around it, decoded."""
        text = raw.strip(WHITE) if batch.is_wrapped else raw
        return text if text.isascii() else self._decoded(text, _begin(batch, raw, start))

    def _read(self, step: Step | None, text: str, raw: str, byte: int) -> None:
        """Read a segment that was not met at this place before."""
        if step is None:
            if not text.strip(WHITE):
                return
            text, step = self._placed(text, byte)
            if self.is_cut:
                return
            if step is None:
                self.ordinal += 1
                return
        self._checked(step, text, raw, byte)

    def _checked(self, step: Step, text: str, raw: str, byte: int) -> None:
        """Check a segment and hand it on."""
        before, node = self._node, step.node
        self._node = node
        self.ordinal = ordinal = self.ordinal + 1
        special = step.special
        if special is None:
            self._entered = ordinal
        else:
            self._entered = self._counted(special, node, ordinal, self._entered, byte)
        parts = text.split(ELEMENT)
        if len(parts) < step.width:
            parts += _BLANKS[step.width - len(parts)]
        if step.matches(text) is None:
            self._examined(step, text, raw, ordinal, byte)
        elif step.remembered is None or not self._kept(step, step.remembered, before, text, parts):
            step.handle(self.builder, parts, ordinal, byte)
        if node.is_last:
            self.trailer, self.trailer_byte, self.is_ended = parts, byte, True

    def _kept(
        self, step: Step, remembered: Remembered, before: Node, text: str, parts: list[str]
    ) -> bool:
        """Hand a sound segment on, and keep what it says, if there is nothing to say about it."""
        value = remembered.prepare(parts)
        if value is None:
            return False
        self.grammar.keep(before, text, (step.node, remembered.into, remembered.apply, value))
        give(self.builder, remembered, value)
        return True

    def _decoded(self, text: str, byte: int) -> str:
        value, is_guessed = self._decode(text)
        if is_guessed:
            tag = text.partition(ELEMENT)[0]
            self.findings.report("CHARSET_GUESSED", segment=self._name(tag), byte=byte)
        return value

    def _placed(self, text: str, byte: int) -> tuple[str, Step | None]:
        """Where a segment belongs that was not met at this place before."""
        step = self.grammar.find(self._node, text.partition(ELEMENT)[0])
        if step is not None:
            return text, step
        text = self._unwrapped(text, byte, self.ordinal + 1)
        tag = text.partition(ELEMENT)[0]
        step = self.grammar.find(self._node, tag)
        if step is not None:
            return text, step
        if tag in self._ends:
            self.is_cut = True
            return text, None
        return text, self._misplaced(tag, text, byte)

    def _unwrapped(self, text: str, byte: int, ordinal: int) -> str:
        """Text whose lines were broken at some width, in one line."""
        whole = text.translate(_WRAPS).strip(WHITE)
        if len(whole) < len(text.strip(WHITE)):
            tag = self._name(whole.partition(ELEMENT)[0])
            self.findings.report("SEGMENT_WRAPPED", segment=tag, ordinal=ordinal, byte=byte)
        return whole

    def _misplaced(self, tag: str, text: str, byte: int) -> Step | None:
        """Read a segment that may not stand here where it may, so that nothing of it is lost."""
        ordinal, node = self.ordinal + 1, self.grammar.elsewhere(self._node, tag)
        self._report(self._misplacement(tag, node), self._name(tag), ordinal, byte)
        if node is None:
            return None
        step = self.grammar.at(node)
        if node is node.loop.trigger:
            return step
        parts = text.split(ELEMENT)
        parts += _BLANKS[max(0, step.width - len(parts))]
        if step.matches(text):
            step.handle(self.builder, parts, ordinal, byte)
        else:
            self._examined(step, text, text, ordinal, byte)
        return None

    def _name(self, tag: str) -> str:
        return tag if tag in self._known or tag in self.grammar.tags else UNKNOWN

    def _misplacement(self, tag: str, node: Node | None) -> str:
        if node is not None:
            return "SEGMENT_TOO_OFTEN" if node is self._node else "SEGMENT_OUT_OF_ORDER"
        if tag in self.grammar.tags:
            return "DETAIL_MISPLACED"
        return "SEGMENT_NOT_IN_SET" if tag in self._known else "SEGMENT_UNKNOWN"

    def _counted(self, special: Special, node: Node, ordinal: int, entered: int, byte: int) -> int:
        """Note what was passed over or comes too often; where the run of this segment began."""
        for tag in special.missing:
            self._report("SEGMENT_MISSING", tag, ordinal, byte)
        if special.is_again:
            if ordinal - entered == node.most:
                self._report("SEGMENT_TOO_OFTEN", node.tag, ordinal, byte)
            return entered
        if special.loop is not None:
            count = self._loops.get(special.loop, 0) + 1 if special.is_repeated else 1
            self._loops[special.loop] = count
            if count == special.loop.most + 1:
                self._report("LOOP_TOO_OFTEN", node.tag, ordinal, byte)
        return ordinal

    def _examined(self, step: Step, text: str, raw: str, ordinal: int, byte: int) -> None:
        """Say what is wrong with a segment, and hand on what of it can be used."""
        rule = self.grammar.rule(step.node.tag)
        parts = self._unwrapped(text, byte, ordinal).split(ELEMENT)
        found = [
            (fault, self._fault(fault, step.node, raw, ordinal, byte))
            for fault in faults_of(rule, parts)
        ]
        parts += _BLANKS[max(0, step.width - len(parts))]
        for fault, _ in found:
            if fault.is_lost:
                parts[fault.field] = _without(parts[fault.field], fault.component)
            elif fault.code in _STRAY:
                parts[fault.field] = _as_sent(fault.code, parts[fault.field], self._delimiters)
        step.handle(self.builder, parts, ordinal, byte)
        for _, finding in found:
            if finding.severity is Severity.LINE:
                self.builder.spoil(finding)

    def _fault(self, fault: Fault, node: Node, raw: str, ordinal: int, byte: int) -> Diagnostic:
        before = raw.lstrip(WHITE).split(ELEMENT)[: fault.field]
        return self.findings.report(
            fault.code,
            segment=node.tag,
            ordinal=ordinal,
            byte=byte + sum(len(part) + 1 for part in before),
            field=fault.field,
            component=fault.component,
            value=fault.value,
            loop=node.loop.path.rstrip("/"),
        )

    def _report(self, code: str, tag: str, ordinal: int, byte: int) -> None:
        found = self.findings.report(code, segment=tag, ordinal=ordinal, byte=byte)
        if found.severity is Severity.LINE:
            self.builder.spoil(found)


def _begin(batch: Batch, raw: str, start: int) -> int:
    """The byte at which a segment begins, behind the line ends before it."""
    return start + len(raw) - len(raw.lstrip(WHITE)) if batch.is_wrapped else start


def _without(value: str, component: int) -> str:
    """A value without one of its components; nothing of it if none is named."""
    if not component:
        return ""
    kept = value.split(COMPONENT)
    kept[component - 1] = ""
    return COMPONENT.join(kept)


def _as_sent(code: str, value: str, delimiters: Delimiters) -> str:
    """A value in which a separator was meant as text."""
    sent = delimiters.component if code == "COMPONENT_UNEXPECTED" else delimiters.repetition
    return value.replace(_STRAY[code], sent)
