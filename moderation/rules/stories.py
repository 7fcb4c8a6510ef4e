"""Names that belong to a story, a rhyme or somebody of history, told by the words round them."""

import re
from collections.abc import Iterable, Iterator, Sequence

from moderation.rules.name_pieces import Piece, fold
from moderation.rules.name_words import FAMOUS

_STOPS = re.compile(r"[.!?]\s|\n")

# With one of these in the sentence, the name is somebody’s in a story or a lesson.
_TELLTALES = """
adam eden genesis; alice wonderland hatter jabberwocky; arthur camelot excalibur merlin; charlie wonka oompa dahl
lola; daniel lions; david goliath; eve eden genesis; florence crimea crimean; george dragon; guy gunpowder; harry
hogwarts wands wand hermione quidditch; henry tudor tudors wives boleyn; jack beanstalk; james peach; jonah whale;
joseph nativity bethlehem manger pharaoh; leo zodiac constellation; lucy narnia wardrobe aslan; mary nativity
bethlehem manger; matilda trunchbull dahl; moses pharaoh commandments; noah ark; oliver fagin dickens; peter wendy
narnia neverland; robin sherwood; rosa boycott montgomery; victoria albert reigned; wendy neverland; teddy bear bears
"""
TELLTALES = {words[0]: frozenset(words[1:]) for words in map(str.split, _TELLTALES.split(";"))}

# Stories, their people, and people of history; a possessive’s s is not written.
_STORIES = """
adam and eve; noah ark; noah and the ark; noah and the flood; noah and the animals; moses in the basket; moses in the
bulrushes; david and goliath; daniel and the lion; daniel and the lions; jonah and the whale; jonah and the big; joseph
and the; mary and joseph; samson and delilah; jacob ladder; good samaritan; john the baptist; three kings; three wise
men; george marvellous; danny the champion; fantastic mr fox; the twits; matilda the musical; bill and ben; charlie and
lola; charlie bucket; willy wonka; tracy beaker; horrid henry; perfect peter; winnie the pooh; christopher robin; mary
poppins; oliver twist; oliver the musical; david copperfield; tiny tim; romeo and juliet; anne of green gables; jane
eyre; tom sawyer; tom thumb; huckleberry finn; little women; the railway children; the secret garden; emily bronte;
charlotte bronte; anne bronte; jane austen; george and lennie; george orwell; arthur birling; lord of the flies;
private peaceful; war horse; kensuke kingdom; goodnight mister tom; goodnight mr tom; tom midnight; stig of the dump;
skellig; percy jackson; alex rider; harry hermione; ron and hermione; lucy edmund; peter susan; narnia; bilbo baggins;
paddington bear; billy elliot; annie the musical; bugsy malone; peter pan; wendy darling; simple simon; humpty dumpty;
georgie porgie; bobby shafto; polly put; lucy locket; tommy thumb; jack sprat; jack be nimble; old king cole; king
alfred; king harold; king richard; king edward; king george; king david; king solomon; king lear; king james; queen
anne; queen mary; queen camilla; prince william; prince harry; prince george; princess charlotte; princess anne; edward
jenner; emily davison; george stephenson; george washington; abraham lincoln; martin luther; john lennon; thomas
edison; thomas becket; alexander fleming; alexander graham bell; alexander the great; victoria and albert; captain
scott; captain cook; francis drake; walter raleigh; walter tull; walt disney; emma watson; marcus rashford; harry kane;
beatrix potter; thomas the tank; anansi the; meg and mog; biff chip; kipper; elmer the; wallace and gromit; three billy
goats; goldilocks; rapunzel; felix the cat; macbeth; hamlet; scrooge; ebenezer scrooge; bob cratchit; jacob marley;
sherlock holmes; john o groats; jack russell; jack o lantern; jack of all; tom and jerry; rosie and jim; victoria
sponge; earl grey; king edward potatoes; jasper johns; forest school; henry moore; georgia okeeffe; frida kahlo; andy
goldsworthy; andy warhol; quentin blake; joseph coelho; benjamin zephaniah; malorie blackman; jeff kinney; charlie
chaplin; charlie brown; oscar wilde; noah and ark; james bond; ruby bridges; harry styles; harry maguire; lewis
hamilton; jessica ennis; mo farah; tom daley; adam peaty; keely hodgkinson; dina asher; lucy bronze; leah williamson;
ellen white; jude bellingham; bukayo saka; emma raducanu; andy murray; jamie oliver; joe wicks; mary berry; paul
hollywood; michael palin; stephen hawking; tim peake; helen sharman; neil gaiman; jacob and esau; abraham and isaac;
ruth and naomi; mary magdalene; saint nicholas; st nicholas; st francis; catherine of aragon; anne of cleves; jane
seymour; catherine parr; catherine howard; anne boleyn; lady jane grey; thomas cromwell; oliver cromwell; samuel morse;
louis braille; helen keller; grace hopper; katherine johnson; tim berners; emily dickinson; robert louis; robert burns;
robert the bruce; christina rossetti; lewis carroll; kenneth grahame; george and the dragon; sophie and the bfg; jack
in the green; mary quite; polly put the; lucy and edmund; susan and peter; max and the wild; rosie walk; hermione
granger; ron weasley; luke skywalker; marty the; dennis the menace; charlotte web; ted hughes; charles dickens; charles
darwin; anne frank; henry viii; peter pan
"""
STORIES = tuple(tuple(fold(word) for word in phrase.split()) for phrase in (*_STORIES.split(";"), *FAMOUS))


def phrases_in(words: Sequence[str], phrases: Iterable[tuple[str, ...]]) -> set[int]:
    """Which of these folded words belong to one of the phrases."""
    starts: dict[str, list[int]] = {}
    for i, word in enumerate(words):
        starts.setdefault(word, []).append(i)
    held: set[int] = set()
    for phrase in phrases:
        for i in starts.get(phrase[0], ()):
            read = tuple(words[i : i + len(phrase)])
            if read == phrase or (read[:-1] == phrase[:-1] and read[-1:] == (f"{phrase[-1]}s",)):
                held |= set(range(i, i + len(phrase)))
    return held


def in_stories(text: str, pieces: Sequence[Piece]) -> set[int]:
    """Which pieces of a typed text belong to a story, by their phrase or by a word of it in the same sentence.

    Daniel and lions, but not Daniel and then Class Lions.
    """
    held = phrases_in([piece.letters for piece in pieces], STORIES)
    for sentence in _sentences(text, pieces):
        words = {pieces[i].letters for i in sentence}
        held |= {i for i in sentence if not words.isdisjoint(TELLTALES.get(pieces[i].letters, ()))}
    return held


def _sentences(text: str, pieces: Sequence[Piece]) -> Iterator[range]:
    first = 0
    for i in range(1, len(pieces) + 1):
        if i == len(pieces) or _STOPS.search(text, pieces[i - 1].end, pieces[i].start):
            yield range(first, i)
            first = i
