"""What kind of word a word is, told by short lists and by its ending: a pronoun, a deed, something of a family."""

from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words of these kinds are few, and each kind does its own work in a sentence.
_CLOSED = {
    "whose": _words("her his their my your our its"),
    "they": _words("he she they i"),
    "them": _words("him me them himself herself themselves"),
    "we": _words("we us you everyone everybody all families parents children pupils"),
    "the": _words("a an the this that these those some any every each no both another"),
    "is": _words("is was are were isnt wasnt"),
    "has": _words("has had have hasnt hadnt does did doesnt didnt do"),
    "can": _words("can could should would must might shall cannot cant couldnt wouldnt wont will may"),
    "in": _words("in on at by during until till since before after between throughout over under near through into"),
    "with": _words("with and for to from of about as than like without against beside behind"),
    "when": _words("who whose which where when while because if so but or whom"),
    "how": _words("also always never ever even just still often now then again already soon once not too here there"),
    "day": _words("monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow tonight"),
    "month": _words("january february march april may june july august september october november december"),
    "season": _words("spring summer autumn winter"),
    "family": _words("""
aunt baby birthday brother brothers cousin cousins dad daddy family father friend friends gran grandad grandma granny
grandparents mother mum mummy nan nanny parents sister sisters teacher twin uncle
"""),
    "own": _words("""
answer artwork assembly bag ball book cake card coat collage costume cover creation dance design drawing effort first
face goal guitar hair hat homework idea invention kite ladybird letter lego lunch model moment new painting photo
picture piece playing poem portrait poster prize project puppet question recipe sandcastle sculpture score second
singing smile solo song speech story tower tooth turn voice winning work writing
"""),
    "praise": _words("bravo brilliant congrats congratulations congratulation done happy proud thank thanks welcome"),
    "role": _words("""
actor artist author batter boy bowler buddy captain champion chef child cellist councillor dancer defender designer
drummer forward girl goalkeeper goalscorer gymnast helper hero heroine inventor keeper leader librarian mathematician
midfielder monitor musician narrator novelist opener player poet prefect programmer pupil pupils reader reporter
runner scholar scientist scorer scorers singer skipper soloist speller star starter striker student students swimmer
twins winger winner winners writer youngster
"""),
    "title": _words("""
baroness bishop canon capt captain cllr coach constable councillor dame detective doctor father governor headteacher
imam inspector judge madame mayor mp nurse officer pastor pc pcso prince princess principal prof professor rabbi rev
reverend sergeant sgt sister teacher
"""),
    "saint": _words("duchess duke emperor king lady lord pope queen saint sir st"),
    "mr": _words("dr miss mr mrs ms mx"),
    "number": _words("one two three four five six seven eight nine ten eleven twelve first second third hundred"),
}
# What people do: the plain form; the others are made from it.
_DEEDS = _words("""
accept achieve act add admire adopt agree aim amaze announce answer appear applaud argue arrange arrive ask attempt
attend audition bake balance battle beam beg believe belong bike blush boast book borrow bounce bow bowl brave bring
build bury busk buy calculate call camp care carry cartwheel carve catch celebrate challenge change chase chat check
cheer choose clamber clap clean clear climb clutch coach code collect colour comfort compete complain complete compose
conduct confess congratulate construct convert cook count cover craft crawl create cross crouch cry cuddle cut cycle
dance dangle dare dash deal decide decorate defend deliver demonstrate describe deserve design devour dig discover
dislike dive donate draw dream dress drink drive drop drum earn eat edge edit embrace embroider encourage end enjoy
enter entertain escape examine exclaim expect experiment explain explore face fall feed feel fetch fight film find
finish fish fix flip float fly fold follow forget forgive gain gallop gather gaze get giggle give glide glow glue go
grab grapple greet grin groan grow guard guess guide hammer hand hang hate have head hear help hide hike hit hold hop
hope host hug hum hurdle hurry ice imagine impress improve inspire interview introduce invent invite join joke judge
juggle jump keep kick kiss kneel knit knock know laugh launch lead lean leap learn leave lend lie lift light like
listen live look lose love make manage march marvel master measure meet memorise mend mime miss mix model move narrate
need net nominate notice observe offer open order organise overcome own pack paddle paint participate pass pat pause
pedal peek perform persuade phone photograph pick piece pilot pitch plait plan plant play plead please plot point
polish pose pour practise praise prefer prepare present press pretend print produce promise propose protect prove
publish pull push put puzzle qualify question queue quiz race raise read realise recall receive recite recommend
record recover recycle referee refuse rehearse relax remember remind reply report represent rescue research respond
rest return reveal ride roar roll row rub run rush sail save say scale scamper scare scoop scoot score scream scrub
sculpt search see seem sell send serve set settle sew shake share shine shoot shout show shuffle sign sing sink sip
sit skate sketch ski skip sleep slide slip smash smell smile snap sneak sneeze sniff soar solve sow speak spell spend
spin splash spot spray spring sprint squeal stack stand stare start stay steal steer step stir stitch stop stretch
strike strive stroke struggle strum study stun succeed suggest support surprise suspect swap swim swing tackle take
talk tap taste teach tell test thank think throw tidy tie toast toss touch tour train translate travel treat trip
triumph trot try tuck tumble turn twirl type uncover understand unwrap upgrade use vault visit volunteer vote wait
wake walk wander want warn wash watch water wave wear weave weigh welcome wheel whisper whistle win wink wipe wish
wobble wonder work worry wow wrap wrestle wriggle write yawn yell yodel zoom
""")
# The forms in which people did it, where -ed does not say so.
_DID = _words("""
ate became began bent bit blew bought bowled broke brought built came caught chose clung crept cut dealt did dove drank
dreamt drew drove dug fed fell felt fled flew forgave forgot fought found froze gave got grew had heard held hid hit
hung kept knelt knew laid laughed leant leapt learnt led left lent let lit lost made meant met overcame paid put ran
rang read rode said sang sat saw sent set shone shook shot showed slept slid sold sought spelt spent spoke sprang spun
stood stole stuck struck swam swapped swept swore swung taught thought threw told took tore understood undertook went
wept woke won wore wove wrote
""")
# They end as deeds do, but say what a thing is: “Art inspired by”, “Poppy seed”.
_NO_DEED = _words("""
based bed bleed breed combined continued covered exceed feed focused hundred indeed inspired led limited mixed need
needed overloaded red related required seed shed speed themed used weed morning evening spring during ceiling king ring
string thing something nothing everything anything wing building clothing wedding
""")


def _doing(verb: str) -> str:
    return (verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb) + "ing"


def _does(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "x", "ch", "sh", "o", "z")) else "s")


_DOES = frozenset(map(_does, _DEEDS))
_DOING = frozenset(map(_doing, _DEEDS))


@lru_cache(maxsize=8192)
def kinds(word: str) -> tuple[str, ...]:
    """What kinds of word a folded word may be; “other” if no list and no ending says anything."""
    found = [kind for kind, words in _CLOSED.items() if word in words]
    if word in _DID or (word.endswith("ed") and len(word) > 4 and word not in _NO_DEED):
        found.append("did")
    if word in _DOES:
        found.append("does")
    elif word.endswith("s") and len(word) > 3 and not word.endswith("ss") and not found:
        found.append("many")
    if word in _DOING or (word.endswith("ing") and len(word) > 5 and word not in _NO_DEED):
        found.append("doing")
    if word in _DEEDS:
        found.append("deed")
    if word.endswith("ly") and len(word) > 4:
        found.append("how")
    return tuple(dict.fromkeys(found)) or ("other",)
