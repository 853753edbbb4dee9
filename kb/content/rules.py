"""The rules that a library is checked against, and the one way to report a breach of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kb.content.types import Problem, Severity


class Rule(NamedTuple):
    """What a rule is about, in a line, and how much a breach of it matters."""

    meaning: str
    severity: Severity = Severity.WARNING


_ERROR = Severity.ERROR

RULES: Mapping[str, Rule] = {
    # The file itself
    "path-unusable": Rule("A file's name holds characters that no address can carry.", _ERROR),
    "path-outside": Rule("A symbolic link leads out of the library, or round in a circle."),
    "path-taken": Rule("Two files claim the same address.", _ERROR),
    "file-unreadable": Rule("A file cannot be opened.", _ERROR),
    "file-too-large": Rule("A file is larger than an article may be; the rest of it is left out.", _ERROR),
    "encoding": Rule("A file is not UTF-8; what could not be read is shown as a replacement character."),
    "control-characters": Rule("Characters that no reader can see were taken out."),
    # Front matter
    "front-matter-invalid": Rule("The YAML cannot be read; what could be saved of it is used.", _ERROR),
    "front-matter-unclosed": Rule("The front matter has no closing line `---`.", _ERROR),
    "front-matter-misplaced": Rule("Something that looks like front matter is not at the head of the file.", _ERROR),
    "front-matter-duplicate-key": Rule("A key stands twice.", _ERROR),
    "front-matter-wrong-type": Rule("A value is not of the kind that its key takes."),
    "front-matter-unknown-keys": Rule("Keys that mean nothing here."),
    "front-matter-date": Rule("A date cannot be read."),
    "audience-unknown": Rule("The audience is not one of those there are, so the article is for agents only.", _ERROR),
    "status-unknown": Rule("The status is not one of those there are, so the article is a draft.", _ERROR),
    "publish-day-unknown": Rule("The day from which the article may be read is not certain, so it is a draft.", _ERROR),
    # What an article must have
    "title-missing": Rule("The article has no title of its own."),
    "title-long": Rule("The title does not fit a list of results."),
    "title-duplicate": Rule("Two articles have the same title."),
    "summary-missing": Rule("The article does not say in one sentence what the fix is."),
    "symptoms-missing": Rule("The article does not say how customers describe the problem."),
    "symptoms-count": Rule("The article describes the problem in too few ways, or in more than help."),
    "questions-few": Rule("There are too few questions to test whether the article is found."),
    "owner-missing": Rule("Nobody is named who keeps the article right."),
    "review-missing": Rule("No date says when somebody must look at the article again."),
    "product-unknown": Rule("A product that site.toml does not have.", _ERROR),
    "platform-unknown": Rule("A platform that site.toml does not have.", _ERROR),
    "related-unknown": Rule("A related article does not exist or is not published.", _ERROR),
    "related-to-internal": Rule("A public article names one for agents as related.", _ERROR),
    "redirect-taken": Rule("An old address in `redirect_from` belongs to another article.", _ERROR),
    # Text
    "body-empty": Rule("There is nothing to read."),
    "body-length": Rule("The article is too short to settle a problem, or longer than people in trouble read."),
    "reading-grade": Rule("The text is hard to read for the public."),
    "phone-stated": Rule("A phone number stands in the text; contact ways belong in site.toml."),
    "price-stated": Rule("A price stands in the text, and will be wrong one day."),
    "heading-empty": Rule("A heading has no text."),
    "fence-unclosed": Rule("A code block is opened and never closed.", _ERROR),
    "too-complex": Rule("The Markdown could not be turned into a page and is shown as it was written.", _ERROR),
    "html-placeholder": Rule("Something in angle brackets is not HTML and is shown as text."),
    "html-refused": Rule("HTML that an article must not contain was taken out."),
    "include-unsupported": Rule("Text of another file was to be put in here; this service does not do that."),
    # Internal text
    "internal-not-indented": Rule(
        "Text that seems to belong to an internal block is not indented; it was taken out, too.", _ERROR
    ),
    "internal-empty": Rule("An internal block holds nothing."),
    # Links and images
    "link-broken": Rule("A link leads nowhere and is shown as text.", _ERROR),
    "link-to-internal": Rule("A public article links to one for agents; the link is shown as text.", _ERROR),
    "link-case": Rule("A link is spelled in other capitals than the file it means."),
    "anchor-missing": Rule("A link names a heading that its article does not have."),
    "image-missing": Rule("An image file is not there; its description is shown.", _ERROR),
    "image-outside": Rule("An image lies outside the library; its description is shown.", _ERROR),
    "image-remote": Rule("An image lies on another server; its description is shown.", _ERROR),
    "image-type": Rule("An image is of a kind that is not served; its description is shown.", _ERROR),
    "image-alt-missing": Rule("An image has no description."),
    # site.toml
    "site-invalid": Rule("site.toml cannot be read; defaults are used.", _ERROR),
    "site-value": Rule("A value in site.toml is not of the kind it must be; it is left out.", _ERROR),
    "site-unknown-key": Rule("A key in site.toml means nothing here."),
    "site-unknown-article": Rule("site.toml names an article that is not published for everybody.", _ERROR),
    # synonyms.txt
    "synonyms-unreadable": Rule("synonyms.txt cannot be read, or only in part; what could be read is used.", _ERROR),
    "synonyms-syntax": Rule("A line is neither a group nor an arrow that can be used; it is left out.", _ERROR),
    "synonyms-stop-words": Rule("A synonym has only words that search leaves out; its line is left out.", _ERROR),
    "synonyms-self": Rule("An arrow leads from something to itself."),
    "synonyms-duplicate": Rule("Something is said twice."),
    "synonyms-conflict": Rule("A word stands in two groups, which do not become one by that."),
    "synonyms-unused": Rule("No word of a line stands in any article."),
}


def found(rule: str, path: str, line: int, message: str) -> Problem:
    """A breach of a rule in RULES, with the severity that it has there."""
    return Problem(path, max(1, line), rule, message, RULES[rule].severity)
