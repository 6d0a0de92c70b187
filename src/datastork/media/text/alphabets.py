"""Languages, the letters they are written with, and the encodings their texts were kept in before Unicode."""

_WEST = "en de fr es pt it nl da sv no nb nn fi ca is eu ga gl lb af sq"
_MIDDLE = "pl cs sk hu sl hr bs ro sq"

# Python's name of an encoding -> languages (ISO 639-1). Of two that read a text alike, the first is named.
LANGUAGES = {
    "cp1252": _WEST,
    "iso8859_15": _WEST,
    "cp1250": _MIDDLE,
    "iso8859_2": _MIDDLE,
    "cp1251": "ru uk be bg sr mk",
    "koi8_r": "ru",
    "koi8_u": "uk",
    "cp866": "ru",
    "iso8859_5": "ru be bg sr mk",
    "cp1253": "el",
    "iso8859_7": "el",
    "cp1254": "tr",
    "cp1255": "he",
    "iso8859_8": "he",
    "cp1256": "ar fa ur",
    "iso8859_6": "ar",
    "cp1257": "et lv lt",
    "cp1258": "vi",
    "cp874": "th",
    "gb18030": "zh",
    "big5hkscs": "zh",
    "cp932": "ja",
    "euc_jp": "ja",
    "cp949": "ko",
    "mac_roman": _WEST,
    "cp850": _WEST,
}

_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
LETTERS = {
    "en": "éèêëïöçñáàâäüôæœ",
    "de": "äöüß",
    "fr": "àâæçéèêëîïôœùûü",
    "es": "áéíñóúü",
    "pt": "áâãàçéêíóôõú",
    "it": "àèéìòù",
    "nl": "áéëïíóöüèêç",
    "da": "æøåé",
    "sv": "åäöé",
    "no": "æøåéèêóòô",
    "fi": "äöå",
    "ca": "àçéèíïóòúü",
    "is": "áðéíóúýþæö",
    "eu": "ñü",
    "ga": "áéíóú",
    "gl": "áéíñóúü",
    "lb": "äëéèêöüïôû",
    "af": "áéèêëíîïóôöúû",
    "sq": "ëç",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "hu": "áéíóöőúüű",
    "sl": "čšž",
    "hr": "čćđšž",
    "ro": "ăâîşşșţț",
    "ru": _CYRILLIC + "ё",
    "uk": _CYRILLIC + "іїєґ",
    "be": _CYRILLIC + "іўё",
    "bg": _CYRILLIC,
    "sr": _CYRILLIC + "ђјљњћџ",
    "mk": _CYRILLIC + "ѓѕјљњќџ",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ΄΅",
    "tr": "çğıiİöşüâîû",
    "et": "äöõüšž",
    "lv": "āčēģīķļņōŗšūž",
    "lt": "ąčęėįšųūž",
    "vi": "ăâđêôơưàáãèéìíòóùúý\u0300\u0301\u0303\u0309\u0323",
}
LETTERS |= {"nb": LETTERS["no"], "nn": LETTERS["no"], "bs": LETTERS["hr"]}
FOREIGN = "àáâäãåæçèéêëìíîïñòóôöõøœšùúûüýžß"  # in names and borrowed words of other languages in Latin letters

_ARABIC = "\u0621-\u0652\u066a-\u066d\u06a9\u06af\u067e\u0686\u0698\u06cc\u06d2\u06ba\u06be\u06c1،؛؟"
_WIDE = "\u3000-\u303f\u3200-\u33ff\uff01-\uff65\u2190-\u26ff"
SCRIPTS = {
    "he": "\u05d0-\u05ea\u05b0-\u05c3\u05f0-\u05f4",
    "ar": _ARABIC,
    "fa": _ARABIC,
    "ur": _ARABIC + "\u0679\u0688\u0691\u06d4",
    "th": "\u0e01-\u0e5b",
    "zh": "\u4e00-\u9fff" + _WIDE,
    "ja": "\u4e00-\u9fff\u3040-\u30ff\uff66-\uff9f\u2010-\u2040\u0391-\u0451" + _WIDE,
    "ko": "\uac00-\ud7a3\u3131-\u318e\u4e00-\u9fff" + _WIDE,
}
PUNCTUATION = "\u00a0\u00ad\u200c-\u200f‘’‚‛“”„…–—―«»‹›•·°§©®™€£¥¡¿ºª²³½¼¾×±´¨№†‡"

# The commonest letters (for Chinese, Japanese and Korean: signs and syllables), and the share of all that they usually
# have; in a text read in a wrong encoding they are as rare as any other.
COMMONEST = {
    "ru": ("оеаинтсрвл", 0.68),
    "uk": ("оаниітврес", 0.60),
    "be": ("анісртеоуы", 0.52),
    "bg": ("аоинетрсвл", 0.70),
    "sr": ("аоиентрсју", 0.68),
    "mk": ("аоиетнрвск", 0.68),
    "el": ("αοιετσνηυρςίό", 0.71),
    "he": ("יוהלאתרמבש", 0.72),
    "ar": ("اليمونرتبةده", 0.70),
    "fa": ("اینرهدموتسبش", 0.60),
    "ur": ("اینرہکےوسمتل", 0.55),
    "th": ("านรอกเงมยลวดทสต", 0.55),
    "zh": (
        "的一是不了人我在有他中大上国國个個到说說们們为為和地年会會以出家时時要作用行成方生能文言与與及之于於或等法公由本",
        0.30,
    ),
    "ja": ("のはにをたがでてとしれさいるなかもこらりすっんーだよきま", 0.25),
    "ko": ("이다는을의에가한고를은지하로기도사인리어자대시나서해라국", 0.40),
}
