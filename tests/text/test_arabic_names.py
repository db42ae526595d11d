"""Arabic names are told by known first names and by the form of family names."""

import pytest

from tests.text.masks import masked

NAMED = (
    ("أنا عبد الكريم الدوسري", "أنا [PERSON_1]"),
    ("أنا فاطمة الزهراني وأريد استرجاع المبلغ", "أنا [PERSON_1] وأريد استرجاع المبلغ"),
    ("انا خالد العتيبي", "انا [PERSON_1]"),
    ("أنا ليلى ورقم هاتفي", "أنا [PERSON_1] ورقم هاتفي"),
    ("معك سارة القحطاني، طلبي لم يصل", "معك [PERSON_1]، طلبي لم يصل"),
    ("الحساب باسم محمد بن سلمان الحربي من فضلك", "الحساب باسم [PERSON_1] من فضلك"),
    ("تحدثت مع أبو بكر الهاشمي أمس", "تحدثت مع [PERSON_1] أمس"),
    ("الاسم: نورة الشهري", "الاسم: [PERSON_1]"),
)

NOBODY = (
    *("أنا غاضب جدا من الخدمة", "أنا عميل جديد عندكم", "أنا أنتظر الطلب", "أنا سعيد جدا بالخدمة"),
    *("العرض كريم والسعر جميل", "أريد إلغاء الطلب الحالي", "أنا من الرياض", "المبلغ باسم الشركة"),
)


@pytest.mark.parametrize(("message", "expected"), NAMED)
def test_an_arabic_name_is_masked(message: str, expected: str) -> None:
    assert masked(message, "ar").text == expected


@pytest.mark.parametrize("message", NOBODY)
def test_words_that_are_nobody_stay(message: str) -> None:
    assert masked(message, "ar").text == message
