"""The benchmark: its measures, the queries it deals, its load, and a small run of every part that needs no peers' packages."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from bench import building, exchange, grown, growth, http_speed, product
from bench.corpus import Judged, judge, judged_queries, unpack_corpus
from bench.http_load import Order, run_load
from bench.opened import articles_of
from bench.part import read_figures, write_figures
from bench.peers.fusion import fuse_ranks, fuse_scores
from bench.plan import Plan, read_plan, write_plan
from bench.plots import Point, plot_peers
from bench.relevance import relevance
from bench.report import gather, to_markdown, write_report
from bench.rounds import deal, percentiles
from kb.access import Audience
from kb.config import ROOT
from kb.search.passages import whole_text
from kb.snapshot.partition import Partition

QUESTIONS = (("red light on the box", "no-internet/red-light.md"), ("wifi drops", "wifi/drops.md"), ("slow wifi", "wifi/slow.md"))


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A run over the small library, its corpus and snapshot in place."""
    folder = tmp_path_factory.mktemp("bench")
    queries = folder / "queries.tsv"
    lines = [f"{text} {word}\t{path}" for text, path in QUESTIONS for word in ("", "now", "at home", "again")]
    queries.write_text("\n".join(["query\tpath", *lines, "nobody asks\tnot/there.md"]))
    plan = Plan(
        corpus=ROOT / "tests" / "data" / "library",
        queries=queries,
        work=folder / "work",
        model="hashing",
        rounds=2,
        round_queries=4,
        load_clients=2,
        load_requests=20,
        starts=1,
        growth=(3, 12),
        peers=(),
    )
    write_plan(plan)
    unpack_corpus(plan)
    judge(plan)
    write_figures(plan, "building", building.measure(plan))
    return plan


def test_the_plan_is_read_as_it_was_written(plan: Plan) -> None:
    assert read_plan(plan.work) == plan


def test_only_queries_whose_article_is_there_are_asked(plan: Plan) -> None:
    queries = judged_queries(plan)
    assert len(queries) == 12
    assert queries[0] == Judged("red light on the box ", "no-internet/red-light")


def test_the_changed_article_is_as_before_after_building(plan: Plan) -> None:
    for path in plan.corpus.rglob("*.md"):
        assert (plan.library / path.relative_to(plan.corpus)).read_bytes() == path.read_bytes()


def test_no_query_is_in_two_rounds() -> None:
    warm, rounds = deal(list(range(100)), 3, 30)
    assert [len(one) for one in rounds] == [30, 30, 30]
    assert len({*warm, *(query for one in rounds for query in one)}) == 100


def test_a_figure_is_the_median_of_the_rounds() -> None:
    assert percentiles([[0.001], [0.009], [0.002]])["p50"] == 2.0


def test_relevance_counts_the_place_of_the_right_article() -> None:
    judged = (Judged("a", "right"), Judged("b", "right"))
    measured = relevance(judged, [["wrong", "right"], []])
    assert (measured["MRR@10"], measured["recall@10"], measured["success@1"]) == (0.25, 0.5, 0.0)


def test_fusion_puts_what_both_sides_find_first() -> None:
    assert fuse_ranks([[1, 2], [2, 3]], 2)[0] == 2
    assert fuse_scores(np.array([9, 8, 0], np.float32), np.array([0, 0.8, 0.9], np.float32), 1) == [1]


def test_an_engine_shows_latency_and_relevance(plan: Plan) -> None:
    figures = product.measure(plan)
    write_figures(plan, "product", figures)
    assert figures["latency_ms"]["hybrid"]["calls"] == 8
    assert figures["relevance"]["keyword"]["success@1"] > 0.5


def test_peers_get_a_unit_vector_for_every_document_and_query(plan: Plan) -> None:
    assert exchange.measure(plan)["queries"] == 12
    documents = (plan.exchange / "documents.jsonl").read_text().splitlines()
    vectors = np.load(plan.exchange / "vectors.npy")
    assert len(documents) == len(vectors)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)  # the cache keeps half precision


def test_partitions_grow_beyond_the_corpus_without_two_alike(plan: Plan) -> None:
    for size in plan.growth:
        write_figures(plan, f"grown-{size}", grown.write_grown(plan, size))
        write_figures(plan, f"growth-{size}", growth.measure(plan, size))
    assert [(read_figures(plan, f"growth-{size}") or {})["articles"] for size in plan.growth] == [3, 12]
    largest = Partition(grown.partition_folder(plan, 12), Audience.AGENTS, "growth")
    assert len({whole_text(article) for article in articles_of(largest)}) == 12


def test_the_site_is_measured_over_http_without_an_error(plan: Plan) -> None:
    figures = http_speed.measure(plan)
    write_figures(plan, "http", figures)
    assert figures["load"]["errors"] == 0
    assert figures["load"]["searches"] == 20
    assert len(figures["worker_memory_megabytes"]) == 2


def test_the_report_holds_every_part_that_has_run(plan: Plan) -> None:
    files = write_report(plan, publish=False)
    assert all(plan.work in file.parents for file in files)
    figures = gather(plan)
    assert json.loads(files[0].read_text())["building"] == figures["building"]
    assert "## Growth" in to_markdown(figures)


def test_labels_of_points_close_together_do_not_lie_on_each_other() -> None:
    points = [Point(f"an engine with a long name {number}", 2.0 + number / 100, 0.8) for number in range(4)]
    plot = ET.fromstring(plot_peers(points))
    lines = [
        float(label.get("y", "")) for label in plot.iter("{http://www.w3.org/2000/svg}text") if "engine" in (label.text or "")
    ]
    assert len(lines) == len(points)
    assert all(abs(one - other) >= 13 for place, one in enumerate(lines) for other in lines[:place])


def test_a_plot_says_in_words_what_it_shows() -> None:
    plot = ET.fromstring(plot_peers([Point("ours & co", 2.0, 0.9, is_ours=True), Point("other", 40.0, 0.8)]))
    described = plot.findtext("{http://www.w3.org/2000/svg}desc")
    assert described == "ours & co: 2.0 ms, 0.900; other: 40.0 ms, 0.800"


class _Flawed(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b'{"degraded": true}' if self.path == "/degraded" else b"{}"
        self.send_response(500 if self.path == "/broken" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def flawed_port() -> Iterator[int]:
    """A server some of whose answers are no good."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Flawed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_the_load_counts_bad_and_degraded_answers_as_errors(flawed_port: int) -> None:
    outcome = run_load(Order("127.0.0.1", flawed_port, ["/good", "/broken", "/degraded", "/good"], 1, 10.0))
    assert len(outcome.taken) == 2
    assert len(outcome.errors) == 2
