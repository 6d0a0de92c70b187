"""The words addresses are made of. Every list is our own, of what is common; none is complete."""

import re

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŘŚŞŠȘŢŤȚŪŮŰŲŹŻŽΆΈ-ΏΑ-Ϋ∆А-Я"
LINK = (
    "de|da|do|dos|das|del|della|delle|dei|di|du|des|la|le|les|el|los|las|van|von|der|den|dem|ten|te|het|af|av|of|the|"
    "and|e|y|i|zu|zum|zur|am|an|im|"
    "auf|sur|sous|en|na|nad|pod|ob|og|och|og|à|aux|al|on|upon|in|St"
)
NAME = rf"[{UPPER}](?:\w{{0,2}}\.|[\w'’]*(?:-\w+)*)"
NAMES = rf"(?:{NAME}|d['’]{NAME})(?:[ -](?:(?:{LINK})[ -]){{0,2}}(?:d['’]|l['’])?{NAME}){{0,3}}"

# behind the name, in English; the second list is also ordinary words
STREET = (
    "Street|Str|St|Road|Rd|Avenue|Ave|Av|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Highway|Hwy|Parkway|Pkwy|Crescent|"
    "Cres|Terrace|Tce|Ter|"
    "Close|Square|Sq|Circle|Cir|Alley|Mews|Trail|Trl|Esplanade|Parade|Turnpike|Tpke|Bypass|Broadway|Freeway|Fwy|"
    "Expressway"
)
STREET_OR_ELSE = (
    "Place|Pl|Way|Loop|Row|Gardens|Gdns|Grove|Hill|Park|Green|Walk|Rise|View|Quay|Wharf|Plaza|Crossing|Path|Pass|"
    "Point|Ridge|Run|Common|Vale|"
    "Heights|Gate|Croft|Drove|Yard|Mount|Bank|Field|Fields|Meadow|Meadows|Creek|Island|Union|Forks|Cove|Glen|Hollow|"
    "Valley|Landing|Manor"
)
# before the name
STREET_FIRST = (
    r"Rua|Via|Viale|Vicolo|Vico|Corso|Piazza|Piazzale|Largo|Calle|C/|Avenida|Avda?\.?|Av\.?|Paseo|Pº|Plaza|Pza\.?|"
    r"Ronda|Rambla|Carrer|Camino|"
    r"Travesía|Carretera|[Rr]ue|[Aa]venue|[Bb]oulevard|[Bb]d\.?|[Pp]lace|[Cc]hemin|[Aa]llée|[Ii]mpasse|[Qq]uai|"
    r"[Rr]oute|[Cc]ours|Praça|Travessa|Estrada|"
    r"Alameda|[Uu]l\.|[Uu]lica|[Aa]l\.|[Oo]s\.|[Pp]l\.|Aleja|Strada|Str\.|Bulevardul|Calea|Am|An der|An den|Auf der|"
    r"Auf dem|Im|In der|Zum|Zur|"
    r"Λεωφόρος|Λεωφ\.|Οδός|улица|ул\.|проспект|пр\.|Jalan|Jl\.|Onze|Op de"
)
STREET_FIRST_PLAIN = frozenset(  # how these words begin, spelt out: without what may be left out at their end
    letter + rest
    for letters, rest in re.findall(r"(?:\A|\|)\[?(\w\w(?=\])|\w)\]?((?:\w(?!\?)|/| )*)", STREET_FIRST)
    for letter in letters
)
# a word of its own behind the name, the number after it
STREET_APART = (
    r"u\.|út|útja|utca|utcája|tér|tere|körút|krt\.|rkp\.|rakpart|fasor|sétány|köz|sor|dűlő|"
    r"Straße|Strasse|Str\.|Weg|Platz|Allee|Gasse|Ring|Damm|Ufer|terrasse|Terrasse|alle|allé|Allé|vei|vej|plads|gade|"
    r"gate|plass|väg|gata|gränd|torg|"
    r"tee|mnt|maantee|pst|puiestee|tn|tänav|Sokak|Sk\.|Caddesi|Cd\.|Bulvarı|straat|laan|plein|weg|kade|dijk|Street|"
    r"str|Str|nám\.|náměstí|námestie|trg|cesta|ulica"
)
# at the end of the name itself, the number after it; the second list also ends ordinary words
STREET_GLUED = (
    "straße|strasse|strassen|straßen|gasse|gässchen|allee|platz|damm|ufer|graben|chaussee|stieg|steig|"
    "gade|vej|vejen|allé|stræde|plads|vænget|vænge|gatan|gata|gate|gaten|vägen|väg|gränd|torget|stigen|backen|veien|"
    "vegen|vei|stien|bakken|svingen|"
    "katu|kuja|polku|raitti|straat|laan|plein|gracht|kade|dijk|singel|steeg|dreef|stræti|straeti|stígur|vegur|braut|"
    "tänav|utca|stubengraben"
)
STREET_GLUED_OR_ELSE = (
    "str|ring|hof|weg|wegen|pad|baan|tie|veg|tori|markt|berg|feld|felden|bad|kaari|rinne|ranta|torg|park|"
    "parken|toft|holt|tún|mnt|krogen|terrasse"
)

