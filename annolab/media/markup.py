"""HTML and Markdown as the text that a reader sees.

What is shown of a file is a rule with a number ("html-1"): items keep it, because
their spans count in its outcome. A rule that comes out otherwise gets another
number, and the old one stays.

HTML is read as browsers do: white space is drawn together outside of `pre`, blocks
end a line, paragraphs and headings leave one free, cells of a table are parted by
tabs, scripts and styles are left out. Python's own parser is not used: on hostile
files it needs hours. Markdown is CommonMark with tables, shown as its HTML is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from annolab.errors import MediaError
from annolab.media.text import encoding_named

HTML, MARKDOWN, SOURCE = "html-1", "markdown-1", "source"
"""The rules; by the last one a file is shown as it is written."""

_SUFFIXES = {
    ".html": HTML, ".htm": HTML, ".xhtml": HTML, ".md": MARKDOWN, ".markdown": MARKDOWN
}  # fmt: skip
MOST_HTML, MOST_MARKDOWN = 32 << 20, 4 << 20  # characters: seconds of work

_PARAGRAPHS = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table")
)
_BLOCKS = _PARAGRAPHS | frozenset(
    (
        *("address", "article", "aside", "body", "caption", "center", "dd", "details"),
        *("dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure"),
        *("footer", "form", "header", "hgroup", "hr", "html", "legend", "li", "main"),
        *("menu", "nav", "ol", "optgroup", "option", "search", "section", "summary"),
        *("tbody", "tfoot", "thead", "tr", "ul"),
    )
)
_UNSEEN = frozenset(
    (
        *("audio", "canvas", "datalist", "iframe", "noembed", "noframes", "noscript"),
        *("object", "script", "style", "template", "title", "video"),
    )
)
_SPACE = " \t\n\r\f"
_SPACES = re.compile(f"[{_SPACE}]+")
_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_TAG_STEP = re.compile(r">|=[ \t\n\f]*([\"'])")
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_CHARSET = re.compile(
    rb"<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_.:-]{1,40})"
    rb"|<\?xml[^>]{0,100}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9_.:-]{1,40})",
    re.IGNORECASE,
)
_HEAD = 1024  # bytes in which the encoding is to be said, by the standard


def rule_of(path: str) -> str:
    """The rule by which files of this name are shown; "" for plain texts."""
    return _SUFFIXES.get(path[path.rfind(".") :].lower(), "")


def declared_encoding(data: bytes) -> str:
    """The encoding that HTML says of itself, "" when it says none that is known."""
    match = _CHARSET.search(data[:_HEAD])
    if match is None:
        return ""
    name = encoding_named((match[1] or match[2]).decode("ascii"))
    if name in ("iso8859-1", "ascii"):  # as every browser does
        return "cp1252"
    return "utf-8" if name.startswith(("utf-16", "utf-32")) else name


def shown(source: str, rule: str, name: str) -> str:
    """What `rule` shows of a source; `name` is what a sentence calls it.

    Raises MediaError for sources that are too large, and rules that are not known.
    """
    if rule in ("", SOURCE):
        return source
    if rule not in _RULES:
        message = f"{name} was added by a newer AnnoLab: update AnnoLab to show it."
        raise MediaError(message)
    most, make = _RULES[rule]
    if len(source) > most:
        message = (
            f"{name} is larger than {most >> 20} MB, which is too much to be shown "
            "without its markup: add it as plain text."
        )
        raise MediaError(message)
    return make(source)


def html_text(source: str) -> str:
    """The text of an HTML document. Never raises; takes linear time."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    page = _Page(xml=source.lstrip().startswith("<?xml"))
    at = 0
    while at < len(source):
        tag = source.find("<", at)
        if tag < 0:
            tag = len(source)
        if tag > at:
            page.write(source[at:tag])
        at = _after_tag(source, tag, page) if tag < len(source) else tag
    return "".join(page.parts)


