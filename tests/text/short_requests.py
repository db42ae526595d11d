"""Short support requests in the supported languages, written for these tests.

The threshold of the language reader was set on them.
"""

SHORT_REQUESTS: dict[str, tuple[str, ...]] = {
    "en": (
        *("Where is my order?", "I want a refund", "cancel my subscription please"),
        *("my card was declined", "How do I reset my password?", "the package arrived damaged"),
        *("change my delivery address", "I was charged twice", "talk to a human"),
        *("when will it ship", "track package", "my account is locked", "wrong size"),
        *("can i pay with paypal", "this is ridiculous, nobody answers", "close my account"),
    ),
    "de": (
        *("Wo ist meine Bestellung?", "Ich möchte mein Geld zurück", "bitte kündigen Sie mein Abo"),
        *("meine Karte wurde abgelehnt", "Wie setze ich mein Passwort zurück?"),
        *("das Paket kam beschädigt an", "Lieferadresse ändern", "mir wurde doppelt abgebucht"),
        *("ich will mit einem Menschen sprechen", "wann wird geliefert", "Sendung verfolgen"),
        *("mein Konto ist gesperrt", "falsche Größe", "kann ich mit PayPal bezahlen"),
        *("wo bleibt mein paket", "Rechnung fehlt"),
    ),
    "fr": (
        *("Où est ma commande ?", "Je veux un remboursement"),
        *("annulez mon abonnement s'il vous plaît", "ma carte a été refusée"),
        *("Comment réinitialiser mon mot de passe ?", "le colis est arrivé abîmé"),
        *(
            "changer mon adresse de livraison",
            "j'ai été débité deux fois",
            "parler à un conseiller",
        ),
        *(
            "quand sera-t-elle livrée",
            "suivre mon colis",
            "mon compte est bloqué",
            "mauvaise taille",
        ),
        *("puis-je payer avec PayPal", "je n'ai rien reçu", "facture manquante"),
    ),
    "es": (
        *("¿Dónde está mi pedido?", "Quiero un reembolso", "cancelen mi suscripción por favor"),
        *("mi tarjeta fue rechazada", "¿Cómo cambio mi contraseña?", "el paquete llegó dañado"),
        *("cambiar la dirección de envío", "me cobraron dos veces", "hablar con una persona"),
        *("cuándo llega", "seguir mi paquete", "mi cuenta está bloqueada", "talla equivocada"),
        *("puedo pagar con PayPal", "no he recibido nada", "falta la factura"),
    ),
    "it": (
        *("Dov'è il mio ordine?", "Voglio un rimborso", "annullate il mio abbonamento"),
        *("la mia carta è stata rifiutata", "Come cambio la password?"),
        *("il pacco è arrivato danneggiato", "cambiare indirizzo di consegna"),
        *("mi avete addebitato due volte", "parlare con un operatore", "quando arriva"),
        *("traccia il pacco", "il mio conto è bloccato", "taglia sbagliata"),
        *("posso pagare con PayPal", "non ho ricevuto nulla", "manca la fattura"),
    ),
    "nl": (
        *("Waar is mijn bestelling?", "Ik wil mijn geld terug", "mijn pakket is beschadigd"),
        *(
            "mijn kaart werd geweigerd",
            "Hoe wijzig ik mijn wachtwoord?",
            "verkeerde maat ontvangen",
        ),
        *("bezorgadres wijzigen", "er is twee keer afgeschreven"),
    ),
    "pt": (
        *("Onde está o meu pedido?", "Quero um reembolso", "o pacote chegou danificado"),
        *("meu cartão foi recusado", "Como altero minha senha?", "não recebi nada"),
        *("mudar o endereço de entrega", "fui cobrado duas vezes"),
    ),
    "pl": (
        *("Gdzie jest moje zamówienie?", "Chcę zwrot pieniędzy", "paczka przyszła uszkodzona"),
        *("moja karta została odrzucona", "Jak zmienić hasło?", "nic nie dostałem"),
        *("zmienić adres dostawy", "pobrano dwa razy"),
    ),
    "tr": (
        *("Siparişim nerede?", "Paramı geri istiyorum", "paket hasarlı geldi", "kartım reddedildi"),
        *("Şifremi nasıl değiştiririm?", "hiçbir şey almadım", "teslimat adresini değiştir"),
        "iki kez ücret alındı",
    ),
    "ru": (
        *("Где мой заказ?", "Хочу вернуть деньги", "посылка пришла повреждённой"),
        *("моя карта отклонена", "Как сменить пароль?", "ничего не получил"),
        *("изменить адрес доставки", "деньги списали дважды"),
    ),
    "ar": (
        *("أين طلبي؟", "أريد استرداد أموالي", "وصل الطرد تالفا", "تم رفض بطاقتي"),
        *("كيف أغير كلمة المرور؟", "لم أستلم شيئا"),
    ),
    "zh": (
        *(
            "我的订单在哪里？",
            "我要退款",
            "包裹损坏了",
            "我的卡被拒绝了",
            "怎么重置密码？",
            "什么时候发货",
        ),
    ),
    "ja": (
        *(
            "注文はどこですか？",
            "返金してください",
            "荷物が壊れていました",
            "カードが拒否されました",
            "パスワードを変更したい",
            "いつ届きますか",
        ),
    ),
    "ko": (
        *(
            "내 주문은 어디에 있나요?",
            "환불해 주세요",
            "택배가 파손되었어요",
            "카드가 거절되었습니다",
            "비밀번호를 바꾸고 싶어요",
            "언제 도착하나요",
        ),
    ),
    "th": (
        *("คำสั่งซื้อของฉันอยู่ที่ไหน", "ฉันต้องการเงินคืน", "พัสดุเสียหาย", "บัตรของฉันถูกปฏิเสธ"),
        *("เปลี่ยนรหัสผ่านอย่างไร", "จะส่งเมื่อไหร่"),
    ),
    "da": (
        *("Hvor er min ordre?", "Jeg vil have mine penge tilbage", "pakken er beskadiget"),
        *(
            "mit kort blev afvist",
            "Hvordan skifter jeg adgangskode?",
            "jeg har ikke modtaget noget",
        ),
    ),
    "id": (
        *("Di mana pesanan saya?", "Saya mau uang saya kembali", "paketnya rusak"),
        *("kartu saya ditolak", "Bagaimana cara mengganti kata sandi?"),
        "saya belum menerima apa-apa",
    ),
    "sr": (
        *("Gde je moja porudžbina?", "Želim povraćaj novca", "paket je stigao oštećen"),
        *("kartica mi je odbijena", "Kako da promenim lozinku?", "Где је моја поруџбина?"),
    ),
}

