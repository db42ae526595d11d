"""Says whether a text tells what somebody does not want.

Encoders and word counts hear "cancel" in "I do not want to cancel". Whoever acts on a reading asks
here first; it is a sign, not a reading: it may be seen where a wish is only worded that way.
"""

import re

_READ_CHARACTERS = 4_000
_DENIED = re.compile(
    r"\b(?:do not|don'?t|did not|didn'?t|does not|doesn'?t|never|not|no longer)"
    r" (?:\w+ )?(?:want(?:ed|ing)?|need(?:ed)?|wish(?:ed|ing)?|intend(?:ed|ing)?|mean(?:t|ing)?"
    r"|ask(?:ed|ing)?|request(?:ed|ing)?|trying)\b"
    r"|\b(?:möchte|will|wollte|brauche|benötige)\b[^.!?\n]{0,60}\b(?:nicht|kein\w*)\b"
    r"|\bno (?:quiero|quería|queremos|quisiera|necesito|deseo|pido|pretendo)\b"
    r"|\bne (?:veux|voulais|voulons|souhaite|demande) (?:pas|plus)\b|\bn'ai pas besoin\b"
    r"|\bnon (?:voglio|volevo|vorrei|desidero|chiedo)\b|\bnon ho bisogno\b"
    r"|\b(?:wil|wilde|hoef|hoefde)\b[^.!?\n]{0,60}\b(?:niet|geen)\b"
    r"|\bnão (?:quero|queria|preciso|desejo)\b|\bnie (?:chcę|chciał\w*|potrzebuję)\b"
    r"|\bне (?:хочу|хотел\w*|нужн\w*|прошу)\b|\b(?:vil|ønsker) ikke\b|\bne (?:želim|treba)\b"
    r"|(?:istemiyorum|istemedim)\b|\btidak (?:mau|ingin|perlu)\b"
    r"|不想|不要|不需要|要りません|たくありません|たくない|원하지 않|싶지 않"
    r"|ไม่ต้องการ|ไม่อยาก|لا أريد"
)


def denies_a_wish(text: str) -> bool:
    """Whether words such as "I do not want" stand in the text, in the supported languages."""
    return _DENIED.search(text[:_READ_CHARACTERS].lower().replace("’", "'")) is not None
