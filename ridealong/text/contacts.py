"""Ways to reach a customer or a machine: e-mail addresses, phone numbers, URLs, IP addresses."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

import phonenumbers

from ridealong.text.accounts import is_barcode
from ridealong.text.placeholders import PersonalKind
from ridealong.text.spans import PersonalSpan
from ridealong.text.spoken_emails import find_spoken_emails, spelled_out

# Scripts without blanks between words must not drag a sentence into an address: Latin comes first.
_LOCAL = re.compile(r"[A-Za-z0-9\u00c0-\u024f_.+%'!#$&*=?^{|}~/-]+\Z")
_LOCAL_ANY = re.compile(r"[\w.+%'-]+\Z")
_LABEL = r"(?:[A-Za-z0-9\u00c0-\u024f_-]+|[\w-]+)"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:.]{{3,45}}\]")
_TLDS = (
    "com|net|org|info|biz|io|dev|app|shop|store|online|site"
    "|eu|de|ch|fr|es|it|nl|pl|pt|ru|tr|jp|cn|kr|uk|ca|au|br|mx|dk|se|fi|cz|ie|gov|edu|cloud|ai|me"
    "|tv|xyz|at|be|us|ly|gl|nz|za|in|hu|ro|gr|bg|hr|rs|si|sk|lt|lv|ee|lu|li|il|hk|sg|tw|mobi|tech"
    "|live|link|page|blog|news|club|agency|example|test"
)
_SPACED_AT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?: @ ?| ?@ )[A-Za-z0-9-]{1,63}"
    rf"(?:(?:\.| \. (?=(?:{_TLDS})\b))[A-Za-z0-9-]{{2,63}}){{1,4}}"
)
_URL = re.compile(
    r"(?<![\w@])(?:(?:https?|ftps?)://[^\s<>\"'\0]{1,2000}|www\.[^\s<>\"'\0]{3,2000})"
    rf"|(?<![\w@.+/-])(?:[A-Za-z0-9-]{{1,63}}\.){{1,5}}(?:{_TLDS})(?![\w@-]|\.\w)"
    r"(?:[:/?][^\s<>\"'\0]{0,2000})?"
    # Any other ending counts where a path or a port follows.
    r"|(?<![\w@.+/-])(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}(?:/[^\s<>\"'\0]{1,2000}"
    r"|:\d{2,5}(?:/[^\s<>\"'\0]{0,2000})?(?!\d))",
    re.IGNORECASE,
)
# Typed without a blank after the full stop, these are words, not domains.
_WORDS_AS_TLD = re.compile(
    r"[A-Za-z]+\.(?:it|me|es|se|app|online|at|be|us|in|si|li|link|page|live|news|test|example)",
    re.IGNORECASE,
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV4 = re.compile(
    rf"(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?![\w-]|\.\d)(?P<rest>:\d{{1,5}}|/\d{{1,2}}(?!\d))?"
)
_IPV6 = re.compile(
    r"(?<![\w:.])(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{0,38}:)"
    r"(?P<ip>[0-9A-Fa-f:]{3,39}(?:(?:\.\d{1,3}){3})?)(?:/\d{1,3})?(?![\w:])"
)
_MAC = re.compile(
    r"(?<![\w:-])[0-9a-f]{2}(?::[0-9a-f]{2}){5}(?![\w:-])"
    r"|(?<![\w:-])(?=[0-9-]*[a-f])[0-9a-f]{2}(?:-[0-9a-f]{2}){5}(?![\w:-])",
    re.IGNORECASE,
)
_VERSION_WORD = re.compile(r"(?:version|firmware|release|build|v)\.? ?\Z", re.IGNORECASE)

_PHONE = re.compile(
    r"(?<![A-Za-z0-9\0])(?:\+|00)?[ (]{0,2}[0-9](?:[ ().\-–/]{0,3}[0-9]){6,17}"
    r"(?: ?(?:x|ext\.?|extension|dw|durchwahl) ?[0-9]{1,6})?(?![A-Za-z0-9\0])",
    re.IGNORECASE,
)
_PHONE_WORD = re.compile(
    r"phone|\btel|\btlf|\bnummer er|mobil|cell|call|whats|fax|ring|text me|reach|contact"
    r"|number is|handy|rufen|anruf|erreich|appel|joindre|portable|llam|móvil|numero|número|chiam"
    r"|cellulare|bel |bereik|zadzwo|telefo|тел|звон|hubungi|電話|电话|手机|전화|โทร|هاتف|اتصل|جوال",
    re.IGNORECASE,
)
_NORTH_AMERICA = re.compile(r"(?:\+?1[ .-]?)?(?:\([0-9]{3}\) ?|[0-9]{3}[ .-])[0-9]{3}[ .-][0-9]{4}")
_LOCAL_SHAPE = re.compile(r"[0-9]{3}-[0-9]{4}")
_PHONE_WORD_DISTANCE = 30
_REGIONS_BY_LANGUAGE = """
en US GB AU IN IE
de DE AT CH
fr FR BE CH CA
es ES MX AR CO
it IT CH
nl NL BE
pt PT BR
pl PL
tr TR
ru RU
ja JP
ko KR
zh CN TW HK
th TH
ar SA AE EG MA
da DK NO
id ID
sr RS
"""
_REGIONS = {
    language: tuple(regions)
    for language, *regions in map(str.split, _REGIONS_BY_LANGUAGE.strip().splitlines())
}
# Elsewhere eight digits are rather an order; here they are a phone if they are written in groups.
_REGIONS_OF_EIGHT_DIGITS = frozenset(("DK", "NO", "SG", "HK"))
_ANY_REGION = ("US", "GB", "DE", "FR", "ES", "IT")


def find_emails(text: str) -> Iterator[PersonalSpan]:
    """Grown to both sides from each `@`: no length and no odd character leaves a rest behind.

    A sign that slipped in twice is one.
    """
    previous = 0
    for match in re.finditer("@+", text):
        before = text[previous : match.start()]
        local = _last_run(before)
        domain = _DOMAIN.match(text, match.end())
        if (
            local
            and domain
            and any(character.isalpha() or character == "[" for character in domain[0])
        ):
            start, end = match.start() - len(local), domain.end()
            yield PersonalSpan(start, end, PersonalKind.EMAIL, f"{local}@{domain[0]}".lower())
        previous = match.end()
    for match in _SPACED_AT.finditer(text):
        yield PersonalSpan(match.start(), match.end(), PersonalKind.EMAIL, spelled_out(match[0]))
    yield from find_spoken_emails(text)


def _last_run(before: str) -> str:
    """The local part that ends here. Scans backwards.

    A forward search would start at every character.
    """
    for pattern in (_LOCAL, _LOCAL_ANY):
        place = len(before)
        while place and pattern.match(before[place - 1]):
            place -= 1
        if run := before[place:].lstrip("!#$&*=?^{|}~/'-."):
            return run
    return ""


def find_urls(text: str) -> Iterator[PersonalSpan]:
    """Web addresses, bare domains too: they may hold tokens and names."""
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,;:!?)]}»”’")
        if not _WORDS_AS_TLD.fullmatch(url):
            yield PersonalSpan(match.start(), match.start() + len(url), PersonalKind.URL, url)


def find_ip_addresses(text: str) -> Iterator[PersonalSpan]:
    """Versions 4 and 6; a software version with four parts is none if it says so.

    A device's own address (MAC) too.
    """
    for match in _MAC.finditer(text):
        yield PersonalSpan(match.start(), match.end(), PersonalKind.IP, match[0].lower())
    for match in _IPV4.finditer(text):
        if not _VERSION_WORD.search(text[max(0, match.start() - 12) : match.start()]):
            value = match[0].removesuffix(match["rest"] or "")
            yield PersonalSpan(match.start(), match.end(), PersonalKind.IP, value)
    for match in _IPV6.finditer(text):
        try:
            value = ip_address(match["ip"]).compressed
        except ValueError:
            continue
        if match["ip"] != "::":
            yield PersonalSpan(match.start(), match.end(), PersonalKind.IP, value)


def find_phones(text: str, language: str) -> Iterator[PersonalSpan]:
    """Numbers written like a phone number, called one, or valid where this language is spoken."""
    regions = _REGIONS.get(language, _ANY_REGION)
    for match in _PHONE.finditer(text):
        spelled = match[0].lstrip(" ")
        start = match.end() - len(spelled)
        if _is_phone(text, start, spelled, regions):
            yield PersonalSpan(
                start, match.end(), PersonalKind.PHONE, _normal_phone(spelled, regions)
            )
    for match in _LOCAL_SHAPE.finditer(text):
        if language in ("en", "unknown") and not _touches_digit(text, match.start(), match.end()):
            yield PersonalSpan(
                match.start(), match.end(), PersonalKind.PHONE, match[0].replace("-", "")
            )


def _is_phone(text: str, start: int, spelled: str, regions: tuple[str, ...]) -> bool:
    digits = re.sub(r"[^0-9]", "", spelled)
    if spelled == digits and is_barcode(digits):
        return _is_called_phone(text, start)
    if spelled.startswith("+") or (spelled.lstrip("(").startswith("00") and spelled != digits):
        return len(digits) >= 8
    if _NORTH_AMERICA.match(spelled):
        return True
    if _is_called_phone(text, start):
        return True
    if len(digits) == 8 and spelled != digits:
        regions = tuple(region for region in regions if region in _REGIONS_OF_EIGHT_DIGITS)
    elif not 9 <= len(digits) <= 15:
        return False
    return any(_is_valid(spelled, region) for region in regions)


def _is_called_phone(text: str, start: int) -> bool:
    return _PHONE_WORD.search(text, max(0, start - _PHONE_WORD_DISTANCE), start) is not None


def _is_valid(spelled: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(spelled, region))
    except phonenumbers.NumberParseException:
        return False


def _normal_phone(spelled: str, regions: tuple[str, ...]) -> str:
    for region in regions:
        try:
            number = phonenumbers.parse(spelled, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return re.sub(r"[^0-9]", "", spelled)


def _touches_digit(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return any(character.isalnum() or character in "-./\0" for character in around)
