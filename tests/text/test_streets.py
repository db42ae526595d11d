"""Addresses are masked whole, from the name of the house to the town, by rules alone."""

import pytest

from tests.text.masks import masked

ADDRESSES = (
    ("en", "to Rose Cottage, Mill Lane, Nether Stowey, Somerset TA5 1AB, thanks", "to {}, thanks"),
    ("en", "The Old Forge, High Street, Hexham\nNE46 1AB", "{}"),
    ("en", "ship to the old mill, weir road, market drayton, shropshire tf9 1aa", "ship to {}"),
    ("en", "at Flat B, 33 Argyle Street, 9/F, Mong Kok, Kowloon please", "at {} please"),
    ("en", "Dawn Apartments, 4th Floor, 22 Park Avenue, Pune 411001", "{}"),
    ("en", "to The Larches, Hill Lane, Bramley, Surrey GU5 0AB.", "to {}."),
    ("en", "Rm 1103, 11/F, Canal Centre, 8 Dock Road, Wan Chai", "{}"),
    ("it", "Spedite a Villa Serena, Via Garda 12, 37121 Verona", "Spedite a {}"),
    ("it", "Albergo Due Torri, Corso Cavour 8, 40124 Bologna", "{}"),
    ("de", "an Pension Edelweiß, Dorfstraße 4, 6020 Innsbruck", "an {}"),
    ("de", "in der Lindenallee 5, 2. OG, 10115 Berlin", "in der {}"),
    ("de", "an Gasthof zur Linde, Feldweg 12, 83700 Kreuth", "an {}"),
    ("pt", "Avenida da Paz 110, 2.º Dto, 1250-146 Lisboa", "{}"),
    ("fr", "Hôtel Bellevue, 14 rue des Lilas, 69003 Lyon", "{}"),
    ("es", "Edificio Mirador, Calle Sorolla 22, 03001 Alicante", "{}"),
    ("da", "Bo Lund, Vestergade 112, 4. th., 1620 København V", "Bo Lund, {}"),
    ("da", "send til Nygade 9, st. tv, 2100 København i dag", "send til {} i dag"),
    ("sv", "Storgatan 14 B, lgh 1203, 114 51 Stockholm", "{}"),
    ("tr", "Adres: Atatürk Mah. Gül Sok. No: 14 D: 3, Çankaya, Ankara", "Adres: {}"),
    ("tr", "İnönü Cad. No:55/2 Daire 8, Bornova", "{}"),
    ("tr", "Adres: Yeni Mah. 1234. Sok. No: 5 D: 2 Karşıyaka/İzmir", "Adres: {}"),
    ("ru", "живу на улице Садовой, дом 5, квартира 11", "живу на {}"),
    ("ar", "جدة، حي الروضة، شارع الأمير سلطان، عمارة 45، الدور 3", "{}"),
    ("ar", "12 شارع طلعت حرب، القاهرة", "{}"),
    ("ja", "北海道札幌市中央区南1条西5丁目8番地", "{}"),
    ("zh", "广州市天河区体育西路191号中石化大厦B塔2305室", "{}"),
    ("zh", "香港九龍彌敦道688號12樓B室", "{}"),
    ("ru", "Мой адрес: ул. Гагарина, д. 8, корп. 2, кв. 15, Казань, 420111", "Мой адрес: {}"),
    ("ru", "проспект Мира, дом 101, квартира 7, Москва, 129085, спасибо", "{}, спасибо"),
    ("ru", "живу: г. Самара, ул. Победы 12-45", "живу: {}"),
    ("ar", "عنواني شارع التحلية، عمارة 12، شقة 9، جدة 21432", "عنواني {}"),
    ("ar", "العنوان: حي النخيل، شارع العليا 44، الرياض 12381", "العنوان: {}"),
    ("ja", "住所は大阪府大阪市中央区難波5-1-60 なんばハイツ1204です", "住所は{}です"),
    ("ja", "〒150-0042 東京都渋谷区宇田川町12-3に送ってください", "〒{}に送ってください"),
    ("ja", "神奈川県横浜市港北区日吉4丁目1番1号", "{}"),
    ("zh", "请寄到北京市朝阳区建国路93号12号楼1801室,谢谢", "请寄到{},谢谢"),
    ("zh", "收货地址是广东省深圳市南山区科技园路15号3单元502室", "收货地址是{}"),
    ("zh", "我住在南京西路88号", "我住在{}"),
    ("zh", "台北市大安區忠孝東路四段101號5樓", "{}"),
)

READABLE = (
    *(
        ("en", "the house, lane and garden were wet"),
        ("en", "The Old Bakery closed at 5, order 12345"),
    ),
    *(("en", "it is a 5 minutes drive"), ("en", "Hotel booking, 2 nights, 3 people")),
    *(("ru", "доставка в Казань займёт 3 дня"), ("ru", "номер дома 5 не указан")),
    *(("ar", "طلبي رقم 12271 لم يصل"), ("ja", "東京都に住んでいます。3回電話しました")),
    *(("zh", "我知道3号发货"), ("zh", "一路顺风,15号见"), ("ja", "市役所は5階です")),
    *(("ar", "طريق الدفع لا يعمل 3 مرات"), ("zh", "订单在路上3号到吗")),
    *(("tr", "No: 5 beden yok"), ("da", "jeg har ventet 3. dag i træk")),
)


@pytest.mark.parametrize(("language", "message", "frame"), ADDRESSES)
def test_an_address_is_masked_whole(language: str, message: str, frame: str) -> None:
    assert masked(message, language).text == frame.format("[ADDRESS_1]")


@pytest.mark.parametrize(("language", "message"), READABLE)
def test_what_only_sounds_like_an_address_stays(language: str, message: str) -> None:
    assert "ADDRESS" not in masked(message, language).text
