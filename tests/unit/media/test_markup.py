"""HTML and Markdown as the text that a reader sees."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annolab.errors import MediaError
from annolab.media import markup
from annolab.media.markup import (
    HTML,
    MARKDOWN,
    SOURCE,
    declared_encoding,
    html_text,
    markdown_text,
    rule_of,
    shown,
)

PIECES = (
    *("<p>", "</p>", "<br>", "<pre>", "</pre>", "<table>", "<td>", "<tr>", "</tr>"),
    *("<!--", "-->", "<script>", "</script>", "<a b='", "'", '"', "<", ">", "</", "&"),
    *("&amp;", "&#9;", "&#xd800;", "&#99999999999;", " ", "\n", "\r", "x", "<![", "="),
)  # fmt: skip
pages = st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("plain  words\n of two lines ", "plain words of two lines"),
        ("<p>one</p> <p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div><div>two</div></div>three", "one\ntwo\nthree"),
        ("a<b>b</b> <i> c</i>d", "ab cd"),
        ("a <b> b</b>", "a b"),
        ("one<br>two<br/><br>three", "one\ntwo\n\nthree"),
        ("<p>one<br></p>two", "one\n\ntwo"),
        ("<ul><li>a<li>b</ul>c", "a\nb\nc"),
        ("<h1>T</h1>text", "T\n\ntext"),
        ("<tr><td>1<td> 2</tr><tr><th></th><th>4", "1\t2\n\t4"),
        ("<pre>\n a  b\n\n</pre>c", " a  b\n\nc"),
        ("<PRE> x\r\ny\rz</PRE>", " x\ny\nz"),
        ("&lt;b&gt; &amp;amp; &#65;&#x42; &nbsp;|", "<b> &amp; AB \xa0|"),
        ("&#99999999999999999999; &#xd800;", "\ufffd \ufffd"),
        ("<style>p {}</style>a<script>'<p>'</SCRIPT >b", "ab"),
        ("<title>T</title><p>x", "x"),
        ("a<!-- <p> -->b<!--> c <!---> d<? x ?>e<!DOCTYPE html>", "ab c de"),
        ("1 < 2 <3> </> x", "1 < 2 <3> x"),
        ("<a title='>' b=\">\" c = '>'>x</a>", "x"),
        ("<a b=it's>x</a> 'y'", "x 'y'"),
        ("x <a b", "x"),
        ("x <a b='> y", "x"),
        ("x <!-- y", "x"),
        ("<script>x", ""),
        ("<?xml version='1.0'?><script src='a'/><p>x</p>", "x"),
    ],
)
def test_html_is_read_as_browsers_do(source: str, text: str) -> None:
    assert html_text(source) == text


@given(pages)
@example("<td>" * 3 + "</pre>")
def test_any_html_has_a_text(source: str) -> None:
    text = html_text(source)
    assert html_text(source) == text
    if "<pre" not in source.lower():
        assert not re.search(r"[ \f]{2}|^ | $", text, re.MULTILINE) or "&" in source


@given(st.text(st.characters(exclude_characters="<&\r", exclude_categories=["Cs"])))
def test_words_stay_as_they_are(text: str) -> None:
    spaces = re.compile(r"[ \t\n\f]+")
    assert html_text(text) == spaces.sub(" ", text.strip(" \t\n\f"))
    assert html_text(f"<p>{text}</p>") == html_text(text)


@pytest.mark.parametrize("piece", [p for p in PIECES if len(p) > 1])
def test_hostile_pages_take_linear_time(piece: str) -> None:
    html_text(piece * 30_000)  # the parser of Python needs minutes for some


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"<meta charset=utf-8>", "utf-8"),
        (b"<META http-equiv=x content='text/html; charset = \"KOI8-R\"'>", "koi8-r"),
        (b"<?xml version='1.0' encoding=\"windows-1251\"?>", "cp1251"),
        (b"<meta charset=latin1>", "cp1252"),
        (b"<meta charset=utf-16>", "utf-8"),
        (b"<meta charset=nonsense>", ""),
        (b"<p>charset=utf-8", ""),
        (b" " * 1024 + b"<meta charset=utf-8>", ""),
    ],
)
def test_the_encoding_that_a_page_says(data: bytes, encoding: str) -> None:
    assert declared_encoding(data) == encoding


@given(st.binary())
def test_any_bytes_may_be_asked_for_an_encoding(data: bytes) -> None:
    declared_encoding(b"<meta " + data)


def test_markdown_is_shown_without_its_marks() -> None:
    source = (
        "# Title\r\n\r\nSome *soft*\nand **loud** "
        "[words](http://x.y \"t\") &amp; `code <b>`.\n\n"
        "* one\n* two\n\n> said\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "```py\nif a < b:\n    pass\n```\n<script>x</script>\n![picture](a.png)\n"
    )  # fmt: skip
    assert markdown_text(source) == (
        "Title\n\nSome soft and loud words & code <b>.\n\none\ntwo\n\nsaid\n\n"
        "a\tb\n1\t2\n\nif a < b:\n    pass\n"
    )


@given(st.lists(st.sampled_from(tuple("#*_`[]()<>!&|\\-+~ \n\tx1.:")) | st.text()))
def test_any_markdown_has_a_text(pieces: list[str]) -> None:
    source = "".join(pieces)
    assert markdown_text(source) == markdown_text(source)


@pytest.mark.parametrize("piece", ["> ", "[", "![", "- ", "*a ", "`a", "<a ", "1. "])
def test_nested_markdown_has_a_bound(piece: str) -> None:
    markdown_text(piece * 3000)


def test_rules_go_by_the_name() -> None:
    assert rule_of("a/b.HTM") == HTML
    assert rule_of("README.md") == MARKDOWN
    assert rule_of("a.txt") == rule_of("html") == rule_of("") == ""


def test_what_a_rule_shows() -> None:
    for rule in ("", SOURCE):
        assert shown("<p>*x*", rule, "a") == "<p>*x*"
    assert shown("<p>*x*", HTML, "a") == "*x*"
    assert shown("<p>*x*</p>\n\n*x*", MARKDOWN, "a") == "*x*\n\nx"
    with pytest.raises(MediaError, match="update AnnoLab"):
        shown("x", "html-99", "a.html")


def test_too_large_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "_RULES", {HTML: (1 << 20, html_text)})
    with pytest.raises(MediaError, match=r"a\.html is larger than 1 MB"):
        shown("x" * ((1 << 20) + 1), HTML, "a.html")
