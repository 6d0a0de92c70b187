"""Whether a number may be one of a country: its check digits, and the days of birth some hold.

Each takes digits (and capital letters) without separators. The sources are the issuing offices' own descriptions, named
at each function where there is a document to name.
"""

from datetime import date

from datastork.media.text.private.checksums import luhn, mod11_10, verhoeff, weighted


def day(year: str, month: str, number: str) -> bool:
    """Return whether there is such a day; a year of two digits may be of any century."""
    years = (int(year),) if len(year) == 4 else (1900 + int(year), 2000 + int(year))
    for one in years:
        try:
            date(one, int(month), int(number))
        except ValueError:
            continue
        return True
    return False


def us_ssn(digits: str) -> bool:
    """United States: no area 000, 666 or 9xx, no group 00, no serial 0000 (SSA, since 2011)."""
    return digits[:3] not in ("000", "666") and digits[0] != "9" and digits[3:5] != "00" and digits[5:] != "0000"


def us_itin(digits: str) -> bool:
    """United States, taxpayers without SSN: 9xx, group 50-65, 70-88, 90-92, 94-99 (IRS)."""
    group = int(digits[3:5])
    return digits[0] == "9" and (50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or group >= 94)


def gb_nhs(digits: str) -> bool:
    """United Kingdom, NHS: weights 10 to 2, modulus 11 (NHS Data Dictionary)."""
    check = 11 - weighted(digits[:9], range(10, 1, -1), 11)
    return check != 10 and check % 11 == int(digits[9])


def gb_nino(letters: str) -> bool:
    """United Kingdom, national insurance: letters that are not given out (HMRC NIM39110)."""
    first, second = letters[0], letters[1]
    banned = first in "DFIQUV" or second in "DFIQUVO" or letters[:2] in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
    return not banned and (len(letters) == 8 or letters[8] in "ABCD")


def fr_nir(letters: str) -> bool:
    """France, social security: key is 97 less the number modulo 97; Corsica's 2A and 2B count as 19 and 18."""
    number = letters[:13].replace("2A", "19").replace("2B", "18")
    month = letters[3:5]
    plausible = month.isdigit() and (1 <= int(month) <= 12 or 20 <= int(month) <= 42 or int(month) >= 50)
    return plausible and number.isdigit() and 97 - int(number) % 97 == int(letters[13:15])


def de_tax(digits: str) -> bool:
    """Germany, Steuer-ID: MOD 11,10; of the first ten digits one comes two or three times, the others at most once."""
    most = sorted(digits[:10].count(one) for one in set(digits[:10]))
    return digits[0] != "0" and most[-1] in (2, 3) and most[-2] == 1 and mod11_10(digits)


def es_dni(letters: str) -> bool:
    """Spain, DNI and NIE: the letter is the number modulo 23; X, Y, Z stand for 0, 1, 2."""
    number = {"X": "0", "Y": "1", "Z": "2"}.get(letters[0], letters[0]) + letters[1:8]
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == letters[8]


_ODD = {
    **dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)),
    **dict(
        zip(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
            strict=True,
        )
    ),
}


def it_cf(letters: str) -> bool:
    """Italy, codice fiscale: the last letter, by the tables of D.M. 23/12/1976."""
    odd = sum(_ODD[one] for one in letters[:15:2])
    even = sum(int(one) if one.isdigit() else ord(one) - 65 for one in letters[1:15:2])
    return chr(65 + (odd + even) % 26) == letters[15]


def nl_bsn(digits: str) -> bool:
    """Netherlands, BSN: weights 9 to 2 and -1, modulus 11 ("elfproef")."""
    return digits != "000000000" and weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), 11) == 0


def se_pn(digits: str) -> bool:
    """Sweden, personnummer: a day (60 more for a coordination number), and Luhn over the last ten digits."""
    short = digits[-10:]
    number = int(short[4:6])
    return day(digits[:-8], short[2:4], str(number - 60 if number > 60 else number)) and luhn(short)


