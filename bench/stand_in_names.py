"""Names that stand in for others when the weights are fitted: words, towns, plain ones, and surnames."""


def _names(text: str) -> list[str]:
    return text.split()


WORDS = _names("""
Ace Amber Angel April Archer Art Ash Autumn Bailey Basil Bear Bill Blaze Blossom Bob Bonnie Brook Carol Chance Charity
Chase Cherry Christian Clay Clover Constance Coral Crystal Daisy Dale Dawn Dean Destiny Drew Duke Earl Eden Ember Eve
Faith Felix Fern Finn Flora Ford Forest Frank Gem Gene Ginger Grace Grant Guy Harmony Harper Harvey Hazel Heather
Holly Honey Hope Hunter Iris Ivy Jack Jade Jasmine Jasper Jay Jet Jewel Joy Jude June Juniper King Kit Lance Lane Leo
Lily Luna Major Maple Mark Mason Max May Melody Mercy Mike Miles Misty Nick Noble Norman Nova Ocean Olive Paige Parker
Pat Patience Pearl Penny Pepper Pip Piper Poppy Prince Prudence Rain Ray Reed River Rob Robin Rocky Rod Roman Rose
Rowan Royal Ruby Rusty Sage Sandy Scarlett Scout Sky Skye Sonny Spring Star Stella Storm Sue Summer Sunny Ted Tiger
Trinity Verity Victor Viola Violet Will Willow Winter Wren
""")
TOWNS = _names("""
Adelaide Austin Bradford Brooklyn Carlisle Chelsea Chester Devon Florence Georgia India Israel Jordan Kent Lincoln
Milan Paris Preston Savannah Sydney Troy Victoria
""")
PLAIN = _names("""
Adam Aisha Al Alexander Alice Amelia Anna Archie Arthur Benjamin Bo Charlie Charlotte Chidera Daniel David Elijah Ella
Emily Esme Ethan Evie Freya George Hannah Harry Henry Imogen Isla Jack James Jo Kacper Li Logan Lottie Lucas Luke
Maddie Martin Matilda Mia Millie Mo Nathan Noah Nora Oliver Ollie Peter Phoebe Priya Rory Saoirse Sarah Sofia Tenzin
Theo Thomas Tilly Xi Yusuf Zoë
""")
SURNAMES = _names("""
Andrew George James Lewis March Martin Owen Stanley Thomas
Adeyemi Archer Baker Banks Bell Berry Best Bird Bishop Black Brook Brown Butler Carpenter Carter Case Castellano
Church Cook Cooper Cross Day Drummond Field Fisher Ford Fox Frost Gardener Gold Grant Green Hall Hargreaves Hill
Hunter King Knight Lake Lane Little Long Marsh Mason Moss North Okonkwo Page Park Pollard Porter Potter Power Price
Read Rice Rivers Sharp Shepherd Short Snow Steele Stone Swift Taylor Walker Webb West White Winter Wolf Wood Young
""")
