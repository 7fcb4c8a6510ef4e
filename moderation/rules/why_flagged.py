"""Why something was flagged, by kind, in plain words: what was seen, how sure that is, what can be done about it."""

from dataclasses import dataclass

from moderation.rules.faces import MATCH, POSSIBLE
from moderation.rules.findings import Kind


@dataclass(frozen=True)
class Why:
    """Whole sentences. `do`: for whoever decides; what an author can do stands beside each flag anyway."""

    saw: str
    sure: str
    do: str


_DISTANCE = "A face is turned into numbers, and its distance says how alike two faces are: 0 is the same picture."
_COMPARE = "Compare the two pictures. If it is them, cover the face or remove the photo. If it is not, say so."
_LETTERS = "Where a share stands, it says how sure the letters are. It does not say that this person is meant."
_NAME = "If it is a name, cover it; in the words, send the post back. If it is a word or a place, say false alarm."
_AS_RIGHT = "This does not come from the picture. It is as right as the tag and the register are."
_NOBODY_KNOWN = "The program does not know whose face it is."

WHY = {
    Kind.FACE_MATCH: Why(
        "This face is very like a photo of somebody on the no-publish list.",
        f"{_DISTANCE} Up to {MATCH[-1]:.2f} to {MATCH[0]:.2f}, as Gatepost comes, it is called a match. "
        "With twenty people on the list, about 1 in 200 faces of other people is called that too.",
        _COMPARE,
    ),
    Kind.FACE_POSSIBLE: Why(
        "This face is like a photo of somebody on the no-publish list, but not like enough for a match.",
        f"{_DISTANCE} Up to {POSSIBLE[-1]:.2f} to {POSSIBLE[0]:.2f}, as Gatepost comes, it is pointed at. "
        "With twenty people on the list, about 1 in 25 faces of other people is, too.",
        _COMPARE,
    ),
    Kind.FACE_UNCLEAR: Why(
        "There is a face. It is too small, too blurred or too far turned away to compare.",
        "So nobody was ruled out: it can be anybody.",
        "Look closely. If somebody could tell that it is a person on the list, cover it. If not, say that you looked.",
    ),
    Kind.FACE_OTHER: Why(
        "A face was compared with everybody on the list, and none of them came near.",
        "That is no proof: the same face can look quite unlike itself in another light.",
        "Nothing has to be done. If you know that they must not appear, cover the face or remove the photo.",
    ),
    Kind.FACE_UNCOMPARED: Why(
        "A face was found and compared with nobody: a rule or a missing permission keeps it out.",
        _NOBODY_KNOWN,
        "Look for yourself who it is.",
    ),
    Kind.FACE_IDENTIFIABLE: Why(
        "The school has a rule on how large a clear face may be. This one is larger.",
        "The share of the picture was measured. Whose face it is plays no part.",
        "Cover it, or ask for a photo from farther away. If it is an adult who may be shown, allow it.",
    ),
    Kind.FACE_PUPIL: Why(
        "The post goes where the school shows no pupils, or none who could be recognised. This may be one.",
        f"{_NOBODY_KNOWN} Each face in such a post is flagged.",
        "Cover it. If it is an adult who is tagged, allow it. If it is a drawing or a toy, say false alarm.",
    ),
    Kind.FACE_COUNT: Why(
        "The program found more or fewer faces than the author counted people.",
        "It often misses a face that is turned away or half hidden, and at times sees one where there is none.",
        "Count for yourself, then say that you looked.",
    ),
    Kind.NAME_MATCH: Why(
        "The words, or writing in the picture, hold a name that is on the roll.",
        f"Many people share a name, and some names are words. {_LETTERS}",
        _NAME,
    ),
    Kind.NAME_POSSIBLE: Why(
        "Something here is like a name on the roll: spelt in another way, cut off, or a common word as well.",
        f"It is less sure than a name that stands there in full. {_LETTERS}",
        _NAME,
    ),
    Kind.NAME_STAFF: Why(
        "A name can be read that belongs to a member of staff whose name may stand.",
        "Somebody else may have the same name.",
        "Nothing has to be done.",
    ),
    Kind.TEXT_UNREADABLE: Why(
        "There is writing in the picture that the program could not read.",
        "So it is not known what it says. It may be a name.",
        "Look closely. If it is a name, cover it. If not, say that you looked.",
    ),
    Kind.TEXT_PERSONAL: Why(
        "This looks like a phone number, a home, a birthday or something else about one person.",
        "Such details are known by their form, so other numbers can look like one.",
        "Cover it; in the words, send the post back. If it is the school’s own, public contact, allow it.",
    ),
    Kind.TAG_REFUSED: Why(
        "The author tagged this person. The register says that they may not appear where the post goes.",
        _AS_RIGHT,
        "Remove the photo, leave that account out, or send the post back. If they are not in it, say so.",
    ),
    Kind.TAG_PUPIL: Why(
        "The author tagged a pupil. The school shows no pupils where the post goes.",
        _AS_RIGHT,
        "Leave that account out, or send the post back: its author takes them out of it.",
    ),
    Kind.TAG_MISSING: Why(
        "There are faces in the post, and its author did not say whose they are.",
        "So no permission could be looked up for them.",
        "If you know everybody in it and they may appear, say so. If you do not, send it back and ask.",
    ),
    Kind.UNCHECKED: Why(
        "A check could not do its work: a picture did not open, or the program broke off.",
        "So nothing is known about it. That weighs as much as a match.",
        "Look at all of it yourself. If you cannot be sure, send it back and ask for a fresh copy of the photo.",
    ),
}
