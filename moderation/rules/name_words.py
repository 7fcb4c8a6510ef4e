"""Words that school walls and letters are full of: never a misspelt name, and only a question where they are one."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(";"))


# Read surely, one of these is that word and not a name spelt almost like it.
COMMON = _words("""
a able about above academy achieve achieved achievement across act action active activity add addition address
adjectives adult adventure adverbs after afternoon again against age ago agree aid air algebra all almost alone along
alphabet already also always am amazing ambassador ambition an ancient and angle angles animal animals another answer
any anyone anything apple april are area around art artist artists as ask assembly at ate attempt attendance attention
attitude august author autumn award awarded away baby back bad bake baked baking ball band bank bar base basket bat
battle be beach bean beanstalk bear beautiful became because become bed bee been before began begin behaviour being
believe bell below best better between big bike bird birds birthday black blue board boat body bold bone book books
born both bottle bottom bought box boy boys brain brave bread break breakfast breathe bridge bright brilliant bring
bronze brother brought brown build building built bus busy but buy by cake calendar call called calm came camp can
cannot captain car card care caring carnival carry case castle cat catch cells centre certificate certificates certify
chair chairman challenge champion champions change chapter charity chart check cheer chess child children choice choir
choose christmas church circle city clap class classroom clay clean clear clever climb clock close cloud club coach
coat code cold collect colour come coming community company compete completed completing completion computer concert
confident congratulations contribution control cook cooking cool coordinator copy corner correct corridor cost could
council count country courage course court cow create creative cricket cross cup curious curriculum cut daily dance
dancing dark data date dates day days dear december decide decimals deep delight demonstrate deputy describe desert
design desk determination determined did different difficult dig digraph dinner dinosaur dinosaurs diploma director
discover display distance division do does dog doing done door double down dr draft dragon drama draw drawing dream
dress drew drink drive drum dry during each ear early earned earth east easy eat effort egg egypt egyptians eight
electricity eleven encourage end energy english enjoy enough enter equal eve even event ever every everyone everything
excellence excellent except excited exercise exit explain explore explorer explorers eye eyes fabulous face fact faith
fall family famous fantastic far farm farmed farmer fast father favourite feast february feed feel feet felt fence
festival fete few field fifth fight fill film final find fine finish fire first fish fit five flag floor flower fly
focus follow food foot football for forces forest forever form fort forward found four fox fraction fractions free
french fresh friday friend friendly friends from front fruit full fun funny future game games garden gate gave
geography get giant gift girl give given glad glass go goal goals goes going gold golden gone good governor grace
grade grammar grandma graph grass great greek greeks green grew ground group grow growing guide guided gymnastics
habitats had hair half hall hand hands handwriting happiness happy hard has hat have he head headmaster headmistress
headteacher health healthy hear heart heaven held hello help helped helper helpful helping her here hero hers high
hill him his history hold holiday holt home homework honest honesty honour hope hopes horse hot hour house how huge
hundred hungry hurt ice idea if imagination important improve improved in include independent indoor infant infants
information insects inside inspire interesting into iron is it its january job join journey joy juice july jump june
junior just keep kept key keys kick kid kids kind kindness king kitchen kite knew knight know knowledge known ladder
lake lamp land language large last late laugh lead leader leaders leadership leaf league learn learned learner
learners learning leave leaves led left leg lesson let letter letters level library life lift light like line lion
list listen listener listening literacy little live living long look looked looking lost lot loud love lovely low
lower lunch madam made magic magnets main make makes making man manager manner manners many map march mark market
master match materials math mathematician mathematics maths may me meal mean measure medal meet member merit message
met metre metres middle might mile milk mill mills mind mine minute miss mix moment monday money monitor month moon
more morning most mother mount mountain mouse mouth move mr mrs ms much mud multiplication multiply museum music must
my name names nation national nature near neat need nest never new news next nice night nine no nobody noise north not
note nothing notice nouns november now number numbers nurse nursery nuts ocean october of off office often oh old
olympics on once one only open opening or orange orchestra order other our ours out outdoor outside outstanding over
own page pages pain paint painting pair paper parent parents park part participation party pass past path patient
pattern peace pen pencil pencils people percentages perfect performance perimeter person phone phoneme phonics photo
piano pick picture pictures piece pink pirates place plan planet planets plant plants play played player playground
playing please poem poems poetry point polite pond pool poor positive possible post poster potato practice practise
praise prefect present presented presenting president price pride primary prince princess principal prize problem
produce programme progress project promise property proud proudly pudding pull pupil pupils puppy purple push put
puzzle queen question questions quick quiet quite race rain rainbow ran read reader readers reading ready real really
reason reception recognition recycle red reduce register remember report rescue research resilience resilient respect
respectful responsible rest result reuse rhyme rich ride right ring river rivers road robin robot rock rocket rocks
role roll roman romans room rose round row rule rules run running safe said sail sale salt same sand sat saturday save
saw saxons say says scared school schools science scientist scientists score sea season seat second secret secretary
see seed seeds seen self send sentence september served set seven shape shapes share sharing sharp she shed sheep ship
shoe shop short should show showing side sign signatory signature signed silver simple since sing singing sir sister
sit six skill skills sky sleep slow small smart smile snow so soft soil solar some someone something son song soon
sorry sound south space spanish speak special speech speed spell spelling spellings sport sports spring square staff
stage stand star stars start state station stay steam step sticker still stone stood stop store stories storm story
straight strategy stream street strong student students study subject subtraction such summer sun sunday sunny super
superb support sure swam swim swimmer swimming symmetry table tables take talent talk tall teacher teachers teaching
team teamwork tell ten tennis term test than thank thanks that the their them themselves then there these they thing
things think thinking third this thought thousand three through throw thursday tidy time times tiny title to today
together toilets told tomorrow too took top topic touch town toy trade train treasure tree trees trip true trust
trusted try trying tudors tuesday turn twelve twenty two under understand unit until up upon upper us use used using
valley value values verbs very victorians victory vikings village visit visitor visitors voice volcano volcanoes
volunteer vowel vowels wait walk walking wall want war warm was wash watch water way we weather website wednesday week
weekly weeks welcome well went were west wet what wheel when where which while white who whole whose why wide wild
will win wind window wing winner winners winter wise wish with within without wolf wonder wonderful wood woods word
words work worked worker working world would write writer writers writing written wrong year years yellow yes
yesterday yet you young your yours yourself zero zone zoo
""")

# Forenames and surnames that are also words of everyday writing, or too short to stand alone.
ALSO_WORDS = COMMON | _words("""
ali amber archer ash aurora bacon bailey baker banks barker basil bay beech ben berry bill birch bishop blossom bo bob
bond brook brooke bush butcher carol carter cash cedar chase cherry chip cooper coral cotton crystal daisy dale dawn
dean destiny don drake earl ed eden ellis elm ember fern fields finch finn fisher fletcher flora flynn ford frank
frost gale gates gem gene ginger glen grant gray grey guy hardy harmony harper hazel heath heather herb holly honey
hunt hunter ian iris ivan ivy jack jade jasmine jasper jay jean jet jewel jo juniper kai kim kit lamb lance lane
laurel le lee li lily lin lo lord luna ma mai maple marsh mason max mei melody mercy mia mike miles morris moss ng
noble nova oak olive opal otter paige parker pat patience pearl peg penny pepper pike pip poppy porter potter prudence
ray reed reef rice rob rod rosemary rowan ruby rusty saffron sage salmon sam sandy savage scout shepherd shore skye
slate smith sonny stanley steel stella sue swan swift taylor ted temperance terry tiger tom trinity ty verity victor
viola violet ward wei wells willow wren xu yan yu zion
""")

# After these words stands a name.
CUES = _phrases("""
awarded to; presented to; given to; goes to; award to; certify that; certifies that; well done to; well done;
congratulations to; congratulations; belongs to; name; names; named; by; from; dear; happy birthday; thank you to;
thanks to; pupil of the week; star of the week; star of the day; winner; winners; my name is; i am; written by;
made by; drawn by; painted by; this is; featuring; starring; welcome
""")

# Beside or below one of these a certificate, a book or a badge carries the name.
SLOT_CUES = _phrases("""
awarded to; presented to; given to; goes to; award to; certify that; certifies that; name; names; well done;
well done to; congratulations; congratulations to; belongs to; my name is; hello; by; dear
""")

# Headings that have the name below them, never beside them.
HEADINGS = _phrases("""
visitor; ambassador; monitor; captain; prefect; buddy; councillor; leader; of the week; of the day; of the month;
of the term; of the year; award; certificate; achievement
""")

# Below one of these a board lists children, a line each.
LIST_CUES = _phrases("""
group; team; leader; leaders; helper; helpers; monitors; winners; absent; present; register; birthdays; stars; jobs;
captains; names; council; champions; pupils; readers; table
""")

TITLES = _words("coach dr father madame miss mr mrs ms mx prof professor rev reverend sir sister")

SAINTS = _words("st saint")

# A name before one of these is more likely that of a place or an organisation.
PLACES = _words("""
academy arena avenue bridge cathedral centre church close college common court crescent drive farm field foundation
gardens gate grove hall hospital hospice hotel house infants juniors lane leisure library manor meadow mosque museum
nursery park place playground pool primary road school square stadium station street temple terrace theatre trust
university way wood woods zoo
""")

# After one of these, May and Summer are times of the year.
TIME_WORDS = _words("in of this next last since until till during every early late by our the")

# Before a letter that is nobody's initial: Group B, Vitamin C.
LETTERED = _words("block class form grade group hepatitis key level plan room section set team type vitamin year")

# Stories, rhymes and people of history that hang on classroom walls. The names in them are not pupils'.
FAMOUS = _phrases("""
jack and the beanstalk; jack and jill; jack frost; jack in the box; hansel and gretel; mary had a little lamb;
mary mary quite; alice in wonderland; peter pan; peter rabbit; harry potter; charlie and the chocolate;
james and the giant; charlottes web; anne frank; florence nightingale; mary seacole; rosa parks; henry viii;
king henry; king john; king charles; queen victoria; queen elizabeth; martin luther king; christopher columbus;
neil armstrong; samuel pepys; guy fawkes; roald dahl; grace darling; julia donaldson; michael rosen;
william shakespeare; ada lovelace; marie curie; mary anning; ernest shackleton; amelia earhart; isaac newton;
charles darwin; albert einstein; vincent van gogh; david attenborough; nelson mandela; barack obama;
winston churchill; david walliams; jacqueline wilson; michael morpurgo; malala yousafzai; robin hood; king arthur;
little red riding; snow white; peter and the wolf; william the conqueror; alfred the great; stone age; iron age;
bronze age; father christmas; saint george; st george; st david; st andrew; st patrick; merry christmas
""")
