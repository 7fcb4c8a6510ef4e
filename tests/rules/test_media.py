"""Addresses of media: what is taken, what is not, and that no message repeats one."""

from pathlib import PurePosixPath

import pytest

from moderation.rules.media import BucketAddress, address, is_inside


def test_a_folder_is_a_full_path() -> None:
    assert address("file:///srv/our school 100%/media") == PurePosixPath("/srv/our school 100%/media")


def test_a_bucket_of_amazon_s_needs_its_region_alone() -> None:
    assert address("s3://gatepost?region=eu-west-2") == BucketAddress("gatepost", "", "eu-west-2")


def test_a_bucket_of_another_server_has_its_endpoint() -> None:
    found = address("s3://gatepost/oak/field/?endpoint=https://storage.school.example:9000&region=garage")
    assert found == BucketAddress("gatepost", "oak/field/", "garage", "https://storage.school.example:9000")
    assert isinstance(found, BucketAddress)
    assert (found.host, found.is_encrypted) == ("storage.school.example", True)


def test_without_encryption_it_is_said_to_be_inside() -> None:
    plain = "s3://gatepost?endpoint=http://[fd00::5]:9000"
    with pytest.raises(ValueError, match="inside=yes"):
        address(plain)
    found = address(f"{plain}&inside=yes")
    assert isinstance(found, BucketAddress)
    assert (found.inside, found.host, found.region) == (True, "fd00::5", "us-east-1")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "media",
        "/srv/media",
        "file://media",
        "s3://",
        "s3://gatepost",  # Amazon's, of no region
        "s3://password@gatepost?region=eu-west-2",
        "s3://Gatepost?region=eu-west-2",
        "s3://gatepost/../other?region=eu-west-2",
        "s3://gatepost?region=eu-west-2&endpiont=https://password.example",
        "s3://gatepost?region=eu-west-2&region=eu-west-1",
        "s3://gatepost?region=eu west",
        "s3://gatepost?endpoint=storage.example",
        "s3://gatepost?endpoint=ftp://storage.example",
        "s3://gatepost?endpoint=https://password@storage.example",
        "s3://gatepost?endpoint=https://storage.example/password",
        "s3://gatepost?endpoint=https://storage.example:99999",
        "s3://gatepost?endpoint=http://10.0.0.1&inside=no",
    ],
)
def test_what_cannot_be_used_is_said_without_the_address(url: str) -> None:
    with pytest.raises(ValueError, match="GATEPOST_MEDIA_URL") as caught:
        address(url)
    assert "password" not in str(caught.value)


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "172.20.0.1", "::1", "fd00::5", "fe80::1%eth0"])
def test_a_school_s_own_addresses_are_inside(ip: str) -> None:
    assert is_inside(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "2606:4700::1"])
def test_those_of_the_internet_are_not(ip: str) -> None:
    assert not is_inside(ip)
