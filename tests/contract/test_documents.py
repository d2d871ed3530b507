"""What is written about the code is generated from it and current."""

import re
from pathlib import Path

import pytest

from infra.build import apps, contexts
from infra.description import ROOT


def test_the_page_about_contexts_is_current() -> None:
    assert contexts.DOCUMENT.read_text(encoding="utf-8") == contexts.document(), "make docs"


def test_the_map_in_the_readme_is_current() -> None:
    text = contexts.README.read_text(encoding="utf-8")
    assert "<!-- map -->" in text
    assert text == contexts.readme(), "make docs"


@pytest.mark.parametrize("context", apps.contexts())
def test_a_context_says_what_it_is_the_source_of_truth_for(context: str) -> None:
    text = (ROOT / "functions" / context / "README.md").read_text(encoding="utf-8")
    assert "ingle source of truth for" in text


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert [target for target in targets if not (path.parent / target).exists()] == []
