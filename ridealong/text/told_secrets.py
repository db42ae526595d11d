"""Secrets told in a sentence: "I forgot the pin of my box, I think it's ...".

A word says what comes, some plain words follow, then something that no sentence is made of. What
is called after a voucher, an error or a post office is no secret, whatever it looks like.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from ridealong.text.placeholders import PersonalKind
from ridealong.text.secret_shapes import Shape, shape_of
from ridealong.text.spans import PersonalSpan
from ridealong.text.word_lists import sections


class Listed(StrEnum):
    """What a word does beside a secret; the value is its section in secret_words.txt."""

    SECRETS = "secrets"
    CODES = "codes"
    KEYS = "keys"
    KEPT = "kept"
    GIVERS = "givers"
    MINE = "mine"
    OPENS = "opens"
    OTHER = "other"
    LEADS_ON = "leads on"


_NOUNS = (Listed.SECRETS, Listed.CODES, Listed.KEYS)
_ARTICLES = frozenset(("the", "der", "die", "das", "le", "la", "el", "il", "o", "a", "de", "het"))
_CALLED = frozenset(("number", "code", "nr", "no", "número", "numéro", "numero"))
_AS = frozenset(("as", "als", "comme", "como", "come", "jako", "som", "как"))
_MOST_WORDS_BETWEEN = 9
_NEAR = 8
_TOKEN = re.compile(r"[^\s\0]+")
_ENDS = ".,;:!?…()[]{}\"'«»“”„"
_VALUE = re.compile(r"[^\u0e00-\u0e7f\u3000-\u9fff\uac00-\ud7a3]{3,64}")
_CODE_DIGITS = re.compile(r"[0-9]{4,8}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_UNSPACED = re.compile(
    r"(?:パスワード|パスコード|暗証番号|認証コード|確認コード|合言葉|密码|密碼|口令|验证码|驗證碼|비밀번호|비번|암호|패스워드|핀번호"
    r"|인증번호|인증코드|รหัสผ่าน"
    r"|كلمة (?:السر|المرور)|الرقم السري|رمز (?:الدخول|التحقق|الأمان|الباب))"
    r"(?P<between>[^0-9A-Za-z\n\0。！？!?]{0,16}+)(?P<value>[!-~]{3,64}+)(?![年月日元次回円번회분개])"
)
_UNSPACED_OTHER = re.compile(
    r"电话|手机|邮箱|订单|账号|帐号|会员|电脑|電話|注文|会員|メール|전화|주문|계좌|아이디|هاتف|طلب|خصم|حساب"
)


def _words(listed: Listed) -> frozenset[str]:
    return sections("secret_words.txt")[listed]


@cache
def _phrases() -> dict[str, list[tuple[str, ...]]]:
    """Names of secrets that are several words, by the first of them."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in _words(Listed.SECRETS):
        first, *others = phrase.split()
        if others:
            found.setdefault(first, []).append((first, *others))
    return found


def find_told_secrets(text: str) -> Iterator[PersonalSpan]:
    """A few look-ups for every word: linear in the text."""
    if not any(character.isdigit() for character in text):
        return
    sentence = _Told(text, list(_TOKEN.finditer(text)))
    for place in range(len(sentence.tokens)):
        if noun := sentence.noun_at(place):
            found = sentence.value_after(place, noun) or sentence.value_before(place, noun)
            if found:
                yield found
    for match in _UNSPACED.finditer(text):
        value = _trimmed(match["value"], text[match.end() : match.end() + 1])
        if not _UNSPACED_OTHER.search(match["between"]) and shape_of(value):
            start = match.start("value")
            yield PersonalSpan(start, start + len(value), PersonalKind.SECRET, value)


