"""The column engine over the parts: DuckDB in memory. It holds no data of its own, so any number of processes read."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

Columns = dict[str, npt.NDArray[Any]]

SETTINGS: dict[str, str | int | float | bool | list[str]] = {
    "threads": 2,
    "memory_limit": "1GB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# Instants and receipts rise evenly within a channel: version 2 of the format keeps their steps, a quarter of the size.
WRITE = (
    "COPY ({query}) TO '{path}' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1,"
    " ROW_GROUP_SIZE 65536)"
)


class Engine:
    """DuckDB, started by the first question; what it must put aside it puts into `spill`."""

    def __init__(self, spill: Path) -> None:
        self._spill = spill
        self._lock = threading.Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None

    def ask(self, query: str, bound: Mapping[str, object], **tables: Columns) -> Columns:
        """The answer to a query by column; `tables` can be named in it. Values are bound as $name."""
        with self._cursor() as cursor:
            for name, columns in tables.items():
                cursor.register(name, columns)
            try:
                found: Columns = cursor.execute(query, dict(bound)).fetchnumpy()
            finally:
                for name in tables:
                    cursor.unregister(name)
        return {name: np.ma.getdata(column) for name, column in found.items()}

    def write(self, path: Path, query: str, bound: Mapping[str, object], **tables: Columns) -> None:
        """Write the answer to a query into a new Parquet file, in the order of the query; it is not yet synced."""
        self.ask(WRITE.format(query=query, path=str(path).replace("'", "''")), bound, **tables)

    def close(self) -> None:
        """Forget everything; a later question starts anew."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._connection is None:
                self._connection = duckdb.connect(config={**SETTINGS, "temp_directory": str(self._spill)})
                self._connection.execute("SET parquet_metadata_cache = true")
            return self._connection.cursor()
