"""Products.

Article numbers that are called so, well-known product lines, and everyday goods in five
languages.
"""

import re
from collections.abc import Iterator

from ridealong.text.entities import EntityKind, FoundEntity

_ARTICLE = re.compile(
    r"(?<![^\W_])(?:sku|ean|gtin|upc|barcode|part|serial|s/n|article|item|product|model|artikel(?:nummer|nr)?|produkt(?:nummer)?|modell"
    r"|article|référence|modèle|artículo|producto|modelo|articolo|prodotto|modello)"
    r"(?: (?:reads|sn|number|no\.?|nr\.?|code|id|numéro|número|numero|nummer"
    r"|n[°º]))?[ ]?[:#]? ?"
    r"(?P<number>(?=[A-Za-z-]{0,12}\d)[A-Za-z0-9][A-Za-z0-9_/-]{2,29})(?![\w-])",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"(?<![^\W_])(?P<line>iphone|ipad|macbook|airpods|apple watch|galaxy|pixel|playstation|ps[45]"
    r"|xbox|nintendo switch|kindle|thinkpad|surface|echo dot|chromecast|fitbit|gopro|roomba)"
    r"(?P<version>(?: (?:\d{1,2}[a-z]?|[sazx]\d{1,2}|pro|max|plus|ultra|mini|air|series [a-z0-9]"
    r"|se|xl|lite|note|fold|flip|laptop)(?![\w])){0,4})",
    re.IGNORECASE,
)
# English singular, then what else it is called: en | de | fr | es | it.
_GOODS = """
shirt: shirts t-shirt t-shirts hemd hemden chemise chemises camisa camiseta camicia maglietta
shoes: shoe sneaker sneakers boots schuhe schuh chaussures zapatos zapatillas scarpe
dress: dresses kleid kleider robe robes vestido vestidos vestito vestiti
jacket: jackets jacke jacken veste vestes chaqueta chaquetas giacca giacche
jeans: trousers pants hose hosen pantalon pantalones pantaloni
sweater: sweaters hoodie hoodies pullover jersey maglione felpa
bag: bags backpack backpacks handbag tasche taschen rucksack sac bolso mochila borsa zaino
laptop: laptops notebook portátil portatile
headphones: headphone earphones earbuds headset kopfhörer casque écouteurs auriculares cuffie
charger: chargers ladegerät ladekabel chargeur cargador caricabatterie caricatore
phone case: phone cases handyhülle coque funda custodia
television: televisions tv tvs fernseher télévision téléviseur televisor televisore
washing machine: washing machines waschmaschine machine à laver lavadora lavatrice
refrigerator: refrigerators fridge fridges kühlschrank réfrigérateur frigo nevera frigorifero
coffee machine: coffee machines coffee maker kaffeemaschine cafetière cafetera macchina da caffè
vacuum cleaner: vacuum cleaners staubsauger aspirateur aspiradora aspirapolvere
keyboard: keyboards tastatur clavier teclado tastiera
camera: cameras kamera caméra cámara fotocamera
watch strap: watch straps uhrenarmband
lamp: lamps lampe lampes lampen lámpara lampada
chair: chairs stuhl stühle chaise chaises silla sillas sedia sedie
sofa: sofas couch canapé sofá divano
mattress: mattresses matratze matelas colchón materasso
bicycle: bicycles bike bikes fahrrad vélo bicicleta bicicletta
printer: printers drucker imprimante impresora stampante
toner: ink cartridge ink cartridges druckerpatrone cartouche cartucho cartuccia
perfume: perfumes parfüm parfum profumo
toy: toys spielzeug jouet juguete giocattolo
gift card: gift cards gift voucher geschenkkarte gutschein carte cadeau tarjeta regalo carta regalo
credit card: credit cards kreditkarte carte de crédit tarjeta de crédito carta di credito
debit card: debit cards debitkarte carte de débit tarjeta de débito carta di debito
savings account: savings accounts sparkonto compte épargne cuenta de ahorros conto di risparmio
mortgage: mortgages hypothek hypothèque hipoteca mutuo
"""
_TWO_WORDS = re.compile(
    r"coffee maker|ink cartridges?|gift voucher|machine à laver|macchina da caffè|carte cadeau"
    r"|tarjeta regalo|carta regalo|carte de (?:crédit|débit)"
    r"|tarjeta de (?:crédito|débito)|carta di (?:credito|debito)|compte épargne|cuenta de ahorros"
    r"|conto di risparmio"
)


def _read_goods() -> dict[str, str]:
    names: dict[str, str] = {}
    for line in _GOODS.strip().splitlines():
        value, _, others = line.partition(": ")
        names[value] = value
        phrases = _TWO_WORDS.findall(others)
        single = (
            _TWO_WORDS.sub(" ", others).replace(f"{value}s", " ")
            if " " in value
            else _TWO_WORDS.sub(" ", others)
        )
        plural = [f"{value}s"] if " " in value else []
        names |= dict.fromkeys([*phrases, *plural, *single.split()], value)
    return names


_NAMES = _read_goods()
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LONGEST_NAME = max(len(name.split()) for name in _NAMES)


def find_products(text: str) -> Iterator[FoundEntity]:
    """Products in ranked order: a number says more than a line, a line more than a kind of
    goods.
    """
    if any(character.isdigit() for character in text):
        for match in _ARTICLE.finditer(text):
            value = match["number"].upper()
            yield FoundEntity(EntityKind.PRODUCT, match.start("number"), match.end("number"), value)
    for match in _LINE.finditer(text):
        yield FoundEntity(EntityKind.PRODUCT, match.start(), match.end(), match[0].lower())
    yield from _find_goods(text)


def _find_goods(text: str) -> Iterator[FoundEntity]:
    """Looks words up instead of searching for a hundred names: twenty times faster.

    Longer names first.
    """
    words = [(match[0].lower(), match.start(), match.end()) for match in _WORD.finditer(text)]
    for length in range(_LONGEST_NAME, 0, -1):
        for first in range(len(words) - length + 1):
            phrase = " ".join(word for word, _, _ in words[first : first + length])
            if value := _NAMES.get(phrase):
                start, end = words[first][1], words[first + length - 1][2]
                yield FoundEntity(EntityKind.PRODUCT, start, end, value)


def is_goods(word: str) -> bool:
    """Whether this word, in small letters, calls something that is sold."""
    return word in _NAMES
