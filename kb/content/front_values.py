"""Single values of front matter: from a YAML node to text, a list of texts, or a date."""

from __future__ import annotations

import datetime as dt
import re

import yaml

_NULL = "tag:yaml.org,2002:null"
_ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?")


def is_null(node: yaml.Node) -> bool:
    """Whether a key was given no value."""
    return isinstance(node, yaml.ScalarNode) and node.tag == _NULL


def read_text(node: yaml.Node) -> str | None:
    """A scalar as it was written, on one line (`651` stays `651`, `no` stays `no`); None for anything else."""
    if not isinstance(node, yaml.ScalarNode) or is_null(node):
        return None
    return " ".join(str(node.value).split()) or None


def read_list(node: yaml.Node, *, split_commas: bool) -> tuple[tuple[str, ...], bool]:
    """A list of texts, and whether it was written as one.

    A single text counts as a list of one (of several, at commas, if `split_commas`). An item
    that YAML took for a mapping because of an unquoted `: ` is put together again.
    """
    if is_null(node):
        return (), True
    if isinstance(node, yaml.ScalarNode):
        text = read_text(node) or ""
        parts = text.split(",") if split_commas else [text]
        return tuple(part.strip() for part in parts if part.strip()), True
    if not isinstance(node, yaml.SequenceNode):
        return (), False
    items = [_item(child) for child in node.value]
    is_plain = all(isinstance(child, yaml.ScalarNode) for child in node.value)
    return tuple(dict.fromkeys(item for item in items if item)), is_plain


def read_date(text: str) -> dt.date | None:
    """`2026-05-01` (with or without a time), `2026/05/01` or `05/01/2026` (month first); None for anything else."""
    iso = _ISO_DATE.fullmatch(text.strip())
    us = _US_DATE.fullmatch(text.strip())
    try:
        if iso:
            return dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
        if us:
            return dt.date(int(us[3]), int(us[1]), int(us[2]))
    except ValueError:
        return None
    return None


def plain_value(node: yaml.Node) -> object:
    """A node of any kind as plain texts, lists and mappings; scalars stay as they were written."""
    if isinstance(node, yaml.SequenceNode):
        return [plain_value(child) for child in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(plain_value(key)): plain_value(value) for key, value in node.value}
    return None if is_null(node) else str(node.value)


def _item(node: yaml.Node) -> str | None:
    if isinstance(node, yaml.MappingNode) and len(node.value) == 1:
        key, value = node.value[0]
        return f"{read_text(key) or ''}: {read_text(value) or ''}".strip()
    return read_text(node)
