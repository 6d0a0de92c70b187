"""Recognisers by pattern: what they find, what they leave alone, and that no text takes them long."""

import time

import pytest

from datastork.media.text.private.registry import finder

FOUND = [
    ("EMAIL", "Write to anna.berg+shop@posteo.de.", "anna.berg+shop@posteo.de"),
    ("EMAIL", "Mail:jürgen@müller.example, please", "jürgen@müller.example"),
    ("EMAIL", "<mailto:a_b@st.kyoto-u.ac.jp>", "a_b@st.kyoto-u.ac.jp"),
    ("EMAIL", "reach me: anna (at) posteo (dot) de", "anna (at) posteo (dot) de"),
    ("PHONE", "ring +44 20 7946 0018 tonight", "+44 20 7946 0018"),
    ("PHONE", "on 020 7946 0018 or", "020 7946 0018"),
    ("PHONE", "(212) 555-0147 x12 is", "(212) 555-0147 x12"),
    ("PHONE", "212.555.0147", "212.555.0147"),
    ("PHONE", "Tel. 030 / 398 2562", "030 / 398 2562"),
    ("PHONE", "01.84.17.61.18", "01.84.17.61.18"),
    ("PHONE", "they are not answering at 723 813 266", "723 813 266"),
    ("PHONE", "44 12 34 56 office", "44 12 34 56"),
    ("PHONE", "+46 (0)8 928 571 38", "+46 (0)8 928 571 38"),
    ("PHONE", "To claim, call09061234567 today", "09061234567"),
    ("PHONE", "Urgent! call 09061234567from land line", "09061234567"),
    ("PHONE", "ring 0207 946 0018or come", "0207 946 0018"),
    ("PHONE", "charged at texts cost. apply 08712345678over18s", "08712345678"),
    ("PHONE", "to opt out send STOP 08712345678 50p", "08712345678"),
    ("PHONE", "info: 07123456789/08712345678 tonight", "08712345678"),
    ("PHONE", "Tel:+447911123456now", "+447911123456"),
    ("PHONE", "see tel.07123456789now", "07123456789"),
    ("PHONE", "Your account statement for 07123456789 shows", "07123456789"),
    ("CREDIT_CARD", "card 4111 1111 1111 1111 has", "4111 1111 1111 1111"),
    ("CREDIT_CARD", "paid by 371449635398431", "371449635398431"),
    ("CREDIT_CARD", "my card 4111 1111 1111 1112 (a slip of the pen)", "4111 1111 1111 1112"),
    ("IBAN", "pay to GB29 NWBK 6016 1331 9268 19 today", "GB29 NWBK 6016 1331 9268 19"),
    ("IBAN", "de89370400440532013000", "de89370400440532013000"),
    ("US_SSN", "SSN: 078-05-1120", "078-05-1120"),
    ("GB_NHS", "NHS number 943 476 5919", "943 476 5919"),
    ("GB_NINO", "NI number AB 12 34 56 C", "AB 12 34 56 C"),
    ("FR_NIR", "NIR 1 85 05 78 006 084 91", "1 85 05 78 006 084 91"),
    ("DE_TAX_ID", "Steuer-ID 86 095 742 719", "86 095 742 719"),
    ("ES_DNI", "DNI 12345678Z", "12345678Z"),
    ("ES_DNI", "NIE X1234567L", "X1234567L"),
    ("IT_CODICE_FISCALE", "CF RSSMRA85T10A562S", "RSSMRA85T10A562S"),
    ("NL_BSN", "BSN 111222333", "111222333"),
    ("SE_PERSONNUMMER", "personnummer 811228-9874", "811228-9874"),
    ("PL_PESEL", "PESEL 44051401359", "44051401359"),
    ("BR_CPF", "CPF 111.444.777-35", "111.444.777-35"),
    ("IN_AADHAAR", "Aadhaar 2341 2341 2346", "2341 2341 2346"),
    ("CA_SIN", "SIN 193-456-787", "193-456-787"),
    ("FI_HETU", "hetu 131052-308T", "131052-308T"),
    ("NO_FNR", "fødselsnummer 01010750160", "01010750160"),
    ("BE_NN", "85.07.30-033.28", "85.07.30-033.28"),
    ("CH_AHV", "AHV 756.9217.0769.85", "756.9217.0769.85"),
    ("CN_ID", "11010519491231002X", "11010519491231002X"),
    ("IP_ADDRESS", "from 86.121.97.248.", "86.121.97.248"),
    ("IP_ADDRESS", "from 2a00:1450:4001:81b::200e now", "2a00:1450:4001:81b::200e"),
    ("MAC_ADDRESS", "mac 00:1B:44:11:3A:B7", "00:1B:44:11:3A:B7"),
    ("MAC_ADDRESS", "mac 001b.4411.3ab7", "001b.4411.3ab7"),
    ("COORDINATES", "at 51.50740, -0.12780 we", "51.50740, -0.12780"),
    ("COORDINATES", "51°30′26″N 0°7′39″W", "51°30′26″N 0°7′39″W"),
    ("URL_TOKEN", "(https://x.example/reset?token=abc123DEF)", "https://x.example/reset?token=abc123DEF"),
    ("URL_TOKEN", "postgres://anna:hunter2@db.example/shop", "postgres://anna:hunter2@db.example/shop"),
    ("URL_PROFILE", "see https://www.linkedin.com/in/anna-berg", "https://www.linkedin.com/in/anna-berg"),
    ("SECRET", "aws AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
    ("SECRET", "password: Hunter2x!", "Hunter2x"),
    ("SECRET", "the PIN is 4711", "4711"),
    ("ADDRESS", "lives at 12 Baker Street, London NW1 6XE.", "12 Baker Street, London NW1 6XE"),
    (
        "ADDRESS",
        "to 1600 Amphitheatre Pkwy, Mountain View, CA 94043",
        "1600 Amphitheatre Pkwy, Mountain View, CA 94043",
    ),
    ("ADDRESS", "Lindenstraße 12a, 07743 Jena", "Lindenstraße 12a, 07743 Jena"),
    ("ADDRESS", "340 rue de la République, 54911 Nantes", "340 rue de la République, 54911 Nantes"),
    ("ADDRESS", "P.O. Box 149, Springfield, IL 62701", "P.O. Box 149, Springfield, IL 62701"),
    ("ADDRESS", "My zip code is 94043", "94043"),
    ("DATE_OF_BIRTH", "born on 12 March 1980 in", "12 March 1980"),
    ("DATE_OF_BIRTH", "DOB: 3/12/1980", "3/12/1980"),
    ("DATE_OF_BIRTH", "born 1980-1-3 in", "1980-1-3"),
    ("DATE_OF_BIRTH", "nacida el 12 de septiembre de 1980", "12 de septiembre de 1980"),
    ("DATE_OF_BIRTH", "born, as they say, on the 12th of September, of 1980", "12th of September, of 1980"),
    ("DATE_OF_BIRTH", "born September 12th, 1980", "September 12th, 1980"),
    ("PASSPORT", "Passport no. X1234567", "X1234567"),
    ("DRIVING_LICENCE", "my driver's license number is F162823540116", "F162823540116"),
    ("BANK_ACCOUNT", "account number: 12345678", "12345678"),
]


@pytest.mark.parametrize(("kind", "text", "value"), FOUND)
def test_it_is_found_exactly_where_it_stands(kind, text, value):
    found = [(one.kind, text[one.start : one.end].rstrip("!.")) for one in finder().find(text)]

    assert (kind, value) in found


@pytest.mark.parametrize(("kind", "text", "value"), FOUND)
def test_it_is_found_far_into_a_text_too(kind, text, value):
    filler = "Il était 7 heures à 12 km de là. " * 9
    whole = f"{filler}\n\n{text}\n\n{filler}"
    found = [(one.kind, whole[one.start : one.end].rstrip("!.")) for one in finder().find(whole)]

    assert (kind, value) in found


LEFT = [
    "",
    "Nothing here.",
    "It cost 1,234,567.89 dollars in 2021-04-16, up 12.5 % from 1990-1995.",
    "ISBN 978-3-16-148410-0, ISSN 0022-0094, order #20231234567",
    "The score was 21-14 6-3 after 10 000 000 tries; 3.14159265 is pi.",
    "Version 1.2.3.4 and v10.20.30.40 run on 127.0.0.1 and 0.0.0.0",
    "The years 1914 1918 1939 1945; chapter 12, page 340, section 3.2.1",
    "a@b, @home, user@localhost and x @ y",
    "token of my esteem, the key to it, a password is needed, pin the tail",
    "1111 1111 1111 1111 and 000-12-3456 and 666-12-3456",
    "In 1984 Hyde Park was full; Spring 2004; World War 2; Windows 95",
    "https://example.org/birds?page=2",
    "10:20:30 and 12:34:56:78:9",
    "It was 20 degrees, 5 people in 3 rows; room 12, 5 star hotel",
    "He was born in London. Years later, long after the war was over, he moved there on 3 May 1999",
    "hash a07123456789b, call me about code 07123456789ab12, ref07123456789, order no. 07123456789",
    "path a/07123456789/b of www.07123456789.com; 0.07123456789012; text STOP to 87121 or 80488",
    "The account was closed; licence to print; passport photographs",
]


@pytest.mark.parametrize("text", LEFT)
def test_other_numbers_and_words_are_left_alone(text):
    assert finder().find(text) == []


def test_kinds_that_are_off_are_found_when_asked_for():
    text = "I am 47 years old, see https://example.org/birds"

    assert finder().find(text) == []
    assert [(one.kind, text[one.start : one.end]) for one in finder(("AGE", "URL")).find(text)] == [
        ("AGE", "47"),
        ("URL", "https://example.org/birds"),
    ]


def test_only_the_kinds_asked_for_are_found():
    text = "anna@posteo.de 86.121.97.248 DNI 12345678Z"

    assert [one.kind for one in finder(("IP_ADDRESS",)).find(text)] == ["IP_ADDRESS"]
    assert [one.kind for one in finder(("NATIONAL_ID",)).find(text)] == ["ES_DNI"]


def test_a_lower_confidence_finds_what_only_passes_a_checksum():
    text = "the number 111222333 is odd"

    assert finder().find(text) == []
    assert "NL_BSN" in {one.kind for one in finder(("NL_BSN",), confidence=0.1).find(text)}


def test_two_addresses_of_mail_side_by_side_are_two():
    text = "a.b@posteo.de,c.d@posteo.de"

    assert [text[one.start : one.end] for one in finder().find(text)] == text.split(",")


def test_places_are_right_behind_letters_of_every_size():
    text = "😀é中İ " * 5 + "anna@posteo.de, 86.121.97.248, https://x.example/?token=12345, password: a1b2c3d4"

    assert [text[one.start : one.end] for one in finder().find(text)] == [
        *("anna@posteo.de", "86.121.97.248", "https://x.example/?token=12345", "a1b2c3d4"),
    ]


HOSTILE = [
    *("1", "1 ", "12-", "1.", "a@", "a@b.", "a.", "A a", "Ab 12 ", "Via de la ", "0a:", "::", "www.", "http://"),
    *("-----BEGIN PRIVATE KEY-----", "https://a.b/?token=", "eyJaaaaaaaa.", "password=", "born 1.1.1.1 ", "1°"),
    *("lat 1.11 lon ", "12 Main St ", "PO Box 1 ", "corner of A and ", "Apt 1, ", "passport no ", "+1", "(1)"),
    *("GB12 ", "a[at]", "SW1A 1AA ", "Lindenstraße 1, 12345 Jena, ", "é", "\n1", "unit 1234 box ", "zip 1"),
    *("07123456789/", "call07123456789from ", "07123456789a", "071 2", "1 2 1985 ", "pin pass key ", "1.2345 "),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_takes_long(piece):
    text = piece * (100_000 // len(piece))
    before = time.process_time()
    finder().find(text)

    assert time.process_time() - before < 10  # ten times what the slowest takes; a runaway pattern takes for ever
