"""What opens an account to whoever reads it: passwords, codes, keys, session tokens, wallets."""

import re
from collections.abc import Iterator

from ridealong.text.placeholders import PersonalKind
from ridealong.text.plainness import is_plain
from ridealong.text.spans import PersonalSpan

_SECRET = re.compile(
    r"(?<![^\W\d_])(?:(?P<word>password|passwort|kennwort|mot de passe|contraseña|senha|wachtwoord"
    r"|palavra-passe|hasło|пароль|şifre\w?|kata sandi|adgangskode|lozinka|パスワード|密码|비밀번호)"
    r"|passcode|pin|cvv2?|cvc2?|security code|otp|tan|api[ _-]?key|token)"
    r"(?: (?:code|is|ist|est|es|è|was|number|lautet|는|は|是))?"
    r"(?P<mark> ?[:=] ?| )(?P<value>[^\s\"'<>\0]{3,200})(?=(?P<more> [^\W\d_])?)",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"(?<![\w-])(?:eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?"
    r"|(?=[a-zA-Z_-]*[0-9])(?:(?:sk|pk|rk|gh[ops]|glpat|xox[abprs]|whsec|shpat)[_-]|AKIA|AIza)"
    r"[\w-]{16,})",
    re.ASCII,
)
_WALLET = re.compile(
    r"(?<!\w)(?:0x[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?|(?:bc1|tb1|ltc1)[02-9ac-hj-np-z]{25,60})(?!\w)",
    re.ASCII,
)
_LONG_RUN = re.compile(r"(?<!\w)\w{20,}", re.ASCII)
_HEXADECIMAL = re.compile(r"(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{32,}", re.IGNORECASE)
_SWITCH = re.compile(r"(?<=[A-Za-z])[0-9]|(?<=[0-9])[A-Za-z]")
# Names of products and files change between letters and digits less often than chance does.
_FEWEST_SWITCHES = 6


def find_credentials(text: str, language: str) -> Iterator[PersonalSpan]:
    """What is called a secret, then what only a machine writes."""
    for match in _SECRET.finditer(text):
        value = match["value"].rstrip(".,;!?")
        if _is_secret(match, language):
            yield _span(match.start("value"), value, PersonalKind.SECRET)
    for match in _WALLET.finditer(text):
        yield _span(match.start(), match[0], PersonalKind.ACCOUNT)
    for match in _KEY.finditer(text):
        yield _span(match.start(), match[0], PersonalKind.SECRET)
    for match in _LONG_RUN.finditer(text):
        if _is_opaque(match[0]):
            yield _span(match.start(), match[0], PersonalKind.SECRET)


def _is_secret(match: re.Match[str], language: str) -> bool:
    """A code has a digit; a password may be a word, but none that a sentence goes on with."""
    if any(character.isdigit() for character in match["value"]):
        return True
    goes_on = match["more"] is not None and is_plain(match["value"], language)
    return bool(match["word"] and match["mark"].strip()) and not goes_on


def _is_opaque(run: str) -> bool:
    if _HEXADECIMAL.fullmatch(run):
        return True
    has_both_cases = run != run.lower() and run != run.upper()
    return has_both_cases and len(_SWITCH.findall(run)) >= _FEWEST_SWITCHES


def _span(start: int, value: str, kind: PersonalKind) -> PersonalSpan:
    return PersonalSpan(start, start + len(value), kind, value)
