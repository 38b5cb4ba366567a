"""Typefaces: what is missing is told, what is there is measured."""

from pathlib import Path

import pytest

from anshu.kernel.errors import Refused
from anshu.reports.paper.document import Face
from anshu.reports.typefaces import load, typefaces


def test_missing_typefaces_are_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="make run") as caught:
        load(tmp_path)
    assert caught.value.code == "typefaces_missing"
    (tmp_path / "fangsong.ttf").write_bytes(b"no font at all")
    with pytest.raises(Refused, match=r"fangsong\.ttf"):
        load(tmp_path)


@pytest.mark.usefixtures("built_typefaces")
def test_every_face_has_what_documents_are_made_of() -> None:
    faces = typefaces()
    for face in Face:
        assert faces.width("应急管理", face, 10) == pytest.approx(40)
        assert faces.width("，。、（）〔〕《》“”", face, 10) == pytest.approx(110)
        assert 0 < faces.width("0", face, 10) < 8


@pytest.mark.usefixtures("built_typefaces")
def test_a_rare_character_is_taken_from_the_face_that_has_it() -> None:
    pieces = list(typefaces().pieces("王堃乇", Face.SONG, 10, 0.5))
    assert [(piece.text, piece.font) for piece in pieces][-1] == ("乇", "kai")
    assert "".join(piece.text for piece in pieces) == "王堃乇"
    assert pieces[-1].x == pytest.approx(2 * 10.5)


@pytest.mark.usefixtures("built_typefaces")
def test_quotes_fill_a_square_with_their_ink_on_the_inside() -> None:
    pieces = list(typefaces().pieces("“三”", Face.FANGSONG, 10, 0))
    assert [piece.text for piece in pieces] == ["“", "三", "”"]
    assert [piece.x for piece in pieces] == pytest.approx([6, 10, 20.5])
