"""Where the master key comes from: a file of the instance, a setting, a mounted file, a command; and how it turns."""

import base64
import stat
import sys
from pathlib import Path

import pytest

from moderation.media.disk import write_whole
from moderation.media.master import InUse, create_master_key, forget_old, master_keys, turn
from moderation.settings import Settings, SettingsError, load

ONE, TWO = b"1" * 32, b"2" * 32


def text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def settings(folder: Path, **environ: str) -> Settings:
    return load({f"GATEPOST_{name}": value for name, value in environ.items()}, folder)


def printing(words: str) -> str:
    return f'{sys.executable} -c "{words}"'


def test_a_master_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    own = settings(tmp_path)
    create_master_key(own.master_file)
    (key,) = master_keys(own)
    assert len(key) == 32
    assert stat.S_IMODE(own.master_file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        create_master_key(own.master_file)
    assert master_keys(own) == (key,)


def test_a_setting_a_file_or_a_command_comes_before_the_instance_s_own_file(tmp_path: Path) -> None:
    create_master_key(settings(tmp_path).master_file)
    (tmp_path / "mounted").write_text(text(ONE) + "\n")
    assert master_keys(settings(tmp_path, MASTER_KEY=text(ONE))) == (ONE,)
    assert master_keys(settings(tmp_path, MASTER_KEY_FILE=str(tmp_path / "mounted"))) == (ONE,)
    assert master_keys(settings(tmp_path, MASTER_KEY_COMMAND=printing(f"print('{text(ONE)}')"))) == (ONE,)


def test_the_key_before_this_one_may_come_in_another_way_and_stands_behind_it(tmp_path: Path) -> None:
    old = printing(f"print('{text(TWO)}')")
    assert master_keys(settings(tmp_path, MASTER_KEY=text(ONE), OLD_MASTER_KEY_COMMAND=old)) == (ONE, TWO)
    assert master_keys(settings(tmp_path, MASTER_KEY=text(ONE), OLD_MASTER_KEY=text(ONE))) == (ONE,)


def test_two_ways_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GATEPOST_MASTER_KEY and GATEPOST_MASTER_KEY_FILE: set one"):
        settings(tmp_path, MASTER_KEY=text(ONE), MASTER_KEY_FILE="/run/secrets/key")


@pytest.mark.parametrize("value", ["secret words", text(bytes(31)), "é" * 44])
def test_a_master_key_that_is_none_is_a_clear_error_that_never_shows_it(tmp_path: Path, value: str) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "master").write_text(value)
    mounted = str(tmp_path / "keys" / "master")
    for given in ({}, {"MASTER_KEY": value}, {"MASTER_KEY_FILE": mounted}, {"MASTER_KEY_COMMAND": f"cat {mounted}"}):
        with pytest.raises(SettingsError, match=r"(?i)master.key") as caught:
            master_keys(settings(tmp_path, **given))
        assert value not in str(caught.value)
        assert value not in repr(settings(tmp_path, **given))


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("/no/such/program", "cannot be run"),
        ("'unclosed", "cannot be run"),
        (printing("raise SystemExit(3)"), "ended with code 3"),
        ("echo $(cat key)", "32 bytes"),  # there is no shell that would understand it
    ],
)
def test_a_command_that_gives_no_key_is_named(tmp_path: Path, command: str, says: str) -> None:
    with pytest.raises(SettingsError, match=f"GATEPOST_MASTER_KEY_COMMAND: .*{says}"):
        master_keys(settings(tmp_path, MASTER_KEY_COMMAND=command))


def test_no_master_key_at_all_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="gatepost setup"):
        master_keys(settings(tmp_path))


def test_a_turn_keeps_the_key_before_and_a_second_one_waits_until_that_is_gone(tmp_path: Path) -> None:
    own = settings(tmp_path)
    create_master_key(own.master_file)
    (before,) = master_keys(own)
    turn(own)
    after, old = master_keys(own)
    assert (old, after == before) == (before, False)
    turn(own)
    assert master_keys(own) == (after, before)
    forget_old(own)
    assert master_keys(own) == (after,)
    assert sorted(path.name for path in own.keys_folder.iterdir()) == ["master"]


def test_a_turn_that_was_cut_short_before_the_new_key_goes_on(tmp_path: Path) -> None:
    own = settings(tmp_path)
    create_master_key(own.master_file)
    (before,) = master_keys(own)
    write_whole(own.old_master_file, own.master_file.read_bytes())
    (own.keys_folder / "master.new").write_bytes(b"half a k")
    assert master_keys(own) == (before,)
    turn(own)
    assert master_keys(own)[1:] == (before,)


def test_who_changes_the_keys_is_alone_with_them(tmp_path: Path) -> None:
    first, second = InUse(tmp_path), InUse(tmp_path)
    with pytest.raises(SettingsError, match="running"):
        InUse(tmp_path, alone=True)
    del first, second
    alone = InUse(tmp_path, alone=True)
    with pytest.raises(SettingsError, match="rotated"):
        InUse(tmp_path)
    del alone
    assert InUse(tmp_path)
