"""Kinds of findings, states and what was done, in the words of pages and of what is handed over."""

from moderation.rules.findings import Kind
from moderation.rules.workflow import State

KINDS = {
    Kind.FACE_MATCH: "A face that matches the no-publish list",
    Kind.FACE_POSSIBLE: "A face that may be on the no-publish list",
    Kind.FACE_UNCLEAR: "A face that is too unclear to compare",
    Kind.FACE_OTHER: "A face with no match found",
    Kind.FACE_UNCOMPARED: "A face that was compared with nobody",
    Kind.FACE_IDENTIFIABLE: "A face larger and clearer than the school’s rule allows",
    Kind.FACE_PUPIL: "A face where the school shows no pupils who could be recognised",
    Kind.FACE_COUNT: "Not as many faces as people",
    Kind.NAME_MATCH: "A name on the roll can be read",
    Kind.NAME_POSSIBLE: "This may be a name",
    Kind.NAME_STAFF: "The name of a member of staff can be read",
    Kind.TEXT_UNREADABLE: "Writing that the program cannot read, where a name may stand",
    Kind.TEXT_PERSONAL: "Personal details can be read",
    Kind.TAG_REFUSED: "Somebody tagged must not appear there",
    Kind.TAG_PUPIL: "A pupil is tagged, and the school shows none there",
    Kind.TAG_MISSING: "Nobody said who is in it",
    Kind.UNCHECKED: "Not checked",
}
STATES = {
    State.DRAFT: "Draft",
    State.CHECKING: "Being checked",
    State.IN_REVIEW: "Waiting for a decision",
    State.SENT_BACK: "Sent back to its author",
    State.RELEASED: "Approved, ready to publish",
    State.LIVE: "Live",
    State.STOPPED: "Stopped",
    State.TAKEN_DOWN: "Taken down",
    State.DISCARDED: "Discarded",
    State.PURGED: "Its time is over; nothing is kept but dates and digests",
}
# What the audit trail says of one person's records, for that person.
DONE_WITH_RECORDS = {
    "person added": "Put on the register",
    "register saved": "The register’s entry saved",
    "register left": "Left the register",
    "permission recorded": "A permission or a refusal recorded",
    "permission withdrawn": "A permission withdrawn",
    "permission to match recorded": "Permission to compare the face recorded",
    "permission to match withdrawn": "Permission to compare the face withdrawn",
    "asked out today": "Asked to be left out of the photos of that day",
    "people tagged": "Named as being in a post, or no longer",
    "reference photo added": "A reference photo added",
    "reference photo removed": "A reference photo removed",
    "encodings made again": "The numbers that describe the face made again from the kept photo",
    "encodings destroyed": "The numbers that describe the face destroyed",
    "put into a group": "Put into a class or group",
    "taken out of a group": "Taken out of a class or group",
    "evidence read": "A file of evidence opened",
    "look-back started": "A search through everything that is live began",
    "look-back ended": "A search through everything that is live ended",
    "copy of what is held ordered": "A copy of what is held ordered",
    "copy of what is held taken": "A copy of what is held downloaded",
}
