"""Names beside a greeting, an introduction or a signature are masked by rules alone."""

import pytest

from tests.text.masks import masked

NAMED = (
    # language, message, masked
    ("en", "I am Grace and my parcel never arrived", "I am [PERSON_1] and my parcel never arrived"),
    ("en", "I am Hope", "I am [PERSON_1]"),
    ("en", "This is Will, I wait", "This is [PERSON_1], I wait"),
    ("en", "Olusegun here, where is my order?", "[PERSON_1] here, where is my order?"),
    ("en", "Hi, Max here. Where is it?", "Hi, [PERSON_1] here. Where is it?"),
    ("en", "Hi Skip, still no parcel", "Hi [PERSON_1], still no parcel"),
    ("en", "Dear Mr. Price, my parcel is late", "Dear Mr. [PERSON_1], my parcel is late"),
    ("en", "My wife Hope lost her card", "My wife [PERSON_1] lost her card"),
    ("en", "I spoke with Faith Banks last week", "I spoke with [PERSON_1] last week"),
    ("en", "change the account holder to Art", "change the account holder to [PERSON_1]"),
    ("en", "Where is it? Cheers, Bill", "Where is it? Cheers, [PERSON_1]"),
    ("en", "Regards\nBo Price\nLondon", "Regards\n[PERSON_1]\nLondon"),
    (
        "de",
        "Ich bin Uwe und mein Konto ist gesperrt",
        "Ich bin [PERSON_1] und mein Konto ist gesperrt",
    ),
    ("de", "ich bin die Vreni, bitte helfen", "ich bin die [PERSON_1], bitte helfen"),
    ("de", "Hier ist Ben, wo ist es?", "Hier ist [PERSON_1], wo ist es?"),
    ("de", "Hallo Frau Lange, wo ist es?", "Hallo Frau [PERSON_1], wo ist es?"),
    ("de", "Meine Frau Frank wartet", "Meine Frau [PERSON_1] wartet"),
    ("de", "Ich habe mit Uwe gesprochen", "Ich habe mit [PERSON_1] gesprochen"),
    ("de", "Wo bleibt es? Viele Grüße Uwe", "Wo bleibt es? Viele Grüße [PERSON_1]"),
    ("fr", "Je suis Aimé et j'attends", "Je suis [PERSON_1] et j'attends"),
    ("fr", "J'ai parlé avec Aimé hier", "J'ai parlé avec [PERSON_1] hier"),
    ("es", "Soy Pilar y mi cuenta está bloqueada", "Soy [PERSON_1] y mi cuenta está bloqueada"),
    ("es", "ayer hablé con Jesús por teléfono", "ayer hablé con [PERSON_1] por teléfono"),
    ("it", "Sono Marco e il mio conto è bloccato", "Sono [PERSON_1] e il mio conto è bloccato"),
    ("it", "Mia moglie Gioia ha perso la carta", "Mia moglie [PERSON_1] ha perso la carta"),
    ("nl", "Hallo Piet, mijn pakket is er niet", "Hallo [PERSON_1], mijn pakket is er niet"),
    ("nl", "Ik ben Mees de Boer en ik wacht", "Ik ben [PERSON_1] en ik wacht"),
    ("pt", "Sou Rosa e a conta está bloqueada", "Sou [PERSON_1] e a conta está bloqueada"),
    ("tr", "Merhaba ben Umut, kargom nerede", "Merhaba ben [PERSON_1], kargom nerede"),
    ("pl", "Jestem Róża i czekam", "Jestem [PERSON_1] i czekam"),
    ("da", "Hej Lars, min pakke mangler", "Hej [PERSON_1], min pakke mangler"),
    ("da", "Hvor er den? Hilsen Mette", "Hvor er den? Hilsen [PERSON_1]"),
    ("id", "Saya Agus dan akun saya diblokir", "Saya [PERSON_1] dan akun saya diblokir"),
    ("id", "Di mana? Terima kasih, Bambang Susilo", "Di mana? Terima kasih, [PERSON_1]"),
    ("ru", "Привет, Иван! Где заказ", "Привет, [PERSON_1]! Где заказ"),
    ("en", "Namaste, mera naam Rahul Verma hai", "Namaste, mera naam [PERSON_1] hai"),
    ("ko", "안녕하세요 김민수입니다. 환불", "안녕하세요 [PERSON_1]입니다. 환불"),
    ("th", "ดิฉันชื่อ สมหญิง ใจดี เบอร์", "ดิฉันชื่อ [PERSON_1] เบอร์"),
    ("nl", "mijn naam is Mees de Boer en", "mijn naam is [PERSON_1] en"),
    ("en", "Eira ap Gruffudd here, still waiting", "[PERSON_1] here, still waiting"),
    ("nl", "Met Joris Dekkers, mijn pakket is kwijt", "Met [PERSON_1], mijn pakket is kwijt"),
    ("nl", "Hallo, met Anouk van Leeuwen. Waar is het", "Hallo, met [PERSON_1]. Waar is het"),
    ("nl", "Rekening t.n.v. H. de Wit graag", "Rekening t.n.v. [PERSON_1] graag"),
    ("nl", "T.a.v. mevrouw J. Kuipers", "T.a.v. mevrouw [PERSON_1]"),
    ("de", "an z. Hd. Frau Dr. Sabine Kröger liefern", "an z. Hd. Frau Dr. [PERSON_1] liefern"),
    ("de", "zu Händen Thomas Brandl", "zu Händen [PERSON_1]"),
    ("de", "Zahlungsempfänger: J.P. Ohlsen", "Zahlungsempfänger: [PERSON_1]"),
    ("en", "c/o Miriam Oster, 3rd floor", "c/o [PERSON_1], 3rd floor"),
    ("en", "account holder P. Whitlock", "account holder [PERSON_1]"),
    ("fr", "titulaire du compte : Hélène Marchand", "titulaire du compte : [PERSON_1]"),
    ("es", "a la atención de Rocío Beltrán", "a la atención de [PERSON_1]"),
    ("it", "il conto è intestato a M. Colombo", "il conto è intestato a [PERSON_1]"),
    ("it", "intestata ad Anna Ferri", "intestata ad [PERSON_1]"),
    ("pt", "titular da conta: Inês Lobo", "titular da conta: [PERSON_1]"),
    ("da", "Kontohaver: Mads Toft", "Kontohaver: [PERSON_1]"),
    ("ru", "владелец счета: Игорь Лапин", "владелец счета: [PERSON_1]"),
    ("ja", "名義は佐藤健一です", "名義は[PERSON_1]です"),
    ("zh", "户名:李小龙", "户名:[PERSON_1]"),
    ("ko", "예금주: 박지훈", "예금주: [PERSON_1]"),
    ("en", "it should read Margaret Whitfield", "it should read [PERSON_1]"),
    ("en", "the correct name is Ellen Park", "the correct name is [PERSON_1]"),
    ("es", "el nombre correcto es Nuria Salas", "el nombre correcto es [PERSON_1]"),
)

