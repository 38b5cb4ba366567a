"""A pytest plug-in that keeps the tests that touch the database, to run them again on another one."""

import pytest

DOORS = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """An option of our own, because the expression of `-m` is given already."""
    parser.addoption("--deselect-slow", action="store_true", help="leave out what is marked slow or once")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what neither bears the mark `django_db` nor asks for a fixture that opens the database."""
    touching = [
        item for item in items if item.get_closest_marker("django_db") or DOORS & set(getattr(item, "fixturenames", ()))
    ]
    if config.getoption("--deselect-slow"):
        left_out = ("slow", "once")
        touching = [item for item in touching if not any(item.get_closest_marker(mark) for mark in left_out)]
    chosen = set(map(id, touching))
    config.hook.pytest_deselected(items=[item for item in items if id(item) not in chosen])
    items[:] = touching
