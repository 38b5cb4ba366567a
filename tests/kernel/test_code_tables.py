"""Code tables: the shipped ones, a bureau's own file in their place, and files that must be refused."""

from pathlib import Path

import pytest

from anshu.kernel.code_tables import SHIPPED_TABLES, CodeTable, load_code_table
from anshu.kernel.errors import Invalid

HEADER = "code,name_zh,name_en,parent\n"
NAMES = sorted(path.stem for path in SHIPPED_TABLES.glob("*.csv"))


@pytest.mark.parametrize("name", NAMES)
def test_shipped_tables_load_with_their_source(name: str) -> None:
    table = load_code_table(name)
    assert table.codes
    assert table.version
    assert not table.version.startswith("sha256:")
    assert table.source
    assert all(code.name_en for code in table.codes.values())


def test_what_is_shipped() -> None:
    assert [code.code for code in load_code_table("incident_classes").children()] == [
        "natural",
        "accident",
        "health",
        "security",
    ]
    assert load_code_table("warning_event_codes").get("11B01").name_zh == "台风"
    assert not load_code_table("warning_event_codes").verified
    assert "white" in load_code_table("warning_colours")


def test_every_event_code_is_a_known_kind_of_signal() -> None:
    kinds = {code.name_zh for code in load_code_table("weather_signal_kinds").codes.values()}
    assert {code.name_zh for code in load_code_table("warning_event_codes").codes.values()} <= kinds


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_bureau_file_takes_the_place(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(
        (HEADER + "010000,自然灾害,,\r\n010100,水旱灾害,,010000\r\n010102,内涝,,010100\r\n").encode(encoding)
    )
    table = load_code_table("incident_classes", path)
    assert [code.code for code in table.ancestors("010102")] == ["010100", "010000"]
    assert [code.name_zh for code in table.children("010000")] == ["水旱灾害"]
    assert table.version.startswith("sha256:")
    assert not table.verified


def test_notes_before_the_header() -> None:
    table = CodeTable.from_csv(f"# version: 3\n# source: a: b\n# verified: true\n{HEADER}1,甲,,\n".encode(), "t")
    assert (table.version, table.source, table.verified) == ("3", "a: b", True)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "t:1"),
        (b"code,name\n1,x\n", "t:1"),
        (HEADER.encode() + b"1,x,,\n1,y,,\n", "t:3: code 1 is given twice"),
        (HEADER.encode() + b"1,,,\n", "t:2"),
        (HEADER.encode() + b",x,,\n", "t:2"),
        (HEADER.encode() + b"1,x,\n", "t:2: a row must have 4 columns, not 3"),
        (HEADER.encode() + b"1,x,,9\n", "parent 9 of 1"),
        (HEADER.encode() + b"1,x,,2\n2,y,,1\n", "above itself"),
        (HEADER.encode() + b"1,x,,1\n", "above itself"),
        (HEADER.encode() + b'1,"x,,\n', "t:2"),
        (b"# note: n\n" + HEADER.encode() + b"1,x\n", "t:3"),
        (b"\xff\xff\xff", "neither UTF-8 nor GB 18030"),
    ],
)
def test_wrong_files_are_refused(content: bytes, told: str) -> None:
    with pytest.raises(Invalid) as caught:
        CodeTable.from_csv(content, "t")
    assert told in str(caught.value)


@pytest.mark.parametrize("name", ["no_such_table", "../calendar_cn", ""])
def test_unknown_tables_are_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        load_code_table(name)
    assert caught.value.code == "code_table_unknown"


def test_missing_override_and_unknown_code_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"absent\.csv"):
        load_code_table("incident_classes", tmp_path / "absent.csv")
    with pytest.raises(Invalid) as caught:
        load_code_table("incident_classes").get("nothing")
    assert caught.value.field == "incident_classes"