UNREADABLE: tuple[str, ...] = (
    *("", " ", "12345", "🙂🙂", "ok", "???", "asdf qwer zxcv", "hm", "a", "#4711-22", "xkcd jklö"),
    *("lol", "AB-123-XY", "...!!!", "qqqq wwww", "gfhjk dfghj rtyui"),
)

OTHER_LANGUAGES: tuple[str, ...] = (
    "Hvar är min beställning? Jag har väntat i två veckor",
    "Missä tilaukseni on? Olen odottanut kaksi viikkoa",
    *("Hol van a rendelésem? Két hete várok", "Πού είναι η παραγγελία μου;", "איפה ההזמנה שלי?"),
    *("मेरा ऑर्डर कहाँ है?", "Kde je moje objednávka? Čekám už dva týdny"),
    "Unde este comanda mea? Aștept de două săptămâni",
    *("Де моє замовлення? Я чекаю вже два тижні", "Đơn hàng của tôi ở đâu?"),
    "سفارش من کجاست؟ دو هفته است که منتظرم",
)

MIXED: tuple[str, ...] = (
    "Hello, where is my parcel, please help me. Ich warte schon zwei Wochen auf meine Bestellung.",
    "Bonjour, je n'ai rien reçu depuis deux semaines. Please send the money back now.",
    "Dove si trova il mio pacco adesso? I have been waiting for it for more than two weeks now.",
)
