"""Numbers that name a thing: contracts, meter readings, builds, models, errors.

They look like phones, taxes or postcodes to who does not read the word before them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_THING = (
    r"contract|policy|meter|reading|reads|build|version|firmware|release|revision|model|batch|lot"
    r"|error|part|sku|item|vertrag|vertrags|police|zähler|zählerstand|charge|modell|fehler|fehlercode"
    r"|contrat|compteur|relevé|modèle|erreur|contrato|contador|lectura|modelo|contratto|contatore"
    r"|lettura|modello|errore|polizza|póliza|apólice|meterstand|fout|foutcode|leitura|erro|umow[ayęie]"
    r"|licznik\w?|błąd|kontrakt|måler|målerstand|fejl|fejlkode|sözleşme|sayaç|hata|договора?"
    r"|сч[её]тчик\w?|ошибка|model[iu]|claim|aktenzeichen|schadennummer|siniestro|sinistre|sinistro"
    r"|odometer"
)
_NAMED = re.compile(
    rf"(?<![^\W_])(?:{_THING})(?:[ -]?(?:number|no\.?|nr\.?|code|id|reading|reads|shows|is|was|:|#"
    r"|displays|zeigt|muestra|indique|segna|mostra"
    r"|nummer|numéro|número|numero|номер|№|n\.?[°º]?|ist|lautet|est|es|è|é|er|stand|no:)"
    r"(?![^\W\d_])){0,3} ?(?P<number>[A-Za-z]{0,3}-?[0-9](?:[./-]?[0-9]){3,24}+)(?![\w@]|[./-]\w)",
    re.IGNORECASE,
)
_UNSPACED = re.compile(
    r"(?:契約番号|検針値|合同号|合同编号|电表|水表|계약번호|계약 번호)(?:[はが是为은는:：] ?)?"
    r"(?P<number>[0-9](?:[./-]?[0-9]){3,24}+)"
)
_MEASURED = re.compile(r"(?<![\w.,/+-])(?P<number>[0-9]{4,9}) ?(?:kwh|m³|m3|km|miles)(?!\w)", re.I)
# A mobile contract goes by the number that is called.
_DIGITS_OF_A_PHONE = 10


@dataclass(frozen=True, slots=True)
class PlainNumber:
    """`text[start:end]` is nobody's."""

    start: int
    end: int


def find_plain_numbers(text: str) -> Iterator[PlainNumber]:
    """Each with the word before it that says what it is."""
    for pattern in (_NAMED, _UNSPACED, _MEASURED):
        for match in pattern.finditer(text):
            if not _may_be_called(match["number"]):
                yield PlainNumber(*match.span("number"))


def _may_be_called(number: str) -> bool:
    digits = sum(character.isdigit() for character in number)
    return number.startswith("0") and digits >= _DIGITS_OF_A_PHONE
