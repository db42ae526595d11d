"""How likely a sentence is to ask for something, by its words; in the supported languages.

A sieve before the models, not a model: it may let a remark through, it should not drop a request.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

_ASKS = (
    "please, pls, plz, kindly, can you, can i, can we, could you, could i, could we, would you",
    "would like, how, where, when, why, what, which, who, i want, i need, i wish, i must",
    "i have to",
    "want to, need to, i'd like, help, tell me, send me, give me, explain, change*",
    "update, cancel*, refund*, return*, replace*, track*, reset, close, delete, block, unblock",
    "activate, stop, check, make sure, request*, question, money back, transfer, reimburse*",
    "bitte, wie, wo, wann, warum, wieso, welche*, könn*, kann ich, ich möchte, ich will, hätte",
    "ich brauche, ändern, kündig*, storn*, erstatt*, zurück*, umtausch*",
    "s'il vous, comment, où, quand, pourquoi, pouvez, pourriez, puis je, je veux, voudrais",
    "souhaite, annul*, rembours*, modifi*, chang*, aide*",
    "por favor, cómo, dónde, cuándo, por qué, puede*, puedo, quiero, quisiera, necesito, cancel*",
    "reembols*, cambi*, devol*, ayuda*",
    "per favore, come, dove, dov'è, quando, perché, posso, potete, vorrei, voglio, rimbors*, aiut*",
    "alstublieft, hoe, waar, wanneer, waarom, kunt, kan ik, ik wil, graag, terug*, wijzig*, annul*",
    "lütfen, nasıl, nerede, ne zaman, neden, isti*, iptal, iade*, değiştir*, yardım",
    "onde, como, quero, gostaria, preciso, poderia, alterar, ajuda",
    "gdzie, kiedy, jak, proszę, chcę, anulować, zwrot*, zmienić, czy",
    "где, когда, как, почему, можно, пожалуйста, хочу, верн*, возврат*, отмен*, помогите",
    "hvor, hvordan, hvornår, hvorfor, jeg vil, kan jeg, kan i, ændre*, annuller*, refunder*",
    "di mana, kapan, bagaimana, kenapa, tolong, mohon, saya mau, saya ingin, batal*, ganti*",
    "gde, kada, kako, zašto, želim, molim, otkaž*, promen*, povraćaj, где, када, како, желим",
)
_ASKS_UNSPACED = (
    "？ ؟ 请 怎么 如何 为什么 哪 什么 吗 能不能 可以 我要 我想 退款 取消 ください どう どこ"
    " いつ なぜ たい ですか ますか 返金"
    " 주세요 어떻게 어디 언제 왜 싶 환불 취소 나요 까요 ขอ อย่างไร ยังไง ที่ไหน เมื่อไหร่ ทำไม"
    " ไหม ช่วย ต้องการ"
    " أريد كيف أين متى لماذا هل يرجى فضلك"
)
_TROUBLE = (
    "not, never, no longer, cannot, cant, unable, wrong, broken, damaged, missing, lost, stolen",
    "refused, than once, late, charged, declined, rejected, blocked, locked, fail*",
    "error*, problem*, issue, trouble",
    "forgot*, expired, defective, overcharged, twice, don't, doesn't, didn't, can't, won't, isn't",
    "hasn't, haven't, wasn't, nicht, kein*, nie, falsch*, kaputt, fehl*, verloren, gestohlen",
    "gesperrt, abgelehnt, vergessen, doppelt, pas, jamais, cassé*, perdu*, volé*, bloqué*, refusé*",
    "erreur, oublié*, nunca, rot*, perd*, robad*, rechazad*, olvid*, rotto, smarrit*, rubat*",
    "bloccat*, rifiutat*, dimenticat*, niet, geen, nooit, kapot, kwijt, gestolen, geweigerd",
    "vergeten, değil, yok, kayboldu, çalındı, reddedildi, unuttum, não, recusado, nie, zgub*",
    "не, нет, потер*, украли, ikke, væk, tidak, belum, rusak, hilang, nije, nisam, izgub*",
    "beschädigt*, abîmé*, abîmée*, endommagé*, débité*, rien, manqu*, bloqué*, mauvais*, dañad*",
    "cobr*, nada, falta*, equivocad*, bloquead*, danneggiat*, addebitat*, nulla, manca*, sbagliat*",
    "beschadigd, afgeschreven, niets, verkeerd*, ontbreekt, danificad*, errad*, bloquead*, hasar*",
    "hiçbir, iki kez, hatalı, uszkodzon*, pobran*, nic, повреж*, списали, ничего, beskadiget*",
    "modtaget, ditolak, oštećen*, odbijen*, ništa",
)
_TROUBLE_UNSPACED = "不 没 坏 丢 被 错 ない ません 壊 못 않 분실 ไม่ หาย เสีย لم "
# What people write to support about.
_MATTERS = (
    "order*, card*, account*, payment*, pay, paid, money, refund*, invoice*, bill*, delivery",
    "deliver*, package*, parcel*, shipment*, shipping, item*, product*, purchase*, address*",
    "password*, passcode, pin, login, log in, subscription*, transfer*, top up, balance",
    "transaction*, visa, mastercard, credit, debit, funds, topup*, verif*, limit*",
    "permission",
    "compensat*, complain*, claim*, customer support, status, eta, penalt*, assistance, duplicate*",
    "warranty, coupon*, discount*, booking*, reservation*, user, profile, email",
    "fee*, charge*, exchange*, atm, cash, withdraw*, statement*, app, phone, number, identity",
    "contract, customer service, agent, currency, currencies, rate, cheque, deposit, newsletter",
    "bestell*, karte*, konto*, zahl*, geld, rechnung*, liefer*, paket*, sendung*, artikel, ware*",
    "adresse*, passwort*, kennwort*, abo*, überweis*, gebühr*, vertrag*, guthaben, lastschrift*",
    "suivre, parler, conseill*, service client, taille*, talla, taglia, maat, traccia",
    "seguir*, hablar",
    "parlare, operatore, llega*, arriv*, remboursement, envoi*, recib*, ricev*, ontvang*, pacote*",
    "commande*, carte*, compte*, paie*, argent, facture*, livr*, colis, article*, produit*, mot de",
    "abonnement*, virement*, frais, pedido*, tarjeta*, cuenta*, pago*, dinero, factura*, envío*",
    "paquete*, artículo*, producto*, dirección, contraseña*, suscripción, transferencia*",
    "ordine, ordini, carta, conto, pagamento*, soldi, fattura*, consegn*, pacco, articolo*",
    "indirizzo, abbonamento, bonifico, bestel*, kaart, rekening*, betal*, geld, factuur, lever*",
    "pakket*, product*, adres*, wachtwoord*, sipariş*, kart*, hesab*, ödeme*, para*, fatura*",
    "teslimat*, paket*, ürün*, şifre*, encomenda*, cartão, conta, dinheiro, entrega*, senha",
    "zamówieni*, kart*, kont*, płatno*, pieniądz*, faktur*, dostaw*, paczk*, hasł*, заказ*, карт*",
    "счет*, счёт*, деньги, денег, оплат*, доставк*, посылк*, парол*, ordre*, kort*, konto*",
    "penge, pakke*, betal*, adgangskode, pesanan, kartu, akun, uang, paket, sandi, alamat",
    "porudžbin*, karti*, račun*, nov*, paket*, lozink*, adres*",
)
_MATTERS_UNSPACED = (
    "订单 卡 账户 帐户 钱 支付 发票 包裹 快递 地址 密码 注文 カード 口座 お金 支払 請求 荷物"
    " 配送 住所 パスワード"
    " 주문 카드 계좌 계정 돈 결제 택배 배송 주소 비밀번호 สั่งซื้อ บัตร บัญชี เงิน พัสดุ"
    " ที่อยู่ รหัสผ่าน"
    " طلب بطاق حساب مال دفع فاتورة طرد عنوان كلمة المرور"
)
_COURTESY = (
    "hi, hello, hey, dear, good morning, good evening, good afternoon, greetings, hallo, guten tag",
    "guten morgen, geehrte*, liebe*, bonjour, salut, cher*, hola, buenos*, buenas, estimad*",
    "ciao, buongiorno, gentile, salve, beste, geachte, merhaba, sayın, olá, cześć, dzień dobry",
    "здравствуйте, привет, hej, kære, halo, selamat, zdravo, poštovani",
    "regards, kind regards, best regards, sincerely, cheers, thanks, thank you, thx, yours",
    "looking forward, sent from, mit freundlichen",
    "viele grüße, vielen dank, danke, mfg, cordialement, merci, gracias, muchas gracias, saludos",
    "atentamente, grazie, cordiali saluti, distinti saluti, met vriendelijke, bedankt, teşekkür*",
    "saygılar*, obrigad*, dziękuję, pozdrawiam, спасибо, tak for, venlig hilsen, terima kasih",
    "hvala, hope you, hope this",
)
_COURTESY_UNSPACED = "你好 您好 谢谢 こんにちは ありがとう よろしく 안녕 감사 สวัสดี ขอบคุณ مرحبا شكرا"
_FOOTER = (
    "confidential*, disclaimer, unsubscribe, intended recipient, intended solely, copyright",
    "rights reserved, privacy policy, registered office",
    "company number, not reply, in browser, before printing, vertraulich*, abbestellen",
    "geschäftsführer, handelsregister, amtsgericht, datenschutz, confidentiel*, désabonner",
    "mentions légales, confidencial, aviso legal, riservat*, vertrouwelijk",
)
_HEADER = r">|\||(?:from|to|sent|date|subject|cc|von|an|gesendet|betreff|de|objet|asunto)\s?:\s"
_COSTLY = 6.0
_FEWEST_LETTERS = 6
_SHARE_OF_LETTERS = 0.5
_PLACEHOLDER = re.compile(r"\[[A-Z]+(?:_\d+)?\]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


class Lexicon:
    """Words, starts of words (`cancel*`) and word pairs by kind, looked up and not searched for.

    Scripts that put no blanks between words have parts of words instead.
    """

    def __init__(self, lines: Mapping[str, Sequence[str]], unspaced: Mapping[str, str]) -> None:
        kinds: dict[str, list[str]] = {}
        for kind, listed in lines.items():
            for word in (word.strip() for line in listed for word in line.split(",")):
                kinds.setdefault(word, []).append(kind)
        self._kinds = kinds
        self._lengths = sorted({len(word) for word in kinds if word.endswith("*")})
        self._unspaced = [
            (part, kind) for kind, parts in unspaced.items() for part in parts.split()
        ]

    def count(self, text: str) -> Counter[str]:
        """How many words of each kind a text in lower case holds."""
        found: Counter[str] = Counter()
        words = _WORD.findall(text)
        for word in words:
            found.update(self._kinds.get(word) or self._kinds_by_start(word))
        for one, two in pairwise(words):
            found.update(self._kinds.get(f"{one} {two}", ()))
        if not text.isascii():
            found.update(kind for part, kind in self._unspaced if part in text)
        return found

    def _kinds_by_start(self, word: str) -> Sequence[str]:
        for length in self._lengths:
            if length > len(word) + 1:
                break
            if kinds := self._kinds.get(f"{word[: length - 1]}*"):
                return kinds
        return ()


ASKS, TROUBLE, MATTER, COURTESY, FOOTER = "asks", "trouble", "matter", "courtesy", "footer"
_LEXICON = Lexicon(
    {ASKS: _ASKS, TROUBLE: _TROUBLE, MATTER: _MATTERS, COURTESY: _COURTESY, FOOTER: _FOOTER},
    {
        ASKS: _ASKS_UNSPACED,
        TROUBLE: _TROUBLE_UNSPACED,
        MATTER: _MATTERS_UNSPACED,
        COURTESY: _COURTESY_UNSPACED,
    },
)
_HEADED = re.compile(_HEADER)


def rate(sentence: str) -> float:
    """Questions, wishes and trouble raise it; courtesies, footers and quotations lower it.

    Above 0 it may be a request.
    """
    bare = _PLACEHOLDER.sub(" ", sentence).lower().replace("’", "'")
    letters = sum(map(str.isalpha, bare))
    if letters < _FEWEST_LETTERS and bare.isascii():
        return -_COSTLY
    if letters < _SHARE_OF_LETTERS * (len(bare) - bare.count(" ")) or _HEADED.match(bare):
        return -_COSTLY
    found = _LEXICON.count(bare)
    asks, trouble, matter = found[ASKS] + bare.count("?"), found[TROUBLE], found[MATTER]
    score = min(2.0, asks) + min(1.5, trouble) + min(3.0, 1.5 * matter)
    if score == 0 and found[COURTESY]:
        return -1.0
    return score - (_COSTLY if found[FOOTER] else 0.0)
