"""What announces a name or an address by itself: "my name is", "私の名前は", a post box."""

import re
from collections.abc import Iterator
from itertools import chain

from ridealong.text.cues import is_nobody, is_particle, may_be_called
from ridealong.text.placeholders import PersonalKind
from ridealong.text.plainness import is_plain, words_of
from ridealong.text.spans import PersonalSpan, spelled_span

_NAME_WORD = r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?"
_INTRODUCTION = re.compile(
    r"(?<![^\W_])(?:(?:my (?:full )?name is|my name['’]s|i am called|mein name ist|ich hei(?:ß"
    r"|ss)e|je m['’]appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome è|mijn naam is"
    r"|ik heet|meu nome é|(?:eu )?me chamo|nazywam się|mam na imię|меня зовут|jeg hedder"
    r"|mit navn er|nama saya|zovem se|моје име је|moje ime je|(?:benim )?adım|اسمي"
    r"|(?:full|first|last|customer|my) name:|(?:(?<=\n)|\A)name:|recipient:|attn[.:]|c/o"
    r"|ad soyad:)\s?:?\s)"
    r"(?:(?:mrs?|ms|miss|dr|prof|herr|frau|mme|sra?|sig)\.? ){0,2}"
    rf"(?P<name>{_NAME_WORD}(?: {_NAME_WORD}){{0,3}})",
    re.IGNORECASE,
)
_HANGUL_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민나진지엄채원천"
    "방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국"
)
_THAI_NAME = (
    r"(?!เบอร์|โทร|ที่อยู่|สั่ง|ต้องการ|อยาก|ได้|ขอ|มี|ไม่|ยัง|เป็น|จะ|ค่ะ|ครับ|สินค้า|พัสดุ|บัตร|บัญชี|เลข)[\u0e01-\u0e4e]{2,20}?"
    r"(?=ครับ|ค่ะ|คะ|และ|สั่ง|ต้องการ|อยาก|เบอร์|โทร|ได้|ขอ|[\s,.]|\Z)"
)
_UNSPACED_INTRODUCTION = re.compile(
    r"(?:我叫|我的名字是|我是(?=[\u3400-\u9fff]{2,3}[，。,. ])|(?:私の)?名前は|제 이름은 "
    r"|저는 (?=[가-힣]{2,4}(?:입니다|이라고|라고|예요|이에요))"
    r"|안녕하(?:세요|십니까)[,.! ]{0,2}(?!구매자|주문자|이용자|신청자|고객님)"
    rf"(?=[{_HANGUL_SURNAMES}][가-힣]{{2}}(?:입니다|예요|이에요)))"
    r"(?P<name>[\u3400-\u9fff\u30a0-\u30ff가-힣]{2,8}?)"
    r"(?=$|[，。,.、\s]|です|と申|といいます|입니다|이라고|라고|이고|예요|이에요)"
    r"|(?<![\u3400-\u9fff\u30a0-\u30ff])(?P<before>[\u3400-\u9fff\u30a0-\u30ff]{2,8})(?=と申します"
    r"|といいます)"
    rf"|(?:ดิฉัน|ผม|ฉัน|หนู)ชื่อ ?(?P<thai>{_THAI_NAME}(?: {_THAI_NAME})?)"
)
_UNSPACED_NAME = (
    r"[\u3400-\u9fff\u30a0-\u30ff가-힣]{2,8}?(?=\Z|[，。,.、\s]|です|様|さん|입니다|님)"
)
_UNSPACED_HOLDER = re.compile(
    r"(?:名義人?|受取人|宛名|届け先|户名|開戶名|收款人|收件人|持卡人"
    r"|예금주|수취인|수령인|받는 ?(?:사람|분)|명의자?)"
    rf"(?: ?[:：] ?|(?:は|が|是|为|為|는|은) ?)(?P<holder>{_UNSPACED_NAME})"
)
_POST_BOX = re.compile(
    r"(?<![^\W_])(?:p\.? ?o\.? ?box|postfach|boîte postale|apartado(?: de correos)?|casella postale"
    r"|postbus) ?(?:n[or°º]\.? ?)?[0-9](?:[ ]?[0-9]){0,9}(?![0-9])",
    re.IGNORECASE,
)
_ENDS = """
and i my but from und ich aus aber et je mais de y e o ed ma io en ik maar ve ama и я но ali og jeg
dan tapi with mit avec con met the a is was ist est es è born living
"""
_INITIAL = 2
_ENDS_NAME = frozenset(_ENDS.split())


def find_introductions(text: str, language: str) -> Iterator[PersonalSpan]:
    """Names after the words with which people give them: the tagger is weak outside Latin
    script.
    """
    for match in _INTRODUCTION.finditer(text):
        end = _end_of_name(match, language)
        if end > match.start("name"):
            yield spelled_span(text, match.start("name"), end, PersonalKind.PERSON)
    for match in chain(_UNSPACED_INTRODUCTION.finditer(text), _UNSPACED_HOLDER.finditer(text)):
        start, end = match.span(match.lastgroup or 0)
        yield spelled_span(text, start, end, PersonalKind.PERSON)


def find_post_boxes(text: str) -> Iterator[PersonalSpan]:
    """Addresses without a street, which the tagger does not know."""
    for match in _POST_BOX.finditer(text):
        value = re.sub(r"[^a-z0-9]", "", match[0].lower())
        yield PersonalSpan(match.start(), match.end(), PersonalKind.ADDRESS, value)


def _end_of_name(match: re.Match[str], language: str) -> int:
    """A name written in capitals ends with them; one written small ends at a plain word."""
    words = list(re.finditer(_NAME_WORD, match["name"]))
    is_capitalised = words[0][0][0].isupper()
    knows_words = bool(words_of(language))
    end = match.start("name")
    for place, word in enumerate(words):
        bare = word[0].lower().rstrip(".")
        if place and is_capitalised and is_particle(word[0]):
            continue
        is_small = place < 2 or knows_words
        follows_rule = word[0][0].isupper() if is_capitalised else is_small
        says_more = is_plain(bare, language) and (place or _is_said_of_name(word[0], language))
        is_state = word[0].islower() and is_nobody(bare)
        if bare in _ENDS_NAME or is_state or not follows_rule or says_more:
            break
        end = match.start("name") + word.end()
        if word[0].endswith(".") and len(word[0]) > _INITIAL:
            return end - 1
    return end


def _is_said_of_name(word: str, language: str) -> bool:
    """`my name is wrong`"""
    return word.islower() and not may_be_called(word, language)
