"""Order, invoice and tracking numbers: a word that says what follows, then the number.

Or a shape that says it alone.
"""

import re
from collections.abc import Iterator

from ridealong.text.entities import EntityKind, FoundEntity

# Written in full, cut short (`Bestell-Nr.`, `cmde`, `zam.`), or a word that needs one for a number.
_ORDER = (
    r"orders?|purchase|booking|reservation|reference|r[ée]f\.?|ticket|case|ord\.?(?= n[or])"
    r"|confirmation(?= (?:number|no|code|id|#))|bestell?(?:ung\w{0,3}|nummer|nr)|best\.?(?=-nr)"
    r"|(?:bestell?|vorgangs)(?=[ -]?n(?:r|umm))|auftrag\w{0,9}|buchung\w{0,9}|commandes?|cmde"
    r"|réservation|zam\."
    r"|dossier|pedidos?|reserva|orden|encomenda|ordine|ordini|prenotazione|bestelling\w{0,7}"
    r"|ordernummer|boeking\w{0,7}|zamówieni\w{1,3}|ordre(?:nummer)?|bestilling\w{0,7}"
    r"|sipariş\w{0,6}|заказ\w{0,3}|pesanan|porudžbin\w{1,2}|narudžbin\w{1,2}|поруџбин\w{1,2}|注文"
    r"|ご注文|订单|訂單|주문|คำสั่งซื้อ|(?:ال)?طلب\w{0,2}"
)
_INVOICE = (
    r"invoices?|bill|receipt|rechnung\w{0,9}|facture|factura|fattura|factuur\w{0,7}|fatura\w{0,3}"
    r"|faktur\w{1,7}|račun\w{0,2}|tagihan"
    r"|сч[её]т\w{0,2}|請求書|发票|發票|청구서|ใบแจ้งหนี้|(?:ال)?فاتورة"
)
_TRACKING = (
    r"tracking|shipment|parcel|sendung\w{0,9}|suivi|colis|seguimiento|envío|spedizione"
    r"|tracciamento|rastreio|zending\w{0,7}|przesyłk\w{1,2}"
    r"|kargo|takip|отслеживани\w|трек|追跡|快递|物流|运单|운송장|resi"
)
_LINK = (
    r"(?:number|numbers|no\.?|nr\.?|num\.?|id|code|ref\.?|reference|is|was|:|：|-|#|№|°|n\.?[°º]"
    r"|n\.|numéro|número|numero|nummer|numer|номер|numarası|numaram|nomor|broj|ist|lautet|est|es|è"
    r"|die|der|mit der|号码|编号|編號|号|號|番号|は|번호|는|은|หมายเลข|رقم|هو)"
)
# Four blocks of four are one number; any other blank ends it.
_NUMBER = (
    r"(?P<number>\d{4}(?: \d{4}){2,4}(?!\w)"
    r"|[A-Za-z]{0,5}[-_/]?\d(?:[A-Za-z0-9]|[-/._](?=[A-Za-z0-9])){2,39})"
)
_LABELLED = re.compile(
    rf"(?<![^\W\d_])(?:(?P<invoice>{_INVOICE})|(?P<tracking>{_TRACKING})|(?P<order>{_ORDER}))"
    rf"(?P<link>(?:,(?= n))?(?:[ \n]?{_LINK}(?![^\W\d_]|(?<=[a-z])\.)){{0,4}}|[-]?(?:numbers?|no|nr"
    rf"|id|nummer)[.:]{{0,2}})[ \n]?#?[ ]?{_NUMBER}",
    re.IGNORECASE,
)
_CJK_LABELLED = re.compile(
    rf"(?:(?P<invoice>請求書|发票|發票|청구서)|(?P<tracking>追跡|快递|物流|运单|운송장)|(?P<order>注文|订单|訂單|주문"
    rf"|คำสั่งซื้อ))"
    r"(?P<link>(?:[ ]?(?:番号|号码|编号|編號|号|號|번호|หมายเลข|は|是|는|은|:|：|#|ID)){0,3})[ ]?"
    rf"{_NUMBER}",
    re.IGNORECASE,
)
_NUMBER_FIRST = re.compile(
    r"(?<![\w-])(?P<number>#?\d{4,12}) (?:(?:numaralı|nolu|no'?lu) sipariş|(?<=\d{5} )order\b"
    r"|(?:is|was|ist|est|es|è|é) (?:my|our|the|meine|unsere|die|ma|notre|mi|il mio|o meu)"
    r" (?:order|booking|bestell|commande|pedido|ordine))",
    re.IGNORECASE,
)
# The next of a list: whether it is one its length and start must say.
_NEXT = re.compile(
    r"(?:,? (?:and|und|et|y|e|en|og|ve|i|и|&) |, ?|; ?|/|、|和|と)#?(?P<number>[A-Za-z0-9-]{4,40})"
    r"(?![\w-]|[ .]\d)"
)
_HASHED = re.compile(r"(?<![\w&#])#[ ]?(?P<number>[A-Za-z]{0,4}-?\d[A-Za-z0-9_-]{2,29})")
_SHAPED = re.compile(
    r"(?<![\w-])(?:(?P<invoice>(?:INV|RE|RG|FAC|FA|RCPT)[-_/]\d[\w/-]{2,29})"
    r"|(?P<tracking>1Z[0-9A-Z]{16}|[A-Z]{2}\d{9}[A-Z]{2})"
    r"|(?P<order>(?:ORD|ORDER|PO|SO|WO|BK|RMA|TKT|CASE|REF|BEST|CMD|PED"
    r"|ORDINE)[-_/]?\d[\w/-]{2,29}|\d{3}-\d{7}-\d{7}))(?![\w-])"
)
_DIGITS_ALONE = 4
_WORD_AND_NUMBER = re.compile(r"(?<![^\W\d_])([^\W\d_]{5,12}) #?(?P<number>[0-9]{5,20})(?![\w-])")
# German for "or", before what may well be a phone number.
_NEVER_MISTYPED = frozenset({"oder", "older"})
_DIGITS_WITH_LINK = 3


