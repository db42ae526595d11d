"""Where a mood cannot be taken at its word: praise beside trouble, and moods that nearly tie.

"Great, just great. Still no parcel." reads as praise word by word. No model here was taught irony
(no set with a fitting licence was at hand), so it is not corrected but marked: whoever reads the
label knows to look. English only for the words; the tie counts in every language.
"""

import re
from collections.abc import Collection

_READ_CHARACTERS = 2_000
_TIE = 0.12
_POSITIVE_COUNTS_FROM = 0.2

_PRAISE = re.compile(
    r"\b(?:great|wonderful|fantastic|brilliant|awesome|amazing|excellent|lovely|perfect|fabulous"
    r"|superb|impressive|impressed|outstanding|terrific|genius|bravo|congrat\w*|well done"
    r"|nice (?:job|work|one)|good (?:job|work)|thanks?|thank you|thn?x|tysm|ty|love|best"
    r"|kudos|so helpful|world[- ]class|top[- ]notch|thrilled|delighted|can'?t wait"
    r"|looking forward)\b"
)
_TROUBLE = re.compile(
    r"\b(?:again|still (?:no|not|nothing|waiting|haven'?t|hasn'?t|isn'?t|doesn'?t)"
    r"|(?:been )?wait(?:ed|ing)"
    r"|on hold|for nothing|nobody|no one|no (?:answer|reply|response|refund|parcel|package|idea)"
    r"|nothing (?:works|happen\w*|arrived|yet)|(?:second|third|fourth|fifth|\d+(?:nd|rd|th)) time"
    r"|(?:twice|charged|ignored|ignoring|lost|losing|broken|broke|crash\w*|ruin\w*|wrong|late|delay\w*)"
    r"|never (?:arriv\w+|came|works?|answer\w*|again|show\w*|deliver\w*)|doesn'?t work|not work\w*"
    r"|didn'?t (?:arrive|work|come)|(?:hasn'?t|haven'?t) (?:arrived|come|received|heard)|fail\w*"
    r"|useless|joke|another (?:week|day|month|hour|delay|error)|hours?|weeks|months|empty|fee|fees"
    r"|taking my money|steal\w*|stole\w*|disappear\w*|only took|took (?:you )?(?:only|just)?)\b"
)
# Said in earnest these are rare in a complaint, said otherwise they are common.
_MOCKERY = re.compile(
    r"\b(?:great,? just great"
    r"|just (?:great|wonderful|perfect|brilliant|fantastic|lovely|what i needed)"
    r"|oh (?:great|wonderful|perfect|joy|fantastic|brilliant|lovely)|yeah,? right|as if|slow clap"
    r"|(?:thanks|thank you|thn?x|ty) for nothing"
    r"|(?:thanks|thx) a lot for (?:nothing|losing|breaking|ignoring)"
    r"|way to go|nice going|good luck with|what a (?:joke|surprise|shock)"
    r"|how (?:nice|lovely|kind) of you"
    r"|sure(?:,| you will| it will)|big surprise|shocker|/s)\b|🙄|👏\s*👏"
)
# Trouble that is over is no mockery: "it was lost, but you found it, great".
_OVER = re.compile(
    r"\b(?:resolved|solved|fixed|sorted|works now|working now|found it|refunded"
    r"|arrived (?:today|now"
    r"|safely|quickly|early|on time)|no longer|despite|all good|any more|anymore|instead of"
    r"|(?:but|and) (?:you|your|the|it|everything|she|he|they)\b[^.!?]{0,60}"
    r"\b(?:helped|fixed|sorted|solved|resolved|refunded|arrived|works|great|perfect|amazing))\b"
)


def is_doubtful(text: str, *, positive: float, others: Collection[float]) -> bool:
    """Whether the likeliest mood should not be trusted.

    `positive`: the probability of the positive class; `others`: those of all classes.
    """
    first, second = sorted(others, reverse=True)[:2]
    if first - second < _TIE:
        return True
    said = text[:_READ_CHARACTERS].lower().replace("’", "'")
    if _MOCKERY.search(said):
        return True
    if positive < _POSITIVE_COUNTS_FROM or _PRAISE.search(said) is None:
        return False
    return _TROUBLE.search(said) is not None and _OVER.search(said) is None