class _Told:
    """The words of a text, as they tell of secrets."""

    def __init__(self, text: str, tokens: list[re.Match[str]]) -> None:
        self.text = text
        self.tokens = tokens
        self._words = [_bare(token[0]) for token in tokens]

    def noun_at(self, place: int) -> Listed | None:
        """How surely the word here calls a secret what follows it."""
        word = self._words[place]
        for phrase in _phrases().get(word, ()):
            if tuple(self._words[place : place + len(phrase)]) == phrase:
                return Listed.SECRETS
        if _parts_of_code(word)[0] in _words(Listed.KEPT):
            return Listed.SECRETS
        return next((noun for noun in _NOUNS if word in _words(noun)), None)

    def value_after(self, place: int, noun: Listed) -> PersonalSpan | None:
        """The first thing that may be the secret, unless the talk is of something else by then."""
        if noun is not Listed.SECRETS and self._is_any(place - _NEAR, place, Listed.OTHER):
            return None
        is_mine = self._is_any(place - 1, place, Listed.MINE)
        is_kept = self._is_any(place - _NEAR, place, Listed.KEPT)
        for here in self._words_after(place):
            is_kept = is_kept or self._is_any(here, here + 1, Listed.KEPT)
            is_called = here == place + 2 and self._words[place + 1] in _CALLED
            is_next = here == place + 1 or is_called or self._is_any(here - 1, here, Listed.KEPT)
            candidate = self._candidate(here, is_next=is_next)
            if candidate.is_secret(noun, is_kept=is_kept, is_mine=is_mine):
                return self._span(here, candidate.value)
        return None

    def value_before(self, place: int, noun: Listed) -> PersonalSpan | None:
        """`739204 is my login code`, `0417 as my PIN`."""
        for mine in range(max(2, place - 3), place):
            if self._words[mine] not in _words(Listed.MINE):
                continue
            is_kept = noun is Listed.SECRETS or self._is_any(mine, place, Listed.KEPT)
            is_told = self._is_given(mine) or self._words[mine - 1] in _AS
            value = _value(self.tokens[mine - 2][0], "")
            if is_kept and is_told and shape_of(value):
                return self._span(mine - 2, value)
        return None

    def _words_after(self, place: int) -> Iterator[int]:
        """As far as the talk is of what stands here; in a further sentence no year is meant."""
        is_later = False
        for here in range(place + 1, min(place + 1 + _MOST_WORDS_BETWEEN, len(self.tokens))):
            if self._ends_before(here):
                is_later = True
                if self._words[here] not in _words(Listed.OPENS):
                    return
            if self._is_any(here, here + 1, Listed.OTHER):
                return
            if not (is_later and _YEAR.fullmatch(self._words[here])):
                yield here

    def _candidate(self, here: int, *, is_next: bool) -> "_Candidate":
        token = self.tokens[here]
        return _Candidate(
            _value(token[0], self.text[token.end() : token.end() + 1]),
            is_given=self._is_given(here),
            is_next=is_next,
            is_led_to=self._words[here - 1] in _words(Listed.LEADS_ON),
        )

    def _is_any(self, first: int, end: int, listed: Listed) -> bool:
        for word in self._words[max(0, first) : end]:
            before, after = _parts_of_code(word)
            if not {word, before, after}.isdisjoint(_words(listed)):
                return True
        return False

    def _ends_before(self, here: int) -> bool:
        """Whether a sentence or a line ended before this word."""
        before = self.tokens[here - 1]
        between = self.text[before.end() : self.tokens[here].start()]
        is_over = before[0][-1] in ".!?" and not before[0].endswith("..")
        return is_over or ("\n" in between and before[0][-1] not in ":=")

    def _is_given(self, here: int) -> bool:
        """`is 4432`, `es el 4432`, and what stands after a colon."""
        last, before = self._words[here - 1], self._words[max(0, here - 2)]
        given = before if last in _ARTICLES else last
        return self.tokens[here - 1][0][-1] in ":=" or given in _words(Listed.GIVERS)

    def _span(self, here: int, value: str) -> PersonalSpan:
        start = self.text.index(value, self.tokens[here].start())
        return PersonalSpan(start, start + len(value), PersonalKind.SECRET, value)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Something that may be a secret, and how the words before lead to it."""

    value: str
    is_given: bool
    is_next: bool
    is_led_to: bool

    def is_secret(self, noun: Listed, *, is_kept: bool, is_mine: bool) -> bool:
        """A password may look like anything; a code without a lock must look like a password."""
        shape = shape_of(self.value)
        if shape is None:
            return False
        is_told = self.is_given or self.is_next
        if noun is Listed.SECRETS or is_kept:
            is_odd = shape is Shape.MARKED or (shape is Shape.MIXED and not self.is_led_to)
            return is_told or is_odd
        if shape is Shape.MARKED:
            return is_told or noun is Listed.KEYS
        if noun is Listed.KEYS:
            return shape is Shape.MIXED and is_told
        is_code = _CODE_DIGITS.fullmatch(self.value) and not _YEAR.fullmatch(self.value)
        return is_mine and self.is_given and bool(is_code)


def _value(token: str, after: str) -> str:
    match = _VALUE.search(token.lstrip(_ENDS + "="))
    return _trimmed(match[0], after) if match else ""


def _trimmed(value: str, after: str) -> str:
    """Without what ends a sentence, unless the next word touches it."""
    return value.rstrip(",;:." if after.isalpha() else _ENDS)


def _bare(token: str) -> str:
    """`L'alarme,` is alarme."""
    word = token.strip(_ENDS + "=").lower().replace("’", "'")
    return word if word in _words(Listed.GIVERS) else word.rpartition("'")[2]


def _parts_of_code(word: str) -> tuple[str, str]:
    """`Türcode` is Tür and Code: many languages write it as one word."""
    for code in ("code", "kode", "kod", "koden", "codes"):
        if word.endswith(code) and len(word) > len(code):
            return word.removesuffix(code).rstrip("-"), code
    return "", word
