"""A program that reads and fills SensorThings, and the hour at which it does."""

import json
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from anshu.access.models import Account, Grant, Token

NOW = datetime(2026, 8, 5, 6, 30, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
MINUTE_MS = 60_000
HERE, THERE = "440306001", "440305001"


class Reader:
    """A program that reads SensorThings."""

    def __init__(self, roles: str, *scopes: str) -> None:
        account = Account.objects.create(username=f"a{Account.objects.count()}", name="program")
        for role in roles.split():
            Grant.objects.create(account=account, role=role, territory="440306")
        self.token = Token.issue(account, list(scopes or ("*",)))

    def ask(self, method: str, address: str, body: Any = None) -> Any:
        path = address if address.startswith("http") else f"/sta/v1.1/{address}"
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Client().generic(
            method,
            path,
            raw if body is not None else b"",
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}"},
        )

    def get(self, address: str) -> Any:
        answer = self.ask("GET", address)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def names(self, address: str) -> list[str]:
        return [row["name"] for row in self.get(address)["value"]]

    def results(self, address: str) -> list[float]:
        return [row["result"] for row in self.get(address)["value"]]

    def refused(self, address: str) -> tuple[int, str]:
        answer = self.ask("GET", address)
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["message"] == answer.json()["detail"]
        return answer.status_code, answer.json()["detail"]
