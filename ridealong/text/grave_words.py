"""The words of danger, fraud, law and death, in the supported languages.

Whoever sees these signs calls a person, so they hold what really says so, and not "the battery
died", "a fee for using my card" or "the bottle leaked".
"""

from typing import Final

from ridealong.text.signs import sign

_HOURS: Final = (
    r"(?:\d{1,2}|an?|one|two|three|four|five|half an|a few|a couple of)"
    r" (?:hours?|hrs?|minutes?|mins?)"
)
_LEAVES: Final = (
    r"(?:flight|plane|train|bus|ferry|boat|check-?in|event|exam|interview|wedding|appointment"
    r"|leav\w+|depart\w*|board\w*|start\w*|clos\w+|expir\w*|need (?:it|this|them|that))"
)
_KIN: Final = (
    r"(?:husband|wife|mother|father|mum|mom|dad|parents?|son|daughter|brother|sister|partner|child"
    r"|grand(?:mother|father|ma|pa|dad|parents?)|nan|uncle|aunt|friend|he|she)"
)
_KIN_ES: Final = r"(?:madre|padre|marido|espos[oa]|mujer|hij[oa]|herman[oa]|abuel[oa]|tí[oa])"
_KIN_IT: Final = r"(?:madre|padre|marito|moglie|figli[oa]|fratello|sorella|nonn[oa]|zi[oa])"
_KIN_FR: Final = r"(?:mère|père|mari|femme|fils|fille|frère|sœur|grand-(?:mère|père)|oncle|tante)"

