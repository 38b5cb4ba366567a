"""Fixtures of the tests about paper."""

import pytest

from anshu.reports.paper.document import Face
from anshu.reports.typefaces import FOLDER


@pytest.fixture
def built_typefaces() -> None:
    """PDFs need the typefaces that are built with the front end; tests of them are skipped, and counted, without."""
    if not all((FOLDER / f"{face.value}.ttf").is_file() for face in Face):
        pytest.skip("the typefaces are not built (make run, or npm run build in frontend/)")
