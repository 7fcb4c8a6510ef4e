"""Why something was flagged, by kind, in plain words: what was seen, how sure that is, what can be done about it."""

from dataclasses import dataclass

from moderation.rules.faces import MATCH, POSSIBLE
from moderation.rules.findings import Kind
from moderation.rules.language import N_, gettext


@dataclass(frozen=True)
class Why:
    """Whole sentences. `do`: for whoever decides; what an author can do stands beside each flag anyway.

    `own`: what was seen, said to the author, where that is another sentence.
    """

    saw: str
    sure_of: tuple[str, ...]
    do: str
    own: str = ""

    @property
    def sure(self) -> str:
        """In the language spoken."""
        return " ".join(gettext(sentence).format(**_LIMITS) for sentence in self.sure_of)

    def told(self, mine: bool) -> str:
        """What was seen and how sure that is, to the author or to whoever decides."""
        return f"{gettext(self.own if mine and self.own else self.saw)} {self.sure}"


_LIMITS = {
    "match": f"{MATCH[-1]:.2f}",
    "match_of_several": f"{MATCH[0]:.2f}",
    "possible": f"{POSSIBLE[-1]:.2f}",
    "possible_of_several": f"{POSSIBLE[0]:.2f}",
}
_DISTANCE = N_("A face is turned into numbers, and its distance says how alike two faces are: 0 is the same picture.")
_COMPARE = N_("Compare the two pictures. If it is them, cover the face or remove the photo. If it is not, say so.")
_LETTERS = N_("Where a share stands, it says how sure the letters are. It does not say that this person is meant.")
_NAME = N_("If it is a name, cover it; in the words, send the post back. If it is a word or a place, say false alarm.")
_AS_RIGHT = N_("This does not come from the picture. It is as right as the tag and the register are.")
_NOBODY_KNOWN = N_("The program does not know whose face it is.")

WHY = {
    Kind.FACE_MATCH: Why(
        N_("This face is very like a photo of somebody on the no-publish list."),
        (
            _DISTANCE,
            N_("Up to {match} to {match_of_several}, as Gatepost comes, it is called a match."),
            N_("With twenty people on the list, about 1 in 200 faces of other people is called that too."),
        ),
        _COMPARE,
    ),
    Kind.FACE_POSSIBLE: Why(
        N_("This face is like a photo of somebody on the no-publish list, but not like enough for a match."),
        (
            _DISTANCE,
            N_("Up to {possible} to {possible_of_several}, as Gatepost comes, it is pointed at."),
            N_("With twenty people on the list, about 1 in 25 faces of other people is, too."),
        ),
        _COMPARE,
    ),
    Kind.FACE_UNCLEAR: Why(
        N_("There is a face. It is too small, too blurred or too far turned away to compare."),
        (N_("So nobody was ruled out: it can be anybody."),),
        N_(
            "Look closely. If somebody could tell that it is a person on the list, cover it. "
            "If not, say that you looked."
        ),
    ),
    Kind.FACE_OTHER: Why(
        N_("A face was compared with everybody on the list, and none of them came near."),
        (N_("That is no proof: the same face can look quite unlike itself in another light."),),
        N_("Nothing has to be done. If you know that they must not appear, cover the face or remove the photo."),
    ),
    Kind.FACE_UNCOMPARED: Why(
        N_("A face was found and compared with nobody: a rule or a missing permission keeps it out."),
        (_NOBODY_KNOWN,),
        N_("Look for yourself who it is."),
    ),
    Kind.FACE_IDENTIFIABLE: Why(
        N_("The school has a rule on how large a clear face may be. This one is larger."),
        (N_("The share of the picture was measured. Whose face it is plays no part."),),
        N_("Cover it, or ask for a photo from farther away. If it is an adult who may be shown, allow it."),
    ),
    Kind.FACE_PUPIL: Why(
        N_("The post goes where the school shows no pupils, or none who could be recognised. This may be one."),
        (_NOBODY_KNOWN, N_("Each face in such a post is flagged.")),
        N_("Cover it. If it is an adult who is tagged, allow it. If it is a drawing or a toy, say false alarm."),
    ),
    Kind.FACE_COUNT: Why(
        N_("The program found more or fewer faces than the author counted people."),
        (N_("It often misses a face that is turned away or half hidden, and at times sees one where there is none."),),
        N_("Count for yourself, then say that you looked."),
        N_("The program found more or fewer faces than you counted people."),
    ),
    Kind.NAME_MATCH: Why(
        N_("The words, or writing in the picture, hold a name that is on the roll."),
        (N_("Many people share a name, and some names are words."), _LETTERS),
        _NAME,
    ),
    Kind.NAME_POSSIBLE: Why(
        N_("Something here is like a name on the roll: spelt in another way, cut off, or a common word as well."),
        (N_("It is less sure than a name that stands there in full."), _LETTERS),
        _NAME,
    ),
    Kind.NAME_STAFF: Why(
        N_("A name can be read that belongs to a member of staff whose name may stand."),
        (N_("Somebody else may have the same name."),),
        N_("Nothing has to be done."),
    ),
    Kind.TEXT_UNREADABLE: Why(
        N_("There is writing in the picture that the program could not read."),
        (N_("So it is not known what it says. It may be a name."),),
        N_("Look closely. If it is a name, cover it. If not, say that you looked."),
    ),
    Kind.TEXT_PERSONAL: Why(
        N_("This looks like a phone number, a home, a birthday or something else about one person."),
        (N_("Such details are known by their form, so other numbers can look like one."),),
        N_("Cover it; in the words, send the post back. If it is the school’s own, public contact, allow it."),
    ),
    Kind.TAG_REFUSED: Why(
        N_("The author tagged this person. The register says that they may not appear where the post goes."),
        (_AS_RIGHT,),
        N_("Remove the photo, leave that account out, or send the post back. If they are not in it, say so."),
        N_("You tagged this person. The register says that they may not appear where the post goes."),
    ),
    Kind.TAG_PUPIL: Why(
        N_("The author tagged a pupil. The school shows no pupils where the post goes."),
        (_AS_RIGHT,),
        N_("Leave that account out, or send the post back: its author takes them out of it."),
        N_("You tagged a pupil. The school shows no pupils where the post goes."),
    ),
    Kind.TAG_MISSING: Why(
        N_("There are faces in the post, and its author did not say whose they are."),
        (N_("So no permission could be looked up for them."),),
        N_("If you know everybody in it and they may appear, say so. If you do not, send it back and ask."),
        N_("There are faces in the post, and you did not say whose they are."),
    ),
    Kind.UNCHECKED: Why(
        N_("A check could not do its work: a picture did not open, or the program broke off."),
        (N_("So nothing is known about it. That weighs as much as a match."),),
        N_("Look at all of it yourself. If you cannot be sure, send it back and ask for a fresh copy of the photo."),
    ),
}
