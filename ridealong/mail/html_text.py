"""HTML mail to the text its reader sees.

A scanner, not a tree: trees of hostile HTML take quadratic time (measured with Lexbor: 100,000
nested elements, 134 s), and no text needs one. Every step here is linear.
"""

import html
import re

TAG = re.compile(
    r"""<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:]*)(?:[^<>"']++|"[^"<]*"|'[^'<]*'|["'])*+>"""
    r"""|<!--|<[!?/][^<>]*>"""
)
HIDDEN = frozenset({"script", "style", "title", "template", "iframe", "object", "svg", "noframes"})
PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table"})
BREAKS = PARAGRAPHS | frozenset(
    {"address", "article", "aside", "br", "center", "dd", "div", "dl", "dt", "fieldset", "figure"}
    | {"footer", "form", "header", "hr", "legend", "li", "main", "nav", "option", "pre", "section"}
    | {"tbody", "tfoot", "thead", "tr"}
)
CELLS = frozenset({"td", "th"})
END_OF_HIDDEN = {
    name: re.compile(rf"</{name}(?![a-zA-Z0-9:])[^<>]*>?", re.IGNORECASE) for name in HIDDEN
}


def html_to_text(page: str) -> str:
    """Blocks on lines of their own, quotations marked by `> ` as in plain mail, links as words."""
    sheet = _Sheet()
    position = 0
    while tag := TAG.search(page, position):
        sheet.write(page[position : tag.start()])
        position = _after(page, tag)
        if name := tag["name"]:
            sheet.pass_tag(name.lower(), is_closing=bool(tag["close"]))
    sheet.write(page[position:])
    return sheet.text()


def _after(page: str, tag: re.Match[str]) -> int:
    """Where reading goes on: behind the tag, or behind what it hides."""
    if tag[0] == "<!--":
        # `-->` may share its dashes with the opening: `<!-->` is a whole comment.
        end = page.find("-->", tag.start() + 2)
        return end + 3 if end >= 0 else len(page)
    hidden = (tag["name"] or "").lower()
    if hidden in HIDDEN and not tag["close"]:
        closing = END_OF_HIDDEN[hidden].search(page, tag.end())
        return closing.end() if closing else len(page)
    return tag.end()


class _Sheet:
    """Lines under construction. White space of the source means nothing, as in a browser."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0

    def write(self, source: str) -> None:
        if source:
            self._line.append(source)

    def pass_tag(self, name: str, *, is_closing: bool) -> None:
        if name in CELLS:
            self._line.append(" ")
        elif name in BREAKS:
            self._end_line()
            if name in PARAGRAPHS:
                self._lines.append("")
        if name == "blockquote":
            self._quotes = max(0, self._quotes + (-1 if is_closing else 1))

    def _end_line(self) -> None:
        words = " ".join(html.unescape("".join(self._line)).split())
        self._line.clear()
        if words:
            self._lines.append(f"> {words}" if self._quotes else words)

    def text(self) -> str:
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip()
