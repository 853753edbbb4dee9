"""Settings: each is checked at start, with a sentence that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.config import ROOT, SETTINGS, load_settings
from kb.errors import SettingError


def test_without_any_variable_the_defaults_hold() -> None:
    settings = load_settings({})
    assert settings.articles == ROOT / "articles"
    assert settings.data == ROOT / ".data"
    assert settings.url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KB_ARTICLES", "/no/such/folder"),
        ("KB_PORT", "eighty"),
        ("KB_PORT", "0"),
        ("KB_PORT", "65536"),
        ("KB_PORT", "٨٠٠٠"),
        ("KB_HOST", " "),
        ("KB_MODEL", "/no/such/model"),
        ("KB_URL", "help.example.org"),
        ("KB_URL", "ftp://help.example.org"),
        ("KB_URL", "https://help.example.org/path"),
        ("KB_WORKERS", "-1"),
        ("KB_KEEP_SNAPSHOTS", "1"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingError) as refused:
        load_settings({name: value})
    assert str(refused.value).startswith(name)
    assert str(refused.value).endswith(".")


def test_a_misspelt_setting_is_noticed() -> None:
    with pytest.raises(SettingError, match="KB_POTR is not a setting"):
        load_settings({"KB_POTR": "9000"})


def test_other_variables_are_none_of_our_business() -> None:
    load_settings({"PATH": "/bin", "HOME": "/root"})


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:9000"), ("::", "http://127.0.0.1:9000"), ("::1", "http://[::1]:9000")],
)
def test_the_address_follows_from_host_and_port(host: str, url: str) -> None:
    assert load_settings({"KB_HOST": host, "KB_PORT": "9000"}).url == url


def test_a_trailing_slash_of_the_address_is_dropped() -> None:
    assert load_settings({"KB_URL": "https://help.example.org/"}).url == "https://help.example.org"


def test_the_articles_may_lie_anywhere(tmp_path: Path) -> None:
    assert load_settings({"KB_ARTICLES": str(tmp_path)}).articles == tmp_path


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_explains_itself(setting: object) -> None:
    assert getattr(setting, "help").endswith(".")  # noqa: B009 - a row of the table
