"""A standard's codes in our words and back. What has no word stays the code it is."""

from collections.abc import Mapping


class Vocabulary:
    """Codes to words; of several codes with one meaning the first is the one we write."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = dict(words)
        self._codes: dict[str, str] = {}
        for code, word in words.items():
            self._codes.setdefault(word, code)

    def word(self, code: str) -> str:
        """What a code means, or the code."""
        return self._words.get(code, code)

    def code(self, word: str) -> str:
        """How we write a word, or what was sent if it never had one."""
        return self._codes.get(word, word)

    def knows(self, code: str) -> bool:
        """Whether a code has a word."""
        return code in self._words

    def extended(self, words: Mapping[str, str]) -> "Vocabulary":
        """This vocabulary with a partner's own codes, which come first."""
        return Vocabulary({**words, **{c: w for c, w in self._words.items() if c not in words}})


def vocabulary(notation: str) -> Vocabulary:
    """Read `word=CODE,CODE word=CODE`."""
    words = {}
    for entry in notation.split():
        word, _, codes = entry.partition("=")
        words.update(dict.fromkeys(codes.split(","), word))
    return Vocabulary(words)
