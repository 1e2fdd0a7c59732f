"""The tag sets that the model predicts, shared by training and export.

Roles: source, cue and content of reported speech, and the same three of mere attitudes (belief, plan, wish), which the
service does not report but must tell apart. Entities: the types of the analysis record. BIO throughout."""

ROLES = ["source", "cue", "content", "attitude-source", "attitude-cue", "attitude-content"]
ROLE_TAGS = ["O"] + [f"{prefix}-{role}" for role in ROLES for prefix in "BI"]
ENTITIES = ["PERSON", "ORGANIZATION", "LOCATION", "FACILITY", "NORP", "PRODUCT", "DATE", "MONEY", "MISC"]
ENTITY_TAGS = ["O"] + [f"{prefix}-{entity}" for entity in ENTITIES for prefix in "BI"]
# From a content span's first piece: to its cue, to its source, to the content that it goes on from.
LINKS = ["content-cue", "content-source", "content-previous"]
LINK_WIDTH = 64
FEATURES = [("letters", 8), ("marks", 8), ("space", 4), ("rule", 10), ("name", 12), ("word", 20), ("gazetteer", 8)]
FEATURE_INDEX = {name: index for index, (name, _) in enumerate(FEATURES)}
MAX_WINDOW = 192


def role_tag(role: int, inside: bool) -> int:
    """The number of a role's B or I tag; roles count from 0 as in ROLES."""
    return 1 + 2 * role + inside


def entity_tag(entity: int, inside: bool) -> int:
    return 1 + 2 * entity + inside
