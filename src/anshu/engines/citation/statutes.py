"""Articles of a statute, from its text as the national law database prints it."""

import re
from collections.abc import Iterator

from anshu.engines.citation.search import Passage

ARTICLE = re.compile(r"^(第[〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?)[ \u3000]+(.*)$")
HEADING = re.compile(r"^#+\s")
END_OF_HEAD = "<!-- INFO END -->"


def articles(source: str, text: str) -> Iterator[Passage]:
    """Each article whole, with all its paragraphs; chapter headings and what stands before the first article are not
    part of any. `source` is how the statute is cited."""
    _head, _mark, body = text.partition(END_OF_HEAD)
    name = ""
    lines: list[str] = []
    for line in (body or text).splitlines():
        found = ARTICLE.match(line.strip())
        if found:
            if name:
                yield Passage(source, name, "\n".join(lines))
            name, lines = found[1], [found[2]]
        elif line.strip() and name and not HEADING.match(line):
            lines.append(line.strip())
    if name:
        yield Passage(source, name, "\n".join(lines))
