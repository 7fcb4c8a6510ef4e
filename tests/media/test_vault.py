"""Law 9: an encoding is sealed under a key of that person's own; without the key it is gone."""

import pytest

from moderation.media.vault import Unsealable, Vault

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


def test_a_master_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        Vault(bytes(16))


def test_a_derived_key_tells_nothing_of_the_master_key_and_differs_by_purpose() -> None:
    vault = Vault(b"a" * 32)
    assert len({vault.derived(b"one"), vault.derived(b"two"), b"a" * 32}) == 3


def test_what_an_older_master_key_wrapped_opens_until_it_is_wrapped_anew(vault: Vault) -> None:
    key = vault.new_key()
    sealed = vault.seal(key, b"a face", b"person 17")
    both, newest = Vault(b"n" * 32, MASTER), Vault(b"n" * 32)
    assert both.open(key, sealed, b"person 17") == b"a face"
    assert (both.opens(key), both.is_newest(key), newest.opens(key)) == (True, False, False)
    again = both.rewrapped(key)
    assert newest.is_newest(again)
    assert newest.open(again, sealed, b"person 17") == b"a face"
    assert newest.is_newest(both.new_key())
    assert not vault.opens(again)
    with pytest.raises(Unsealable):
        newest.rewrapped(key)


def test_a_derived_key_stays_that_of_the_oldest_master_key_while_it_is_known(vault: Vault) -> None:
    assert Vault(b"n" * 32, MASTER).derived(b"one") == vault.derived(b"one") != Vault(b"n" * 32).derived(b"one")
