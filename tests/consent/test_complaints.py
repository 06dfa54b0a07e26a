"""Who complains, threatens with the law or asks for their data is heard as that; ordinary sentences are not."""

import pytest

from consent import complains

COMPLAINTS = {
    "en": [
        "I want to make a formal complaint",
        "I'd like to complain about this",
        "you'll hear from my lawyer",
        "I'm going to report you to the regulator",
        "please delete my personal data",
        "what data do you have about me",
    ],
    "de": ["Ich möchte mich beschweren", "Dann hören Sie von meinem Anwalt", "Bitte meine Daten löschen"],
    "es": ["Quiero poner una reclamación", "voy a demandarles"],
    "fr": ["Je veux déposer une plainte", "Supprimez mes données"],
    "it": ["Voglio fare un reclamo", "sentirete il mio avvocato"],
    "pt": ["Quero fazer uma reclamação", "que dados têm sobre mim"],
    "nl": ["Ik wil een klacht indienen", "welke gegevens heeft u van mij"],
    "pl": ["Chcę złożyć skargę", "proszę usunąć moje dane"],
}
ORDINARY = [
    "I have no complaints, thank you",
    "what time do you close",
    "my last bill was forty two dollars",
    "can you delete the last order",
    "I work at a law firm downtown",
    "the report is due on Monday",
    "I need a copy of my bill",
]


@pytest.mark.parametrize(
    ("language", "said"), [(tag, one) for tag, all_of in COMPLAINTS.items() for one in all_of]
)
def test_a_complaint_is_heard(language: str, said: str) -> None:
    assert complains(said, [language])


@pytest.mark.parametrize("said", ORDINARY)
def test_an_ordinary_sentence_is_none(said: str) -> None:
    assert not complains(said, COMPLAINTS)
