"""Statutes are read article by article, and cited with the day of their version."""

import csv
import re

from anshu.gateways import law_files


def test_a_folder_is_read_and_read_again_when_it_changes(tmp_path):
    assert law_files.index(tmp_path).search("占用疏散通道") == []
    (tmp_path / "README.md").write_text("第一条 占用疏散通道", encoding="utf-8")
    (tmp_path / "某法(2021-06-10).md").write_text("第一条 不得占用疏散通道。", encoding="utf-8")
    (hit,) = law_files.index(tmp_path).search("占用疏散通道")
    assert (hit.passage.source, hit.passage.article) == ("某法（2021-06-10）", "第一条")


def test_every_article_of_the_real_statutes_is_there(data_dir):
    passages = law_files.statutes(data_dir / "laws")
    with (data_dir / "laws" / "index.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    counts = {name: value for row in rows for name, value in [stated(row)]}
    found: dict[str, int] = {}
    for passage in passages:
        title = re.sub(r"（\d{4}-\d{2}-\d{2}）$", "", passage.source)
        found[title] = found.get(title, 0) + 1
    assert found == counts


def stated(row: dict[str, str]) -> tuple[str, int]:
    """Title and number of articles as the index of the folder states them."""
    title = re.sub(r"\(\d{4}-\d{2}-\d{2}\)(\.md)?$", "", row["file"])
    return title, int(row["articles"])
