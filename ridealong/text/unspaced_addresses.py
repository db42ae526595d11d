"""Chinese and Japanese addresses, from the province to the room: no blank parts their words."""

import re
from collections.abc import Iterator
from typing import Final

_HAN: Final = r"[\u3400-\u9fff々]"
_PROVINCES: Final = (
    r"北京|上海|天津|重庆|重慶|广东|廣東|江苏|浙江|山东|河南|四川|湖北|湖南|河北|福建|安徽|辽宁|陕西|江西|广西|云南|贵州"
    r"|山西|黑龙江|吉林|内蒙古|新疆|甘肃|海南|宁夏|青海|西藏|台湾|臺灣|台北|臺北|高雄|台中|香港|澳门|澳門"
)
_HOUSE: Final = r"(?:[0-9]{1,5}|[一二三四五六七八九十]{1,3})"
_CHINESE: Final = re.compile(
    rf"(?P<town>{_HAN}{{0,24}}?)(?P<road>[路街巷弄道]|胡同|大道)"
    rf"(?:[东西南北中東]|[一二三四五六七八九十]{{1,2}})?段?{_HOUSE}(?:弄[0-9]{{1,4}})?[号號]"
    rf"(?:{_HAN}{{0,8}}?[0-9A-Z]{{1,5}}(?:号楼|號樓|栋|棟|幢|座|塔|单元|單元|室|楼|樓|层|層|户|戶|房)){{0,4}}"
    r"(?:[0-9]{2,4}(?![0-9A-Za-z年月日点點]))?"
)
_ENDS_WITH_PROVINCE: Final = re.compile(rf"(?:{_PROVINCES}).{{0,24}}\Z")
_IN_TOWN: Final = re.compile(rf"{_PROVINCES}|[市区區]|九龍|九龙|新界")
_IS_JAPANESE: Final = re.compile(r"[\u3040-\u30ff〒県]|丁目|番地|東京都")
# What people say before an address, and what they call it.
_LEADS: Final = re.compile(
    r".*(?:地址|住址|住所|寄到|送到|发到|發到|寄往|送往|寄去|搬到|改成|改为|改到|更改为|住在|就在|位于|我在|是|为|至)"
)
_TOWN: Final = r"[\u3400-\u9fff々ァ-ヶー]"
_JAPANESE: Final = re.compile(
    rf"(?:〒? ?[0-9]{{3}}-?[0-9]{{4}} ?)?(?:東京都|北海道|大阪府|京都府|{_HAN}{{2,3}}県)?"
    rf"(?:{_TOWN}{{1,7}}?[市区町村郡]){{1,3}}[\u3040-\u30ff\u3400-\u9fff々]{{0,12}}?"
    r"[0-9]{1,4}(?:条[東西南北]?[0-9]{1,4})?(?:丁目|番地?|号|[-−‐–ー][0-9]{1,4}|の[0-9]{1,3}|(?<=[目番地])[0-9]{1,4}){1,6}"
    r"(?: ?[ァ-ヶーA-Za-z\u3400-\u9fff々ぁ-ん・]{1,14}?[0-9]{1,4}(?:号室|号|室|階|F)"
    r"| ?[0-9]{1,4}号室| [\u3040-\u30ff・]{2,14} ?[0-9]{2,4})?"
)


def find_unspaced_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where a house is numbered; the words that lead to the address stay readable."""
    if text.isascii():
        return
    if _IS_JAPANESE.search(text):
        yield from (match.span() for match in _JAPANESE.finditer(text))
    for match in _CHINESE.finditer(text):
        # "I know that on the 3rd": 道 is a road only in a town.
        if match["road"] == "道" and not _IN_TOWN.search(match["town"]):
            continue
        yield match.start() + _length_of_lead(match["town"]), match.end()


def _length_of_lead(before: str) -> int:
    if province := _ENDS_WITH_PROVINCE.search(before):
        return province.start()
    lead = _LEADS.match(before)
    return lead.end() if lead else 0
