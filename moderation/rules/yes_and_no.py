"""What management systems write for yes, for no, and for no answer yet."""


def _sayings(text: str) -> frozenset[str]:
    return frozenset(saying.strip() for saying in text.split("|"))


YES = _sayings("y|yes|true|1|given|granted|agreed|agree|allowed|consented|✓|✔") | _sayings(
    "consent given|consent granted|permission given|permission granted"
)
NO = _sayings("n|no|false|0|refused|denied|declined|withheld|withdrawn|objected|disagree|✗|✘") | _sayings(
    "not given|not granted|not allowed|not agreed|no consent|consent refused|consent denied|consent withheld"
    "|consent withdrawn|consent not given|permission refused|permission not given"
)
# The family has not answered: no record, which is not a yes and takes no earlier word back.
NOTHING = _sayings(
    "pending|not returned|no response|no reply|unknown|not known|n/a|na|not set|not asked|null"
) | _sayings("awaiting response|awaiting reply|not recorded|no record|blank")
PUPILS = _sayings("pupil|student|child|learner|p")
STAFF = _sayings("staff|teacher|employee|member of staff|s")
