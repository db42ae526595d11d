"""HTML is read as its reader sees it."""

import pytest

from ridealong.mail.html_text import html_to_text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("Hello <b>dear</b> team", "Hello dear team"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two<br>three</div>", "one\ntwo\nthree"),
        ("one\n   wrapped\n line", "one wrapped line"),
        ("<ul><li>a<li>b</ul>c", "a\nb\n\nc"),
        ("<tr><td>order</td><td>12345</td></tr>", "order 12345"),
        ("caf&eacute; &lt;3 &#x20AC;5&nbsp;now", "café <3 €5 now"),
        ('see <a href="https://example.com/x">our page</a>!', "see our page!"),
        ("<style>p {color: red}</style><script>alert('<p>')</script>hi", "hi"),
        ("<SCRIPT>a</SCRIPT >hi<script src=x></script>", "hi"),
        ("<head><title>Mail</title></head><body>hi</body>", "hi"),
        ("a<!-- hidden <p> -->b<!--> c -->d", "ab c -->d"),
        ("<!DOCTYPE html><?xml x?><![if mso]>hi<![endif]>", "hi"),
        ("<p title=\"a > b\" class='c'>hi</p>", "hi"),
        ("<p title=it's>hi</p>", "hi"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("mine<blockquote>yours<br>too</blockquote>mine", "mine\n\n> yours\n> too\n\nmine"),
        ("</blockquote>hi", "hi"),
        ("", ""),
    ],
)
def test_a_page_becomes_the_text_its_reader_sees(page: str, text: str) -> None:
    assert html_to_text(page) == text


@pytest.mark.parametrize("page", ["hi<script>never closed", "hi<!-- never closed", "hi<style><p>x"])
def test_what_hides_and_never_ends_hides_the_rest(page: str) -> None:
    assert html_to_text(page) == "hi"
