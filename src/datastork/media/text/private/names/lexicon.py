"""Words that speak for a name, and words that are none."""

from functools import lru_cache
from importlib.resources import files


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLES = (
    "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Doctor|Sir|Madam|Lady|Lord|Rev|Reverend|Father|Sister|Brother|Aunt|Auntie|"
    "Uncle|Capt|Captain|Lt|Sgt|Col|Officer|Judge|Senator|"
    "Herr|Frau|Hr|Fr|Mme|Mlle|Monsieur|Madame|Señor|Señora|Sr|Sra|Srta|Don|Doña|Signor|Signora|Sig|Dott|Dhr|Mevr|Pan|"
    "Pani"
)
KIN = (
    "brother|sister|mother|father|mum|mom|dad|son|daughter|kid|child|wife|husband|partner|fiancée?|boyfriend|"
    "girlfriend|friend|cousin|uncle|aunt|niece|nephew|"
    "grandmother|grandfather|grandma|grandpa|boss|manager|colleague|assistant|secretary|doctor|dentist|teacher|"
    "neighbour|neighbor|roommate|landlord|lawyer|nurse|client|"
    "customer|patient|student|baby|twin|mate|buddy"
)
# what begins sentences and lines in capitals and is no name
COMMON = _set(
    """
    bro bros lol mate mates dude babe hun hon sis omg btw asap fyi cheers guys folks y'all
    a about above account across action add address adventure after again against age ago all almost along already
    also although always am an and animation answer any anyone anything are around as ask asked at attached author
    away back bad be because become been before behind being below best better between big billing birthday both bot
    bring but by bye call called calls came can card care case cc ceo certainly change cheers child children city
    class client close code comedy comment company concert conclusion congrats congratulations contact could country
    course customer customers date day days dear desk did dinner directed director do does doing done don't down
    drama during each early email end english enough even ever every everybody everyone everything excuse family fax
    february few figure file find first follow following for four friday friend friends from full fun further get
    getting girl give go god going good gonna great group guest guys had half happy has have having he head hello
    help hence her here hers hey hi him his home hope how however i i'd i'll i'm i've id if image important in info
    information into introduction is isn't it it's its itself january job july june just kids kind know lady land
    last late later let let's life like line list little live ll location lol long look looking lot love made madam
    mail make male man manager many march may maybe me meet member men message met might mission mobile mom monday
    money month months more morning most mother movie mr mrs ms much mum music must my myself mystery name named
    near need never new news next nice night no nobody none nor not note nothing november now number october of off
    office officer oh ok okay old on once one only open or order other others our out over own page part party
    patient people perhaps person personal phone place please plus point police position pm post president price
    private problem product professor profile project ps put q question questions quite rather re read real really
    regards regarding release reply report request research result results return right road romance said same
    saturday saw say says school season second section see send sender sent september service sex she short should
    show signed since sincerely sir so some somebody someone something sometimes son soon sorry source special st
    staff start state statement stay still stop story street student subject such suddenly sunday support sure
    suspense system table take team tel tell telephone text than thank thanks that that's the their them then there
    these they thing things think this those though thought thriller through thursday time times title to today
    together tomorrow tonight too total toward town track tuesday two type under university until up update upon us
    use used user usually very via view visit vs wait want wanted was watch way we website wednesday week weekend
    welcome well went were what what's when where whether which while who who's whole whom whose why wife will wish
    with within without woman women won't work world would wow write year years yes yesterday yet you you're your
    yours yourself zip anybody born client's confused dad darling doctor else hurry mom's mum's nobody's ladies
    gentlemen colleagues folks admin administrator hiring recipient sirs madame support is was were are has had
    lives lived said says told asked from married works worked wrote will can born but everyone calls called in at
    on for of and or with by to
    """
)
FIRM = _set(
    """
    inc inc. ltd ltd. llc plc gmbh ag sa s.a. bv b.v. nv oy oyj ab as a/s corp corp. corporation company co. co
    group holdings holding partners bank university college school institute association foundation committee
    council ministry department agency club orchestra hospital hotel restaurant church museum airlines airways
    insurance capital technologies technology solutions systems software services consulting international global
    industries studios records pictures press times news post journal magazine radio labs laboratories media network
    networks energy health pharma sciences investments ventures trust
    """
)
NO_NAME = _set(
    """
    street st road rd avenue ave lane drive boulevard court square suite apt apartment box floor po psc apo fpo dpo
    unit act title article windows linux java python internet google facebook twitter amazon microsoft apple
    christmas easter god jesus bible http https www com org net usa uk eu un nato fbi cia bbc cnn tv dvd pc mac
    iphone android monday tuesday wednesday thursday friday saturday sunday
    """
)


@lru_cache(maxsize=1)
def given_names() -> tuple[frozenset[str], frozenset[str]]:
    """Return given names in lower case: those that are hardly ever something else, and those that often are."""
    sure: set[str] = set()
    doubtful: set[str] = set()
    text = files(__package__).joinpath("given_names.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("~"):
            doubtful.update(line[1:].split())
        elif not line.startswith("#"):
            sure.update(line.split())
    return frozenset(sure - doubtful), frozenset(doubtful)