def markdown_text(source: str) -> str:
    """The text of a Markdown document."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return html_text(parser.render(source))


_RULES: Mapping[str, tuple[int, Callable[[str], str]]] = MappingProxyType(
    {HTML: (MOST_HTML, html_text), MARKDOWN: (MOST_MARKDOWN, markdown_text)}
)


def _after_tag(source: str, at: int, page: _Page) -> int:
    """Take the tag or comment that begins at `at`; where the text goes on."""
    if source.startswith(("<!", "<?"), at):
        comment = source.startswith("<!--", at)
        return _after_comment(source, at + 4) if comment else _past(source, ">", at)
    close = source.startswith("</", at)
    match = _NAME.match(source, at + 2 if close else at + 1)
    if match is None:
        if close:
            return _past(source, ">", at)
        page.write("<")
        return at + 1
    stop = _tag_stop(source, match.end())
    if stop < 0:
        return len(source)
    name = match[0].lower()
    if name in _UNSEEN and not close and not (page.xml and source[stop - 1] == "/"):
        return _after_unseen(source, stop + 1, name)
    page.tag(name, close=close)
    first = name == "pre" and not close and source.startswith("\n", stop + 1)
    return stop + 2 if first else stop + 1


def _tag_stop(source: str, at: int) -> int:
    """Where the ">" of a tag is, not one in the value of an attribute; -1: nowhere."""
    while (match := _TAG_STEP.search(source, at)) is not None:
        if match[1] is None:
            return match.start()
        at = source.find(match[1], match.end()) + 1
        if not at:
            return -1
    return -1


def _after_comment(source: str, at: int) -> int:
    if source.startswith(">", at):
        return at + 1
    if source.startswith("->", at):
        return at + 2
    return _past(source, "-->", at)


def _after_unseen(source: str, at: int, name: str) -> int:
    """Past the end tag of an element of which nothing is shown."""
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE | re.ASCII)
    match = end.search(source, at)
    return len(source) if match is None else _past(source, ">", match.end())


def _past(source: str, what: str, at: int) -> int:
    found = source.find(what, at)
    return len(source) if found < 0 else found + len(what)


@dataclass(slots=True)
class _Page:
    """The text so far, and what is to come before the next of it."""

    xml: bool = False
    parts: list[str] = field(default_factory=list)
    _ends: int = 0  # of lines, that the text ends with
    _wanted: int = 0  # ends of lines before the next text
    _space: bool = False  # a space before the next text
    _fresh: bool = True  # at the beginning of a line or cell
    _pre: int = 0
    _cells: int = 0  # of this row

    def write(self, data: str) -> None:
        """Take text between tags."""
        if "&" in data:
            data = html.unescape(_LONG_NUMBER.sub("\ufffd", data))
        if self._pre:
            if data:
                self._begin()
                self._put(data)
            return
        core = data.strip(_SPACE)
        if not core:
            self._space |= bool(data)
            return
        self._begin()
        if (self._space or data[0] in _SPACE) and not self._fresh:
            self.parts.append(" ")
        self._put(_SPACES.sub(" ", core))
        self._space = data[-1] in _SPACE

    def tag(self, name: str, *, close: bool) -> None:
        """Take the beginning or the end of an element."""
        if name == "br":
            self._begin()
            self._put("\n")
        elif name in ("td", "th"):
            self._cell(close=close)
        elif name in _BLOCKS:
            self._wanted = max(self._wanted, 2 if name in _PARAGRAPHS else 1)
            self._space = False
            if name == "tr":
                self._cells = 0
            elif name == "pre":
                self._pre = max(0, self._pre + (-1 if close else 1))

    def _cell(self, *, close: bool) -> None:
        self._space = False
        if close:
            return
        if self._cells:
            self._begin()
            self._put("\t")
            self._fresh = True
        self._cells += 1

    def _begin(self) -> None:
        """End lines as blocks want it; none before the first text."""
        if self._wanted and self.parts:
            missing = self._wanted - self._ends
            if missing > 0:
                self.parts.append("\n" * missing)
            self._ends, self._fresh, self._space = (
                max(self._wanted, self._ends),
                True,
                False,
            )
        self._wanted = 0

    def _put(self, data: str) -> None:
        self.parts.append(data)
        rest = data.rstrip("\n")
        ends = len(data) - len(rest)
        self._ends = ends if rest else self._ends + ends
        self._fresh = ends > 0
        self._space = False
