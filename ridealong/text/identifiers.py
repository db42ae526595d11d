"""Numbers that stand for a person.

Social security, tax and passport numbers, accounts, birthdays.
"""

import re
from collections.abc import Iterator

from ridealong.text.placeholders import PersonalKind
from ridealong.text.spans import PersonalSpan

_LINK = (
    r"(?:[ \n]?(?:number|no\.?|nr\.?|num|id|code|is|was|:|=|-|#|№|n[°º]|numéro|número|numero"
    r"|nummer|numer|номер|nomor|broj|lautet|ist|est|es|è|号|番号|は|رقم|هو)"
    r"(?![^\W\d_])){0,4}[ \n]?"
)
_VALUE = (
    r"(?P<value>(?=[A-Za-z./-]{0,4}[0-9]|[A-Za-z]{1,3} [0-9]{6}|(?-i:[A-Z0-9]{8,9}\b))"
    r"[A-Za-z0-9](?:[ ./-]?[A-Za-z0-9]){4,24}?)"
    r"(?![A-Za-z0-9]|[ ./-][0-9])"
)
_ID_WORD = (
    r"passport|passeport|pasaporte|passaporto|paspoort|paszport\w?|reisepass\w{0,6}"
    r"|personalausweis\w{0,6}|identity card|id card|national id|government id|ssn|social security"
    r"|sozialversicherung\w{0,9}|sécurité sociale|tax|tin|vat id|steuer-?(?:id|nummer"
    r"|identifikationsnummer)|nif|nie|dni|curp|rfc|cpf|cnpj|codice fiscale|partita iva|bsn"
    r"|burgerservicenummer|pesel|nip|tckn|tc kimlik|инн|снилс|паспорт\w?|cpr|nik|ktp|jmbg"
    r"|driver'?s? licen[cs]e|driving licen[cs]e|licen[cs]e|führerschein\w{0,6}|permis"
    r"|customer|member(?:ship)?|kunden(?:nummer|nr)?|client|cliente|klant(?:nummer)?"
    r"|mitglieds?(?:nummer)?|マイナンバー|身份证|護照|护照|주민등록번호|여권"
)
_ACCOUNT_WORD = (
    r"(?:bank |checking |savings |current )?account|acct|kontonummer|konto|compte|cuenta|conto"
    r"|conta|rekening(?:nummer)?|rachun\w{1,4}|routing|aba|sort code|blz|bankleitzahl|swift|bic"
    r"|口座|账号|계좌|حساب"
)
_LABELLED = re.compile(
    rf"(?<![^\W\d_])(?:(?P<id>{_ID_WORD})|(?P<account>{_ACCOUNT_WORD})){_LINK}"
    rf"(?:(?<![^\W\d_])|(?=\d)){_VALUE}",
    re.IGNORECASE,
)
_SHAPED = re.compile(
    r"(?<![\w-])(?:\d{3}-\d{2}-\d{4}|(?i:[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D])"
    r"|(?i:[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z])"
    r"|\d{3}\.\d{3}\.\d{3}-\d{2}|(?:2[0347]|3[034])-\d{8}-\d|\d{8}-?[A-HJ-NP-TV-Z]|[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]"
    r"|[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3} ?\d{2})(?![\w-])"
)
_BIRTH = re.compile(
    r"(?<![^\W\d_])(?:date of birth|birth ?da(?:te|y)|d\.?o\.?b\.?|born(?: on)?|geboren(?: am)?"
    r"|geburts(?:datum|tag)|geb\.|née?(?: le)?|date de naissance|nacid[oa](?: el)?"
    r"|fecha de nacimiento"
    r"|nat[oa](?: il)?|data di nascita|nascid[oa](?: em)?|geboortedatum|urodzon[ya]"
    r"|doğum tarihi\w?|дата рождения|生年月日|出生日期|생년월일)"
    r"(?: (?:is|was|ist|est|es|è))?[ :]{0,3}(?P<value>\d{1,4}[./ -]{1,2}(?:\d{1,2}"
    r"|[^\W\d_]{3,12}\.?)[./ ,-]{1,2}\d{2,4}|[^\W\d_]{3,12} \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|\d{4}年\d{1,2}月\d{1,2}日)",
    re.IGNORECASE,
)


def find_identifiers(text: str) -> Iterator[PersonalSpan]:
    """In ranked order.

    What is called a birthday or an identifier, then what is shaped like one.
    """
    if not any(character.isdigit() for character in text):
        return
    for match in _BIRTH.finditer(text):
        yield _span(match, PersonalKind.BIRTHDATE)
    for match in _LABELLED.finditer(text):
        if sum(character.isdigit() for character in match["value"]) >= 4:
            yield _span(match, PersonalKind.ACCOUNT if match["account"] else PersonalKind.ID)
    for match in _SHAPED.finditer(text):
        yield PersonalSpan(match.start(), match.end(), PersonalKind.ID, _normal(match[0]))


def _span(match: re.Match[str], kind: PersonalKind) -> PersonalSpan:
    return PersonalSpan(match.start("value"), match.end("value"), kind, _normal(match["value"]))


def _normal(value: str) -> str:
    return re.sub(r"[ ./-]", "", value).upper()
