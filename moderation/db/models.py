"""Every table in one place, for those who use several and for the migrations."""

from moderation.db.base import Base
from moderation.db.decisions import Approval, AuditRow, Claim, Kit, Publication, Version
from moderation.db.imports import ImportState, RegisterImport
from moderation.db.looking_back import LookBack, LookBackPost, Takedown
from moderation.db.matching import LawfulMatching, LedgerRow, MatchingAnswer, MatchingPermission
from moderation.db.permissions import ConsentRule, DayExclusion, Membership, Permission, Tag
from moderation.db.posts import Finding, Photo, Post, PostAccount, Scan, ScanState, Subject
from moderation.db.retention import Copy, CopyPicture, PurgeEntry, RetentionRule, RetentionSwitch
from moderation.db.school import Account, Device, Person, ReferencePhoto, RegisterVersion, SignIn, User

__all__ = [
    "Account",
    "Approval",
    "AuditRow",
    "Base",
    "Claim",
    "ConsentRule",
    "Copy",
    "CopyPicture",
    "DayExclusion",
    "Device",
    "Finding",
    "ImportState",
    "Kit",
    "LawfulMatching",
    "LedgerRow",
    "LookBack",
    "LookBackPost",
    "MatchingAnswer",
    "MatchingPermission",
    "Membership",
    "Permission",
    "Person",
    "Photo",
    "Post",
    "PostAccount",
    "Publication",
    "PurgeEntry",
    "ReferencePhoto",
    "RegisterImport",
    "RegisterVersion",
    "RetentionRule",
    "RetentionSwitch",
    "Scan",
    "ScanState",
    "SignIn",
    "Subject",
    "Tag",
    "Takedown",
    "User",
    "Version",
]
