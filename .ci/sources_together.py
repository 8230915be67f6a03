#!/usr/bin/env python3
"""Which sources can be compiled as one text: .ci/sources_together.py FILE... prints a line of names with ';' between them for each text.

Most of the time of a compiler, and of clang-tidy, goes into the headers that each source includes again. What a source
names for itself (in its unnamed namespace, by a using-declaration, as a macro) must mean nothing in the others of its
text, so these words are not in them.
"""

import pathlib
import re
import sys

MOST = 12
UNNAMED = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.MULTILINE | re.DOTALL)
# What is defined at the beginning of a line.
DEFINED = re.compile(
    r"^(?=\S)(?:template <[^\n]*> )?(?:"
    r"(?:class|struct|enum class|enum|union|using) (?P<type>\w+)(?: [={:]|;| final)|"
    r"(?:(?:constexpr|const|static|inline|thread_local) )*[\w:<>,&*\[\] ]+?[ &*](?P<value>\w+)(?:\[\w*\])?(?: = |\{|\())", re.MULTILINE)
ALIAS = re.compile(r"^using (?:\w+::)+(?P<type>\w+);|^#define (?P<macro>\w+)|^namespace (?P<namespace>\w+) =", re.MULTILINE)
COMMENT_OR_STRING = re.compile(r"//[^\n]*|\"(?:\\.|[^\"\\\n])*\"")


def named(pattern, text):
    return {name for match in pattern.finditer(text) for name in match.groupdict().values() if name}


def own_names(text):
    """What means something in this source alone."""
    return named(ALIAS, text).union(*(named(DEFINED, part) for part in UNNAMED.findall(text)))


def words(text):
    return set(re.findall(r"\w+", COMMENT_OR_STRING.sub("", text)))


class Text:
    """Sources that are compiled together."""

    def __init__(self):
        self.sources, self.own, self.words = [], set(), set()

    def takes(self, own, used):
        return len(self.sources) < MOST and not self.own & used and not self.words & own

    def add(self, source, own, used):
        self.sources.append(source)
        self.own |= own
        self.words |= used


def together(paths):
    """Lists of at most MOST sources that share no name of their own."""
    texts = []
    for path in paths:
        text = pathlib.Path(path).read_text()
        own, used = own_names(text), words(text)
        place = next((place for place in texts if place.takes(own, used)), None)
        if place is None:
            texts.append(place := Text())
        place.add(path, own, used)
    return [text.sources for text in texts]


if __name__ == "__main__":
    for sources in together(sys.argv[1:]):
        print(";".join(sources))
