"""What else a name of the roll may be in a sentence, told by the words: a time, a place, a title, a plant."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Months and seasons that are forenames or begin like one.
TIMES = _words("""
april august autumn december january july june march may october spring summer winter
""")

# A name before one of these, with capitals, is a place: Chester Zoo.
PLACE_NOUNS = _words("""
abbey academy airport arena avenue bridge castle cathedral city college common county court crescent drive farm
gallery gardens harbour hospital hotel interchange island library museum nursery palace pier primary priory road
school secondary square stadium station street theatre tower trinity united university valley village works zoo fc rfc
afc albion rovers wanderers rangers festival marathon council gazette literature
""")

# What places end with that are surnames, too: Castle Hill.
LAND = _words(
    "bank bay beach brook church cliff cross dale down end ford forest green heath hill hills lake marsh mill \
moor mount north rise river rivers south wells west woods"
)

# Towns and countries that children are named after, too.
PLACES = _words("""
adelaide africa alexandria america asia austin bath boston bradford brooklyn burton carlisle chelsea chester
chichester china clifton derby devon dover durham exeter florence georgia hastings india ireland israel jordan kent
kenya lancaster lincoln london lourdes malta milan milton oxford paris preston reading richmond rugby salisbury
savannah sheffield sidney skye somerset stafford stratford sydney troy tyne victoria wales warwick wells winchester
""")

# Those that no child is named after: a name beside one of these is a place, too.
PLAIN_PLACES = _words("""
amsterdam athens barcelona beijing belfast berlin birmingham bristol britain brussels cardiff dublin edinburgh england
europe france germany glasgow ireland italy leeds liverpool london lyon madrid manchester milan nottingham oxford rome
scotland spain texas tokyo usa venice vienna wales york
""")

# … and before “to” or “from” a place.
TRAVEL = _words("""
arrive arrived away back boat bound bus coach coached cycled drive driven drove exchange ferry flew flight flights fly
go goes going journey map miles moved moving parcel plane return ride road route sailed tickets tour train trains
transfer travel travelled trip trips visit walk walked went postcard postcards
""")

# … and before “in” one.
THERE = _words("""
based born camp camped centre championships charity children church competition concert conference event exhibition
families final festival held hotel live lived lives living match museum orphanage partners performance project pupils
residential school schools stay stayed staying studio theatre tournament village weekend zoo
""")

# Of books and plays.
READING = _words("""
book by called chapter character film musical novel performed play production read reading story studied study
""")

# What only people do …
PEOPLE_DO = _words("""
accepts achieved acted aims answered arrived asked baked bakes battled beat beats became becomes believes bounced
bowled bows brings broke brought builds built buys came cares carries caught celebrated celebrates cheered cheers chose
claps climbed climbs collected collects completed composed cooks counted counts created crossed cycled danced dances
dealt demonstrated designed digs dived dreamed dressed drew drives earned eats enjoyed explained explains explored
feeds feels felt finds finished fixed flew followed found gave gives goes got grew grins guides had handed hands helped
hides holds hopes hopped hugs impressed invented joined juggles jumped jumps keeps kept kicked kicks kneels knew
laughed laughs lays leads learned learnt lifted lifts likes listened listens looked looks loved loves made makes
managed measured met mixed mixes moved opened painted paints passed passes performed picked pinned planted plants
played plays pointed points posed poses pours practised presented presents promised pulled pushed raced raised ran read
reads received receives recited remembers reports returned rides rode runs said sang sat saved says scored sees sent
sews shakes shared shares showed shows signed sings sits skates skipped sleeps smashed smiled smiles solved spends
spent spoke spotted sprinted stands stirs stood studies suggested surprised swam swims takes talked talks taught
teaches tells thanked thinks threw throws told took travelled tried tries visited visits volunteered volunteers waits
walked walks wants waved waves wears went wins wished won wonders wore worked wowed wrapped writes wrote
""")

# Surnames that are words of every day as well: “Power cut”.
SURNAMES_TOO = _words("""
abbey arch archer arrow ash bacon badger bairn ball banks barber barn baron barrel bass bay beach beam bean bear beard
bee berry best birch bird bishop black blade blank bloom blunt board boat bond bone boot booth boulder bow bower box
brace branch brand bridge bridges bright brook broom brown bull bullock burn bush butcher butler butter button cable
cage cake camp cane cannon carpenter carrier carver case cash castle chalk chambers chance chase chester child church
clay cliff cloud coal coates coffee cole collar comb constable coral corn court cove cow crane cream creed crisp crook
cross crow crown cruise curry dale dance dark darling dawn dean deer diamond dock dove drake drew driver drum duck
duke dyer eagle earl east english fair falcon farmer farrow field fields fish fisher fletcher flint flood flower
flowers fold foot forest forester fountain fowler fox francis freeman french friend frost fuller gale gallant gardener
garland gate gates gold golding goldsmith good goodman grace grant gray green grey groom gross grove guest gunner hail
hall hammer hand harbour hardy harper hart hatch hawk hawkins hay hazel heart heath hedge herring hill hive hogg
holiday hollow hood hook hope horn host house hunt hunter hurst inch iron ivory jewel jolly jordan joy judge jump
justice keen kettle key king kitchen kite knight lace lake lamb lane lark law leaf leather lemon lilly lion little
lock long lord loud love lovely low major man manor march market marks marsh marshall mason may mead meadows mercer
miller mills moody moon moor moore moss mould mount murky myrtle nail neat newman nichol nightingale noble noon norman
north nurse oak oakes oates old olive orange orchard organ otter page paine painter palmer parish park parrot parson
party peach peacock peak pear peck peel pepper perch person pike piper pit pitt place plane plant player plum pocket
pond pool poole pope potter pound power powers price pride prince print prior proctor proud purse quick rain rainbow
ramsey ray read reading reed reef rice rich ring rivers robin rock root roper rose round rowan rush rust sadler sage
sailor sands savage sawyer scales sea seal seed shade shark sharp sheen shell shepherd ship shore short silver singer
skinner skipper snow spark sparrow spear speed spencer spicer spring squire staff star starling steed steel steele
still stock stone storm story stout strange stream street strong sugar summer summers sun swan sweet swift tabor
tanner taylor teal temple thatcher thick thistle thorne thrush tide tiller tree trout tucker turner twist vale vine
wade wagon wainwright wake walker wall ward warden warm water waters way weaver webb weeks weir wells west wheat
wheeler white wild wilder will willow wind window wing winter winters wise wolf wood woods woodward worth wren wright
yard young
""")
