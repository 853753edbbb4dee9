"""How an article is written: its length, how hard it is to read, and what no article should state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import textstat

from kb.access import Audience
from kb.content.html_tree import parse_html
from kb.content.rules import found
from kb.content.types import Article, Problem, Section, Source

MIN_WORDS, MAX_WORDS = 250, 900  # of an article as its readers get it: less settles nothing, more is not read in trouble
MAX_GRADE = 9.0  # years of school that an article for everybody may ask of its readers
MIN_SYMPTOMS, MAX_SYMPTOMS = 4, 8
MIN_QUESTIONS = 2

_NOT_PROSE = "pre, table, .tab-name"
_NAMES = "code, strong, kbd"  # commands and menu names: no writer can make them shorter
_NAME = "this"  # what stands for one of them: the sentence keeps its shape
_BLOCKS = "p, li"
_MIN_BLOCK = 3  # words; less is a label

_PHONE = re.compile(r"(?<![\w.:/-])(?:\+\d[\d ()-]{7,}\d|\(?0\d{2,4}\)?[ -]\d{3,4}[ -]?\d{2,5}|\d{3}-\d{3}-\d{4})(?![\w.:/-])")
_PRICE = re.compile(r"[$£€]\s?\d|\b\d+(?:[.,]\d+)?\s?(?:[$£€]|euros?\b|dollars?\b|pounds?\b|cents?\b)", re.IGNORECASE)


def lint_writing(source: Source, article: Article) -> Iterator[Problem]:
    """What is wrong with the writing of an article, as those it is for get it."""
    line = source.body_line
    if article.words and not MIN_WORDS <= article.words <= MAX_WORDS:
        advice = "say what to do in more detail" if article.words < MIN_WORDS else "cut it, or make two articles of it"
        message = f"The article has {article.words} words, and {MIN_WORDS} to {MAX_WORDS} are good to read; {advice}."
        yield found("body-length", source.path, line, message)
    prose = list(_prose(article.sections))
    if article.audience is Audience.PUBLIC and (grade := reading_grade(prose)) > MAX_GRADE:
        message = (
            f"Reading this takes {grade:.1f} years of school, at most {MAX_GRADE:g} are good; use shorter sentences and words."
        )
        yield found("reading-grade", source.path, line, message)
    for rule, pattern, what in (
        ("phone-stated", _PHONE, "a phone number: name the contact ways of site.toml instead"),
        ("price-stated", _PRICE, "a price, which will change: say where it can be looked up"),
    ):
        for block in prose:
            if match := pattern.search(block):
                yield found(rule, source.path, _line_of(source, match[0]), f"{match[0]!r} looks like {what}.")


def lint_completeness(source: Source) -> Iterator[Problem]:
    """What front matter says too little or too much of."""
    front = source.front
    if front.symptoms and not MIN_SYMPTOMS <= len(front.symptoms) <= MAX_SYMPTOMS:
        message = f"`symptoms` has {len(front.symptoms)} entries; give {MIN_SYMPTOMS} to {MAX_SYMPTOMS}, each in other words."
        yield found("symptoms-count", source.path, front.lines.get("symptoms", 1), message)
    if len(front.questions) < MIN_QUESTIONS:
        message = f"Add `questions:` with {MIN_QUESTIONS} or more that should find this article; `python -m kb check` asks them."
        yield found("questions-few", source.path, front.lines.get("questions", 1), message)
    if not front.owner:
        yield found("owner-missing", source.path, 1, "Add `owner:` with the team that keeps this article right.")
    if not front.review_by:
        yield found("review-missing", source.path, 1, "Add `review_by:` with the date by which somebody must look at it again.")


def reading_grade(prose: Iterable[str]) -> float:
    """The Flesch-Kincaid grade of some blocks of text: the years of school that reading them takes.

    .39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid and others, 1975), as textstat counts. A block,
    and what stands before a colon, counts as a sentence. 0 where there is nothing to read.
    """
    text = " ".join(block if block.endswith((".", "!", "?")) else f"{block}." for block in prose)
    return float(textstat.textstat.flesch_kincaid_grade(text.replace(":", "."))) if text else 0.0


def _prose(sections: Iterable[Section]) -> Iterator[str]:
    """The paragraphs and list items of some sections, with a word in place of each command and menu name."""
    for section in sections:
        root = parse_html(section.html)
        for node in root.css(_NOT_PROSE):
            node.decompose()
        for node in root.css(_NAMES):
            node.replace_with(_NAME)
        for node in root.css(_BLOCKS):
            if len(node.css(_BLOCKS)) == 1:  # itself, and none within it
                block = " ".join(node.text(deep=True).split())
                if len(block.split()) >= _MIN_BLOCK:
                    yield block


def _line_of(source: Source, text: str) -> int:
    place = source.body.find(text)
    return source.body_line + (source.body.count("\n", 0, place) if place >= 0 else 0)