def find_references(text: str) -> Iterator[FoundEntity]:
    """References in ranked order: the labelled first."""
    if not any(character.isdigit() for character in text):
        return
    for pattern in (_LABELLED, _CJK_LABELLED):
        for match in pattern.finditer(text):
            if _is_reference(match["number"], match["link"]):
                yield from _listed(match)
    yield from _after_mistyped_label(text)
    for match in _NUMBER_FIRST.finditer(text):
        start, end = match.span("number")
        yield FoundEntity(EntityKind.ORDER_NUMBER, start, end, normal_reference(match["number"]))
    for match in _SHAPED.finditer(text):
        yield _found(match, match.start(), match.end())
    for match in _HASHED.finditer(text):
        number = match["number"].rstrip("-_")
        start = match.start("number")
        yield FoundEntity(
            EntityKind.ORDER_NUMBER, start, start + len(number), normal_reference(number)
        )


def _listed(match: re.Match[str]) -> Iterator[FoundEntity]:
    """The labelled number, and those after it that look alike: `orders 77120, 77121 and 77122`."""
    number, (start, end) = match["number"], match.span("number")
    yield _found(match, start, end)
    while following := _NEXT.match(match.string, end):
        start, end = following.span("number")
        is_alike = end - start == len(number) and following["number"][0] == number[0]
        if not is_alike or not following["number"][-1].isdigit():
            return
        yield _found(match, start, end)


def _after_mistyped_label(text: str) -> Iterator[FoundEntity]:
    """`ordedr 12345` and `puchase 12345`: one slip of the finger does not make a phone number."""
    for match in _WORD_AND_NUMBER.finditer(text):
        word = match[1].lower()
        kind = next((_MISTYPED[slip] for slip in _slips(word) if slip in _MISTYPED), None)
        if kind and word not in _NEVER_MISTYPED:
            value = match["number"]
            yield FoundEntity(kind, match.start("number"), match.end("number"), value)


def _slips(word: str) -> set[str]:
    """Two words that share one of these differ by one letter: missing, doubled, wrong, swapped."""
    return {word} | {word[:place] + word[place + 1 :] for place in range(len(word))}


_MISTYPED = {
    slip: kind
    for kind, words in (
        (EntityKind.ORDER_NUMBER, "order purchase booking bestellung commande pedido ordine"),
        (EntityKind.INVOICE_NUMBER, "invoice receipt rechnung facture factura fattura"),
    )
    for word in words.split()
    for slip in _slips(word)
}


def normal_reference(number: str) -> str:
    """One form for one number, however it was typed."""
    return number.replace(" ", "").lstrip("#").upper()


def _found(match: re.Match[str], start: int, end: int) -> FoundEntity:
    kind = EntityKind.ORDER_NUMBER
    if match["invoice"]:
        kind = EntityKind.INVOICE_NUMBER
    elif match["tracking"]:
        kind = EntityKind.TRACKING_NUMBER
    return FoundEntity(kind, start, end, normal_reference(match.string[start:end]))


def _is_reference(number: str, link: str) -> bool:
    digits = sum(character.isdigit() for character in number)
    return digits >= (_DIGITS_WITH_LINK if link.strip() else _DIGITS_ALONE)
