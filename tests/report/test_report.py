"""The report says what the bundle says, in HTML and PDF alike, and text stays text."""

import re
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from html import unescape
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from audit import open_log
from audit.jobs import Approval, erase_call
from policies.report import html
from secure_agent.report import ReportUnavailableError
from secure_agent.report.pdf import render
from tests.report.archive import HOSTILE, Archive


def _plain(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", page.replace("<wbr>", "")))


def _text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)


def test_a_lawyer_finds_every_chapter_in_order(archive: Archive, tmp_path: Path) -> None:
    report = archive.report(tmp_path / "bundle")
    assert [chapter.heading for chapter in report.document.chapters] == [
        "Parties",
        "Policy and its sources",
        "Disclosures and consent",
        "Conversation",
        "Tools",
        "Payments",
        "Recording",
        "Gaps",
        "Erasures, and what remains verifiable",
        "Verification",
        "Every entry",
    ]
    page = _plain(html.render(report.document))
    for words in ("Example Energy", "You are speaking with an AI.", "express_optin", "get_balance", "4242"):
        assert words in page
    assert "0:13.0 – 0:14.0" in page
    assert "redaction_failed" in page
    assert "words not kept: policy" in page
    assert "words that were said are not kept" in page
    assert "consistent but unanchored" in page
    assert "They agree" in page
    assert "project choice, not law" in page


def test_what_a_caller_says_is_never_markup(archive: Archive, tmp_path: Path) -> None:
    report = archive.report(tmp_path / "bundle")
    page = html.render(report.document)
    assert "<script" not in page
    assert HOSTILE in _plain(page)
    assert not re.search(r"""(src|href)=["'](?!https?://)""", page)
    reader = pypdf.PdfReader(BytesIO(render(report)))
    text = "\n".join(one.extract_text() for one in reader.pages)
    assert '#panic("x")' in text
    links = {
        str(note.get_object()["/A"].get("/URI")) for one in reader.pages for note in one.get("/Annots", [])
    }
    assert not any("evil.example" in link for link in links)


def test_a_character_that_no_font_has_is_written_by_its_number(archive: Archive, tmp_path: Path) -> None:
    text = _text_of(render(archive.report(tmp_path / "bundle")))
    assert "Grüß Gott U+6F22U+5B57 U+1F600" in text


def test_the_same_report_gives_the_same_bytes_as_pdf_a_2b(archive: Archive, tmp_path: Path) -> None:
    report = archive.report(tmp_path / "bundle")
    first, second = render(report), render(report)
    assert first == second
    reader = pypdf.PdfReader(BytesIO(first))
    xmp = first[first.index(b"<?xpacket begin") : first.index(b"<?xpacket end")]
    assert b"<pdfaid:part>2" in xmp
    assert b"<pdfaid:conformance>B" in xmp
    assert reader.metadata is not None
    assert reader.metadata.creation_date == report.created.replace(microsecond=0)
    assert b"/FontFile" in first


def test_without_keys_there_is_no_word_of_the_call(archive: Archive, tmp_path: Path) -> None:
    report = archive.report(tmp_path / "bundle", keys="none")
    page = _plain(html.render(report.document))
    assert "Metadata only" in page
    assert "Conversation" not in [chapter.heading for chapter in report.document.chapters]
    assert "You are speaking" not in page
    assert "bodies are not opened" in page


def test_after_an_erasure_the_report_says_who_and_what_remains(
    archive: Archive, tmp_path: Path, now: Callable[[], datetime]
) -> None:
    with closing(open_log(archive.data_dir, now=now)) as log:
        erase_call(log, archive.call, Approval("GDPR 17(1)(a)", "staff-1", "staff-2"))
    page = _plain(html.render(archive.report(tmp_path / "bundle").document))
    assert "GDPR 17(1)(a)" in page
    assert "staff-1 / staff-2" in page
    assert "What remains verifiable" in page
    assert "You are speaking" not in page


def test_without_the_extra_a_pdf_is_refused_in_one_sentence(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = archive.report(tmp_path / "bundle")
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ReportUnavailableError, match=r"secure-agent\[report\]"):
        render(report)
