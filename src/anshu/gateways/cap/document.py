"""Bytes from outside to an XML tree, safely: no document type, no entities, no network, bounded size and depth."""

import codecs
import re

from lxml import etree

from anshu.kernel.errors import Invalid, Words

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_ELEMENTS = 50_000
XINCLUDE = "http://www.w3.org/2001/XInclude"
ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "windows-1252": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "utf-16": "utf-16",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARATION = re.compile(r"\A<\?xml\s[^>]{0,200}\?>")
_DECLARED = re.compile(rb"\A<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)


def read_document(raw: bytes) -> tuple[etree._Element, str]:
    """The root element and the whole text. Raises Invalid, naming line or byte, for anything unsafe or unreadable."""
    text = read_text(raw)
    declaration = _DECLARATION.match(text)
    body = text
    if declaration:
        body = "\n" * declaration.group().count("\n") + text[declaration.end() :]
    _refuse_document_type(body)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body.lstrip(" \t\r").encode("utf-8"), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        raise _not_well_formed(error) from None
    _refuse_excess(root)
    return root, text


def read_text(raw: bytes) -> str:
    """The text in its declared encoding, byte-order mark first. Raises Invalid when the bytes are not that encoding."""
    if not raw.strip():
        raise Invalid("The document is empty. Send the whole XML document.", field="document", code="document_empty")
    if len(raw) > MAX_BYTES:
        message = "The document has %(size_bytes)s bytes; at most %(limit)s are read. Send large files as links."
        raise Invalid(message, field="document", code="document_too_large", size_bytes=len(raw), limit=MAX_BYTES)
    encoding, declared = _encoding_of(raw)
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = "Byte %(byte)s on line %(line)s is not %(encoding)s, the encoding the document declares. %(mend)s"
        mend = Words("Save the file in the encoding it declares.")
        if encoding.startswith("utf-8") and _reads_as_gb18030(raw):
            mend = Words("The bytes read well as GB18030: declare encoding='GB18030', or save the file as UTF-8.")
        where = {"byte": error.start, "line": line, "encoding": declared, "mend": mend}
        raise Invalid(message, field="document", code="wrong_encoding", **where) from None


def _encoding_of(raw: bytes) -> tuple[str, str]:
    """The codec to use and the name to show."""
    for mark, codec in _BOMS:
        if raw.startswith(mark):
            return codec, codec.upper().removesuffix("-SIG")
    declared = _DECLARED.match(raw)
    if not declared:
        return "utf-8", "UTF-8"
    name = declared.group(1).decode("ascii")
    codec = ENCODINGS.get(name.lower(), "")
    if not codec or codec == "utf-16":
        message = "Line 1 declares the encoding %(encoding)s, which is not accepted. Save the file as UTF-8 or GB18030."
        raise Invalid(message, field="document", code="unknown_encoding", encoding=name)
    return codec, name


def line_of(element: etree._Element) -> int:
    """The line on which an element starts; nought where it is not known."""
    line = element.sourceline
    return line if isinstance(line, int) else 0


def _reads_as_gb18030(raw: bytes) -> bool:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_document_type(text: str) -> None:
    """A document type can stand only before the root; there entity bombs and outside files would be declared."""
    at = 0
    while found := _PROLOG.match(text, at):
        at = found.end()
    if text.startswith("<!", at):
        line = text.count("\n", 0, at) + 1
        message = "Line %(line)s holds a document type or entity declaration, which is never read. Remove it."
        raise Invalid(message, field="document", code="document_type_refused", line=line)


def _not_well_formed(error: Exception) -> Invalid:
    line = getattr(error, "lineno", None) or 1
    reason = str(getattr(error, "msg", None) or "a character XML does not allow").split(", line ")[0]
    message = "Line %(line)s is not well-formed XML: %(reason)s. Close every element and send the document whole."
    return Invalid(message, field="document", code="not_well_formed", line=line, reason=reason)


def _refuse_excess(root: etree._Element) -> None:
    depth, count = 0, 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth, count = depth + 1, count + 1
        line = line_of(element)
        if depth > MAX_DEPTH:
            message = "Line %(line)s is nested deeper than %(limit)s elements. Remove the nesting."
            raise Invalid(message, field="document", code="too_deep", line=line, limit=MAX_DEPTH)
        if count > MAX_ELEMENTS:
            message = "The document has more than %(limit)s elements. Split it."
            raise Invalid(message, field="document", code="too_many_elements", line=line, limit=MAX_ELEMENTS)
        if etree.QName(element).namespace == XINCLUDE:
            message = "Line %(line)s asks to include another file, which is never done. Put the content in its place."
            raise Invalid(message, field="document", code="inclusion_refused", line=line)
