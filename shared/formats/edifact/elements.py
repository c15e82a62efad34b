"""The data elements and composites of the purchase side: type, lengths, short lists of codes.

Written from knowledge of the UN/EDIFACT directories D.96A and D.01B (EDED, EDCD), in the notation
of `edi.tables`. A list that partners extend at will (qualifiers, units, parties) is not closed
here: what is not known is kept as sent. D.01B widened some elements and made composites of others.
"""

from collections.abc import Mapping
from functools import lru_cache

from shared.formats.edi.tables import Element, Use
from shared.formats.edifact.composites import COMPOSITES

_TABLE = """
0004 an 1 35
0007 an 1 4
0008 an 1 14
0010 an 1 35
0013 a 3 3
0014 an 1 14
0020 an 1 14
0040 an 1 35
0044 an 1 35
0048 an 1 14
0051 an 1 2
0052 an 1 3
0054 an 1 3
0057 an 1 6
0062 an 1 14
0065 an 1 6
0068 an 1 35
0070 n 1 2
0073 a 1 1 C F
0074 n 1 6
0081 a 1 1 D S
0083 an 1 3
0085 an 1 3
0096 n 1 6
0098 n 1 3
0104 n 1 3
1000 an 1 35
1001 an 1 3
1004 an 1 35
1056 an 1 9
1060 an 1 6
1082 an 1 6
1131 an 1 3
1153 an 1 3
1154 an 1 35
1156 an 1 6
1222 n 1 2
1225 an 1 3
1227 an 1 3
1229 an 1 3
1230 an 1 35
2005 an 1 3
2009 an 1 3
2013 an 1 3
2015 an 1 3
2017 an 1 3
2151 an 1 3
2152 n 1 3
2379 an 1 3
2380 an 1 35
2475 an 1 3
3035 an 1 3
3036 an 1 35
3039 an 1 17
3042 an 1 35
3045 an 1 3
3055 an 1 3
3124 an 1 35
3127 an 1 17
3128 an 1 35
3139 an 1 3
3148 an 1 512
3155 an 1 3
3164 an 1 35
3207 an 1 3
3222 an 1 70
3223 an 1 25
3224 an 1 70
3225 an 1 25
3227 an 1 3
3228 an 1 70
3229 an 1 9
3232 an 1 70
3233 an 1 25
3239 an 1 3
3251 an 1 9
3412 an 1 35
3413 an 1 17
3446 an 1 20
3453 an 1 3
4000 an 1 35
4017 an 1 3
4052 an 1 70
4053 an 1 3
4055 an 1 3
4183 an 1 3
4215 an 1 3
4221 an 1 3
4233 an 1 3
4276 an 1 35
4277 an 1 17
4279 an 1 3
4294 an 1 35
4295 an 1 3
4343 an 1 3
4347 an 1 3
4405 an 1 3
4431 an 1 3
4435 an 1 3
4439 an 1 3
4440 an 1 70
4441 an 1 3
4451 an 1 3
4453 an 1 3
4461 an 1 3
4471 an 1 3
4493 an 1 3
5004 n 1 18
5025 an 1 3
5118 n 1 15
5125 an 1 3
5152 an 1 35
5153 an 1 3
5189 an 1 3
5213 an 1 3
5245 an 1 3
5249 an 1 3
5273 an 1 7
5278 an 1 17
5279 an 1 7
5283 an 1 3
5284 n 1 9
5286 an 1 15
5289 an 1 6
5305 an 1 3
5375 an 1 3
5387 an 1 3
5402 n 1 12
5419 an 1 3
5420 n 1 15
5463 an 1 1 A B C D E F G H J K L M N O P Q R S T
5479 an 1 3
5482 n 1 10
5495 an 1 3
6060 n 1 15
6063 an 1 3
6064 n 1 15
6066 n 1 18
6069 an 1 3
6152 n 1 18
6154 an 1 70
6155 an 1 3
6162 n 1 18
6311 an 1 3
6313 an 1 3
6314 an 1 18
6321 an 1 3
6341 an 1 3
6343 an 1 3
6345 an 1 3
6347 an 1 3
6348 n 1 4
6411 an 1 3
6432 n 1 2
7008 an 1 35
7009 an 1 17
7064 an 1 35
7065 an 1 17
7073 an 1 3
7075 an 1 3
7077 an 1 3
7081 an 1 3
7083 an 1 3
7102 an 1 35
7130 an 1 17
7140 an 1 35
7143 an 1 3
7160 an 1 35
7161 an 1 3
7164 an 1 12
7166 an 1 12
7224 n 1 8
7233 an 1 3
7297 an 1 3
7383 an 1 3
7402 an 1 35
7405 an 1 3
7511 an 1 3
8028 an 1 17
8051 an 1 3
8066 an 1 17
8067 an 1 3
8101 an 1 3
8178 an 1 17
8179 an 1 8
8212 an 1 35
8213 an 1 9
8275 an 1 3
8281 an 1 3
8453 an 1 3
8457 an 1 3
8459 an 1 3
9213 an 1 3
"""
_WIDER_IN_D01B = """
1131 an 1 17
1154 an 1 70
3039 an 1 35
3251 an 1 17
3224 an 1 256
5004 n 1 35
6060 an 1 35
6152 an 1 18
7008 an 1 256
4440 an 1 512
"""
D96A, D01B = "D.96A", "D.01B"


Codes = tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=64)
def elements_of(directory: str, codes: Codes = ()) -> Mapping[str, Element]:
    """The elements by number, of D.96A or D.01B, the composites among them.

    `codes` are what a partner's profile adds to the closed lists.
    """
    lines = [*_TABLE.split("\n"), *(_WIDER_IN_D01B.split("\n") if directory == D01B else ())]
    simple = {each.number: each for each in map(_element, filter(None, lines))}
    for number, added in codes:
        if number in simple and simple[number].codes:
            element = simple[number]
            simple[number] = element._replace(codes=element.codes | set(added))
    composites = [line.split() for line in COMPOSITES.split("\n") if line]
    return {**simple, **{name: composite(name, parts, simple) for name, *parts in composites}}


def composite(name: str, parts: list[str], simple: Mapping[str, Element]) -> Element:
    """A composite of its components, `!` before a mandatory one."""
    uses = tuple(Use(simple[word.lstrip("!")], word.startswith("!")) for word in parts)
    return Element(name, "", 0, 0, parts=uses)


def _element(line: str) -> Element:
    number, kind, least, most, *codes = line.split()
    return Element(number, kind, int(least), int(most), frozenset(codes))
