"""Fixtures: a small real library, a snapshot of it, and the app that serves it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings

from indexer.model import prepare_model
from indexer.progress import Silence
from indexer.publish import publish
from kb.access import Audience, Viewer
from kb.config import BUNDLED_MODEL, ROOT, SETTINGS, Settings, load_settings
from kb.search.engine import Engine
from kb.search.serving import Opened, Serving
from web import create_app

# What is tested is what comes out: on a busy machine any example may take long.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")

DATA = Path(__file__).parent / "data"

PUBLIC = Viewer(Audience.PUBLIC)
AGENT = Viewer(Audience.AGENTS)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in (row.name for row in SETTINGS):
        monkeypatch.delenv(setting, raising=False)


def make_settings(articles: Path, data: Path, **more: str) -> Settings:
    """Settings for a library and a data folder, with the hashing encoder unless said otherwise."""
    environ = {"KB_ARTICLES": str(articles), "KB_DATA": str(data), "KB_MODEL": "hashing", "KB_URL": "https://help.example.org"}
    return load_settings(environ | {f"KB_{name.upper()}": value for name, value in more.items()})


@pytest.fixture(scope="session")
def library_root() -> Path:
    """The small library, not to be written to."""
    return DATA / "library"


@pytest.fixture(scope="session")
def settings(library_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over the small library, with a snapshot already built."""
    built = make_settings(library_root, tmp_path_factory.mktemp("data"))
    publish(built)
    return built


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the bundled model has been prepared; not to be written to."""
    data = tmp_path_factory.mktemp("prepared")
    prepare_model(BUNDLED_MODEL, data, Silence())
    return data


@pytest.fixture(scope="session")
def own_articles(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """A snapshot of our own articles with the model that serves, opened."""
    data = Path(shutil.copytree(prepared, tmp_path_factory.mktemp("own") / "data"))
    settings = make_settings(ROOT / "articles", data, model=BUNDLED_MODEL)
    serving = Serving(settings)
    snapshot = publish(settings).manifest.id
    serving.load_model()
    return serving.open(snapshot)


@pytest.fixture(scope="session")
def serving(settings: Settings) -> Serving:
    """The snapshot of the small library, opened, with its encoder."""
    serving = Serving(settings)
    serving.refresh()
    serving.load_model()
    return serving


@pytest.fixture(scope="session")
def engine(serving: Serving) -> Engine:
    """The public partition's engine."""
    return serving.engine(PUBLIC)


@pytest.fixture(scope="session")
def agents_engine(serving: Serving) -> Engine:
    """The agents partition's engine."""
    return serving.engine(AGENT)


@pytest.fixture(scope="session")
def app(settings: Settings, serving: Serving) -> Flask:
    """The app over the small library."""
    app = create_app(settings, serving=serving)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False  # a test sees what a reader would see
    return app


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A client of the app."""
    with app.test_client() as client:
        yield client


@pytest.fixture
def writable(library_root: Path, tmp_path: Path) -> Path:
    """A copy of the small library that a test may change."""
    return Path(shutil.copytree(library_root, tmp_path / "articles"))


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Settings]:
    """A function that publishes a folder of articles and returns its settings."""

    def build_one(articles: Path, **more: str) -> Settings:
        settings = make_settings(articles, tmp_path / "data", **more)
        publish(settings)
        return settings

    return build_one
