"""The data elements of the purchase side: type, lengths, and codes where the list is short.

A list that partners extend at will (units, qualifiers, parties) is not closed here: what is not
known is kept as sent, and the mapping says so. 005010 differs in a few lengths.
"""

from collections.abc import Mapping
from functools import lru_cache

from shared.formats.edi.tables import Element, Use

_TABLE = """
2 N0 1 6
19 AN 2 30
22 AN 1 30
23 ID 1 1
24 ID 1 4
26 ID 2 3
28 N0 1 9
40 ID 2 2
54 ID 2 2
61 AN 1 30
65 R 1 8
66 ID 1 2
67 AN 2 80
76 AN 1 22
79 AN 1 50
80 N0 1 7
81 R 1 10
82 R 1 8
87 AN 1 48
88 ID 1 2
91 ID 1 2
92 ID 2 2
93 AN 1 60
96 N0 1 10
97 N0 1 6
98 ID 2 3
100 ID 3 3
102 AN 1 6
103 AN 3 5
107 AN 1 10
116 ID 3 15
118 R 1 9
123 N0 1 6
124 AN 2 15
127 AN 1 30
128 ID 2 3
133 ID 1 2
140 ID 2 4
142 AN 2 15
143 ID 3 3
146 ID 2 2
156 ID 2 2
166 AN 1 55
183 R 1 8
187 ID 1 2
189 R 1 8
206 AN 1 4
207 AN 1 15
212 R 1 17
225 AN 2 15
234 AN 1 48
235 ID 2 2
236 ID 3 3
248 ID 1 1 A C N P Q R
280 R 4 10
284 ID 2 2
289 N0 1 5
305 ID 1 2 C D H I J K L M N O P Q R S T U V X Y Z 1 2
306 ID 1 2
309 ID 1 2
310 AN 1 30
324 AN 1 22
325 AN 1 20
326 AN 1 45
327 AN 1 8
328 AN 1 30
329 AN 4 9
330 R 1 15
331 ID 2 2
332 R 1 6
333 ID 1 2
334 ID 2 2
335 ID 3 3
336 ID 2 2
337 TM 4 8
338 R 1 6
342 R 1 5
347 R 1 10
349 ID 1 1 F S X
350 AN 1 20
351 N0 1 3
352 AN 1 80
353 ID 2 2
354 N0 1 6
355 ID 2 2
356 N0 1 6
357 R 1 8
358 R 1 15
362 N2 1 10
363 ID 3 3
364 AN 1 80
365 ID 2 2
366 ID 2 2
367 AN 1 30
368 ID 2 2
369 AN 1 45
370 DT 8 8
373 DT 8 8
374 ID 3 3
378 ID 1 1
380 R 1 15
382 R 1 10
384 R 1 8
385 R 1 8
386 N0 1 3
387 AN 1 35
388 DT 8 8
389 N2 1 10
396 AN 2 30
397 AN 1 30
426 ID 2 2
441 ID 1 1
443 AN 1 20
446 DT 8 8
447 AN 1 6
455 ID 1 2
478 ID 1 1 C D
479 ID 2 2
480 AN 1 12
481 ID 1 2
482 ID 2 2
499 ID 2 2
506 ID 2 2
507 AN 3 12
508 AN 1 35
509 AN 10 10
510 AN 9 9
522 ID 1 3
554 N0 1 6
559 ID 2 2
569 ID 1 3
587 ID 2 2 AC AD AE AH AK AP AT NA RD RF RJ RO ZZ
591 ID 3 3
610 N2 1 15
618 ID 1 3
620 ID 1 3 1 2 3 4 5 6 7 8 I4 I6 I7 I8 I9
621 ID 1 3 1 2 3 4 5 6 7 8 9 10 12 13 I6 I9 I10 I11 I12 I13
622 N0 1 5
623 ID 2 2
628 AN 1 12
639 ID 2 2
640 ID 2 2
641 ID 3 3
646 R 1 15
648 ID 3 3
649 R 1 10
662 ID 1 1
668 ID 2 2
670 ID 2 2
671 R 1 9
673 ID 2 2
683 ID 2 2
684 AN 1 15
687 ID 2 2
688 ID 2 2
706 ID 2 2
715 ID 1 1 A E M P R W X
716 ID 1 3
717 ID 1 1 A E M R W X
718 ID 1 3
719 N0 1 6
720 ID 1 3 1 2 3 4 5 6 7 8
721 ID 2 3
722 N0 1 2
723 ID 1 3 1 2 3 4 5 6 7 8 9 10
724 AN 1 99
725 N0 1 4
728 ID 1 2
731 ID 2 2
732 ID 2 2
733 R 1 4
734 AN 1 12
735 ID 1 2
736 ID 1 1 0 1
737 ID 2 2
738 ID 1 3
739 R 1 20
740 R 1 20
741 R 1 20
750 ID 2 3
751 AN 1 12
752 ID 2 2
755 ID 2 2
765 N0 1 2
770 AN 1 20
782 R 1 18
786 ID 1 2
810 N0 1 6
812 ID 1 10
819 ID 2 3
822 AN 1 15
828 AN 1 20
933 AN 1 264
934 ID 2 2
935 ID 2 2
936 ID 2 4
954 R 1 10
955 ID 1 1
956 AN 1 10
963 ID 2 2
1005 ID 4 4
1018 R 1 15
1019 ID 2 2
1032 ID 1 2
1035 AN 1 35
1036 AN 1 25
1037 AN 1 25
1038 AN 1 10
1039 AN 1 10
1048 ID 1 3
1065 ID 1 1
1073 ID 1 1
1166 ID 2 2
1232 ID 2 2
1250 ID 2 3
1251 AN 1 35
1270 ID 1 3
1271 AN 1 30
1300 ID 4 4
1301 AN 1 10
1373 ID 2 4
1470 N0 1 9
1528 N0 1 2
1686 N0 1 4
1705 AN 1 35
9998 AN 1 35
9999 AN 1 80
"""
_LONGER_IN_5010 = """
93 AN 1 60
127 AN 1 50
207 AN 1 15
310 AN 1 30
364 AN 1 256
734 AN 1 12
1035 AN 1 60
1036 AN 1 35
"""
_COMPOSITES = {
    "C001": "!355 1018 649 355 1018 649 355 1018 649 355 1018 649 355 1018 649",
    "C030": "!722 1528 1686",
    "C040": "!128 !127 128 127 128 127",
    "C998": "!9998 9999",
}
NEWER = "005"


@lru_cache(maxsize=2)
def elements_of(family: str) -> Mapping[str, Element]:
    """The elements by number, for 004 or 005, the composites among them."""
    lines = [*_TABLE.split("\n"), *(_LONGER_IN_5010.split("\n") if family >= NEWER else ())]
    simple = {each.number: each for each in map(_element, filter(None, lines))}
    composites = {
        number: Element(number, "", 0, 0, parts=_parts(notation, simple))
        for number, notation in _COMPOSITES.items()
    }
    return {**simple, **composites}


def _element(line: str) -> Element:
    number, kind, least, most, *codes = line.split()
    return Element(number, kind, int(least), int(most), frozenset(codes))


def _parts(notation: str, simple: Mapping[str, Element]) -> tuple[Use, ...]:
    return tuple(Use(simple[word.lstrip("!")], word.startswith("!")) for word in notation.split())
