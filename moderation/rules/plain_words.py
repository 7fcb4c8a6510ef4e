"""Kinds of findings, states and what was done, in the words of pages and of what is handed over."""

from moderation.rules.findings import Kind
from moderation.rules.language import N_
from moderation.rules.workflow import State

KINDS = {
    Kind.FACE_MATCH: N_("A face that matches the no-publish list"),
    Kind.FACE_POSSIBLE: N_("A face that may be on the no-publish list"),
    Kind.FACE_UNCLEAR: N_("A face that is too unclear to compare"),
    Kind.FACE_OTHER: N_("A face with no match found"),
    Kind.FACE_UNCOMPARED: N_("A face that was compared with nobody"),
    Kind.FACE_IDENTIFIABLE: N_("A face larger and clearer than the school’s rule allows"),
    Kind.FACE_PUPIL: N_("A face where the school shows no pupils who could be recognised"),
    Kind.FACE_COUNT: N_("Not as many faces as people"),
    Kind.NAME_MATCH: N_("A name on the roll can be read"),
    Kind.NAME_POSSIBLE: N_("This may be a name"),
    Kind.NAME_STAFF: N_("The name of a member of staff can be read"),
    Kind.TEXT_UNREADABLE: N_("Writing that the program cannot read, where a name may stand"),
    Kind.TEXT_PERSONAL: N_("Personal details can be read"),
    Kind.TAG_REFUSED: N_("Somebody tagged must not appear there"),
    Kind.TAG_PUPIL: N_("A pupil is tagged, and the school shows none there"),
    Kind.TAG_MISSING: N_("Nobody said who is in it"),
    Kind.UNCHECKED: N_("Not checked"),
}
STATES = {
    State.DRAFT: N_("Draft"),
    State.CHECKING: N_("Being checked"),
    State.IN_REVIEW: N_("Waiting for a decision"),
    State.SENT_BACK: N_("Sent back to its author"),
    State.RELEASED: N_("Approved, ready to publish"),
    State.LIVE: N_("Live"),
    State.STOPPED: N_("Stopped"),
    State.TAKEN_DOWN: N_("Taken down"),
    State.DISCARDED: N_("Discarded"),
    State.PURGED: N_("Its time is over; nothing is kept but dates and digests"),
}
# What the audit trail says of one person's records, for that person. After a restored backup its own words are said.
DONE_WITH_RECORDS = {
    N_("person added"): N_("Put on the register"),
    N_("register saved"): N_("The register’s entry saved"),
    N_("register left"): N_("Left the register"),
    N_("permission recorded"): N_("A permission or a refusal recorded"),
    N_("permission withdrawn"): N_("A permission withdrawn"),
    N_("permission to match recorded"): N_("Permission to compare the face recorded"),
    N_("permission to match withdrawn"): N_("Permission to compare the face withdrawn"),
    N_("asked out today"): N_("Asked to be left out of the photos of that day"),
    N_("people tagged"): N_("Named as being in a post, or no longer"),
    N_("reference photo added"): N_("A reference photo added"),
    N_("reference photo removed"): N_("A reference photo removed"),
    N_("encodings made again"): N_("The numbers that describe the face made again from the kept photo"),
    N_("encodings destroyed"): N_("The numbers that describe the face destroyed"),
    N_("put into a group"): N_("Put into a class or group"),
    N_("taken out of a group"): N_("Taken out of a class or group"),
    N_("evidence read"): N_("A file of evidence opened"),
    N_("look-back started"): N_("A search through everything that is live began"),
    N_("look-back ended"): N_("A search through everything that is live ended"),
    N_("copy of what is held ordered"): N_("A copy of what is held ordered"),
    N_("copy of what is held taken"): N_("A copy of what is held downloaded"),
}