NOBODY = (
    *(("en", "I am Angry and want my money"), ("en", "I am German and need help")),
    *(("en", "I'm Sorry, this is not good"), ("en", "Hi Team, where is it?")),
    *(("en", "Dear Sir or Madam, it is late"), ("en", "Hello Support, it is locked")),
    *(("en", "This is Urgent, please answer"), ("en", "This is Amazon, not you")),
    *(("en", "I AM FURIOUS AND WAIT"), ("en", "I am Vodafone customer")),
    *(("en", "I am Still waiting for it"), ("en", "I Am Facing Issue, please")),
    *(("en", "Thanks, Support"), ("en", "Kind Regards"), ("en", "Thanks. Order 12345")),
    *(("en", "Same here, nothing works"), ("en", "It's Monday, nothing came")),
    *(("en", "I spoke with Support"), ("en", "my son Xbox is broken")),
    *(("en", "my name is spelled with a k"), ("en", "my name is misspelled on it")),
    *(("en", "my name is wrong on the bill"), ("it", "Sono Italiano e vivo a Roma")),
    *(("de", "Ich bin Kunde und warte"), ("de", "Ich bin Rentner, bitte helfen")),
    *(("de", "Hallo Zusammen, wo ist es?"), ("de", "Das Foto ist im Paket, bitte")),
    *(("de", "Ich habe mit Kollegen gesprochen"), ("de", "Danke\nBestellung fehlt")),
    *(("fr", "Bonjour Madame, Monsieur, bonsoir"), ("es", "Soy Cliente y quiero cancelar")),
    *(("nl", "Bedankt, Bestelling 12345"), ("da", "Hej Kundeservice, hvor er den")),
    *(("id", "Halo Admin, paket belum sampai"), ("it", "le scarpe sono Nike, non mie")),
    *(("nl", "Met iDeal, hoe werkt dat"), ("nl", "Met Klarna, mijn bestelling is weg")),
    *(("en", "the total should read Zero"), ("en", "it should say Delivered on Monday")),
    *(("de", "Inhaber Rechnung fehlt"), ("en", "Attention: Order not received")),
    *(("ja", "名義変更をしたいです"), ("zh", "收件人电话错了"), ("ko", "예금주 변경 방법")),
    *(("ko", "안녕하세요 배송문의입니다"), ("th", "ชื่อสินค้า ผิด")),
)


@pytest.mark.parametrize(("language", "message", "expected"), NAMED)
def test_a_name_beside_its_cue_is_masked(language: str, message: str, expected: str) -> None:
    assert masked(message, language).text == expected


@pytest.mark.parametrize(("language", "message"), NOBODY)
def test_a_capital_beside_a_cue_is_not_always_a_name(language: str, message: str) -> None:
    assert masked(message, language).text == message
