"""Short requests that nothing was tuned on: they only tell how well language is recognised.

Written after the language reader's thresholds were set on `short_requests.py`.
"""

FRESH_REQUESTS: dict[str, tuple[str, ...]] = {
    "en": (
        *("has my parcel left the warehouse yet", "the zip on this jacket is broken"),
        *(
            "I never signed up for this plan",
            "which fees do you charge abroad",
            "gift card not working",
        ),
        *("someone used my card in Spain", "how long do refunds take", "send me a new PIN"),
        *("your app keeps crashing", "I need an invoice for taxes", "wrong colour delivered"),
        *("stop sending me emails", "can my brother collect the package"),
    ),
    "de": (
        *("der Reißverschluss ist kaputt", "ich habe nie zugestimmt", "welche Gebühren fallen an"),
        *("Gutschein funktioniert nicht", "jemand hat meine Karte benutzt", "neue PIN zuschicken"),
        *(
            "wie lange dauert die Erstattung",
            "eure App stürzt ständig ab",
            "falsche Farbe geliefert",
        ),
        *(
            "keine Werbung mehr bitte",
            "kann mein Bruder das Paket abholen",
            "Rechnung für die Steuer",
        ),
    ),
    "fr": (
        *(
            "la fermeture est cassée",
            "je n'ai jamais accepté ça",
            "quels sont les frais à l'étranger",
        ),
        *(
            "le bon d'achat ne marche pas",
            "quelqu'un a utilisé ma carte",
            "envoyez un nouveau code",
        ),
        *("combien de temps pour être remboursé", "votre appli plante tout le temps"),
        *(
            "mauvaise couleur livrée",
            "plus de publicité merci",
            "mon frère peut-il retirer le colis",
        ),
        "il me faut une facture",
    ),
    "es": (
        *("la cremallera está rota", "nunca acepté este plan", "qué comisiones cobran fuera"),
        *("el cupón no funciona", "alguien usó mi tarjeta", "envíenme un PIN nuevo"),
        *("cuánto tarda el reembolso", "su aplicación se cierra sola", "llegó el color equivocado"),
        *(
            "no me manden más correos",
            "puede recogerlo mi hermano",
            "necesito factura para impuestos",
        ),
    ),
    "it": (
        *("la cerniera è rotta", "non ho mai accettato", "quali commissioni applicate all'estero"),
        *("il buono non funziona", "qualcuno ha usato la mia carta", "mandatemi un nuovo PIN"),
        *("quanto ci vuole per il rimborso", "la vostra app si blocca sempre", "colore sbagliato"),
        *("basta pubblicità per favore", "può ritirarlo mio fratello", "mi serve una fattura"),
    ),
    "nl": (
        *("de rits is stuk", "ik heb nooit toestemming gegeven", "welke kosten rekenen jullie"),
        *("cadeaubon werkt niet", "iemand heeft mijn pas gebruikt", "stuur een nieuwe pincode"),
        *(
            "hoe lang duurt de terugbetaling",
            "jullie app loopt steeds vast",
            "verkeerde kleur geleverd",
        ),
        *(
            "geen reclame meer graag",
            "mag mijn broer het pakje ophalen",
            "ik heb een factuur nodig",
        ),
    ),
    "pt": (
        *("o fecho está partido", "nunca aceitei este plano", "quais são as taxas no estrangeiro"),
        *("o vale não funciona", "alguém usou o meu cartão", "enviem um novo código"),
        *(
            "quanto tempo demora a devolução",
            "a vossa aplicação está sempre a falhar",
            "cor errada",
        ),
        *(
            "não quero mais publicidade",
            "o meu irmão pode levantar a encomenda",
            "preciso de uma fatura",
        ),
    ),
    "pl": (
        *("zamek jest zepsuty", "nigdy się na to nie zgodziłem", "jakie są opłaty za granicą"),
        *("bon nie działa", "ktoś użył mojej karty", "proszę o nowy PIN", "ile trwa zwrot"),
        *("wasza aplikacja ciągle się zawiesza", "przyszedł zły kolor", "nie chcę reklam"),
        *("czy brat może odebrać przesyłkę", "potrzebuję faktury"),
    ),
    "tr": (
        *("fermuarı bozuk çıktı", "ben bunu hiç onaylamadım", "yurt dışında ne kadar kesiliyor"),
        *("hediye kartı çalışmıyor", "biri kartımı kullanmış", "yeni şifre gönderin"),
        *("iade ne kadar sürer", "uygulamanız sürekli kapanıyor", "yanlış renk gelmiş"),
        *("artık reklam istemiyorum", "kargoyu kardeşim alabilir mi", "fatura lazım"),
    ),
    "ru": (
        *("молния сломана", "я на это не соглашался", "какая комиссия за границей"),
        *("подарочная карта не работает", "кто-то пользовался моей картой", "пришлите новый код"),
        *("сколько ждать возврата", "приложение постоянно вылетает", "привезли не тот цвет"),
        *("не надо больше рекламы", "брат может забрать посылку", "мне нужен чек"),
    ),
    "ar": (
        *("السحاب مكسور", "لم أوافق على هذا أبدا", "ما هي الرسوم في الخارج", "القسيمة لا تعمل"),
        *("شخص ما استخدم بطاقتي", "أرسلوا رمزا جديدا", "كم يستغرق الاسترداد"),
        *("تطبيقكم يتوقف دائما", "وصل لون خاطئ", "لا أريد إعلانات", "هل يمكن لأخي استلام الطرد"),
        "أحتاج فاتورة",
    ),
    "zh": (
        *("拉链坏了", "我从来没有同意过", "国外收多少手续费", "优惠券不能用", "有人盗用了我的卡"),
        *("给我发一个新的密码", "退款要多久", "你们的软件老是闪退", "颜色发错了", "不要再发广告了"),
        *("我弟弟可以代取吗", "订单88123还没到"),
    ),
    "ja": (
        *("ファスナーが壊れています", "同意した覚えがありません", "海外での手数料はいくらですか"),
        *("クーポンが使えません", "誰かにカードを使われました", "新しい暗証番号を送って"),
        *("返金までどのくらい", "アプリがすぐ落ちる", "色が違います", "広告はもういりません"),
        *("弟が受け取れますか", "注文88123がまだ来ない"),
    ),
    "ko": (
        *("지퍼가 고장났어요", "동의한 적 없습니다", "해외 수수료가 얼마예요", "쿠폰이 안 돼요"),
        *("누가 제 카드를 썼어요", "새 비밀번호 보내주세요", "환불 얼마나 걸려요"),
        *("앱이 자꾸 꺼져요", "색상이 잘못 왔어요", "광고 그만 보내세요", "동생이 받아도 되나요"),
        "주문 88123 아직 안 왔어요",
    ),
    "th": (
        *("ซิปเสีย", "ฉันไม่เคยตกลง", "ค่าธรรมเนียมต่างประเทศเท่าไร", "คูปองใช้ไม่ได้"),
        *("มีคนใช้บัตรของฉัน", "ส่งรหัสใหม่ให้หน่อย", "คืนเงินใช้เวลานานไหม", "แอปเด้งตลอด"),
        *("ส่งสีผิด", "ไม่ต้องส่งโฆษณา", "น้องชายรับแทนได้ไหม", "ขอใบเสร็จ"),
    ),
    "da": (
        *(
            "lynlåsen er gået i stykker",
            "det har jeg aldrig sagt ja til",
            "hvad koster det i udlandet",
        ),
        *("gavekortet virker ikke", "nogen har brugt mit kort", "send mig en ny kode"),
        *(
            "hvor længe varer en tilbagebetaling",
            "jeres app går ned hele tiden",
            "forkert farve leveret",
        ),
        *("ingen reklamer tak", "må min bror hente pakken", "jeg mangler en kvittering"),
    ),
    "id": (
        *("ritsletingnya rusak", "saya tidak pernah setuju", "berapa biaya di luar negeri"),
        *("kuponnya tidak bisa dipakai", "ada yang memakai kartu saya", "kirim kode baru"),
        *("berapa lama pengembalian dana", "aplikasinya sering keluar sendiri", "warnanya salah"),
        *("jangan kirim iklan lagi", "boleh adik saya yang ambil", "saya butuh faktur"),
    ),
    "sr": (
        *(
            "rajsferšlus je pokvaren",
            "nikad na to nisam pristao",
            "kolike su naknade u inostranstvu",
        ),
        *("vaučer ne radi", "neko je koristio moju karticu", "pošaljite mi novi kod"),
        *("koliko traje povraćaj", "aplikacija vam se stalno gasi", "stigla je pogrešna boja"),
        *("не желим више рекламе", "може ли брат да преузме пакет", "потребан ми је рачун"),
    ),
}
