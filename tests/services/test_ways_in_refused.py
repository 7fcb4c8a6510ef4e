"""Law 3, of ways in: whose passkey, code, linked account or link to a phone it is, and what is left once it is over."""

import json
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from itertools import product

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import update
from webauthn.helpers import encode_cbor

from moderation.db.base import rows_of
from moderation.db.models import AuthenticatorApp, LinkedAccount, Passkey, PhoneLink
from moderation.rules.roles import Actor, Role
from moderation.rules.sign_ins import Begun
from moderation.rules.workflow import Refused
from moderation.services import (
    cases,
    passkeys,
    permissions,
    phone,
    publishing,
    second_step,
    sign_in_rules,
    single_sign_on,
    staff,
    tokens,
)
from moderation.services.begun import Step
from moderation.services.work import Mistake, NotFound
from tests.builders import PASSWORD, School, open_school
from tests.services.moments import Quick, later
from tests.services.test_second_step import set_up

SITE = passkeys.Site("gatepost.example", "https://gatepost.example")


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> School:
    return open_school(tmp_path_factory.mktemp("ways") / "instance", Quick())


def began(actor: Actor, what: Begun = Begun.NEW_PASSKEY) -> Step:
    return Step(what, False, actor.id, secrets.token_urlsafe(32))


def made(step: Step) -> str:
    """What a phone answers that has just made a passkey."""

    def said(data: bytes) -> str:
        return urlsafe_b64encode(data).rstrip(b"=").decode()

    challenge = step.raw(passkeys._CHALLENGE)
    client = {"type": "webauthn.create", "challenge": said(challenge), "origin": SITE.origin, "crossOrigin": False}
    key, number = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers(), secrets.token_bytes(16)
    public = encode_cbor({1: 2, 3: -7, -1: 1, -2: key.x.to_bytes(32, "big"), -3: key.y.to_bytes(32, "big")})
    about = sha256(SITE.host.encode()).digest() + bytes([0x45]) + bytes(4 + 16) + len(number).to_bytes(2, "big")
    shown = encode_cbor({"fmt": "none", "attStmt": {}, "authData": about + number + public})
    response = {"clientDataJSON": said(json.dumps(client).encode()), "attestationObject": said(shown)}
    return json.dumps({"id": said(number), "rawId": said(number), "type": "public-key", "response": response})


def test_a_passkey_is_made_by_whoever_began_it_and_is_theirs_alone(at: School) -> None:
    mine, theirs = began(at.teacher), began(at.head)
    with at.parts.work() as work:
        with pytest.raises(Mistake):
            passkeys.add(work, at.teacher, SITE, theirs, made(theirs), "My phone")
        assert passkeys.add(work, at.teacher, SITE, mine, made(mine), "My phone"), "recovery codes, the first time"
        (key,) = passkeys.listed(work, at.teacher)
        assert passkeys.listed(work, at.head) == []
        for actor, number in ((at.head, key.id), (at.teacher, 999)):
            with pytest.raises(NotFound):
                passkeys.remove(work, actor, number)
        assert passkeys.listed(work, at.teacher) == [key]
        passkeys.remove(work, at.teacher, key.id)


def test_nobody_has_passkeys_without_end(at: School) -> None:
    step = began(at.data_lead)
    with at.parts.work() as work:
        for number in range(passkeys.MOST):
            key = Passkey(user_id=at.data_lead.id, credential_id=bytes([number]), public_key=b"", sign_count=0)
            key.called, key.added_at = f"Phone {number}", work.now
            work.session.add(key)
        work.session.flush()
        with pytest.raises(Mistake):
            passkeys.add(work, at.data_lead, SITE, step, made(step), "One more")
        assert len(passkeys.listed(work, at.data_lead)) == passkeys.MOST


def test_a_second_step_is_set_up_once_and_taken_away_by_its_owner(at: School) -> None:
    administrator = at.people[Role.ADMINISTRATOR]
    with at.parts.work() as work:
        for ask in (second_step.new_codes, second_step.take_away):
            with pytest.raises(NotFound):
                ask(work, at.manager)
        with pytest.raises(NotFound):
            second_step.confirm(work, at.manager, "123456")
        with pytest.raises(NotFound):
            second_step.reset(work, administrator, at.manager.id or 0)
    set_up(at, at.manager)
    set_up(at, at.head)
    with at.parts.work() as work:
        with pytest.raises(Mistake):
            second_step.start(work, at.manager)
        with pytest.raises(NotFound):
            second_step.confirm(work, at.manager, "123456")
        second_step.take_away(work, at.manager)
        assert not second_step.is_set_up(work, at.manager.id) and second_step.is_set_up(work, at.head.id)
        second_step.reset(work, administrator, at.head.id or 0)
        assert work.session.query(AuthenticatorApp).filter_by(user_id=at.head.id).all() == []


