"""The command line, run as people run it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.config import ROOT, SETTINGS, Settings

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(settings: Settings) -> Run:
    """A function that runs `python -m kb` over the small library."""

    def run_one(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        ours = {"KB_ARTICLES": str(settings.articles), "KB_DATA": str(settings.data), "KB_MODEL": "hashing"}
        env = {key: value for key, value in os.environ.items() if not key.startswith("KB_")} | ours | environ
        return subprocess.run(
            [sys.executable, "-m", "kb", *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
        )

    return run_one


def failed_with(ended: subprocess.CompletedProcess[str], *parts: str) -> None:
    """The command ended with one sentence that holds these parts, and no traceback."""
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    for part in parts:
        assert part in ended.stderr


def test_search_prints_hits(run: Run) -> None:
    ended = run("search", "red light on the fibre box")
    assert ended.returncode == 0, ended.stderr
    assert "Red light on the fibre box" in ended.stdout


def test_search_in_json_is_the_results(run: Run) -> None:
    answer = json.loads(run("search", "red light", "--json", "--explain", "--limit", "2").stdout)
    assert answer["hits"][0]["id"] == "no-internet/red-light"
    assert answer["hits"][0]["explain"]["stages"][-1]["name"] == "score"
    assert answer["explanation"]["verdict"]["answered"] is True


def test_search_explains_itself_to_a_writer(run: Run) -> None:
    told = run("search", "red light 0x80072EE7 [bold]", "--explain").stdout
    for part in ("nswered: ", "Searched for: red light", "0x80072ee7", "best passage", "Best passage:", "[bold]"):
        assert part in told
    assert "Best passage" not in run("search", "red light").stdout


def test_search_takes_words_as_typed(run: Run) -> None:
    assert json.loads(run("search", "red light", "--verbatim", "--json").stdout)["corrected"] == ""


def test_search_says_when_nothing_answers_or_nothing_is_asked(run: Run) -> None:
    assert "Nearest topics: No internet" in run("search", "light quagmire xylophone topiary", "--mode", "keyword").stdout
    assert "What is not working?" in run("search", "the of and").stdout


def test_search_filters_like_the_site(run: Run) -> None:
    answer = json.loads(run("search", "wifi", "--topic", "wifi", "--json").stdout)
    assert {hit["topic"] for hit in answer["hits"]} == {"wifi"}


@pytest.mark.parametrize(("audience", "found"), [("public", False), ("agents", True)])
def test_only_agents_find_what_is_for_agents(run: Run, audience: str, found: bool) -> None:
    answer = json.loads(run("search", "zanzibarquux", "--audience", audience, "--json").stdout)
    assert ("agents/read-levels" in [hit["id"] for hit in answer["hits"]]) is found
    assert (run("show", "agents/read-levels", "--audience", audience).returncode == 0) is found


def test_show_prints_the_article(run: Run) -> None:
    ended = run("show", "no-internet/red-light")
    assert "Follow the thin lead" in ended.stdout
    assert "kumquatvexil" not in ended.stdout
    assert json.loads(run("show", "wifi/slow", "--json").stdout)["title"] == "Slow Wi-Fi in one room"


def test_show_of_nothing_says_so(run: Run) -> None:
    ended = run("show", "wifi/nothing")
    assert ended.returncode == 1
    assert "There is no article" in ended.stderr


def test_index_builds_once_and_says_what_it_did(run: Run, tmp_path: Path) -> None:
    first, second = (run("index", KB_DATA=str(tmp_path / "data")) for _ in range(2))
    assert "Built snapshot" in first.stdout
    assert "articles" in first.stderr
    assert "Nothing has changed" in second.stdout
    assert json.loads(run("index", "--json", KB_DATA=str(tmp_path / "data")).stdout)["built"] is False


def test_lint_names_file_line_rule_and_fails_on_errors(run: Run, writable: Path) -> None:
    (writable / "wifi" / "bad.md").write_text("---\ntitle: Bad\naudience: everybody\n---\nText.\n")
    ended = run("lint", KB_ARTICLES=str(writable))
    assert ended.returncode == 1
    line = next(line for line in ended.stdout.splitlines() if "wifi/bad.md" in line and "audience" in line)
    assert ":3: " in line
    problems = json.loads(run("lint", "--json", KB_ARTICLES=str(writable)).stdout)
    assert {"path", "line", "rule", "message", "severity"} == set(problems[0])


def test_check_names_the_question_and_what_stood_above_and_fails(run: Run, writable: Path, tmp_path: Path) -> None:
    article = writable / "wifi" / "slow.md"
    article.write_text("---\ntitle: Slow\nquestions: [red light on the fibre box, slow]\n---\nSlow Wi-Fi in the evening.\n")
    here = {"KB_ARTICLES": str(writable), "KB_DATA": str(tmp_path / "data")}
    ended = run("check", "wifi/slow", **here)
    assert ended.returncode == 1
    assert f"{article}:3: 'red light on the fibre box'" in ended.stdout
    assert "1. no-internet/red-light, “Red light on the fibre box”: " in ended.stdout
    assert "1 of 2 questions of 1 articles" in ended.stderr
    told = json.loads(run("check", "wifi/slow", "--json", **here).stdout)
    assert (told["questions"], told["passed"]) == (2, 1)


def test_check_of_a_table_and_of_questions_without_an_answer(run: Run, tmp_path: Path) -> None:
    (tmp_path / "queries.tsv").write_text("query\tpath\nred light on the fibre box\tno-internet/red-light.md\n")
    (tmp_path / "hopeless.txt").write_text("# nothing answers\nquagmire zeppelin xylophone\n")
    ended = run("check", "--queries", str(tmp_path / "queries.tsv"), "--hopeless", str(tmp_path / "hopeless.txt"))
    assert ended.returncode == 0, ended.stdout
    assert "1 of 1 that no article answers are told so" in ended.stderr
    assert "0 of 0 questions" in run("check", "wifi/slow", "--queries", str(tmp_path / "queries.tsv")).stderr


def test_check_of_an_article_that_is_not_there_says_so(run: Run) -> None:
    failed_with(run("check", "wifi/none"), "wifi/none")


def test_lint_of_our_own_articles_finds_no_error(run: Run) -> None:
    ended = run("lint", KB_ARTICLES=str(ROOT / "articles"))
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda row: row.name)
def test_help_lists_every_setting(run: Run, setting: object) -> None:
    assert getattr(setting, "name") in run("--help").stdout  # noqa: B009 - a row of the table


def test_a_bad_setting_is_one_sentence(run: Run) -> None:
    failed_with(run("search", "x", KB_PORT="many"), "KB_PORT", "whole number")
    failed_with(run("search", "x", KB_ARTICLES="/no/such/place"), "KB_ARTICLES", "/no/such/place")


def test_searching_before_building_is_one_sentence(run: Run, tmp_path: Path) -> None:
    failed_with(run("search", "x", KB_DATA=str(tmp_path / "empty")), "make index")


def test_a_data_folder_that_cannot_be_made_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    failed_with(run("index", KB_DATA=str(tmp_path / "file" / "data")), "KB_DATA", "cannot be written")


def test_a_missing_model_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[]")
    failed_with(run("index", KB_MODEL=str(tmp_path), KB_DATA=str(tmp_path / "data")), str(tmp_path), "model.safetensors")


def test_a_port_in_use_is_one_sentence(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        failed_with(run("serve", KB_PORT=str(taken.getsockname()[1])), "KB_PORT", "Stop the other program")


def test_an_address_of_another_machine_is_one_sentence(run: Run) -> None:
    failed_with(run("serve", KB_HOST="192.0.2.1"), "192.0.2.1")


def test_too_old_a_python_is_one_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3"  # the real interpreter, made to say that it is an older one
    old.write_text(f"""#!/bin/sh
[ "$1" = -c ] && exec {sys.executable} -c "import sys; sys.version_info = (3, 9); sys.version = '3.9.1'; $2"
exit 1
""")
    old.chmod(0o755)
    asked = ["make", "install", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}"]
    ended = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "Fixline needs Python 3.11 or newer" in ended.stderr
    assert "3.9.1" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_the_system_refuses_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder is needed")
    failed_with(run("index", KB_DATA=str(tmp_path)), "the system refused", "cache")
