"""What the first page of a teacher weighs, whatever the machine; and how fast a full review is on this one."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bench import pages
from tests.builders import open_school
from tests.in_full import only_in_full
from tests.services.moments import Quick


def test_the_form_of_a_teacher_comes_over_a_thin_line(browser: Browser, tmp_path: Path) -> None:
    """Counted in the browser as it comes over the wire, with nothing kept from before."""
    weight = pages.form_weight(browser, open_school(tmp_path / "instance", Quick()))
    print(f"\nthe teacher’s form: {weight / 1000:.0f} kB")
    assert weight < pages.FORM_BYTES


@pytest.mark.long
@only_in_full
def test_the_review_of_ten_photos_and_forty_findings_is_measured(browser: Browser, tmp_path: Path) -> None:
    """Printed beside what is wanted: other work on the same machine would make an assertion say nothing."""
    school = open_school(tmp_path / "instance", Quick())
    form = pages.form_weight(browser, school)
    found = pages.measure(browser, school)
    print("\n" + pages.told(found, form))
    assert found.statements < 100, "a query for each finding would be more"
