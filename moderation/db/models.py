"""Every table in one place, for those who use several and for the migrations."""

from moderation.db.acceptance import Policy, Signature, Training, TrainingRule
from moderation.db.accounts import AccountCase, AccountCredentials, AccountPerson, AccountRule, PublisherConsent
from moderation.db.base import Base
from moderation.db.calendar import CalendarFeed
from moderation.db.checklist import ChecklistLine, ChecklistTick
from moderation.db.concerns import Concern, ConcernRoute, ConcernSettings, ConcernStep, ConcernTry
from moderation.db.connections import Connection, Delivery
from moderation.db.decisions import Approval, AuditRow, Claim, Kit, PhoneLink, Publication, Version
from moderation.db.imports import ImportState, RegisterImport
from moderation.db.incidents import CallList, Freeze
from moderation.db.links import FollowedLink
from moderation.db.live import LiveCheck, LiveLook
from moderation.db.looking_back import LookBack, LookBackPost, Takedown
from moderation.db.matching import LawfulMatching, LedgerRow, MatchingAnswer, MatchingPermission
from moderation.db.names import PersonWord
from moderation.db.permissions import ConsentRule, DayExclusion, Group, Membership, Permission, Tag
from moderation.db.posts import Finding, Photo, Post, PostAccount, Scan, ScanState, Subject
from moderation.db.renditions import Crop, Rendition
from moderation.db.retention import Copy, CopyPicture, PurgeEntry, RetentionRule, RetentionSwitch
from moderation.db.routes import ApprovalMember, ApprovalRoute, ApprovalStep, Deputy, SensitiveWord
from moderation.db.school import (
    Account,
    Device,
    Person,
    ReferencePhoto,
    RegisterVersion,
    SchoolLook,
    SignIn,
    Sticker,
    User,
)
from moderation.db.secrets import KeptSecret
from moderation.db.signing_in import (
    AuthenticatorApp,
    BegunSignIn,
    HalfSignIn,
    Invitation,
    KnownDevice,
    LinkedAccount,
    Passkey,
    RecoveryCode,
    SignInRules,
    WrongTries,
)
from moderation.db.telling import Message, NewsRow, SchoolTimesRow, TellingChoice
from moderation.db.uploads import PhotoUpload, UploadPart
from moderation.db.watching import CanaryRun, SweepRound

__all__ = [
    "Account",
    "AccountCase",
    "AccountCredentials",
    "AccountPerson",
    "AccountRule",
    "Approval",
    "ApprovalMember",
    "ApprovalRoute",
    "ApprovalStep",
    "AuditRow",
    "AuthenticatorApp",
    "Base",
    "BegunSignIn",
    "CalendarFeed",
    "CallList",
    "CanaryRun",
    "ChecklistLine",
    "ChecklistTick",
    "Claim",
    "Concern",
    "ConcernRoute",
    "ConcernSettings",
    "ConcernStep",
    "ConcernTry",
    "Connection",
    "ConsentRule",
    "Copy",
    "CopyPicture",
    "Crop",
    "DayExclusion",
    "Delivery",
    "Deputy",
    "Device",
    "Finding",
    "FollowedLink",
    "Freeze",
    "Group",
    "HalfSignIn",
    "ImportState",
    "Invitation",
    "KeptSecret",
    "Kit",
    "KnownDevice",
    "LawfulMatching",
    "LedgerRow",
    "LinkedAccount",
    "LiveCheck",
    "LiveLook",
    "LookBack",
    "LookBackPost",
    "MatchingAnswer",
    "MatchingPermission",
    "Membership",
    "Message",
    "NewsRow",
    "Passkey",
    "Permission",
    "Person",
    "PersonWord",
    "PhoneLink",
    "Photo",
    "PhotoUpload",
    "Policy",
    "Post",
    "PostAccount",
    "Publication",
    "PublisherConsent",
    "PurgeEntry",
    "RecoveryCode",
    "ReferencePhoto",
    "RegisterImport",
    "RegisterVersion",
    "Rendition",
    "RetentionRule",
    "RetentionSwitch",
    "Scan",
    "ScanState",
    "SchoolLook",
    "SchoolTimesRow",
    "SensitiveWord",
    "SignIn",
    "SignInRules",
    "Signature",
    "Sticker",
    "Subject",
    "SweepRound",
    "Tag",
    "Takedown",
    "TellingChoice",
    "Training",
    "TrainingRule",
    "UploadPart",
    "User",
    "Version",
    "WrongTries",
]
