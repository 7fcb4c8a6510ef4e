"""Short forms of forenames that schools hear every day, both ways: Maddie for Madeleine, Madeleine for Maddie."""

from collections.abc import Iterable, Mapping, Sequence

from moderation.rules.name_pieces import fold

_KNOWN = """
abigail abi abbie abby gail; alexander alex alec xander sandy sasha lex;
alexandra alex alexa lexi lexie sandra sasha; alfred alfie alf fred; alice ali; amelia amy millie mia milly;
andrew andy drew; angela angie; anna annie; anne annie; annabel annabelle bella belle anna; anthony tony ant;
antonia toni; archibald archie; arthur art artie; barnaby barney; barbara barb babs; beatrice bea trixie;
benjamin ben benji benny; bethany beth; bradley brad; bronwyn bron; caitlin cait katie; cameron cam;
caroline carrie caro; catherine cath cathy cat kate katie kitty; charles charlie chas;
charlotte charlie lottie lotte char; christina chris tina chrissie; christine chris tina chrissie;
christopher chris topher kit; clementine clem clemmie; constance connie; cordelia delia; cornelius neil;
daniel dan danny; daniella dani ella; danielle dani elle; david dave davey; deborah deb debbie; dominic dom;
dorothy dot dottie dolly; edward ed eddie ted teddy ned; edmund ed eddie; edwin ed eddie;
eleanor ellie nell nellie ella nora; elizabeth liz lizzie beth betty eliza libby ellie elsie betsy elspeth;
emily em emmy millie; emma em; esther essie; evelyn evie eve; ezekiel zeke; florence flo florrie flossie;
frances fran frankie; francesca fran frankie chess cesca; francis frank frankie; frederick fred freddie freddy;
gabriel gabe; gabriella gabby ella; gabrielle gabby elle; genevieve gen evie; geoffrey geoff; george georgie;
georgia georgie; georgina georgie gina; gerald gerry; gillian gill; gregory greg; gwendolyn gwen; harold harry hal;
harriet hattie harry; harrison harry; helena lena nell; henrietta hettie etta; henry harry hal; holly hols;
hugh hughie; imogen immy imo; isaac zac ike; isabel izzy bella belle issy; isabella izzy bella issy;
isabelle izzy belle issy; isobel izzy bel issy; jacob jake; jacqueline jackie; james jim jimmy jamie jem;
jasmine jas jaz; jason jay; jeffrey jeff; jemima mima; jennifer jen jenny jenna; jeremy jem jez;
jessica jess jessie; joanna jo joanne; jonathan jon jonny; johnathan jon jonny; john johnny jack; joseph joe joey;
josephine jo josie posy; joshua josh; judith judy; julia jules; julian jules;
katherine kath kate katie kit kitty kat; kathryn kath kate katie kitty kat; kayleigh kay; kenneth ken kenny;
kieran kier; kimberley kim; laurence larry laurie; lawrence larry laurie; leonard leo len lenny; leonardo leo;
lewis lew; lillian lily lil; lucille lucy; lucinda lucy cindy; louis lou louie; louise lou; luke lukey;
madeleine maddie maddy; madeline maddie maddy; madison maddie maddy; magdalena maggie lena; malcolm mal;
margaret maggie meg peggy daisy greta rita; maria mia; mariana mari; martha marty; martin marty;
mary molly polly may; matilda tilly mattie tilda; matthew matt matty; maximilian max; megan meg; melanie mel;
melissa mel lissa missy; michael mike mick mikey mickey; michaela mickey kayla; michelle shelley; mohammed mo;
mohammad mo; mohamed mo; muhammad mo; nancy nan; natalia talia nat; natalie nat; natasha tasha; nathan nate nat;
nathaniel nate nat nathan; nicholas nick nicky nico; nicola nicky nic; oliver ollie olly; olivia liv livvy ollie;
olivier ollie; oscar ozzy; patricia pat patsy tricia trish; patrick pat paddy; penelope penny; peter pete;
philip phil pip; phillip phil pip; philippa pippa pip; phoebe phebes; prudence pru; rachel rach;
rebecca becky becca bex; reginald reg reggie; reuben ben; richard rich richie rick ricky dick;
robert rob robbie bob bobby bert; roberta bobbie; robin rob; rodney rod; roderick rory; ronald ron ronnie;
rosalind ros; rosamund ros; rosemary rosie; rose rosie; rupert rupe; russell russ; samantha sam sammy;
samuel sam sammy; sarah sal sally; scarlett scar; sebastian seb bastian; simon si; sophia sophie soph; sophie soph;
stanley stan; stephanie steph; stephen steve stevie; steven steve stevie; stuart stu; susan sue susie;
suzanne sue susie; sylvia syl; tabitha tabby; teresa tess terry; theresa tess terry; terence terry;
theodora thea dora teddy; theodore theo ted teddy; thomas tom tommy; tiffany tiff; timothy tim timmy; toby tobes;
tobias toby; thomasina tommie; valentina val tina; valerie val; vanessa nessa; veronica ronnie; victor vic;
victoria vicky vic tori; vincent vince vinnie; violet vi; virginia ginny; vivienne viv; walter wally walt;
wilfred wilf fred; william will bill billy liam willie; wilhelmina billie mina; winifred winnie freddie; yasmin yas;
yusuf yus; zachary zac zack zach; zacharias zac zack zach; zoltan zoli; adebayo ade bayo; adewale ade wale; agnieszka
aga agnes; aleksander olek alek; aleksandra ola sasha; anastasia nastya ana stacey; aoibhinn eve; bartosz bartek;
chiamaka amaka; chidera dera; chinedu nedu edu; chinonso nonso; chukwuemeka emeka; dmitri dima; ekaterina katya; ekene
kene; elzbieta ela; emmanuel manny emma; fatima fati; gurpreet gurp preet; harpreet preet; hussein hus; ifeoma ify;
ifeanyi ify; ikechukwu ike; ivan vanya; jakub kuba; jan janek; jerzy jurek; joanna asia; jose pepe; katarzyna kasia;
khadija khadi dija; krzysztof krzys; lukasz luki; maciej maciek; magdalena magda; malgorzata gosia; maria masha
marysia; mateusz mati; michal misiek; mikhail misha; mustafa musti; nikolai kolya; oluwaseun seun; oluwatobi tobi;
oluwadamilola dami; oluwafemi femi; oluwakemi kemi; oluwatoyin toyin; babatunde tunde; pavel pasha; pawel pawelek;
piotr piotrek; rajesh raj; rajinder raj; ricardo ricky; roberto beto; sergei seryozha; stanislaw staszek stan;
svetlana sveta lana; tatiana tanya; temitope temi tope; tomasz tomek tom; vladimir vova vlad; wojciech wojtek; zofia
zosia; zuzanna zuzia; oisin osh; caoimhe keeva; siobhan shiv; tadhg tad; llewelyn llew; angharad hari; myfanwy myf;
dafydd dai; giuseppe beppe peppe; alessandro ale sandro; francesco franco; ignacio nacho; guadalupe lupe; mehmet memo;
xiomara xio; thuy thu;
adelaide addie ada; aisha aish; albert bert bertie; alfie alf; amelia mel; amina mina; anastasia ana; anita nita;
arabella bella; arjun arj; beatriz bea; bethan beth; bridget bridie; bryony bry; callum cal; calvin cal; camila cami;
camilla mila millie; carmen carm; cassandra cass cassie; cecilia cece; charlotte char; christian chris; clara clare;
darcey darce; delilah lilah; eilidh eils; elena lena ellie; elliot eli; emilia mila emmy; emilio milo; eva evie;
felicity flick fliss; fernanda fer; francisco paco fran; freya frey; gareth gaz; gary gaz; giovanni gio vanni; grace
gracie; guillermo guille; hannah han; ibrahim ibby ibo; ines nessie; irene rena; isaiah zay; isla izzy; ismail isma;
jaspreet jas; jasleen jas; jerome jez; jude judey; kacper kasper; kamil kam; karen kaz; kavya kav; keira kez; kelly
kel; kevin kev; kirsten kirst; kirsty kirst; krishna kris; layla lay; lorenzo renzo enzo; lydia lyds; marcus marc;
mariam mari; matteo teo matt; mateo teo matt; megan megs; miriam mim; mitchell mitch; mohammed moe; mohamed moe;
muhammad moe; natasha nat; nicole nic nikki nicky; orla orls; oskar ozzy; paul paulie; pauline paula; phoebe pheebs;
priscilla cilla; priyanka priya; rafael rafa raf; raphael rafi raf; rhiannon rhi; rosalie rosie; rosa rosie; safiya
saf saffy; saffron saff saffy; samira sami; santiago santi; saskia sas; shannon shan; sharon shaz; simran simi; sofia
sofi sof; sophia sofi; stefan stef; susannah zanna; tamara tam tammy; tamsin tam; tatiana tati; thaddeus thad; theodor
theo; tristan tris; vera vee; victoria vix; viktor vic; viktoria vika; vivek viv; vivian viv; wesley wes; xavier xav;
yasmine yas; yolanda yoli; zainab zee; zachary zak; zara zaz
"""

Nicknames = Mapping[str, frozenset[str]]  # the other forms of a folded forename


def _both_ways(groups: Iterable[Sequence[str]]) -> Nicknames:
    short: dict[str, set[str]] = {}
    for long, *forms in groups:
        for form in forms:
            short.setdefault(long, set()).add(form)
            short.setdefault(form, set()).add(long)
    return {name: frozenset(others) for name, others in short.items()}


_GROUPS = tuple(tuple(group.split()) for group in _KNOWN.split(";"))
KNOWN = _both_ways(_GROUPS)


def with_own(text: str) -> tuple[Nicknames, list[str]]:
    """The known short forms and a school's own; and a sentence for each line of `text` that is no use.

    A line a name, its other forms behind it: `madeleine maddie maddy`. What stands behind a # is a remark.
    """
    own, problems = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        names = [fold(word) for word in words]
        if len(names) == 1:
            problems.append(f"line {number}: there is no other form of this name on its line.")
        elif not all(name.isalpha() for name in names):
            problems.append(f"line {number}: names are words of letters, with spaces between them.")
        elif names:
            own.append(names)
    return _both_ways([*_GROUPS, *own]), problems
