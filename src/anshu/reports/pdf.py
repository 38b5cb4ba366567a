"""Document → PDF: pages are set by `paper.setting`, typefaces are embedded with the characters that are used alone."""

from io import BytesIO

from reportlab import rl_config
from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from anshu.reports.paper.document import Document, Face
from anshu.reports.paper.flow import Glyphs, Mark, Picture, Stroke
from anshu.reports.paper.measures import PAGE_HEIGHT, PAGE_WIDTH
from anshu.reports.paper.setting import set_document
from anshu.reports.typefaces import Typefaces, typefaces

# Fonts are stored as they are instead of spelt out in ASCII, which makes them a quarter larger.
rl_config.useA85 = 0

_BLACK, _RED = Color(0, 0, 0), Color(0.85, 0, 0)
_EXERCISE, _EXERCISE_SIZE, _EXERCISE_RED = "演练", 150, Color(0.85, 0, 0, alpha=0.13)


def pdf(document: Document) -> bytes:
    """The document as PDF 1.4: the same bytes for the same document. Refused when the typefaces have not been built."""
    faces = typefaces()
    out = BytesIO()
    canvas = Canvas(out, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, pageCompression=1, lang="zh-CN")
    canvas.setTitle(document.title)
    canvas.setAuthor(document.closing.authority if document.closing else document.head)
    canvas.setSubject(document.number)
    for page in set_document(document, faces.width):
        if document.exercise:
            _watermark(canvas)
        for mark in page:
            _draw(canvas, mark, faces)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _watermark(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFillColor(_EXERCISE_RED)
    canvas.setFont(Face.SONG.value, _EXERCISE_SIZE)
    canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
    canvas.rotate(35)
    canvas.drawCentredString(0, -_EXERCISE_SIZE / 3, _EXERCISE)
    canvas.restoreState()


def _draw(canvas: Canvas, mark: Mark, faces: Typefaces) -> None:
    match mark:
        case Glyphs():
            _write(canvas, mark, faces)
        case Stroke():
            canvas.setStrokeColor(_RED if mark.red else _BLACK)
            canvas.setLineWidth(mark.width)
            canvas.setLineCap(2)
            (x1, y1), (x2, y2) = mark.start, mark.end
            canvas.line(x1, PAGE_HEIGHT - y1, x2, PAGE_HEIGHT - y2)
        case Picture():
            y = PAGE_HEIGHT - mark.y - mark.height
            picture = ImageReader(BytesIO(mark.content))
            box = (mark.x, y, mark.width, mark.height)
            canvas.drawImage(picture, *box, preserveAspectRatio=True, anchor="c", mask="auto")


def _write(canvas: Canvas, mark: Glyphs, faces: Typefaces) -> None:
    text = canvas.beginText()
    text.setFillColor(_RED if mark.red else _BLACK)
    text.setCharSpace(mark.spacing)
    for piece in faces.pieces(mark.text, mark.face, mark.size, mark.spacing):
        text.setFont(piece.font, mark.size)
        text.setTextOrigin(mark.x + piece.x, PAGE_HEIGHT - mark.y)
        text.textOut(piece.text)
    canvas.drawText(text)
