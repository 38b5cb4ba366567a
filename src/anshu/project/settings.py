"""Every setting of an installation: from `anshu.toml` or the environment (`ANSHU_…`), checked when a process starts."""

import os
import secrets
from functools import cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

PREFIX = "ANSHU_"


class Settings(BaseSettings):
    """Paths are relative to the folder the process is started in. The field descriptions are the reference page."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", toml_file=os.environ.get("ANSHU_FILE", "anshu.toml")
    )

    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the web server listens on; `PORT` is understood as well.")
    allowed_hosts: list[str] = Field(["*"], description="Host names the web server answers to.")
    https_only: bool = Field(
        False, description="Send cookies over HTTPS alone and tell browsers so (behind a TLS proxy)."
    )
    state_dir: Path = Field(Path("var"), description="Where everything that must survive is kept.")
    data_dir: Path = Field(Path("../shared/data"), description="Real data sets to load, if the folder is there.")
    laws_dir: Path | None = Field(
        None, description="Statute texts to cite from, `title(YYYY-MM-DD).md`; empty means `laws` in `data_dir`."
    )
    rules_dir: Path | None = Field(None, description="Local rule packs (YAML), laid over the shipped ones.")
    database_url: str = Field(
        "", description="`postgresql://user:password@host/name`; empty means SQLite in `state_dir`."
    )
    secret_key: str = Field("", description="Signs sessions and seals the log; empty means one is made in `state_dir`.")
    language: Literal["zh-hans", "en"] = Field("zh-hans", description="Language shown before a person has chosen one.")
    time_zone: str = Field("Asia/Shanghai", description="Zone in which people read times.")
    division: str = Field("", description="Division code of the tenant; empty means the one the area tree begins with.")
    idle_minutes: int = Field(30, ge=1, le=1440, description="Minutes without a request after which a log-in ends.")
    second_factor: Literal["required", "optional"] = Field(
        "required", description="Whether administrators must use a one-time code; `optional` suits a demonstration."
    )
    mqtt_host: str = Field("127.0.0.1", description="Host of the MQTT broker.")
    mqtt_port: int = Field(1883, ge=1, le=65535, description="Port of the MQTT broker.")
    mqtt_broker: Literal["own", "outside", "none"] = Field(
        "own", description="`own`: start one with the system; `outside`: use the one at mqtt_host; `none`: no MQTT."
    )
    mqtt_user: str = Field("", description="User name for an outside broker.")
    mqtt_password: str = Field("", description="Password for an outside broker.")
    mqtt_tls: bool = Field(False, description="Speak TLS with an outside broker.")
    mqtt_tls_port: int = Field(0, ge=0, le=65535, description="Port for MQTT behind TLS at our own door; 0: closed.")
    mqtt_tls_certificate: Path | None = Field(None, description="Certificate chain (PEM) shown at that port.")
    mqtt_tls_key: Path | None = Field(None, description="Its key (PEM), when it is not in the same file.")
    frames_host: str = Field("127.0.0.1", description="Address on which doors of device protocols listen.")
    sl651_port: int = Field(0, ge=0, le=65535, description="Port for SL 651-2014 (TCP and UDP); 0: closed.")
    hj212_port: int = Field(0, ge=0, le=65535, description="Port for HJ 212-2005/2017/2025; 0: closed.")
    gb26875_port: int = Field(0, ge=0, le=65535, description="Port for GB/T 26875.3-2011 (TCP and UDP); 0: closed.")
    modbus_every_s: float = Field(
        0, ge=0, le=86_400, description="Seconds between two readings of a Modbus device that names none; 0: not read."
    )
    online_map: str = Field(
        "", description="Raster tile address with {z}/{x}/{y} for an online base map; empty means none."
    )
    cap_folder: Path | None = Field(
        None, description="Folder watched for CAP and 12379 files; default `state_dir`/cap-in."
    )
    cap_feeds: list[str] = Field([], description="Atom or RSS feeds of warnings to poll.")
    voice_gateway: str = Field("", description="Address of the voice gateway; empty means the built-in simulator.")
    sms_gateway: str = Field("", description="Address of the SMS gateway; empty means the built-in simulator.")
    future_skew_s: int = Field(
        300, ge=0, description="How far ahead of the clock a reading may be before it is set aside."
    )
    sense_engine: Literal["embedded", "spark"] = Field(
        "embedded", description="Who judges readings: this machine, or a Spark cluster (docs/how-to/cluster.md)."
    )
    cluster_dir: Path | None = Field(None, description="Folder that this machine and all of the cluster share.")
    cluster_buckets: int = Field(
        16, ge=1, le=4096, description="Into how many parts channels are divided; two to four for each core."
    )
    cluster_every_s: float = Field(
        2.0, ge=0, le=3600, description="Seconds between two epochs of a cluster at least; each writes the whole state."
    )
    cluster_master: str = Field(
        "local[*]",
        description="Address of the Spark master, `spark://HOST:7077`; `local[*]`: processes of this machine.",
    )
    cluster_python: Path | None = Field(
        None, description="Python that has requirements/cluster.txt, to run the driver with; empty: it runs elsewhere."
    )
    road_factor: float = Field(1.4, ge=1, description="Detour factor for straight lines where no road is known.")

    @model_validator(mode="after")
    def sealed_door_has_a_certificate(self) -> Self:
        if self.mqtt_tls_port and self.mqtt_tls_certificate is None:
            raise ValueError("mqtt_tls_port needs mqtt_tls_certificate: a file with the certificate chain (PEM)")
        return self

    @model_validator(mode="after")
    def cluster_has_a_folder(self) -> Self:
        if self.sense_engine == "spark" and self.cluster_dir is None:
            raise ValueError("sense_engine spark needs cluster_dir: a folder that all machines share")
        return self

    @field_validator("time_zone")
    @classmethod
    def zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except ZoneInfoNotFoundError as error:
            raise ValueError(f"{value!r} is not a time zone, try Asia/Shanghai") from error
        return value

    @field_validator("database_url")
    @classmethod
    def database_known(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("postgresql", "postgres"):
            raise ValueError("must begin with postgresql://, or be empty for SQLite")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


class UnknownSetting(ValueError):
    """An `ANSHU_…` variable that no setting answers to."""


def read() -> Settings:
    """Read and check all settings; raises ValueError naming each bad or unknown one."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields} | {"ANSHU_FILE"}
    unknown = sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known)
    if unknown:
        raise UnknownSetting(f"unknown settings in the environment: {', '.join(unknown)}")
    port = os.environ.get("PORT")
    return Settings(port=int(port)) if port and port.isdigit() else Settings()


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return read()


def state_path(*parts: str) -> Path:
    """A place under the state folder, whose parents are made when missing."""
    path = settings().state_dir.joinpath(*parts).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def secret_key() -> str:
    """The installation's secret: from the settings, or made once and kept readable by its owner alone."""
    if settings().secret_key:
        return settings().secret_key
    path = state_path("secret")
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def database() -> dict[str, object]:
    """Django's description of the database named by the settings."""
    url = urlsplit(settings().database_url)
    if not url.scheme:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": state_path("anshu.db"),
            "OPTIONS": {
                # Writers queue up at BEGIN instead of failing when a read turns into a write.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # FULL: what a person was told is saved must survive a power cut.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;",
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 600,
    }
