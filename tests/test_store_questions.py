"""Questions people ask: counted without the person, given out when several asked, safe on disk."""

from __future__ import annotations

import datetime as dt
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.access import Audience
from kb.store import database
from kb.store.database import Database
from kb.store.questions import DAYS_KEPT, MOST_A_DAY, MOST_NEW_A_DAY, AskedQuestion, Questions

PUBLIC, AGENTS = Audience.PUBLIC, Audience.AGENTS
TODAY = dt.date(2026, 5, 4)
BEFORE = TODAY - dt.timedelta(days=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "fixline.sqlite"


@pytest.fixture
def questions(file: Path) -> Questions:
    return Questions(Database(file))


def ask(questions: Questions, question: str, article: str = "wifi/drops", days: tuple[dt.date, ...] = (TODAY,)) -> None:
    for day in days:
        questions.count(PUBLIC, question, article, day)


def rows(file: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as db:
        return db.execute("SELECT * FROM asked").fetchall()


def test_a_question_is_given_out_when_it_was_asked_three_times_on_two_days(questions: Questions) -> None:
    ask(questions, "wifi drops", days=(BEFORE, TODAY))
    assert questions.popular(PUBLIC, TODAY) == ()
    ask(questions, "wifi drops")
    assert questions.popular(PUBLIC, TODAY) == (AskedQuestion("wifi drops", "wifi/drops", 3),)
    assert questions.opened(PUBLIC, TODAY) == {"wifi/drops": 3}


def test_a_question_of_one_day_alone_is_not_given_out(questions: Questions) -> None:
    ask(questions, "wifi drops", days=(TODAY,) * 20)
    assert questions.popular(PUBLIC, TODAY) == ()
    assert questions.opened(PUBLIC, TODAY) == {}


def test_the_most_asked_comes_first(questions: Questions) -> None:
    ask(questions, "red light", "no-internet/red-light", (BEFORE, TODAY, TODAY))
    ask(questions, "wifi drops", days=(BEFORE, TODAY, TODAY, TODAY))
    assert [one.question for one in questions.popular(PUBLIC, TODAY)] == ["wifi drops", "red light"]


def test_an_audience_never_learns_what_another_asks(questions: Questions) -> None:
    ask(questions, "wifi drops", days=(BEFORE, TODAY, TODAY))
    assert questions.popular(AGENTS, TODAY) == ()
    assert questions.opened(AGENTS, TODAY) == {}


def test_one_day_counts_only_so_much(questions: Questions) -> None:
    ask(questions, "wifi drops", days=(BEFORE, *(TODAY,) * (MOST_A_DAY + 5)))
    assert questions.popular(PUBLIC, TODAY)[0].times == MOST_A_DAY + 1


def test_one_day_takes_only_so_many_new_questions(questions: Questions, file: Path) -> None:
    for number in range(MOST_NEW_A_DAY + 5):
        ask(questions, f"question {number}")
    ask(questions, "question 0")
    kept = rows(file)
    assert len(kept) == MOST_NEW_A_DAY
    assert (TODAY.isoformat(), "public", "question 0", "wifi/drops", 2) in kept


def test_what_is_older_than_the_days_kept_is_forgotten(questions: Questions, file: Path) -> None:
    long_ago = TODAY - dt.timedelta(days=DAYS_KEPT)
    ask(questions, "wifi drops", days=(long_ago, long_ago + dt.timedelta(days=1), TODAY, TODAY))
    assert questions.popular(PUBLIC, TODAY)[0].times == 3
    assert len(rows(file)) == 2


def test_nothing_but_day_audience_question_article_and_count_is_kept(questions: Questions, file: Path) -> None:
    ask(questions, "wifi drops", days=(TODAY, TODAY))
    assert rows(file) == [("2026-05-04", "public", "wifi drops", "wifi/drops", 2)]


def test_only_its_owner_can_read_the_file(questions: Questions, file: Path) -> None:
    ask(questions, "wifi drops")
    for path in file.parent.iterdir():
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path


@given(st.text(max_size=50), st.text(max_size=50))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_comes_back_as_it_was(tmp_path: Path, question: str, article: str) -> None:
    store = Questions(Database(tmp_path / "any.sqlite"))
    ask(store, question, article, (BEFORE, TODAY, TODAY))
    assert (question, article) in {(one.question, one.article) for one in store.popular(PUBLIC, TODAY)}


WRITER = textwrap.dedent("""
    import datetime, sys
    from pathlib import Path
    from kb.access import Audience
    from kb.store.database import Database
    from kb.store.questions import Questions
    questions = Questions(Database(Path(sys.argv[1])))
    for number in range(100_000):
        questions.count(Audience.PUBLIC, f"question {number % 40}", "wifi/drops", datetime.date(2026, 1, 1 + number // 40 % 28))
        print(number, flush=True)
""")


def test_what_was_counted_outlives_a_killed_process(file: Path) -> None:
    root = Path(__file__).parent.parent
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True, cwd=root)
    assert writer.stdout
    counted = next(int(line) for line in writer.stdout if int(line) >= 300) + 1
    writer.send_signal(signal.SIGKILL)
    counted += len(writer.stdout.read().split())
    writer.stdout.close()
    assert writer.wait() == -signal.SIGKILL
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT sum(count) FROM asked").fetchone()[0] in (counted, counted + 1)
    again = Questions(Database(file))
    again.count(PUBLIC, "after the crash", "wifi/drops", dt.date(2026, 1, 28))
    assert len(again.popular(PUBLIC, dt.date(2026, 1, 28))) == 40


def test_two_processes_count_together(file: Path) -> None:
    first, second = Questions(Database(file)), Questions(Database(file))
    for questions in (first, second, first):
        ask(questions, "wifi drops", days=(BEFORE, TODAY))
    assert first.popular(PUBLIC, TODAY) == second.popular(PUBLIC, TODAY) == (AskedQuestion("wifi drops", "wifi/drops", 6),)


@pytest.mark.parametrize("damage", ["garbage", "folder", "no folder"])
def test_a_database_that_cannot_be_used_means_no_questions(file: Path, damage: str) -> None:
    if damage == "garbage":
        file.write_bytes(b"This is not a database. " * 100)
    elif damage == "folder":
        file.mkdir()
    else:
        file = file.parent / "missing" / file.name
    questions = Questions(Database(file))
    ask(questions, "wifi drops", days=(BEFORE, TODAY, TODAY))
    assert questions.popular(PUBLIC, TODAY) == ()
    assert questions.opened(PUBLIC, TODAY) == {}


def test_a_database_that_may_only_be_read_is_read(questions: Questions, file: Path, tmp_path: Path) -> None:
    ask(questions, "wifi drops", days=(BEFORE, TODAY, TODAY))
    opened = Database(file)
    opened.read("PRAGMA query_only = ON", {})
    reading = Questions(opened)
    ask(reading, "wifi drops")
    assert reading.popular(PUBLIC, TODAY)[0].times == 3


def test_a_migration_is_made_once_and_all_or_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def m002_half(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE half (one TEXT)")
        raise sqlite3.OperationalError("the disk is full")

    ask(Questions(Database(file)), "wifi drops")
    monkeypatch.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, m002_half))
    with pytest.raises(sqlite3.OperationalError, match="full"):
        Database(file).read("SELECT 1", {})
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall() == []
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
    monkeypatch.undo()
    assert len(Database(file).read("SELECT * FROM asked", {})) == 1
