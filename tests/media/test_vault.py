"""Law 9: an encoding is sealed under a key of that person's own; without the key it is gone."""

import base64
import stat
from pathlib import Path

import pytest

from moderation.media.vault import Unsealable, Vault, create_master_key, load_master_key
from moderation.settings import SettingsError

MASTER = bytes(range(32))


@pytest.fixture
def vault() -> Vault:
    return Vault(MASTER)


def test_what_is_sealed_opens_with_the_same_key_and_context(vault: Vault) -> None:
    key = vault.new_key()
    for plaintext in (b"", b"an encoding", bytes(1024)):
        sealed = vault.seal(key, plaintext, b"person 17")
        assert Vault(MASTER).open(key, sealed, b"person 17") == plaintext
        assert plaintext not in sealed or not plaintext


def test_no_two_seals_and_no_two_keys_are_alike(vault: Vault) -> None:
    key = vault.new_key()
    assert vault.seal(key, b"an encoding", b"") != vault.seal(key, b"an encoding", b"")
    assert vault.new_key() != key


def test_another_person_s_key_context_or_master_key_opens_nothing(vault: Vault) -> None:
    key = vault.new_key()
    sealed = vault.seal(key, b"an encoding", b"person 17")
    for who, with_key, context in (
        (vault, vault.new_key(), b"person 17"),
        (vault, key, b"person 18"),
        (vault, key, b""),
        (Vault(bytes(32)), key, b"person 17"),
        (vault, sealed, b"person 17"),
    ):
        with pytest.raises(Unsealable):
            who.open(with_key, sealed, context)


def test_a_wrapped_key_is_no_sealed_thing_and_a_sealed_thing_no_key(vault: Vault) -> None:
    key = vault.new_key()
    with pytest.raises(Unsealable):
        vault.open(key, key, b"")
    with pytest.raises(Unsealable):
        vault.seal(vault.seal(key, bytes(32), b""), b"an encoding", b"")


def test_every_changed_byte_and_every_cut_is_noticed(vault: Vault) -> None:
    key = vault.new_key()
    sealed = vault.seal(key, b"an encoding", b"person 17")
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes((sealed[at] ^ 1,)) + sealed[at + 1 :]
        for spoilt in (changed, sealed[:at]):
            with pytest.raises(Unsealable):
                vault.open(key, spoilt, b"person 17")
    for at in range(len(key)):
        with pytest.raises(Unsealable):
            vault.open(key[:at] + bytes((key[at] ^ 1,)) + key[at + 1 :], sealed, b"person 17")


def test_the_first_byte_names_the_way_of_sealing(vault: Vault) -> None:
    key = vault.new_key()
    sealed = vault.seal(key, b"an encoding", b"")
    assert (key[0], sealed[0]) == (1, 1)
    with pytest.raises(Unsealable, match="version"):
        vault.open(key, b"\2" + sealed[1:], b"")


def test_a_master_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master"
    create_master_key(path)
    key = load_master_key(None, path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        create_master_key(path)
    assert load_master_key(None, path) == key


def test_a_master_key_in_the_settings_comes_before_the_file(tmp_path: Path) -> None:
    create_master_key(tmp_path / "master")
    assert load_master_key(base64.b64encode(MASTER).decode(), tmp_path / "master") == MASTER


@pytest.mark.parametrize("value", ["", "secret words", base64.b64encode(bytes(31)).decode(), "é" * 44])
def test_a_master_key_that_is_none_is_a_clear_error_that_never_shows_it(tmp_path: Path, value: str) -> None:
    path = tmp_path / "master"
    path.write_text(value)
    for given in (value, None):
        with pytest.raises(SettingsError) as caught:
            load_master_key(given, path)
        assert not value or value not in str(caught.value)


def test_no_master_key_at_all_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="gatepost setup"):
        load_master_key(None, tmp_path / "master")


def test_a_master_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        Vault(bytes(16))