UNIT = (
    "Apartment|Apt|Suite|Ste|Flat|Unit|Floor|Room|Rm|Bldg|Building|Wohnung|Whg|Top|Stiege|Appartement|"
    "Appt|Piso|Lägenhet|Lgh|Etage|Byt"
)
REGIONS = (  # states and provinces of the USA, Canada, Australia; postal regions of the military
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|"
    "PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|"
    "WI|WY|DC|PR|GU|VI|AA|AE|AP|AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT|NSW|VIC|QLD|TAS|ACT"
)
COUNTRIES = (
    "Afghanistan|Albania|Algeria|Argentina|Armenia|Australia|Austria|Azerbaijan|Bahrain|Bangladesh|Belarus|Belgium|"
    "Bolivia|Bosnia(?: and Herzegovina)?|Brazil|"
    "Bulgaria|Cambodia|Cameroon|Canada|Chile|China|Colombia|Costa Rica|Croatia|Cuba|Cyprus|Czech Republic|Czechia|"
    "Denmark|Dominican Republic|Ecuador|Egypt|"
    "El Salvador|England|Estonia|Ethiopia|Finland|France|Georgia|Germany|Ghana|Greece|Greenland|Guatemala|Haiti|"
    "Honduras|Hong Kong|Hungary|Iceland|India|"
    "Indonesia|Iran|Iraq|Ireland|Israel|Italy|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Kuwait|Latvia|Lebanon|"
    "Liechtenstein|Lithuania|Luxembourg|Malaysia|Malta|"
    "Mexico|Moldova|Monaco|Morocco|Nepal|New Zealand|Nicaragua|Nigeria|North Macedonia|Northern Ireland|Norway|Oman|"
    "Pakistan|Panama|Paraguay|Peru|Philippines|"
    "Poland|Portugal|Qatar|Romania|Russia|Saudi Arabia|Scotland|Senegal|Serbia|Singapore|Slovakia|Slovenia|South "
    "Africa|South Korea|Spain|Sri Lanka|Sweden|"
    "Switzerland|Syria|Taiwan|Thailand|The Netherlands|Netherlands|Tunisia|Turkey|Türkiye|Uganda|Ukraine|United Arab "
    "Emirates|UAE|United Kingdom|UK|U\\.K\\.|"
    "United States(?: of America)?|USA|U\\.S\\.A\\.?|US|Uruguay|Venezuela|Vietnam|Wales|Zambia|Zimbabwe|"
    "Deutschland|Österreich|Schweiz|España|Italia|Brasil|Belgique|België|Nederland|Danmark|Norge|Sverige|Suomi|"
    "Polska|Česko|Magyarország|Ísland|Ελλάδα"
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


CONTACT = _set(
    """
    Phone Tel Telephone Fax Email E-mail Mobile Cell Office Home Work Website Web Desk Direct
    """
)
NOT_A_CITY = _set(
    """
    Dear Hi Hello Hey Best Regards Kind Sincerely Thanks Thank Cheers Yours Love Please The This That These Those It
    He She We They You I My Our Your His Her And But Or So If When Where What Who Why How Phone Tel Telephone Fax
    Email E-mail Mobile Cell Office Website Web Address Name Date Subject From To Re Monday Tuesday Wednesday
    Thursday Friday Saturday Sunday January February March April May June July August September October November
    December
    """
)
