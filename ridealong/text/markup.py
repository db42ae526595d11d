"""HTML that arrives where plain text was expected.

Tags go, words stay, scripts go with their content.
"""

import html
import re
from collections.abc import Iterator

# Only names that people do not type by accident: "<3", "a < b" and "<your name>" are text.
_KNOWN = (
    r"html|head|body|p|br|div|span|a|b|i|u|em|strong|ul|ol|li|table|tr|td|th|tbody|thead|h[1-6]"
    r"|img|hr|font|blockquote"
    r"|pre|code|script|style|title|meta|link|iframe|svg|form|input|button|center|small|sub|sup"
    r"|section|article|object"
)
_TAG = re.compile(rf"<(/?)({_KNOWN})(?=[\s/>])[^<>]{{0,4000}}>", re.IGNORECASE)
_BREAKING = re.compile(
    r"p|br|div|li|tr|table|h[1-6]|hr|blockquote|ul|ol|section|article|pre", re.IGNORECASE
)
_HIDDEN = frozenset({"script", "style", "head", "title", "iframe", "svg", "object"})


def looks_like_html(text: str) -> bool:
    """Whether the text holds at least one well-known tag, or a comment that nobody would see."""
    return "<" in text and ("<!--" in text or _TAG.search(text) is not None)


def strip_html(text: str) -> str:
    """The readable text. Every step is linear in the length, however broken the markup is."""
    return html.unescape("".join(_readable_parts(_without_comments(text))))


def _without_comments(text: str) -> str:
    parts, position = [], 0
    while (start := text.find("<!--", position)) >= 0:
        parts.append(text[position:start])
        end = text.find("-->", start)
        if end < 0:
            return "".join(parts)
        position = end + 3
    return "".join([*parts, text[position:]])


def _readable_parts(text: str) -> Iterator[str]:
    position, hidden_by = 0, ""
    for tag in _TAG.finditer(text):
        is_closing, name = bool(tag[1]), tag[2].lower()
        if not hidden_by:
            yield text[position : tag.start()]
            yield "\n" if _BREAKING.fullmatch(name) else ""
            hidden_by = name if name in _HIDDEN and not is_closing else ""
        elif is_closing and name == hidden_by:
            hidden_by = ""
        position = tag.end()
    if not hidden_by:
        yield text[position:]
