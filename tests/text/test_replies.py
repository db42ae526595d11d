"""Only what the sender wrote now is kept, and never nothing."""

import pytest

from ridealong.text.cleaning import clean_mail

QUOTATIONS = (
    "On Mon, 3 Mar 2025 at 10:11, Support <s@x.com> wrote:\n> Dear Jane\n> we are on it",
    "On Mon, 3 Mar 2025 at 10:11, Support Team\n<support@example.com> wrote:\n\n> Dear Jane",
    "Am 3. März 2025 um 10:11 schrieb Support <s@x.de>:\n> Liebe Jane",
    "Le 3 mars 2025 à 10:11, Support <s@x.fr> a écrit :\n> Bonjour",
    "El 3 mar 2025, a las 10:11, Support <s@x.es> escribió:\n> Hola",
    "Il giorno 3 mar 2025 alle 10:11 Support <s@x.it> ha scritto:\n> Ciao",
    "Op ma 3 mrt 2025 om 10:11 schreef Support <s@x.nl>:\n> Hoi",
    "3 марта 2025 г., 10:11 Support <s@x.ru> написал:\n> Привет",
    "-----Original Message-----\nFrom: Support\nSent: Monday\nTo: Jane\nSubject: Re\n\nDear Jane",
    "-----Ursprüngliche Nachricht-----\nVon: Support\n\nLiebe Jane",
    "From: Support <s@x.com>\nSent: Monday\nTo: Jane\nSubject: Order\n\nDear Jane",
    "Von: Support\nGesendet: Montag\nAn: Jane\nBetreff: Bestellung\n\nLiebe Jane",
    "> Dear Jane\n> we are on it",
)

SIGNATURES = (
    "Best regards,\nJane Doe\nACME Ltd\n+1 415 555 0123",
    "-- \nJane Doe\nHead of Things",
    "Sent from my iPhone",
    "Mit freundlichen Grüßen\nMax Müller",
    "Viele Grüße\nMax",
    "Cordialement,\nJean Dupont",
    "Saludos cordiales,\nAna",
    "Cordiali saluti\nLuca Rossi",
    "Thanks,\nTom",
    "Kind regards\nJane\n\nThis email is confidential and intended for the reader only.",
)

KEPT = (
    "Thanks,\nbut my order is still missing. Please help.",
    "Hi\nThanks, the parcel arrived.\nBut the blue shirt is torn.",
    "My problems:\n- late\n- broken\nPlease help",
    "On Monday I called and he wrote:\nyou get a refund.\nI did not.",
    "Sent from my iPhone",
    "Regards,\nJane",
    "> all of it\n> is quoted",
    "Best regards,\nJane\nOrder number 12345",
    "From: Berlin\nTo: Paris\nis what I booked",
    "Danke\nund wo bleibt das Paket?",
)


@pytest.mark.parametrize("quotation", QUOTATIONS)
def test_the_quoted_thread_goes(quotation: str) -> None:
    assert clean_mail(f"Where is my order?\n\n{quotation}") == "Where is my order?"


@pytest.mark.parametrize("signature", SIGNATURES)
def test_the_signature_goes(signature: str) -> None:
    assert (
        clean_mail(f"Hello,\n\nwhere is my order?\n\n{signature}") == "Hello,\n\nwhere is my order?"
    )


@pytest.mark.parametrize("text", KEPT)
def test_a_request_is_never_taken_for_a_signature(text: str) -> None:
    assert clean_mail(text) == text


def test_an_answer_below_the_quotation_is_kept() -> None:
    mail = "On Mon, 3 Mar 2025, Support <s@x.com> wrote:\n> shall we refund?\n\nYes please."

    assert clean_mail(mail) == "Yes please."


def test_answers_between_quoted_lines_are_kept() -> None:
    assert clean_mail("> size?\n42\n> colour?\nblue") == "42\nblue"
