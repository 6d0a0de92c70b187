"""Invented people: names, addresses, telephone numbers, mail, dates, places and keys, as several countries do."""

import base64
import string
from random import Random


def _split(words: str) -> list[str]:
    return words.split()


GIVEN = _split(
    """
    Olivia Noah Amara Thabo Priya Arjun Mei Haruto Leila Omar Chidi Ngozi Wanjiru Kofi Zanele Freya Callum Saoirse
    Cillian Rhiannon Jürgen Ute Heidrun Björn Ingvild Torbjørn Aino Eetu Łukasz Grażyna Zdeněk Ludmila Dragan Milica
    Yiannis Eleftheria Çağla Emre Dmitri Oksana Thiago Jacira Guadalupe Xóchitl Rodrigo Inés Baptiste Maëlys
    Fiorenza Ettore Duarte Graça Anouk Sjoerd Femke Shira Avi Fatoumata Moussa Tariq Samira Wei Jian Soo-jin Min-ho
    Nguyet Kiet
    """
)
FAMILY = _split(
    """
    Okafor Nakamura Lindqvist Petrosyan Kowalczyk Ferreira Moreau Schäfer Baumgartner O'Sullivan MacGregor Whitfield
    Hargreaves Pemberton Castellanos Ibarra Quispe Mamani Achterberg Vandenberghe Jørgensen Rautio Virtanen Novotný
    Horváth Papadakis Yıldız Abdullahi Mensah Dlamini Banerjee Chakraborty Gunawardena Wijaya Tran Kim Zhang
    Villanueva D'Amico Lombardi Santoro Dubois-Lefèvre Kuznetsova Shevchenko Bondarenko Haddad Khoury Rosenthal
    Friedman Blackwood Ashcroft Thornbury Delgado Pacheco
    """
)
_HOSTS = (
    *("gmail.com", "posteo.de", "mail.co.uk", "uni-graz.at", "orange.fr", "outlook.com", "st.kyoto-u.ac.jp"),
    "example.org",
)
_RUES = ("rue de la République", "avenue Jean Jaurès", "boulevard Voltaire", "chemin des Vignes")
_STREETS = (
    "Maple",
    "Highfield",
    "Station",
    "Church",
    "Victoria",
    "Chestnut",
    "Mill",
    "Park",
    "Queen's",
    "Lakeview",
    "Washington",
    "Old Mill",
    "St. Mary's",
    "Riverside",
)
_TOWNS = (
    ("Springfield", "IL"),
    ("Portland", "OR"),
    ("Cedar Rapids", "IA"),
    ("Santa Fe", "NM"),
    ("Burlington", "VT"),
    ("Tulsa", "OK"),
)


def name(rng: Random) -> str:
    """Return a given and a family name, sometimes with a middle initial, sometimes a given name alone."""
    given, family = rng.choice(GIVEN), rng.choice(FAMILY)
    return rng.choice(
        (f"{given} {family}", f"{given} {family}", f"{given} {rng.choice('ABCDEFGHJKLM')}. {family}", given)
    )


def email(rng: Random) -> str:
    """Return an address of mail with one of several forms of local part."""
    given, family = (_ascii(rng.choice(words)) for words in (GIVEN, FAMILY))
    local = rng.choice(
        (
            f"{given}.{family}",
            f"{given[0]}{family}{rng.randrange(100)}",
            f"{given}_{family}",
            f"{family}+shop",
            f"{given}{rng.randrange(1950, 2010)}",
        )
    )
    return f"{local}@{rng.choice(_HOSTS)}"


def _ascii(word: str) -> str:
    return "".join(one for one in word.lower() if one in string.ascii_lowercase) or "x"


def phone(rng: Random) -> str:
    """Return a telephone number as written in one of ten countries."""

    def d(count: int) -> str:
        return "".join(rng.choices(string.digits, k=count))

    area = f"{rng.randrange(2, 10)}{d(2)}"
    return rng.choice(
        (
            f"({area}) {rng.randrange(2, 10)}{d(2)}-{d(4)}",
            f"{area}-{rng.randrange(2, 10)}{d(2)}-{d(4)}",
            f"+1 {area} {rng.randrange(2, 10)}{d(2)} {d(4)}",
            f"+44 20 7{d(3)} {d(4)}",
            f"07{rng.randrange(1, 10)}{d(2)} {d(6)}",
            f"+49 {rng.choice(('30', '89', '171'))} {d(7)}",
            f"0{rng.choice(('30', '89', '221'))} / {d(3)} {d(4)}",
            f"+33 6 {d(2)} {d(2)} {d(2)} {d(2)}",
            f"0{rng.randrange(1, 8)} {d(2)} {d(2)} {d(2)} {d(2)}",
            f"+34 6{d(2)} {d(3)} {d(3)}",
            f"+46 70-{d(3)} {d(2)} {d(2)}",
            f"+91 9{d(4)} {d(5)}",
            f"+55 11 9{d(4)}-{d(4)}",
            f"+81 3-{d(4)}-{d(4)}",
        )
    )


