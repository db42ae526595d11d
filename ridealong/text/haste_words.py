"""The words of haste, of waiting and of asking again, in the supported languages."""

import re
from typing import Final

from ridealong.text.signs import sign

DEADLINE: Final = sign(
    "deadline",
    0.4,
    "urgent*, asap, immediately, right now, right away, today, tonight, tomorrow, deadline",
    "as soon as possible, within the hour, emergency, by noon, by midnight",
    "sofort, dringend*, heute, morgen, umgehend, schnellstmöglich, eilt, notfall",
    "urgente*, ahora mismo, hoy, mañana, cuanto antes, de inmediato",
    "immédiatement, aujourd'hui, demain, au plus vite, tout de suite",
    "subito, oggi, domani, immediatamente, il prima possibile",
    "vandaag, meteen, onmiddellijk, zo snel mogelijk, dringend",
    "acil*, bugün, hemen, yarın",
    "urgência, hoje, amanhã, imediatamente, o quanto antes, o mais rápido possível",
    "pilne, pilnie, pilna, natychmiast*, dziś, dzisiaj, jutro, jak najszybciej, niezwłocznie",
    "срочн*, немедленно, сегодня, завтра, сейчас же, как можно скорее",
    "haster, omgående, straks, i dag, i morgen, med det samme, hurtigst muligt",
    "segera, mendesak, darurat, hari ini, besok, secepatnya, sekarang juga",
    "hitno, odmah, danas, sutra, što pre, хитно, одмах, данас, сутра, што пре",
    "عاجل, عاجلا, فورا, حالا, اليوم, غدا, بسرعة",
    unspaced="紧急, 急需, 马上, 立刻, 立即, 尽快, 今天, 明天, 至急, 緊急, 今すぐ, 直ちに, 今日中"
    ", 明日"
    ", 긴급, 급합니다, 급해요, 당장, 즉시, 빨리, 오늘, 내일, ด่วน, ทันที, วันนี้, พรุ่งนี้",
)
WAITING: Final = sign(
    "waiting",
    0.3,
    "still waiting, been waiting, for days, for weeks, two weeks, three weeks, overdue",
    "no answer, no reply, never arrived, nobody answers",
    "seit wochen, seit tagen, warte, keine antwort",
    "esperando, semanas, sin respuesta",
    "j'attends, depuis des semaines, sans réponse",
    "sto aspettando, settimane, nessuna risposta",
    "wacht al, geen antwoord, weken geen",
    "bekliyorum, haftadır, cevap yok",
    "sem resposta, ninguém responde, czekam, od tygodni, brak odpowiedzi, nikt nie odpowiada",
    "жду, неделями, нет ответа, никто не отвечает, ventet i, venter stadig, ingen svarer",
    "menunggu, tidak ada jawaban, tidak ada yang balas, čekam, nedeljama, niko ne odgovara",
    "чекам, недељама, нико не одговара, أنتظر, منذ أسابيع, لا أحد يرد",
    unspaced="一直在等, 没人回复, 好几个星期, ずっと待って, 返事がない, 返信がない, 何週間も"
    ", 기다리고 있, 답이 없, 답변이 없, 몇 주째, รอมา, ไม่มีใครตอบ",
)
REPEAT: Final = sign(
    "repeat",
    0.25,
    "again, third time, second time, already asked, already wrote, already told, once more",
    "schon wieder, zum dritten mal, bereits geschrieben",
    "otra vez, de nuevo, tercera vez",
    "encore une fois, à nouveau, troisième fois",
    "di nuovo, ancora una volta, terza volta",
    "opnieuw, alweer, derde keer",
    "tekrar, yine, üçüncü kez",
    "de novo, outra vez, terceira vez, znowu, po raz trzeci, kolejny raz, снова, опять",
    "в третий раз, tredje gang, lagi-lagi, ketiga kalinya, ponovo, treći put, поново, трећи пут",
    "مرة أخرى, للمرة الثالثة",
    unspaced="又一次, 第三次, 三度目, 3回目, 何度も, 또다시, 세 번째, 여러 번, อีกแล้ว, ครั้งที่สาม",
)
# "Not urgent", "es eilt nicht", and the morning that German and Spanish call like tomorrow.
NO_HASTE: Final = re.compile(
    r"\b(?:not?|nothing|isn't|ain't|nicht|kein\w*|nichts|pas|rien|nada|non?|niente|nessun\w*|niet"
    r"|geen|niks|não|nie|не|нет|ничего|ikke|intet|bukan|tidak|nije|ništa|није|ليس|ليست|غير)"
    r" (?:(?:really|that|very|so|too|in|an?|any|real|need|to|at all|it's|es|è|é|est|jest|une?|eine?"
    r"|een|sehr|ganz|besonders|muy|molto|muito|très|heel|erg|bardzo|очень|særlig|sangat) ?){0,3}"
    r"(?:d')?(?:urgen\w+|emergenc\w+|emergencia|hurry|rush|haste|dringend\w*|eilig\w*|eile|notfall"
    r"|urgencia|prisa|prioritaire|fretta|emergenza|spoed|haast|pressa|piln\w+|срочн\w+|akut"
    r"|mendesak|darurat|hitno|хитно|عاجل\w*)\b"
    r"|\beilt nicht\b|\bhaster ikke\b|\bacil değil|\bacelesi yok\b"
    r"|\b(?:guten|am|jeden|diesen) morgen\b|\b(?:por|de|en) la mañana\b|\besta mañana\b"
    r"|不急|不紧急|不着急|急ぎません|急ぎではな|急いでいませ|緊急ではな|급하지 않|ไม่ด่วน|ไม่รีบ"
)
