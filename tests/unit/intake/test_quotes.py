import pytest

from agent.intake.quotes import split_quoted

HISTORY = {
    "gmail": "On Mon, Nov 23, 2026 at 9:00 AM Ana <a@b.example> wrote:\n> old words",
    "gmail in two lines": "On Mon, Nov 23, 2026 at 9:00 AM Ana Maria Lopez Garcia\n<a@b.example> wrote:\n> old words",
    "spanish": "El lun, 23 nov 2026 a las 9:00, Ana (<a@b.example>) escribió:\n> old words",
    "french": "Le lun. 23 nov. 2026 à 09:00, Ana <a@b.example> a écrit :\n> old words",
    "german": "Am Mo., 23. Nov. 2026 um 09:00 Uhr schrieb Ana <a@b.example>:\n> old words",
    "italian": "Il giorno lun 23 nov 2026 alle ore 09:00 Ana <a@b.example> ha scritto:\n> old words",
    "dutch": "Op ma 23 nov 2026 om 09:00 schreef Ana <a@b.example>:\n> old words",
    "outlook without rule": "From: Ana <a@b.example>\nSent: Monday, 23 November 2026 09:00\nTo: Jane\nSubject:"
    " P00012\n\nold words",
    "outlook with rule": "________________________________\nFrom: Ana\nSent: Monday\nTo: Jane\nSubject: P00012\n\nold"
    " words",
    "outlook german": "Von: Ana <a@b.example>\nGesendet: Montag, 23. November 2026 09:00\nAn: Jane\nBetreff:"
    " P00012\n\nold words",
    "outlook french": "De : Ana <a@b.example>\nEnvoyé : lundi 23 novembre 2026 09:00\nÀ : Jane\nObjet : P00012\n\nold"
    " words",
    "outlook italian": "Da: Ana\nInviato: lunedì 23 novembre 2026\nA: Jane\nOggetto: P00012\n\nold words",
    "outlook dutch": "Van: Ana\nVerzonden: maandag 23 november 2026\nAan: Jane\nOnderwerp: P00012\n\nold words",
    "bold": "*From:* Ana\n*Sent:* Monday\n*To:* Jane\n*Subject:* P00012\n\nold words",
    "original message": "-----Original Message-----\nold words",
    "no header": "> old words\n> more old words",
}


@pytest.mark.parametrize("shape", HISTORY)
def test_quoted_history_is_cut_off(shape: str):
    body, quoted = split_quoted(f"New ETA is 12 May.\n\n{HISTORY[shape]}")

    assert body == "New ETA is 12 May."
    assert "old words" in quoted


@pytest.mark.parametrize(
    "ending",
    [
        "-- \nJane Doe\nAcme",
        "Best regards\nJane\n+44 20 1234 567",
        "Mit freundlichen Grüßen\nJane",
        "Cordialement,\nJane",
        "Un saludo\nJane",
        "Met vriendelijke groet,\nJane",
        "Cordiali saluti\nJane",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "This e-mail is confidential and intended only for the addressee.",
    ],
)
def test_signatures_and_footers_are_cut_off(ending: str):
    assert split_quoted(f"We ship on 12 May.\nAll complete.\n\n{ending}")[0] == "We ship on 12 May.\nAll complete."


def test_a_postscript_below_the_signature_is_kept():
    body, _ = split_quoted("We ship on 12 May.\n\nBest regards\nJane\n\nPS: prices rise in June.")

    assert body == "We ship on 12 May.\n\nPS: prices rise in June."


def test_an_inline_reply_is_kept_whole():
    text = (
        "On Mon, 23 Nov 2026 Ana <a@b.example> wrote:\n"
        "> When do the discs come?\nOn 3 December.\n> And the filters?\nShipped."
    )

    assert split_quoted(text)[0] == text


def test_a_forwarded_mail_is_read_and_its_own_history_is_not():
    text = (
        "FYI\n\n---------- Forwarded message ---------\n"
        "From: Bob <b@c.example>\nDate: Mon\nSubject: P00012\nTo: Jane\n\n"
        "ETA 12 May\n\nOn Mon, 23 Nov 2026 Ana <a@b.example> wrote:\n> old"
    )
    body, quoted = split_quoted(text)

    assert "ETA 12 May" in body
    assert "old" in quoted


def test_words_that_only_look_like_a_header_stay():
    for text in ("From: 12 May\nwe are closed", "Date: 12 May\nQuantity: 40", "On 12 May we ship 40 pcs: all of them."):
        assert split_quoted(text)[0] == text