DANGER: Final = sign(
    "danger",
    0.6,
    "caught fire, catch fire, catching fire, is on fire, set on fire, into flames, in flames",
    "exploded, explodes, exploding, blew up, gas leak*, leaking gas, smell of gas, smells of gas",
    "smell gas, gas smell, carbon monoxide, smoke coming, smoke came, smoke comes, started smoking",
    "sparks coming, sparks flying, sparking, electric shock*, electrocut*, burning smell",
    "smells like burning, burned my hand*, burnt my hand*, burned my face, burned my skin",
    "burned myself, burnt myself, choked on, choking on, food poisoning, poisoned",
    "allergic reaction, anaphyla*, emergency room, in the er, ambulance, badly injured",
    "was injured",
    "got injured, child swallowed, baby swallowed, swallowed a battery, kill myself, suicid*",
    "es brennt, geriet in brand, in brand geraten, zu brennen, feuer gefangen, fing feuer",
    "in flammen, explodiert*",
    "gasgeruch, gasleck, riecht nach gas, qualmt, raucht, rauch aus, stromschlag*, verbrennungen",
    "lebensmittelvergiftung, vergiftet, allergische reaktion, lebensgefahr, notaufnahme",
    "mich verletzt, sich verletzt, pris feu, prend feu, en flammes, a explosé, fuite de gaz",
    "odeur de gaz, sent le gaz, de la fumée, choc électrique, décharge électrique, électrocut*",
    "intoxication, réaction allergique, aux urgences, s'est étouffé*",
    "se incendió, prendió fuego, en llamas, explotó, fuga de gas, olor a gas, huele a gas",
    "sale humo, echa humo, descarga eléctrica, electrocut*, intoxicación, reacción alérgica",
    "quemaduras, en urgencias, preso fuoco, in fiamme, esplos*, fuga di gas, odore di gas",
    "puzza di gas, esce fumo, scossa elettrica, preso la scossa, intossicazione",
    "reazione allergica, ustion*, pronto soccorso, vloog in brand, vlam gevat, ontploft, gaslek",
    "gaslucht",
    "rook uit, elektrische schok, voedselvergiftiging, allergische reactie, brandwonden",
    "pegou fogo, em chamas, explodiu, fuga de gás, vazamento de gás, cheiro a gás, cheiro de gás",
    "saindo fumaça, saiu fumaça, choque elétrico, levei um choque, reação alérgica, queimaduras",
    "w ogniu, się ogniem, pożar*, wybuchł*, eksplodował*, wyciek gazu, czuć gaz, dymi się",
    "poraził* mnie prąd, kopnął mnie prąd, reakcja alergiczna, zatrucie*, poparzy*",
    "alev aldı, tutuştu, patladı, gaz kaçağı, gaz kokusu, duman çıkıyor, duman çıktı",
    "elektrik çarptı, zehirlen*, alerjik reaksiyon, воспламен*, вспыхнул*, пожар*, взорвал*",
    "утечка газа, запах газа, пахнет газом, пошёл дым, пошел дым, идёт дым, идет дым",
    "ударило током, бьёт током, бьет током, отравил*, отравлен*, ожог*",
    "brød i brand, gik i brand, i flammer, eksploder*, gaslæk*, lugter af gas, elektrisk stød",
    "fik stød",
    "madforgiftning, allergisk reaktion, brandsår, terbakar, kebakaran, meledak, kebocoran gas",
    "bau gas, keluar asap, kesetrum, tersengat listrik, keracunan, požar*",
    "eksplodira*, curi gas, miris gasa, udarila me struja, trovanj*, opekotin*, експлодира*",
    "цури гас, ударила ме струја",
    unspaced="着火, 起火, 爆炸, 煤气泄漏, 燃气泄漏, 煤气味, 冒烟, 触电, 漏电, 食物中毒, 烧伤, 烫伤"
    ", 火事, 発火, 出火, 爆発, ガス漏れ, 煙が出, 感電, 食中毒, アレルギー反応, やけど, 火傷"
    ", 불이 났, 불이 붙, 화재, 폭발, 감전, 식중독, 가스 냄새, 가스가 새, 연기가 나"
    ", ไฟไหม้, ไฟลุก, ระเบิด, แก๊สรั่ว, กลิ่นแก๊ส, ไฟดูด, ไฟช็อต, อาหารเป็นพิษ"
    ", حريق, احترق, اشتعل, انفجر, صعقة كهربائية, تسمم",
)
UNDERWAY: Final = sign(
    "underway",
    0.5,
    "hacked, someone is using, somebody is using, else is using, stranger is using",
    "they are using my, they're using my, is using my card without, is using my account without",
    "card is being used, account is being used, being used by someone, being used without",
    "draining my, draining our, drained my account, is emptying it, are emptying it",
    "emptying my account, emptied my account, broke into my account, broken into my account",
    "took over my account, taken over my account, stealing my money, is withdrawing",
    "keeps withdrawing, is spending my, stranded, stuck abroad, stuck at the airport",
    "i'm at the airport, im at the airport, i am at the airport, hurry",
    "gehackt*, räumt mein konto, konto leergeräumt, plündert, geplündert, gerade benutzt",
    "gerade abgehoben, gerade abgebucht, benutzt gerade, gestrandet, im ausland fest",
    "bin am flughafen, beeil*, piraté*, vide mon compte",
    "en train d'utiliser ma, en train de vider, bloqué à l'étranger, bloquée à l'étranger",
    "suis à l'aéroport, dépêchez*, hackead*, pirateado, vaciando mi",
    "están usando mi, está usando mi, varad*, estoy en el aeropuerto, dense prisa",
    "hackerat*, svuotando il mio, usando la mia carta, sono in aeroporto",
    "bloccato all'estero, bloccata all'estero, sbrigatevi",
    "plundert, gebruikt mijn pas, gestrand, op het vliegveld, schiet op",
    "hackearam, invadiram, esvaziando minha, usando minha conta, usando meu cartão",
    "usando a minha conta, usando o meu cartão, estou no aeroporto",
    "ktoś wypłaca, ktoś używa, ktoś korzysta, włamał* się, zhakowan*, utknął*, utknęł*",
    "hesabım hacklen*, hesabım çalındı, kartımı kullanıyor, hesabımı boşalt*",
    "mahsur kaldı*, havaalanındayım, acele edin, взломал*, снимают деньги, снимает деньги",
    "пользуются моей картой, застрял*, я в аэропорту, поторопитесь, hacket, tømmer min",
    "bruger mit kort, strandet, i lufthavnen, skynd jer, diretas, dibobol",
    "sedang menguras, terdampar, saya di bandara, hakovan*, prazni moj",
    "koristi moju karticu, na aerodromu sam, хакован*, празни мој, اختراق حسابي",
    unspaced="盗号, 黑客, 正在盗刷, 被困, 乗っ取ら, ハッキング, カードが使われて, 不正に使われ"
    ", 足止め"
    ", 해킹, 카드가 사용되고, 발이 묶, โดนแฮก, ถูกแฮก, ติดอยู่ที่สนามบิน, اخترق",
    shapes=rf"{_LEAVES}\b[^.!?\n]{{0,30}}\bin (?:the next |less than )?{_HOURS}"
    r"|(?:need|needs|must|have to|has to)\b[^.!?\n]{0,40}\b(?:by|before) (?:noon|midday|midnight"
    r"|tonight|\d{1,2}(?::\d\d)? ?(?:am|pm|o'clock))"
    r"|(?:flug|zug|flieger|termin)\b[^.!?\n]{0,30}\bin \w{1,12} (?:stunden?|minuten)"
    r"|(?:vol|train|avion)\b[^.!?\n]{0,30}\bdans \w{1,12} (?:heures?|minutes?)"
    r"|(?:vuelo|tren|avión)\b[^.!?\n]{0,30}\ben \w{1,12} (?:horas?|minutos?)",
)
MONEY: Final = sign(
    "money",
    0.35,
    "charged twice, double charge*, fraud*, stolen, unauthori*, overdraft, bailiff, scam*, phish*",
    "money is gone, lost my money, hacked, identity theft, without my permission",
    "without my consent, without my knowledge, did not agree, didn't agree, never agreed",
    "did not authori*, didn't authori*, never authori*, someone else used, somebody else used",
    "i don't recogni*, i do not recogni*, i didn't recogni*, i dont recogni*, took money out",
    "someone … took, somebody … took, took … out of my account, took … from my account",
    "taken … out of my account, taken … from my account, cloned my card, card was cloned",
    "someone took, somebody took, gave the code, gave … the code, gave my pin, gave … my pin",
    "gave my password, gave … my password, gave my card details, gave … my card details",
    "doppelt abgebucht, betrug*, betrüg*, gestohlen, geklaut, geld ist weg, mahnung*",
    "ohne meine zustimmung, ohne meine erlaubnis, nie zugestimmt, identitätsdiebstahl",
    "cobrado dos veces, fraude*, robad*, robaron, estafa*, sin mi permiso, sin mi consentimiento",
    "no autoricé, suplantación de identidad, clonad*",
    "débité deux fois, volé, volée, volés, arnaque*, sans mon accord, sans mon autorisation",
    "usurpation d'identité, addebitat* due volte, doppio addebito, rubat*, truffa*",
    "senza il mio consenso",
    "senza la mia autorizzazione, clonato, furto d'identità",
    "dubbel afgeschreven, gestolen, oplichting, zonder mijn toestemming, identiteitsfraude",
    "roubad*, roubaram, furtad*, burla, cobrado duas vezes, sem minha autorização",
    "sem a minha autorização, não autorizei, skradzion*, ukradzion*, ukradł*, ukradli, oszust*",
    "bez mojej zgody, dwa razy pobran*, dolandır*, çalındı, iki kez çekildi, iznim olmadan",
    "украл*, украден*, мошенни*, списали дважды, без моего согласия, stjålet, svindel*",
    "bedrageri*, trukket to gange, uden min tilladelse, dicuri, penipu*, ditipu, tanpa izin saya",
    "ditagih dua kali, ukraden*, ukral*, prevar*, bez moje dozvole, dvaput naplaćen*, превар*",
    unspaced="被盗, 盗刷, 诈骗, 被骗, 重复扣款, 扣了两次, 未经我同意, 盗まれ, 不正利用, 詐欺"
    ", 二重請求"
    ", 도난, 도용, 사기를 당, 사기당, 두 번 결제, 이중 결제, ถูกขโมย, โดนขโมย, โดนโกง, หักเงินซ้ำ"
    ", มิจฉาชีพ, سرقت, سرقوا, مسروق, احتيال, بدون إذني",
)
CONSEQUENCE: Final = sign(
    "consequence",
    0.35,
    "lawyer*, legal action, sue, court, court case, police, complaint*, ombudsman",
    "cancel my account, solicitor*, attorney*, small claims, trading standards, data breach",
    "data leak*, my data leaked, data was leaked, data were leaked, details were leaked",
    "leaked my, been leaked, another customer's, another customers, someone else's data",
    "anwalt*, anwält*, gericht, polizei, beschwerde*, verbraucherzentrale, datenleck*, datenpanne*",
    "abogad*, denuncia*, reclamación, demanda judicial, policía, filtración de datos",
    "avocat*, tribunal, plainte*, fuite de données, avvocat*, reclamo, causa legale, denuncia",
    "fuga di dati, advocaat, klacht*, politie, rechtszaak, datalek*, advogad*, vou processar",
    "processo judicial, reclamação, polícia, procon, vazamento de dados, prawnik*, adwokat*",
    "policj*",
    "rzecznik* praw, wyciek danych, avukat*, şikayet*, polis, mahkeme*, veri sızıntısı",
    "адвокат*, юрист*, в суд, полици*, жалоб*, роспотребнадзор*, утечка данных, advokat*",
    "politi, politiet, klage, datalæk*, pengacara, polisi, pengaduan, kebocoran data, policij*",
    "žalb*, na sud, tužb*, curenje podataka, жалб*, полициј*",
    unspaced="律师, 起诉, 法院, 报警, 投诉, 消费者协会, 数据泄露, 弁護士, 訴え, 裁判, 警察"
    ", 消費者センター"
    ", 情報漏洩, 변호사, 고소할, 고소하겠, 소송, 경찰, 소비자원, 개인정보 유출, ทนาย, ฟ้อง, ตำรวจ"
    ", ร้องเรียน, สคบ"
    ", محامي, محكمة, شرطة, شكوى",
)
BEREAVEMENT: Final = sign(
    "bereavement",
    0.1,
    "passed away, deceased, late husband*, late wife*, late mother*, late father*, late partner*",
    "funeral*, died of, death of my, death certificate, verstorben*, gestorben, todesfall",
    "beerdigung*, sterbeurkunde, fallecid*, falleció, fallecimiento, décédé*, décès, obsèques",
    "funérailles, decedut*, funerale, è mancato mio, è mancata mia, overleden, overlijden",
    "begrafenis, uitvaart, faleceu, falecid*, falecimento, óbito, zmarł*, nie żyje, pogrzeb*",
    "vefat*, cenaze*, скончал*, похорон*, покойн*, умершего, умершей, afdød*",
    "afgået ved døden, begravelse*, meninggal*, wafat, almarhum*, pemakaman, preminu*, sahran*",
    "pokojn*, премину*, сахран*",
    unspaced="去世, 过世, 逝世, 葬礼, 亡くなっ, 亡くなり, 逝去, 葬儀, 葬式, 돌아가셨, 돌아가신"
    ", 사망, 장례"
    ", เสียชีวิต, งานศพ, توفي, وفاة, جنازة",
    shapes=rf"{_KIN} (?:has |have |had |just |recently |sadly |suddenly ){{0,2}}died"
    rf"|{_KIN_ES} murió|murió (?:mi|su) {_KIN_ES}|(?:mon|ma|notre) {_KIN_FR} est morte?"
    rf"|{_KIN_IT} è mort[oa]",
)
# What nobody should be answered unseen about, however calm it is told.
GRAVE: Final = (DANGER, UNDERWAY, MONEY, CONSEQUENCE, BEREAVEMENT)