def test_a_password_that_is_easily_guessed_or_was_mistyped_changes_nothing(at: School) -> None:
    with at.parts.work() as work:
        with pytest.raises(Mistake):
            staff.check_change(work, at.teacher, PASSWORD, "password1234")
        with pytest.raises(Mistake):
            staff.check_password(work, at.teacher, f"{PASSWORD}x")
        staff.check_change(work, at.teacher, PASSWORD, "seven quiet herons fishing")


def test_who_has_a_second_step_does_not_lack_it(at: School) -> None:
    asked = Actor(at.others[Role.DATA_LEAD].id, Role.DATA_LEAD)
    with at.parts.work() as work:
        sign_in_rules.ask_second_step(work, at.people[Role.ADMINISTRATOR], {Role.DATA_LEAD})
        assert second_step.is_asked(work, asked) and second_step.is_lacking(work, asked)
        assert not second_step.is_asked(work, at.head)
        key = Passkey(user_id=asked.id, credential_id=b"x", public_key=b"", sign_count=0, called="x", added_at=work.now)
        work.session.add(key)
        work.session.flush()
        assert not second_step.is_lacking(work, asked)


def test_a_link_is_made_by_whoever_began_it_once_for_each_person_and_each_account_there(at: School) -> None:
    issuer = "https://provider.example"
    with at.parts.work() as work:
        with pytest.raises(Mistake):
            single_sign_on.link(work, at.teacher, began(at.head, Begun.LINK), issuer, "7")
        single_sign_on.link(work, at.teacher, began(at.teacher, Begun.LINK), issuer, "7")
        with pytest.raises(Mistake):
            single_sign_on.link(work, at.head, began(at.head, Begun.LINK), issuer, "7")
        with pytest.raises(Mistake):
            single_sign_on.link(work, at.teacher, began(at.teacher, Begun.LINK), issuer, "8")
        linked = work.session.query(LinkedAccount).filter_by(issuer=issuer).all()
        assert [(one.user_id, one.subject) for one in linked] == [(at.teacher.id, "7")]


def test_whom_somebody_marked_for_today_is_theirs_to_take_back(at: School) -> None:
    person = at.person("W1", "Ada", "Quill").id
    with at.parts.work() as work:
        permissions.exclude_today(work, at.teacher, person)
        assert permissions.own_exclusions(work, at.teacher) == {person}
        assert permissions.own_exclusions(work, at.head) == set()


def test_a_link_to_a_phone_opens_once_soon_and_while_its_kit_is_open(at: School) -> None:
    post_id, other = at.released(caption="A good day."), at.released(caption="Another one.")
    with at.parts.work() as work:
        publishing.open_kit(work, at.manager, post_id)
        token, late = phone.make(work, at.manager, post_id), phone.make(work, at.manager, post_id)
        secret = phone.enter(work, token)
    with at.parts.work() as work:
        assert phone.kit(work, secret).post.id == post_id
        for ask, used in product((phone.knock, phone.enter), (token, "nobody's")):
            with pytest.raises(Refused):
                ask(work, used)
        with pytest.raises(Refused):
            phone.kit(work, "nobody's")
    with later(at, minutes=11) as work, pytest.raises(Refused):
        phone.enter(work, late)
    with later(at, minutes=31) as work, pytest.raises(Refused):
        phone.kit(work, secret)
    with at.parts.work() as work:
        link = work.session.query(PhoneLink).filter_by(session_hash=tokens.hashed(secret)).one()
        approval, another = link.approval_id, cases.standing_approval(work, cases.get(work, other))
        link.approval_id = another.id if another else 0
        work.session.flush()
        with pytest.raises(Refused):
            phone.kit(work, secret)
        link.approval_id = approval
        link.user.active = False
        work.session.flush()
        with pytest.raises(Refused):
            phone.kit(work, secret)
        link.user.active, link.opened_at = True, None
        work.session.flush()
        with pytest.raises(Refused):
            phone.kit(work, secret)


def test_of_two_phones_that_open_the_same_link_at_once_one_gets_in(at: School) -> None:
    post_id = at.released(caption="A good day for two.")
    with at.parts.work() as work:
        publishing.open_kit(work, at.manager, post_id)
        token = phone.make(work, at.manager, post_id)
        looked_at = work.session.query(PhoneLink).filter_by(token_hash=tokens.hashed(token)).one()
        table = rows_of(PhoneLink)  # the other phone is in before this one writes, and after it has looked
        work.session.execute(update(table).where(table.c.id == looked_at.id).values(opened_at=work.now))
        assert looked_at.opened_at is None
        with pytest.raises(Refused):
            phone.enter(work, token)


def test_without_a_provider_nobody_is_sent_to_one(at: School) -> None:
    assert at.browser().post("/sign-in/provider/").status_code == 404
