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
yusuf yus; zachary zac zack zach; zacharias zac zack zach; zoltan zoli
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
