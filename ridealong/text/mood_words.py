"""The words by which complaints to companies, plain questions and praise are told apart."""

import re
from typing import Final


def words(*groups: str) -> re.Pattern[str]:
    """Whole words or phrases, parted by commas; `*` stands for any end."""
    listed = [each.strip() for group in groups for each in group.split(",")]
    bodies = (re.escape(each).replace(r"\*", r"\w*").replace(r"\ ", r"\s") for each in listed)
    return re.compile(rf"\b(?:{'|'.join(bodies)})(?!\w)")


COUNTED: Final = {
    "waiting": words(
        "still, wait*, on hold, hold for, yet, overdue, queue, ages, forever, finally, since",
        "delay*, late, later, stuck, pending, hours, days, weeks, months, minutes, hrs, mins",
    ),
    "failure": words(
        "broke*, crash*, error*, fail*, fault*, damage*, crack*, missing, lost, lose, down",
        "freez*, frozen, declined, wrong, mistake*, bug, bugs, cancelled, canceled, leak*",
        "scratched, slow*, blocked, dirty, filthy, cold, locked out, cut off, dead, stopped",
        "disappeared, vanished, disconnect*, hung up, closed, ignored, refuse*, deleted, lied",
        "poor, weak, problem*, issue*",
    ),
    "nobody": words(
        "never, nobody, no one, noone, nothing, nowhere, none, no answer, no reply",
        "no response, no email, no call, no help, no apology, no explanation, zero, not once",
        "no sign, no idea",
    ),
    "negation": words(
        "not, no, cannot, *n't, dont, doesnt, didnt, cant, wont, isnt, wasnt, couldnt, arent",
        "havent, hasnt, without, unable, neither, nor",
    ),
    "money": words(
        "charg*, overcharg*, refund*, money, fee, fees, paid, pay, paying, bill*, cost*, cent",
        "price*, expensive, overpriced, compensat*, voucher",
    ),
    "repeat": words(
        "again, twice, third, second time, every time, times, keep, keeps, another, same",
        "over and over, each time, always, constantly, once more, fourth, fifth, 2nd, 3rd",
        "4th, 5th",
    ),
    "contempt": words(
        "worst, horrible, awful, terrible, pathetic, ridiculous, joke, rude, unacceptable",
        "disgust*, useless, ashamed, shame, disgrace*, incompeten*, unreal, unbelievable",
        "garbage, trash, crap, rubbish, sucks, suck, scam*, rip off, ripoff, disappoint*",
        "frustrat*, annoy*, angry, furious, fed up, avoid, waste*, wasting, regret, hate",
        "worse, horrendous, nightmare, mess, wtf, smh, ruin*, poorly, lousy, bad, complain*",
        "excuse*, embarrass*, robbed, fix, explain, fuming, hell",
    ),
    "leaving": words(
        "never again, switch*, leaving, last time, competitor*, elsewhere, closing my",
        "cancelled my, stay away, lawyer, sue, done with, lost a customer, zero stars",
        "not recommend, send it back, sent it back, return it, returned it, do better",
        "report you, give up, don't bother",
    ),
    "sarcasm": words(
        "great job, good job, nice job, nice work, way to, thanks for nothing",
        "thanks for ruining, wow, congrat*, lol, haha*, really, seriously, apparently",
        "of course, guess, so much for, supposed, supposedly, i love how, love how",
        "love it when, funny, sure, oh, lovely, brilliant, bravo",
    ),
    "thanks": words(
        "thank*, thx, ty, tysm, cheers, appreciate*, grateful, kudos, shout out, shoutout",
        "props",
    ),
    "praise": words(
        "great, love, loved, loves, best, awesome, amazing, excellent, perfect*, fantastic",
        "wonderful, happy, glad, delighted, impress*, lovely, brilliant, superb, outstanding",
        "pleased, pleasure, friendly, kind, helpful, beautiful*, well done, recommended",
        "recommend, enjoy*, delicious, rock, rocks, easy, smooth, fast, quick*, pleasant",
        "saved, thrilled, stunning, cool, nice, good, fixed, solved, works, helped, worth",
        "comfortable, yay, fun, sweet, solid, crisp, tasty, fresh",
    ),
    "asking": words(
        "how do i, how can i, how do, how much, how many, how long, can i, could i, can you",
        "could you, do you, does, is there, are there, is it possible, what is, what's",
        "what are, what time, when, which, where, who, i would like, i'd like, i want to",
        "i need, please, would like, looking for, am i able, do i, may i, is the, are you",
        "will the, can we, could we, do we, any chance",
    ),
    "wished": words(
        "wish, would be nice, would have been, would have liked, should have, could have",
        "supposed to, could be better, could at least, at least, expected more, expect",
        "used to be, used to, hoping, hoped, instead of, if only, if i could, wanted to",
        "even though, you would think, for what",
    ),
    "praise by denial": words(
        "can't wait, cannot wait, couldn't be happier, could not be happier, couldn't be more",
        "enough, can't complain, cannot complain, can't go wrong, can't beat, couldn't put",
        "let me down, can't imagine, never leave, doubts, skeptical, hesitat*, in no time",
        "go wrong, look back",
    ),
    "own slip": words(
        "sorry, i gave, i sent, i typed, i wrote, i made, i forgot, i lost, i deleted",
        "i missed, my mistake, my fault, by mistake, i meant, i mean, oops, correction",
        "nevermind, never mind",
    ),
    "blame": words(
        "you, your, you're, ur, u, yours, you've, guys, they, their, staff, company",
    ),
}

_DENIAL = (
    r"\b(?:no|not|never|nothing|none|without|zero|hardly|cannot|can't|won't|wouldn't|don't|dont"
    r"|doesn't|doesnt|didn't|didnt|isn't|isnt|wasn't|wasnt|haven't|hasn't)"
)


def denied(endings: str) -> re.Pattern[str]:
    """One of these words at most three words after a denial."""
    body = endings.replace("*", r"\w*")
    return re.compile(rf"{_DENIAL}\s(?:[\w']+\s){{0,3}}(?:{body})\b")


WHY: Final = re.compile(
    r"\b(?:why|how\s(?:is|can|hard|come|could)|what's the point|is anyone|is anybody)\b"
)
NUMBERED_WAIT: Final = re.compile(
    r"\b(?:\d+|an|one|two|three|four|five|six|seven|eight|nine|ten|several|a few)[\s-]?\+?\s?"
    r"(?:hours?|hrs?|days?|weeks?|months?|minutes?|mins?|times?|years?)\b"
)
QUESTION_START: Final = re.compile(
    r"\W*(?:(?:hi|hello|hey|ok|so|and|just|quick question)\W+)?(?:how|what|when|where|which|who"
    r"|can|could|do|does|is|are|will|would|may|am|should|has|have)\b"
)

BAD_DENIED: Final = denied(
    "problem*|issue*|trouble*|complain*|fuss|hassle|regret*|disappoint*|fail*|bad|wrong|scratch*"
    "|bug*|error*|crash*|drop*|slip*|hot|dull|doubt*|worr*|broke*|questions"
)
GOOD_DENIED: Final = denied(
    "good|great|happy|worth|work*|help*|recommend*|buy|impress*|satisf*|care*|fun|easy|clear|nice"
    "|acceptable|ok|okay|right|true|fresh|hold|fit|come|arriv*|answer*|respon*|reply|bother|again"
    "|thanks"
)
