"""What the program writes down in English about posts, said in the language of whoever reads it: one table of it all.

What checks found, how what is live compares, why something did not get out. The rows stay English; what stands in no
sentence here, because a person wrote it or an older Gatepost did, is shown as it is.
"""

import re
from functools import cache

from moderation.rules.connecting import Trouble
from moderation.rules.language import N_, Language, gettext, spoken

# {what} and {where} are themselves of this table, {places} and {pieces} are several; other parts stand as they are. A
# sentence that goes on stands before the one that ends.
SENTENCES = (
    # Faces
    N_("too small to compare: {height} px high"),
    N_("too blurred to compare"),
    N_("too much hidden or turned away to compare"),
    N_("nobody is on the list to compare with"),
    N_("compared with 1 person on the list: no match found"),
    N_("compared with {count} people on the list: no match found"),
    N_("looks so like the person who matched that it may be either"),
    N_("a clear frontal face on {share} of the picture; the school allows {most}"),
    N_("recognition is off: found, but compared with nobody"),
    N_("the school's rule: nobody in this photo is compared. Look for yourself"),
    N_("The submitter said {said}, {found} was found."),
    N_("The submitter said {said}, {found} were found."),
    N_("You said {said}, {found} was found."),  # the same, to whoever said it
    N_("You said {said}, {found} were found."),
    N_("A face was found, and nobody said who is in it. No permission was looked up."),
    N_("{count} faces were found, and nobody said who is in it. No permission was looked up."),
    N_("The school shows no pupils where this post goes; no adult who may appear is tagged."),
    N_("The school shows no pupils where this post goes; tagged adults who may appear: {count}."),
    N_("The school shows no pupils who could be recognised where this post goes; no adult who may appear is tagged."),
    N_(
        "The school shows no pupils who could be recognised where this post goes; "
        "tagged adults who may appear: {count}."
    ),
    # Who is tagged
    N_("Must not be recognisable."),
    N_("Must not appear."),
    N_("Must not appear on {accounts}."),
    # Names and details, in words and in pictures
    N_("In the {where}, {count} times: {what}"),
    N_("In the {where}: {what}"),
    N_("caption"),
    N_("credit line"),
    N_("link"),
    N_("alt text of photo {number}"),
    N_("file name of photo {number}"),
    N_("{what}, and “{class_name}” near it says which class"),
    N_("“{found}” is {what}"),
    N_("“{found}” may be {what}"),
    N_("“{found}” is like {what}"),
    N_("a name on the roll"),
    N_("a name on the roll of staff"),
    N_("a name {count} people on the roll share"),
    N_("a name {count} people on the roll share of staff"),
    N_("“{found}” the writing could be a name on the roll"),
    N_("“{found}” where a name would stand"),
    N_("“{found}” a name with a title"),
    N_("writing where a name would stand, not surely readable"),
    N_("“{found}” looks like {what}"),
    N_("an e-mail address"),
    N_("a date of birth"),
    N_("a phone number"),
    N_("a postcode"),
    N_("a web address"),
    N_("a web handle"),
    N_("an address"),
    N_("a car’s number plate"),
    # What could not be checked
    N_("The check for faces failed on this picture, so nobody was looked for. Look for yourself."),
    N_("The check for names failed on this picture, so nothing was read. Look for yourself."),
    N_("The check of the words failed. Read them yourself."),
    N_("This could not be opened for the checks. Nothing here was checked."),
    N_("The check was tried {count} times and did not finish. Nothing here was checked: look for yourself."),
    # What is live, compared with what was approved
    N_("The post"),
    N_("The words"),
    N_("The number of pictures"),
    N_("What else is there"),
    N_("Picture {number}"),
    N_("Alternative text of picture {number}"),
    N_("The network changed {what}."),
    N_("letters with marks written in another way"),
    N_("signs that nobody sees"),
    N_("spaces and line ends"),
    N_("quotation marks, dashes and dots"),
    N_("The network shortened a link; where it leads was not looked at."),
    N_("The network shows only their beginning, which is as approved."),
    N_("Spaces stand elsewhere."),
    N_("Also missing: {count} pieces more, which are not kept here. Look yourself."),
    N_("Also not approved: {count} pieces more, which are not kept here. Look yourself."),
    N_("Also not read in the screenshot: {count} pieces more, which are not kept here. Look yourself."),
    N_("Also missing: {pieces}."),
    N_("Also not approved: {pieces}."),
    N_("Also not read in the screenshot: {pieces}."),
    N_("Missing: {pieces} and {count} more."),
    N_("Not approved: {pieces} and {count} more."),
    N_("Not read in the screenshot: {pieces} and {count} more."),
    N_("Missing: {pieces}."),
    N_("Not approved: {pieces}."),
    N_("Not read in the screenshot: {pieces}."),
    N_("(cut here; it has {count} letters)"),
    N_("There are none."),
    N_("All were read in the screenshot."),
    N_("{approved} were approved, {live} are live."),
    N_("The network does not give them back. Look yourself."),
    N_("A live picture could not be opened. Look yourself."),
    N_("It is not among what is live."),
    N_("It stands at place {place}."),
    N_("No screenshot shows it. Look yourself."),
    N_("The screenshot could not be read. Look yourself."),
    N_("It was not found there. Look yourself."),
    N_("It is the picture from before something in it was covered."),
    N_("It differs {places}."),
    N_("as a whole"),
    N_("at the top"),
    N_("at the top on the left"),
    N_("at the top on the right"),
    N_("in the middle"),
    N_("in the middle on the left"),
    N_("in the middle on the right"),
    N_("at the foot"),
    N_("at the foot on the left"),
    N_("at the foot on the right"),
    N_("Only a part of it is seen, which is as approved. Show all of it."),
    N_("It is not there any more, and nobody removed it through Gatepost."),
    N_("Gatepost could not read it. {trouble}"),
    N_("Comparing it ended before there was an answer, several times."),
    N_("This post is {state} now, so there is nothing live to compare."),
    N_("The picture that was approved is not kept any more. Look for yourself."),
    N_("Look yourself."),
    N_("Something that is neither words nor a picture was put into it, such as a link, a video or a form."),
    N_("Its title is another one."),
    N_("It has a summary that Gatepost did not write."),
    N_("Something that is no picture is attached to it."),
    N_("There is a poll in it."),
    N_("Words were put before it."),
    # Accounts that Gatepost posts to, and what is taken down
    N_("It was tried {count} times and did not get through. Look there before you post it by hand."),
    N_("It was stopped or changed, so it goes from where it is already."),
    N_("A picture of the post cannot be read as it was kept, so nothing was sent."),
    N_("The post has changed since it was asked for, so nothing of it was sent."),
    N_("It went out on {account} although its kit was closed."),
    N_("Whoever reports this says that it was a mistake."),
    N_("Whoever asked for it took that back: it was a slip."),
    N_("It was asked for; it was removed from every account."),
    N_("Somebody in it must not appear any more; it was removed from every account."),
    N_("The whole post was taken down."),
    N_("Whether somebody in it may appear has changed. It is checked again; nothing of it goes out meanwhile."),
    N_(
        "Whether somebody in it may appear has changed. It is checked again; nothing of it goes out meanwhile. "
        "Its kit was opened before: if it is out already, remove it there."
    ),
    # Where links end
    N_("a name can be read in it, so it was not followed"),
    N_("its servers take too long"),
    N_("its server answers {status}"),
    N_("it leads to an address that is not a public one"),
    N_("its certificate is not valid"),
    N_("its server did not answer"),
    N_("it turns more than {count} times"),
    # Messages that did not get out
    N_("no mail server is set"),
    N_("the recipient was refused ({codes})"),
    N_("there is no such channel, or its address cannot be used"),
    N_("the channel did not take it"),
)
_PART = re.compile(r"\\\{(\w+)\\\}")  # as re.escape writes {name}
_CUT = re.compile(r"(?<=” )\(cut here; it has [\d,]+ letters\)")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((one, re.compile(_PART.sub(r"(?P<\1>.+?)", re.escape(one)), re.DOTALL)) for one in SENTENCES)


def told(text: str) -> str:
    """The same in the language spoken just now; as it is, where the program wrote nothing like it."""
    if spoken() is Language.ENGLISH:
        return text
    found = _told(text)
    return gettext(text) if found is None else found


def is_known(text: str) -> bool:
    """Whether the whole of it can be said in another language: itself, or the word of a table."""
    return _told(text) is not None


def _told(text: str) -> str | None:
    for sentence, pattern in _patterns():
        if match := pattern.fullmatch(text):
            parts = {name: _part(name, words) for name, words in match.groupdict().items()}
            if None not in parts.values():
                return gettext(sentence).format(**parts)
    return None


def _part(name: str, words: str) -> str | None:
    """One of a sentence's own parts; None where it has to be of the table and is not."""
    if name in ("what", "where"):
        return _told(words)
    if name == "trouble":
        return gettext(words) if words in set(Trouble) else None
    if name == "places":
        places = [_told(place) for place in words.split(", ")]
        return None if None in places else ", ".join(map(str, places))
    if name == "pieces":
        return _CUT.sub(lambda cut: str(_told(cut[0])), words)
    return gettext(words) if name == "state" else words
