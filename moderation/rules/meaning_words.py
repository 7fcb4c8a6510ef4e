"""What else a name of the roll may be in a sentence, told by the words: a time, a place, a title, a plant, a story."""

from moderation.rules.name_pieces import fold
from moderation.rules.name_words import FAMOUS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Months and seasons that are forenames or begin like one.
TIMES = _words("""
april august autumn december january july june march may october spring summer winter
""")

# Before a time of the year …
BEFORE_TIMES = _words("""
between early end every fri friday half in last late mid mon monday next of past sat saturday since sun sunday the
this thu thurs thursday till tue tues tuesday until wed wednesday
""")

# … and after it.
AFTER_TIMES = _words("""
ball bank camp concert day days edition fair fayre fete half holiday holidays is magazine menu newsletter onward
onwards party sale school show starts term uniform until weather
""")

# A name before one of these, with capitals, is a place: Chester Zoo.
PLACE_NOUNS = _words("""
abbey academy airport arena avenue bridge castle cathedral city college common county court crescent drive farm
gallery gardens harbour hospital hotel interchange island library museum nursery palace pier primary priory road
school secondary square stadium station street theatre tower trinity united university valley village works zoo fc rfc
afc albion rovers wanderers rangers
""")

# The same, but surnames as well: only after a town’s name (Victoria Park).
SURNAMES_OF_PLACES = _words("""
beach church close garden green grove hall heath house lane park town way wood woods hill
""")

# Towns and countries that children are named after, too.
PLACES = _words("""
adelaide africa alexandria america asia austin bath boston bradford bristol brooklyn burton carlisle chelsea chester
chichester china clifton derby devon dover dublin durham exeter florence georgia hastings india ireland israel jordan
kent kenya lancaster leeds lincoln london lourdes lyon malta milan milton nottingham oxford paris preston reading
richmond rugby salisbury savannah sheffield sidney skye somerset stafford stratford sydney troy tyne vienna victoria
wales warwick wells winchester york
""")

# Before a place …
INTO_PLACES = _words("""
at around capital in inside leave leaving left near outside past through via visit visited
""")

# … and before “to” or “from” a place.
TRAVEL = _words("""
arrive arrived back away bound bus coach coached cycled drive driven drove exchange flew fly go goes going journey
members moved moving off over pals parcel players return ride sailed students team teams tour train transfer travel
travelled trip trips visit visitors walk walked way went
""")

# Of books and plays.
READING = _words("""
book by called chapter character film musical novel performed play production read reading story studied study
""")

# What only people do …
PEOPLE_DO = _words("""
achieved asked baked battled bowled broke built came caught chose climbed completed composed created danced designed
drew earned enjoyed finished gave got helped hopes impressed joined kicked knew learned learnt leads likes loves loved
made managed met painted passed performed played plays practised raised ran read reads received recited rode said sang
saved says scored shared showed sings smashed solved spoke spotted stood swam swims takes tells thinks told took tried
wants wore won wowed writes wrote
""")

# … and what plants do as well.
ANYTHING_DOES = _words("""
deserves did does had has is was were who whose with from
""")

# What somebody’s is: “Eve’s mum”.
FAMILY = _words("""
aunt baby birthday brother bunny cat cousin dad daddy dog drawing family father friend friends gran grandad grandma
granny grandparents kitten mother mum mummy nan nanny parents puppy sister teacher twin
""")

# Surnames that open a sentence as words: “Power cut”.
SURNAMES_TOO = _words("""
archer banks barber beach birch bird bishop bond bridges butcher butler carpenter case castle chambers church cross
dean drew driver farmer field fields flowers forest francis frost gardener gates gold golding goodman grace hart
hawkins heart hood horn house hunter iron judge justice keen knight lake lamb law little long love marsh mason mills
moon moss nightingale noble north page paine park peacock pike pitt plant pool power powers price pride proud rainbow
read reading rice rivers root sands sharp shepherd short singer snow spark speed spring steel steele stone storm
street strong summers swift temple thorne waters way weeks west wheeler winter winters wise wolf
""")

# Stories, their people, and people of history; a possessive’s s is not written.
_STORIES = """
adam and eve; noah ark; noah and the; moses in the; david and goliath; daniel and the; jonah and the; joseph and the;
mary and joseph; samson and delilah; jacob ladder; good samaritan; john the baptist; three kings; three wise men;
george marvellous; danny the champion; fantastic mr fox; the twits; matilda the musical; matilda by; bill and ben;
charlie and lola; charlie bucket; willy wonka; tracy beaker; horrid henry; perfect peter; winnie the pooh; christopher
robin; mary poppins; oliver twist; oliver the musical; david copperfield; tiny tim; romeo and juliet; anne of green
gables; jane eyre; tom sawyer; tom thumb; huckleberry finn; little women; the railway children; the secret garden;
emily bronte; charlotte bronte; anne bronte; jane austen; george and lennie; george orwell; arthur birling; lord of
the flies; private peaceful; war horse; kensuke kingdom; goodnight mister tom; goodnight mr tom; tom midnight; stig of
the dump; skellig; percy jackson; alex rider; harry hermione; ron and hermione; lucy edmund; peter susan; narnia;
bilbo baggins; paddington bear; billy elliot; annie the musical; bugsy malone; peter pan; wendy darling; simon says;
simple simon; humpty dumpty; georgie porgie; bobby shafto; polly put; lucy locket; tommy thumb; jack sprat; jack be
nimble; old king cole; king alfred; king harold; king richard; king edward; king george; king david; king solomon;
king lear; king james; queen anne; queen mary; queen camilla; prince william; prince harry; prince george; princess
charlotte; princess anne; edward jenner; emily davison; george stephenson; george washington; abraham lincoln; martin
luther; john lennon; thomas edison; thomas becket; alexander fleming; alexander graham bell; alexander the great;
victoria and albert; captain scott; captain cook; francis drake; walter raleigh; walter tull; walt disney; emma
watson; marcus rashford; harry kane; beatrix potter; thomas the tank; anansi the; meg and mog; biff chip; kipper;
elmer the; wallace and gromit; three billy goats; goldilocks; rapunzel; macbeth; hamlet; scrooge; ebenezer scrooge;
bob cratchit; jacob marley; sherlock holmes
"""
STORIES = tuple(tuple(fold(word) for word in phrase.split()) for phrase in (*_STORIES.split(";"), *FAMOUS))
