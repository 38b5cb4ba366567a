"""Time and size of official documents, beside drawing the same text without setting it.

Run: `python bench/paper.py [--rounds 20]`. Each form of the house is made as Word and as PDF, filled with the same
words; then a letter of three full pages is set, and its characters are drawn by the PDF library alone (peer: the least
that any way of making that PDF can take). Milliseconds are of the processor. Targets: a document in 300 ms, under
200 KB.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path

import django
import numpy as np
from reportlab.pdfgen.canvas import Canvas

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anshu.project.django_settings")
django.setup()

from paper_specimens import WORDS, specimen  # noqa: E402  # Django is set up first

from anshu.reports.documents import make  # noqa: E402
from anshu.reports.forms.declaration import forms  # noqa: E402
from anshu.reports.paper.document import Closing, Document, Paragraph, plain  # noqa: E402
from anshu.reports.pdf import pdf  # noqa: E402
from anshu.reports.typefaces import typefaces  # noqa: E402
from anshu.reports.word import word  # noqa: E402

TEXT = WORDS * (1848 // len(WORDS))


def timed(work: Callable[[], bytes], rounds: int) -> tuple[float, float]:
    """Median milliseconds, and kilobytes of the last one."""
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        made = work()
        spent.append(time.process_time() - began)
    return float(np.median(spent)) * 1000, len(made) / 1000


def drawn() -> bytes:
    """The same characters at fixed places, three pages of 22 lines of 28."""
    out = BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=1)
    for page in range(3):
        canvas.setFont("fangsong", 16)
        for line in range(22):
            first = (page * 22 + line) * 28
            canvas.drawString(79, 740 - line * 29, TEXT[first : first + 28])
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds: int = parser.parse_args().rounds
    began = time.process_time()
    typefaces()
    print(f"typefaces read, once a process: {(time.process_time() - began) * 1000:,.0f} ms")
    print(f"{len(forms())} forms, every field filled {'median ms':>22} {'slowest ms':>11} {'largest KB':>11}")
    for as_ in ("docx", "pdf"):
        one = [timed(partial(make, kind, specimen(form), as_=as_), 3) for kind, form in forms().items()]
        spent, size = zip(*one, strict=True)
        print(f"  {as_:32} {np.median(spent):22,.0f} {max(spent):11,.0f} {max(size):11,.0f}")
    letter = Document(title="通知", body=(Paragraph(plain(TEXT)),), head="局", closing=Closing("局", date(2026, 3, 5)))
    floor, size = timed(drawn, rounds)
    print(f"{'a letter of 1,848 characters':34} {'median ms':>11} {'KB':>6} {'x peer':>7}")
    print(f"{'peer: drawn, not set':34} {floor:11,.0f} {size:6,.0f} {1:7.1f}")
    for name, work in (("PDF", lambda: pdf(letter)), ("Word", lambda: word(letter))):
        spent_ms, size = timed(work, rounds)
        print(f"{name:34} {spent_ms:11,.0f} {size:6,.0f} {spent_ms / floor:7.1f}")


if __name__ == "__main__":
    main()
