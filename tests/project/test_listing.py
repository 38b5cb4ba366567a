"""`anshu export`: a register to a file."""

from pathlib import Path

import pytest
from django.utils import translation

from anshu.domains.places.models import Site
from anshu.kernel.errors import Invalid
from anshu.project import listing
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db


def test_a_register_is_written_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Site.objects.create(number="A1", name="x", kind="slope", territory="440303001")
    with translation.override("en"):
        assert listing.export("sites", tmp_path / "sites.csv") == 0
    assert "A1" in (tmp_path / "sites.csv").read_text(encoding="utf-8-sig")
    assert [path.name for path in tmp_path.iterdir()] == ["sites.csv"]
    assert capsys.readouterr().out.startswith("1 rows")
    assert Change.objects.get().verb == "places.export"


def test_an_unknown_register_or_kind_is_refused(tmp_path: Path) -> None:
    with translation.override("en"), pytest.raises(Invalid, match="there is no register nothing"):
        listing.export("nothing", tmp_path / "a.csv")
    with translation.override("en"), pytest.raises(Invalid, match="must end in"):
        listing.export("sites", tmp_path / "a.doc")
