"""One's own sign-ins are seen and ended; a shared computer holds short; the school sets the times."""

import pytest

from moderation.rules.roles import Role
from moderation.rules.sign_ins import Timeouts
from moderation.services import known_devices, own_sign_ins, sign_in_rules, signing_in
from moderation.services.work import Mistake, NotFound
from tests.builders import PASSWORD, School, email
from tests.services.moments import later
from tests.services.test_signing_in import holds, sign_in


def shared(school: School) -> str:
    with school.parts.work() as work:
        recognised = signing_in.recognise(work, email(Role.TEACHER), PASSWORD)
        return signing_in.begin(work, recognised, shared=True, browser="Edge on Windows")[0]


def test_on_a_shared_computer_a_quarter_of_an_hour_without_use_is_enough(school: School) -> None:
    token, own = shared(school), sign_in(school)
    assert holds(school, token, minutes=14)
    assert not holds(school, token, minutes=15, seconds=1)
    assert holds(school, own, minutes=16)
    with later(school, minutes=2) as work:
        signing_in.touch(work, token)
    assert holds(school, token, minutes=16)


def test_shorter_times_hold_for_whoever_is_signed_in_already(school: School) -> None:
    token = sign_in(school)
    admin = school.people[Role.ADMINISTRATOR]
    with school.parts.work() as work:
        sign_in_rules.set_timeouts(work, admin, Timeouts(idle_hours=2, days=1, shared_minutes=5))
    assert holds(school, token, hours=1)
    assert not holds(school, token, hours=2, seconds=1)
    with pytest.raises(Mistake, match="shared"), school.parts.work() as work:
        sign_in_rules.set_timeouts(work, admin, Timeouts(shared_minutes=1))


def test_one_sees_and_ends_one_s_own_and_nobody_else_s(school: School) -> None:
    here, there, other = sign_in(school), shared(school), sign_in(school, email(Role.DATA_LEAD))
    with school.parts.work() as work:
        listed = own_sign_ins.listed(work, school.teacher)
        assert [one.called for one in listed] == ["Edge on Windows", ""]
        found = signing_in.find(work, other)
        assert found is not None
        with pytest.raises(NotFound):
            own_sign_ins.end(work, school.teacher, found.id)
        own_sign_ins.end(work, school.teacher, listed[0].id)
        with pytest.raises(NotFound):
            own_sign_ins.end(work, school.teacher, listed[0].id)
    assert (holds(school, here), holds(school, there), holds(school, other)) == (True, False, True)


def test_all_others_end_and_this_one_stays(school: School) -> None:
    here, others, bystander = sign_in(school), [sign_in(school), shared(school)], sign_in(school, email(Role.DATA_LEAD))
    with school.parts.work() as work:
        own_sign_ins.end_others(work, school.teacher, here)
    assert holds(school, here) and holds(school, bystander)
    assert not any(holds(school, token) for token in others)


def test_a_device_is_forgotten_by_the_one_who_signed_in_there(school: School) -> None:
    with school.parts.work() as work:
        known_devices.remember(work, school.teacher.id or 0, "", "Chrome on Android")
        (device,) = own_sign_ins.devices(work, school.teacher)
        assert own_sign_ins.devices(work, school.data_lead) == []
        with pytest.raises(NotFound):
            own_sign_ins.forget_device(work, school.data_lead, device.id)
        own_sign_ins.forget_device(work, school.teacher, device.id)
        assert own_sign_ins.devices(work, school.teacher) == []