def no_fnr(digits: str) -> bool:
    """Norway, fødselsnummer: two check digits, modulus 11; 40 more in the day for a D-number."""
    number = int(digits[:2])
    first = weighted(digits[:10], (3, 7, 6, 1, 8, 9, 4, 5, 2, 1), 11) == 0
    second = weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), 11) == 0
    return first and second and day(digits[4:6], digits[2:4], str(number - 40 if number > 40 else number))


def dk_cpr(digits: str) -> bool:
    """Denmark, CPR: a day. Its check digit has not been kept to since 2007."""
    return day(digits[4:6], digits[2:4], digits[:2])


def fi_hetu(letters: str) -> bool:
    """Finland, henkilötunnus: a day, and the last sign is day and serial modulo 31."""
    number = letters[:6] + letters[7:10]
    right = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(number) % 31] == letters[10]
    return right and day(letters[4:6], letters[2:4], letters[:2])


def pl_pesel(digits: str) -> bool:
    """Poland, PESEL: a day whose month says the century, weights 1 3 7 9, modulus 10."""
    month = int(digits[2:4]) % 20
    right = weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), 10) == 0
    return right and day(digits[:2], str(month), digits[4:6])


def br_cpf(digits: str) -> bool:
    """Brazil, CPF: two check digits, weights 10 to 2 and 11 to 2, modulus 11."""
    if len(set(digits)) == 1:
        return False
    first = weighted(digits[:9], range(10, 1, -1), 11)
    second = weighted(digits[:10], range(11, 1, -1), 11)
    return int(digits[9]) == (11 - first if first > 1 else 0) and int(digits[10]) == (11 - second if second > 1 else 0)


def in_aadhaar(digits: str) -> bool:
    """India, Aadhaar: Verhoeff; the first digit is 2 to 9 (UIDAI)."""
    return digits[0] not in "01" and digits != digits[::-1] and verhoeff(digits)


def ca_sin(digits: str) -> bool:
    """Canada, SIN: Luhn; none begins with 0 or 8."""
    return digits[0] not in "08" and luhn(digits)


def be_nn(digits: str) -> bool:
    """Belgium, rijksregister: 97 less the number modulo 97, with a 2 in front for those born since 2000."""
    check = int(digits[9:])
    return check in (97 - int(digits[:9]) % 97, 97 - int("2" + digits[:9]) % 97) and int(digits[2:4]) <= 12


def ch_ahv(digits: str) -> bool:
    """Switzerland, AHV: 756 and the check digit of EAN-13."""
    return digits.startswith("756") and weighted(digits, (1, 3) * 6 + (1,), 10) == 0


def au_tfn(digits: str) -> bool:
    """Australia, TFN: weights 1 4 3 7 5 8 6 9 10, modulus 11."""
    return weighted(digits, (1, 4, 3, 7, 5, 8, 6, 9, 10), 11) == 0


def pt_nif(digits: str) -> bool:
    """Portugal, NIF of a person: begins with 1, 2, 3 or 45; weights 9 to 2, modulus 11."""
    check = 11 - weighted(digits[:8], range(9, 1, -1), 11)
    return (digits[0] in "123" or digits[:2] == "45") and int(digits[8]) == (0 if check > 9 else check)


def kr_rrn(digits: str) -> bool:
    """South Korea, resident registration: a day and a sex digit of 1 to 8. Later numbers have no check digit."""
    return digits[6] in "12345678" and day(digits[:2], digits[2:4], digits[4:6])


def cn_id(letters: str) -> bool:
    """China, resident identity card (GB 11643): a day, and ISO 7064 MOD 11-2."""
    total = weighted(letters[:17], (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), 11)
    return "10X98765432"[total] == letters[17] and day(letters[6:10], letters[10:12], letters[12:14])


def za_id(digits: str) -> bool:
    """South Africa: a day, citizenship 0 or 1, and Luhn."""
    return digits[10] in "01" and day(digits[:2], digits[2:4], digits[4:6]) and luhn(digits)