def address(rng: Random) -> str:
    """Return a postal address of one of nine countries, on one line or several."""
    number, street = rng.randrange(1, 400), rng.choice(_STREETS)
    town, state = rng.choice(_TOWNS)
    return rng.choice(
        (
            f"{number} {street} {rng.choice(('Street', 'St', 'Avenue', 'Ave.', 'Road', 'Drive', 'Lane', 'Blvd'))}, "
            f"{town}, {state} {rng.randrange(10000, 99999)}",
            f"{number} {street} {rng.choice(('Street', 'Rd', 'Court'))}, Apt {rng.randrange(1, 60)}, {town}, "
            f"{state} {rng.randrange(10000, 99999)}",
            f"{number} {street} {rng.choice(('Street', 'Road', 'Lane', 'Close', 'Terrace'))}",
            f"{number} {street} Road, Bristol BS{rng.randrange(1, 9)} "
            f"{rng.randrange(1, 9)}{rng.choice('ABDEF')}{rng.choice('GHJLN')}",
            f"P.O. Box {rng.randrange(100, 9999)}, {town}, {state} {rng.randrange(10000, 99999)}",
            f"{rng.choice(('Lindenstraße', 'Goethestr.', 'Am Anger', 'Bahnhofsplatz', 'Hauptgasse'))} "
            f"{number % 90 + 1}, {rng.randrange(10000, 99999)} {rng.choice(('Jena', 'Bremen', 'Köln'))}",
            f"{number} {rng.choice(_RUES)}, {rng.randrange(10000, 95999)} {rng.choice(('Lyon', 'Nantes', 'Dijon'))}",
            f"{rng.choice(('Calle de Alcalá', 'Avenida de la Constitución', 'Plaza Mayor'))} {number % 120 + 1}, "
            f"{rng.randrange(10000, 52999)} {rng.choice(('Madrid', 'Sevilla'))}",
            f"{rng.choice(('Via Garibaldi', 'Corso Vittorio Emanuele', 'Piazza San Marco'))} {number % 120 + 1}, "
            f"{rng.randrange(10000, 98999)} {rng.choice(('Torino', 'Bologna'))}",
            f"{rng.choice(('Prinsengracht', 'Dorpsstraat', 'Beethovenlaan'))} {number}, {rng.randrange(1000, 9999)} "
            f"{rng.choice('ABCDEFG')}{rng.choice('HJKLM')} Utrecht",
            f"{rng.choice(('Storgatan', 'Drottninggatan', 'Skolvägen'))} {number % 90 + 1}, "
            f"{rng.randrange(100, 999)} {rng.randrange(10, 99)} Uppsala",
            f"ul. {rng.choice(('Piłsudskiego', 'Mickiewicza', 'Długa'))} {number % 90 + 1}, "
            f"{rng.randrange(10, 99)}-{rng.randrange(100, 999)} Kraków",
        )
    )


def birth(rng: Random) -> str:
    """Return a day between 1930 and 2012 in one of seven forms."""
    year, month, day = rng.randrange(1930, 2013), rng.randrange(1, 13), rng.randrange(1, 29)
    word = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )[month - 1]
    return rng.choice(
        (
            f"{year}-{month:02}-{day:02}",
            f"{day:02}/{month:02}/{year}",
            f"{month}/{day}/{year}",
            f"{day:02}.{month:02}.{year}",
            f"{word} {day}, {year}",
            f"{day} {word} {year}",
            f"{day} {word[:3]} {year}",
        )
    )


def place(rng: Random) -> str:
    """Return coordinates in degrees, decimal or sexagesimal."""
    lat, lon = rng.uniform(-66, 66), rng.uniform(-170, 170)
    minutes = [f"{rng.randrange(60):02}′{rng.randrange(60):02}″" for _ in range(2)]
    whole = f"{abs(int(lat))}°{minutes[0]}{'NS'[lat < 0]} {abs(int(lon))}°{minutes[1]}{'EW'[lon < 0]}"
    return rng.choice(
        (f"{lat:.5f}, {lon:.5f}", f"{abs(lat):.4f}° {'NS'[lat < 0]}, {abs(lon):.4f}° {'EW'[lon < 0]}", whole)
    )


def ip(rng: Random) -> str:
    """Return an address of a machine, mostly version 4."""
    if rng.random() < 0.7:
        return ".".join(str(rng.randrange(1, 255)) for _ in range(4))
    return (
        "2a0"
        + ":".join((f"{rng.randrange(16):x}", *(f"{rng.randrange(16**4):x}" for _ in range(3))))
        + rng.choice(("::1", "::" + f"{rng.randrange(16**4):x}"))
    )


def mac(rng: Random) -> str:
    """Return the address of a network card."""
    octets = [f"{rng.randrange(256):02x}" for _ in range(6)]
    return rng.choice((":".join(octets), "-".join(octets).upper()))


def url_token(rng: Random) -> str:
    """Return a web address that lets in whoever has it."""
    token = "".join(rng.choices(string.ascii_letters + string.digits, k=24))
    return rng.choice(
        (
            f"https://app.shop.example/reset?token={token}",
            f"https://cloud.example.net/s/file?sig={token}&exp=99",
            f"https://api.example.com/v1/items?api_key={token}",
            f"https://{rng.choice(GIVEN).lower()}:{token[:9]}@git.example.org/repo.git",
        )
    )


def secret(rng: Random) -> str:
    """Return a key with the prefix of one of eight issuers, or a JSON web token."""

    def letters(count: int, of: str = string.ascii_letters + string.digits) -> str:
        return "".join(rng.choices(of, k=count))

    def part(text: str) -> str:
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    return rng.choice(
        (
            "AKIA" + letters(16, string.ascii_uppercase + "234567"),
            "ghp_" + letters(36),
            f"xoxb-{letters(12, string.digits)}-{letters(12, string.digits)}-{letters(24)}",
            "AIza" + letters(35),
            "sk_" + "live_" + letters(24),
            "glpat-" + letters(20),
            "hf_" + letters(34),
            ".".join((part('{"alg":"HS256"}'), part('{"sub":"' + letters(10) + '"}'), letters(43))),
        )
    )
