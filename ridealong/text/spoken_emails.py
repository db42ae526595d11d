"""E-mail addresses in words, as people say them: `jane (at) mail dot com`, `ana arroba mail punto
es`.
"""

import re
from collections.abc import Iterator

from ridealong.text.placeholders import PersonalKind
from ridealong.text.spans import PersonalSpan

_AT = (
    r"arroba|chiocciola|chiocciolina|arobase|apenstaartje|klammeraffe|małpa|małpka|snabel-?a|alfakrull"
    r"|kuyruklu a|собака|собачка|et işareti"
)
# "At this point in ..." is no address: there the other words for a dot must do.
_SURE_DOT = r"dot|punkt|punto|ponto|kropka|nokta|точка"
_DOT = rf"{_SURE_DOT}|point|punt|prik|piste|tačka|titik"
_JOIN = (
    rf"{_DOT}|underscore|dash|hyphen|minus|unterstrich|bindestrich|tiret(?: bas)?|trait d'union"
    r"|guion(?: bajo)?|barra baja|trattino(?: basso)?|streepje|understreg|alt çizgi|tire|дефис"
    r"|podkreślnik|myślnik|traço|sublinhado"
)
_SPELLED = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} ?[(\[{] ?(?:at|ät|@|arroba) ?[)\]}] ?[\w-]{1,63}"
    r"(?:(?:\.| ?[(\[{] ?(?:dot|punkt|\.) ?[)\]}] ?| dot )[\w-]{2,63}){1,4}"
    rf"|(?<![\w.+-])(?:[\w.+-]{{1,64}} (?:{_JOIN}) ){{0,4}}[\w.+-]{{1,64}} at [\w-]{{1,63}}"
    rf"(?: (?:{_SURE_DOT}) [\w-]{{2,63}}){{1,4}}",
    re.IGNORECASE,
)
_NAMED_AT = re.compile(rf" (?:{_AT}) ", re.IGNORECASE)
_NAMED = re.compile(
    rf"(?<![\w.+-])(?:[\w.+-]{{1,64}} (?:{_JOIN}) ){{0,4}}[\w.+-]{{1,64}} (?:{_AT}) "
    rf"(?:[\w-]{{1,63}} (?:{_JOIN}) ){{0,2}}[\w-]{{1,63}}"
    rf"(?:(?:\.| (?:{_DOT}) )[a-z]{{2,63}}){{1,4}}",
    re.IGNORECASE,
)
_UNSPACED_AT = r" ?(?:アットマーク|アット|골뱅이|艾特|آت|ات) ?"
_UNSPACED_DOT = r" ?(?:ドット|点|닷|점|دوت|نقطة) ?"
_UNSPACED = re.compile(
    rf"(?<![a-z0-9._+-])(?:[a-z0-9._+-]{{1,64}}{_UNSPACED_DOT}){{0,3}}[a-z0-9._+-]{{1,64}}"
    rf"{_UNSPACED_AT}[a-z0-9-]{{1,63}}(?:(?:\.|{_UNSPACED_DOT})[a-z]{{2,63}}){{1,3}}",
    re.IGNORECASE,
)
_AT_WORD = re.compile(
    rf" ?[(\[{{] ?(?:at|ät|@|arroba) ?[)\]}}] ?| (?:at|{_AT}) | ?@ ?"
    rf"|{_UNSPACED_AT}"
)
_DOT_WORD = re.compile(rf" ?[(\[{{] ?(?:dot|punkt|\.) ?[)\]}}] ?| (?:{_DOT}) |{_UNSPACED_DOT}")


def find_spoken_emails(text: str) -> Iterator[PersonalSpan]:
    """A sign that is called by its name needs less after it than `at`, which is a word."""
    patterns = [_SPELLED]
    if _NAMED_AT.search(text):
        patterns.append(_NAMED)
    if not text.isascii():
        patterns.append(_UNSPACED)
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield PersonalSpan(
                match.start(), match.end(), PersonalKind.EMAIL, spelled_out(match[0])
            )


def spelled_out(address: str) -> str:
    """`jane (at) mail dot com` is jane@mail.com."""
    joined = _DOT_WORD.sub(".", _AT_WORD.sub("@", address.lower(), count=1))
    return re.sub(r"\s", "", joined)
