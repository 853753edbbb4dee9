"""The settings: `KB_*` environment variables, each with a default, a meaning and a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from kb.errors import SettingError

ROOT = Path(__file__).resolve().parent.parent

BUNDLED_MODEL = "bundled"  # the weights that requirements.txt installs
HASHING_MODEL = "hashing"  # deterministic stand-in without meaning; for tests
NO_MODEL = "none"  # keywords only

LEAST_KEY = 16  # characters: even a key of random letters alone cannot be guessed over a network

_EVERY_INTERFACE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, checked."""

    articles: Path
    data: Path
    host: str
    port: int
    url: str
    model: str
    workers: int
    threads: int
    keep_snapshots: int
    staff_key: str = field(repr=False)  # a secret: empty where there are no pages for staff


class Setting(NamedTuple):
    """One row of the settings table; documentation and tests walk these."""

    name: str  # the environment variable
    default: str
    help: str
    parse: Callable[[str, str], Any]  # (variable, value) -> checked value


def _folder(_name: str, value: str) -> Path:
    return (ROOT / Path(value).expanduser()).resolve()


def _articles(name: str, value: str) -> Path:
    folder = _folder(name, value)
    if not folder.is_dir():
        raise SettingError(name, f"names {folder}, which is not a folder; point it at your articles.")
    return folder


def _text(name: str, value: str) -> str:
    if not value.strip():
        raise SettingError(name, "is empty; give it a value or unset it.")
    return value.strip()


def _number(low: int, high: int) -> Callable[[str, str], int]:
    def parse(name: str, value: str) -> int:
        if not value.strip().isascii() or not value.strip().isdigit():
            raise SettingError(name, f"is {value!r}; it must be a whole number from {low} to {high}.")
        number = int(value)
        if not low <= number <= high:
            raise SettingError(name, f"is {number}; it must be from {low} to {high}.")
        return number

    return parse


def _model(name: str, value: str) -> str:
    if value in (BUNDLED_MODEL, HASHING_MODEL, NO_MODEL):
        return value
    folder = _folder(name, _text(name, value))
    if not (folder / "modules.json").is_file():
        raise SettingError(
            name,
            f"names {folder}, which is not a SentenceTransformer folder (no modules.json); "
            f"use {BUNDLED_MODEL!r}, {NO_MODEL!r} or such a folder.",
        )
    return str(folder)


def _url(name: str, value: str) -> str:
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        raise SettingError(name, f"is {value!r}; it must look like https://help.example.org, without a path.")
    return f"{parts.scheme}://{parts.netloc}"


def _secret(name: str, value: str) -> str:
    """Take a secret off whatever space a settings file left around it; its value is in no message."""
    secret = value.strip()
    if value and len(secret) < LEAST_KEY:
        raise SettingError(name, f"has {len(secret)} characters; it must have at least {LEAST_KEY}, or be unset.")
    if not secret.isprintable():
        raise SettingError(name, "holds characters that nobody can type; use letters, digits and signs.")
    return secret


SETTINGS = (
    Setting("KB_ARTICLES", "articles", "Folder of Markdown articles, with site.toml at its head.", _articles),
    Setting("KB_DATA", ".data", "Folder for snapshots, caches, and the database of what people asked. Made if missing.", _folder),
    Setting("KB_HOST", "127.0.0.1", "Address to listen on; 0.0.0.0 for every interface.", _text),
    Setting("KB_PORT", "8000", "Port to listen on.", _number(1, 65535)),
    Setting("KB_URL", "", "Public address of the site, for canonical links and the sitemap. Default: from host and port.", _url),
    Setting(
        "KB_MODEL",
        BUNDLED_MODEL,
        "Embedding model: bundled, none (keywords only), hashing (for tests), or a SentenceTransformer folder.",
        _model,
    ),
    Setting("KB_WORKERS", "2", "Web worker processes; each holds the model, about 150 MB.", _number(1, 64)),
    Setting("KB_THREADS", "4", "Threads per web worker.", _number(1, 64)),
    Setting(
        "KB_KEEP_SNAPSHOTS",
        "3",
        "Snapshots kept on disk: for rollback, and so that paging goes on across a publish.",
        _number(2, 100),
    ),
    Setting(
        "KB_STAFF_KEY",
        "",
        f"Password of the pages for staff, at least {LEAST_KEY} characters. Unset: there are no such pages.",
        _secret,
    ),
)


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check every setting.

    Unset variables take their defaults; relative folders are taken from the project's root.
    Raises `SettingError`, naming the variable, for the first value that cannot be used, and for
    a `KB_*` variable that no setting has (a typing slip that would otherwise go unnoticed).
    """
    known = {setting.name for setting in SETTINGS}
    for name in sorted(environ):
        if name.startswith("KB_") and name not in known:
            raise SettingError(name, f"is not a setting; these are: {', '.join(sorted(known))}.")
    values = {
        setting.name.removeprefix("KB_").lower(): setting.parse(setting.name, environ.get(setting.name, setting.default))
        for setting in SETTINGS
    }
    if not values["url"]:
        host = "127.0.0.1" if values["host"] in _EVERY_INTERFACE else values["host"]
        values["url"] = f"http://{f'[{host}]' if ':' in host else host}:{values['port']}"
    return Settings(**values)
