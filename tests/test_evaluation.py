"""Evaluation: numbers that anybody can work out again, over the pipeline that serves."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.collection import open_collection
from indexer.progress import Silence
from kb.config import ROOT, Settings
from kb.evaluation.configurations import OURS, RANK_FUSION, SIDES, WITHOUT, fuse_ranks
from kb.evaluation.judgments import Collection, CollectionError, load_collection
from kb.evaluation.kinds import kind_of
from kb.evaluation.measures import MEASURES, chance, means, measure
from kb.evaluation.no_answer import unrelated_questions
from kb.evaluation.run import SLIPPED, UNMENDED, evaluate_collection
from kb.evaluation.types import Evaluation
from tests.conftest import DATA, make_settings

JUDGED = DATA / "judged"
LIBRARY_QUERIES = (
    "query\tpath\nred light on the fibre box\tno-internet/red-light.md\nzanzibarquux levels\tagents/read-levels.md\n"
)


@pytest.fixture(scope="module")
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make_settings(DATA / "library", tmp_path_factory.mktemp("evaluation"))


def evaluate(collection: Collection, settings: Settings, *, ablate: bool = False) -> Evaluation:
    with open_collection(collection, settings, Silence()) as engine:
        return evaluate_collection(collection, engine, ablate=ablate, told=lambda _: None)


@pytest.fixture(scope="module")
def evaluation(own_settings: Settings) -> Evaluation:
    return evaluate(load_collection(JUDGED), own_settings, ablate=True)


class TestMeasures:
    collection = Collection(
        "by hand",
        (),
        {"a": "a", "b": "b", "c": "c"},
        {"a": {"d1": 2, "d2": 1}, "b": {"d3": 1}, "c": {"d4": 1, "d5": 0}},
    )

    def measured(self, **hits: list[str]) -> dict[str, float]:
        run = {query: {document: float(-place) for place, document in enumerate(found)} for query, found in hits.items()}
        return means(measure(self.collection, run), self.collection.judged)

    def test_they_are_what_one_works_out_by_hand(self) -> None:
        # nDCG: gains are 2^grade - 1. a: (1/log2 3) / (3 + 1/log2 3); b: 1/log2 5; c: 1.
        assert self.measured(a=["d9", "d2"], b=["d9", "d8", "d7", "d3"], c=["d4", "d5"]) == {
            "nDCG@10": pytest.approx((0.17377 + 0.43068 + 1) / 3, abs=1e-4),
            "MRR@10": pytest.approx((1 / 2 + 1 / 4 + 1) / 3, abs=1e-4),
            "recall@10": pytest.approx((1 / 2 + 1 + 1) / 3, abs=1e-4),
            "success@1": pytest.approx(1 / 3, abs=1e-4),
            "success@3": pytest.approx(2 / 3, abs=1e-4),
        }

    def test_a_query_without_hits_counts_nothing_and_is_counted(self) -> None:
        assert self.measured(a=["d1", "d2"], b=["d3"]) == pytest.approx(dict.fromkeys(MEASURES, 2 / 3), abs=1e-4)

    def test_what_was_judged_not_relevant_is_no_success(self) -> None:
        assert self.measured(c=["d5"])["success@3"] == 0

    def test_hits_below_the_tenth_do_not_count(self) -> None:
        assert self.measured(b=[*(f"x{place}" for place in range(10)), "d3"])["recall@10"] == 0


class TestChance:
    def values(self, *numbers: float) -> dict[str, dict[str, float]]:
        return {"nDCG@10": {str(place): number for place, number in enumerate(numbers)}}

    def test_equal_runs_differ_by_chance_for_certain(self) -> None:
        assert chance(self.values(0.1, 0.5, 1), self.values(0.1, 0.5, 1), "nDCG@10") == 1.0

    def test_a_lead_in_every_one_of_many_queries_is_no_chance(self) -> None:
        assert chance(self.values(*[0.9] * 30), self.values(*[0.5] * 30), "nDCG@10") < 0.01

    def test_a_lead_in_one_query_may_well_be(self) -> None:
        assert chance(self.values(*[0.5] * 29, 0.9), self.values(*[0.5] * 30), "nDCG@10") > 0.5

    def test_it_does_not_matter_who_leads_and_it_is_the_same_each_time(self) -> None:
        one, other = self.values(0.9, 0.2, 0.8, 0.7, 0.3, 0.9), self.values(0.5, 0.4, 0.3, 0.6, 0.1, 0.2)
        first, again, turned = (chance(*pair, "nDCG@10") for pair in ((one, other), (one, other), (other, one)))
        assert first == again == turned


def test_rank_fusion_adds_one_over_sixty_and_the_place() -> None:
    fused = fuse_ranks([{"q": {"d1": 5.0, "d2": 3.0}}, {"q": {"d2": 0.9, "d3": 0.1}}])
    assert fused["q"] == pytest.approx({"d1": 1 / 61, "d2": 1 / 62 + 1 / 61, "d3": 1 / 62})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("why DNS_PROBE_FINISHED_NXDOMAIN", "code"),
        ("error 651", "code"),
        ("wifi slow", "few words"),
        ("how do I reset my router", "question"),
        ("router is not reachable today?", "question"),
        ("red light on the box", "phrase"),
        ("word " * 26, "long"),
        ("", "few words"),
    ],
)
def test_queries_are_told_apart_by_kind(text: str, kind: str) -> None:
    assert kind_of(text) == kind


class TestJudgedCollection:
    def test_queries_that_nobody_judged_are_not_asked(self, evaluation: Evaluation) -> None:
        assert evaluation.queries == 3

    def test_an_easy_collection_is_all_right(self, evaluation: Evaluation) -> None:
        assert evaluation.metrics["success@1"] == evaluation.metrics["MRR@10"] == 1

    def test_the_kinds_add_up_to_the_whole(self, evaluation: Evaluation) -> None:
        assert sum(kind["queries"] for kind in evaluation.kinds.values()) == evaluation.queries
        for name, value in evaluation.metrics.items():
            assert value == pytest.approx(sum(kind[name] * kind["queries"] for kind in evaluation.kinds.values()) / 3, abs=1e-3)

    def test_every_stage_is_left_out_in_turn_and_slips_are_made(self, evaluation: Evaluation) -> None:
        rows = {OURS, *SIDES, RANK_FUSION, *(configuration.name for configuration in WITHOUT), SLIPPED, UNMENDED}
        assert set(evaluation.ablation) == rows
        assert evaluation.ablation[OURS] == evaluation.metrics
        assert all(set(metrics) == set(MEASURES) for metrics in evaluation.ablation.values())

    def test_shares_of_no_answer_are_shares(self, evaluation: Evaluation) -> None:
        shares = evaluation.no_answer
        assert all(0 <= share <= 1 for share in (shares.answerable, shares.unrelated, shares.near_misses))
        assert shares.accuracy == pytest.approx((shares.answerable + shares.unrelated) / 2, abs=1e-3)

    def test_unasked_there_are_the_sides_and_no_more(self, own_settings: Settings) -> None:
        assert set(evaluate(load_collection(JUDGED), own_settings).ablation) == {OURS, *SIDES}


def test_questions_on_other_subjects_are_many_and_different() -> None:
    questions = unrelated_questions()
    assert len(set(questions)) == len(questions) >= 20


def test_a_library_is_asked_as_agents_read_it(own_settings: Settings, tmp_path: Path) -> None:
    table = tmp_path / "asked.tsv"
    table.write_text(LIBRARY_QUERIES)
    evaluation = evaluate(load_collection(DATA / "library", table), own_settings)
    assert (evaluation.queries, evaluation.metrics["success@1"]) == (2, 1.0)


@pytest.mark.parametrize("place", ["articles/queries.tsv", "articles.tsv", "articles-queries.tsv"])
def test_a_table_in_or_beside_its_library_is_found(writable: Path, place: str) -> None:
    (writable.parent / place).write_text(LIBRARY_QUERIES)
    collection = load_collection(writable)
    assert list(collection.judged.values()) == ["red light on the fibre box", "zanzibarquux levels"]
    assert next(iter(collection.judgments.values())) == {"no-internet/red-light": 1}


class TestErrors:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for file in JUDGED.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
        return tmp_path

    @pytest.mark.parametrize(
        ("name", "line", "number"),
        [
            ("corpus.jsonl", "{not json", 7),
            ("corpus.jsonl", '{"_id": "x", "text": "without a title"}', 7),
            ("corpus.jsonl", "[1]", 7),
            ("queries.jsonl", '{"_id": "x"}', 5),
            ("qrels.tsv", "q1\tred", 7),
            ("qrels.tsv", "q1\tred\tvery", 7),
        ],
    )
    def test_a_line_that_cannot_be_read_is_named_with_its_file(self, folder: Path, name: str, line: str, number: int) -> None:
        with (folder / name).open("a") as file:
            file.write(f"{line}\n")
        with pytest.raises(CollectionError, match=rf"{name}:{number}: "):
            load_collection(folder)

    @pytest.mark.parametrize("line", ["a question alone", "a question\tno-article", "a\tb.md\tc"])
    def test_a_line_of_a_table_that_cannot_be_read_is_named(self, tmp_path: Path, line: str) -> None:
        table = tmp_path / "asked.tsv"
        table.write_text(f"{LIBRARY_QUERIES}{line}\n")
        with pytest.raises(CollectionError, match=r"asked\.tsv:4: "):
            load_collection(DATA / "library", table)

    def test_a_missing_file_is_named(self, folder: Path) -> None:
        (folder / "qrels.tsv").unlink()
        with pytest.raises(CollectionError, match=r"qrels\.tsv cannot be read"):
            load_collection(folder)

    def test_bytes_that_are_no_text_are_told_of(self, folder: Path) -> None:
        (folder / "queries.jsonl").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(CollectionError, match=r"queries\.jsonl cannot be read"):
            load_collection(folder)

    def test_a_folder_without_a_collection_says_what_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(CollectionError, match="--queries"):
            load_collection(tmp_path)

    def test_a_collection_without_anything_relevant_is_an_error(self, folder: Path) -> None:
        (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n")
        with pytest.raises(CollectionError, match="nothing to measure"):
            load_collection(folder)


class TestCommand:
    def run(self, settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kb", "evaluate", *words]
        environ = {"KB_DATA": str(settings.data), "KB_MODEL": "hashing", "PATH": "/usr/bin:/bin"}
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=300, check=False)

    def test_json_has_this_shape(self, own_settings: Settings, tmp_path: Path) -> None:
        table = tmp_path / "asked.tsv"
        table.write_text(LIBRARY_QUERIES)
        ended = self.run(own_settings, str(JUDGED), str(DATA / "library"), "--queries", str(table), "--json")
        assert ended.returncode == 0, ended.stderr
        answer = json.loads(ended.stdout)
        assert list(answer) == ["collections"]
        assert [one["collection"] for one in answer["collections"]] == ["judged", "library"]
        for one in answer["collections"]:
            assert set(one["metrics"]) == {"nDCG@10", "MRR@10", "recall@10", "success@1", "success@3"}
            assert set(one["latency_ms"]) == {"p50", "p95", "p99"}
            assert set(one["ablation"]) == {"ours", "keyword", "semantic"}
            assert all(set(metrics) == set(one["metrics"]) for metrics in one["ablation"].values())
            assert set(one) == {
                "collection",
                "queries",
                "metrics",
                "latency_ms",
                "kinds",
                "no_answer",
                "ablation",
                "significance",
            }

    def test_a_person_gets_tables(self, own_settings: Settings) -> None:
        shown = self.run(own_settings, str(JUDGED)).stdout
        for part in ("judged · 3 queries", "nDCG@10", "keyword", "kind of query", "p95", "no answer:"):
            assert part in shown

    def test_what_cannot_be_read_is_one_sentence(self, own_settings: Settings, tmp_path: Path) -> None:
        ended = self.run(own_settings, str(tmp_path))
        assert ended.returncode == 2
        assert "is no judged collection" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_evaluating_leaves_the_articles_snapshot_alone(settings: Settings, tmp_path: Path) -> None:
    table = tmp_path / "asked.tsv"
    table.write_text(LIBRARY_QUERIES)
    before = sorted((settings.data / "snapshots").rglob("*"))
    evaluate(load_collection(DATA / "library", table), replace(settings, articles=ROOT / "articles"))
    assert sorted((settings.data / "snapshots").rglob("*")) == before
