"""The trust's file: what it says, what it may not say, and that commands change no other line of it."""

from pathlib import Path

import pytest

from moderation.settings import SettingsError, Trust, Watched, load_trust, trust_text
from moderation.settings.trust import parsed
from tests.trust.schools import FILE

ONE, OTHER = "one:pass", "two:word"  # two roles of a database


def read(text: str, folder: Path, **environ: str) -> Trust:
    return parsed(text, folder / "trust.toml", {f"GATEPOST_{name}": value for name, value in environ.items()})


def said(name: str, value: str) -> str:
    return f'{name} = "{value}"'


def school(key: str, *lines: str) -> str:
    return "\n".join(["[[school]]", f'key = "{key}"', f'address = "https://{key}.example"', *lines, ""])


def test_without_a_file_there_is_the_one_school_of_this_installation(tmp_path: Path) -> None:
    trust = load_trust({}, tmp_path)
    assert (trust.schools, trust.file, trust.machine.key) == ((trust.machine,), None, "")


def test_each_school_has_a_place_of_its_own_and_what_all_share(tmp_path: Path) -> None:
    trust = read(FILE, tmp_path, SMTP_URL="smtp://mail.example", LOG="json")
    oakfield, harbour = trust.schools
    assert (oakfield.key, oakfield.school, oakfield.public_url) == (
        "oakfield",
        "Oakfield Primary",
        "http://oakfield.example",
    )
    assert oakfield.instance == tmp_path / "schools" / "oakfield"
    assert oakfield.database_url.endswith("schools/oakfield/gatepost.sqlite3")
    assert oakfield.media_url.endswith("schools/oakfield/media")
    assert oakfield.queue_folder == harbour.queue_folder == tmp_path / "queue"
    assert oakfield.mail_from == harbour.mail_from == "gatepost@trust.example"
    assert oakfield.mail_server == harbour.mail_server is not None
    assert trust.machine.public_url == "http://trust.example"


def test_single_sign_on_may_be_the_same_for_all_and_leads_back_to_each(tmp_path: Path) -> None:
    shared = "\n".join(
        ["[shared]", said("sso_issuer", "https://provider.example"), said("sso_client_id", "gatepost"),
         said("sso_client_secret_file", "/x"), ""]
    )  # fmt: skip
    one, other = read(shared + school("a") + school("b").replace("b.example", "a.example.org/b"), tmp_path).schools
    assert one.sso == other.sso is not None and one.sso_secret == other.sso_secret is not None
    assert (one.origin, one.path) == ("https://a.example", "")
    assert (other.origin, other.path) == ("https://a.example.org", "/b"), "the address of a page has the path already"


def test_what_a_school_says_comes_before_its_env_file_and_that_before_what_all_share(tmp_path: Path) -> None:
    own = tmp_path / "schools" / "oakfield"
    own.mkdir(parents=True)
    (own / ".env").write_text("GATEPOST_MAIL_FROM=env@oakfield.example\nGATEPOST_LOG=json\nGATEPOST_SCHOOL=Old name\n")
    text = '[shared]\nmail_from = "all@example"\nlog = "text"\nproxies = 1\n' + school("oakfield", 'log = "text"')
    (one,) = read(text, tmp_path).schools
    assert (one.mail_from, one.log_format, one.proxies, one.school) == ("env@oakfield.example", "text", 1, "oakfield")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (school("oakfield") + school("oakfield"), "two schools have the key"),
        (
            school("oakfield")
            + school("mill", 'media_url = "file:///x"')
            + school("hill", 'media_url = "file:///x/y"'),
            "folder",
        ),
        (
            school("mill", 'media_url = "s3://bucket/x?endpoint=https://s3.example"')
            + school("hill", 'media_url = "s3://bucket/x/y?endpoint=https://s3.example&region=r"'),
            "folder",
        ),
        (school("oakfield") + school("mill", 'instance = "schools/oakfield/mill"'), "no folder of one school"),
        (school("oakfield", 'instance = "."'), "may not be the one"),
        (school("oakfield", 'instance = ".."'), "may not be the one"),
        (school("oakfield", 'media_url = "file:///"'), "may not be the one"),
        (school("oakfield", 'instance = "queue"'), "that of the queue"),
        (school("oakfield", 'instance = "schools/../queue/oakfield"'), "that of the queue"),
        (school("a") + school("b").replace("https://b.example", "https://A.example".lower()), "one address"),
        (school("a") + school("b").replace("https://b.example", "https://a.example/b"), "one address"),
        (school("a", said("secret_key", "x")) + school("b", said("secret_key", "x")), "same secret key"),
        (school("a", 'master_key_file = "/k"') + school("b", 'master_key_file = "/k"'), "same master key"),
        (school("a", 'master_key_file = "/k"') + school("b", 'master_key_file = "/x/../k"'), "same master key"),
        (
            school("a", said("database_url", f"postgresql://{ONE}@db/x?schema=s"))
            + school("b", said("database_url", f"postgresql://{OTHER}@db:5432/x?schema=s")),
            "same database",
        ),
        ('[shared]\ndatabase_url = "postgresql://db/x"\n', "each school has its own"),
        ('[shared]\nmaster_key = "x"\n', "each school has its own"),
        ("[shared]\nsmpt_url = 1\n", "no setting called smpt_url"),
        (school("a", 'mastre_key = "x"'), "no setting called mastre_key"),
        (school("a", "metrics = 1.5"), "must be"),
        ("[[school]]\nkey = 'a'\n", "say its address"),
        (school("a").replace("https://a.example", "a.example"), "written like"),
        (school("a").replace("https://a.example", "https://a.example/x/y"), "written like"),
        (school("A"), "the key of a school"),
        (school("a/b"), "the key of a school"),
        (school("a") + school("b").replace("https://b.example", "https://a.example."), "one address"),
        (school("a", 'media_url = "file:///x"') + school("b", 'media_url = "file:///y/../x"'), "no folder"),
        (
            school("a", 'database_url = "sqlite:////x/a"') + school("b", 'database_url = "sqlite:////y/../x/a"'),
            "no folder",
        ),
        (
            school("a", 'media_url = "s3://bucket/x?endpoint=https://s3.example"')
            + school("b", 'media_url = "s3://bucket/x?endpoint=https://s3.example.:443"'),
            "no folder",
        ),
        (
            school("a", 'media_url = "s3://bucket/x?region=eu-west-2"')
            + school("b", 'media_url = "s3://bucket/x?endpoint=https://s3.eu-west-2.amazonaws.com"'),
            "no folder",
        ),
        (
            school("a", said("database_url", f"postgresql://{ONE}@db/x"))
            + school("b", said("database_url", f"postgresql://{OTHER}@/%78?host=db.&port=5432")),
            "same database",
        ),
        (school("a") + school("b", 'media_url = "file://[x"'), "cannot be read"),
        ("schools = 1", "nothing that a trust"),
        ("[[school", "trust.toml"),
    ],
)
def test_what_would_let_two_schools_meet_or_is_a_slip_is_refused_and_no_value_is_repeated(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(SettingsError, match=says) as refused:
        read(text, tmp_path)
    assert ":pass" not in str(refused.value) and ":word" not in str(refused.value)


def test_a_folder_that_two_schools_reach_by_two_names_is_one_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for other in ("link", "link/inside", "./x/../real"):
        with pytest.raises(SettingsError, match="no folder"):
            read(school("a", 'instance = "real"') + school("b", said("instance", other)), tmp_path)


def test_a_file_is_one_file_under_all_its_names(tmp_path: Path) -> None:
    """By what the disk says: a hard link has no other name than its own, and a mount neither."""
    (tmp_path / "a.sqlite3").touch()
    (tmp_path / "b.sqlite3").hardlink_to(tmp_path / "a.sqlite3")
    a, b = (school(key, said("database_url", f"sqlite:///{tmp_path}/{key}.sqlite3")) for key in ("a", "b"))
    with pytest.raises(SettingsError, match="no folder"):
        read(a + b, tmp_path)


def test_no_school_lies_where_the_queue_of_all_lies_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "queue").mkdir()
    (tmp_path / "elsewhere").symlink_to(tmp_path / "queue")
    for line in (said("instance", "elsewhere"), said("media_url", f"file://{tmp_path}/elsewhere/media")):
        with pytest.raises(SettingsError, match="that of the queue"):
            read(school("oakfield", line), tmp_path)
    (tmp_path / "home").symlink_to(tmp_path)
    with pytest.raises(SettingsError, match="may not be the one"):
        read(school("oakfield", said("instance", "home")), tmp_path)


def test_the_master_key_of_one_school_is_not_given_to_another_by_its_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="same master key"):
        read(school("a") + school("b", said("master_key_file", f"{tmp_path}/schools/a/keys/master")), tmp_path)


def test_two_schemas_of_one_database_are_two_places(tmp_path: Path) -> None:
    a, b = (school(key, said("database_url", f"postgresql://{ONE}@db/x?schema={key}")) for key in ("a", "b"))
    assert len(read(a + b, tmp_path).schools) == 2


def test_what_is_one_schools_is_never_taken_from_the_environment_of_all(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="each school has its own"):
        read(FILE, tmp_path, DATABASE_URL="sqlite:////one.sqlite3")
    (tmp_path / "trust.toml").write_text(FILE)
    environ = {"GATEPOST_TRUST": str(tmp_path / "trust.toml")}
    with pytest.raises(SettingsError, match="use one of them"):
        load_trust({**environ, "GATEPOST_INSTANCE": "x"})


def test_a_school_more_or_less_open_or_closed_changes_no_other_line(tmp_path: Path) -> None:
    more = trust_text.with_school(FILE, {"key": "mill", "name": 'The "Mill" – Ŵ', "address": "https://mill.example"})
    assert more.startswith(FILE.strip())
    assert read(more, tmp_path).school("mill").school == 'The "Mill" – Ŵ'
    shut = trust_text.with_closed(more, "harbour", True)
    assert [one.key for one in read(shut, tmp_path).schools] == ["oakfield", "mill"]
    assert [one.key for one in read(shut, tmp_path).closed] == ["harbour"]
    assert trust_text.with_closed(shut, "harbour", True) == shut
    assert trust_text.with_closed(shut, "harbour", False) == more
    fewer = trust_text.without_school(more, "oakfield")
    assert [one.key for one in read(fewer, tmp_path).schools] == ["harbour", "mill"]
    assert "# the smaller one" in fewer and 'mail_from = "gatepost@trust.example"' in fewer and "oakfield" not in fewer


@pytest.mark.parametrize(
    "text", ['[[school]]\nname = """\n[[school]]\nkey = "a"\n"""\nkey = "b"\n', "school = [{key = 'a'}]", FILE, ""]
)
def test_lines_that_cannot_be_told_apart_are_left_to_people(text: str) -> None:
    for change in (lambda: trust_text.without_school(text, "a"), lambda: trust_text.with_closed(text, "a", True)):
        with pytest.raises(SettingsError, match="by hand"):
            change()


def test_a_change_of_the_file_is_seen_at_once_and_a_slip_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "trust.toml"
    file.write_text(FILE)
    environ = {"GATEPOST_TRUST": str(file)}
    watched = Watched(load_trust(environ), environ)
    before = watched.now()
    assert watched.now() is before
    file.write_text(trust_text.without_school(FILE, "harbour"))
    assert [one.key for one in watched.now().schools] == ["oakfield"]
    for slip in ("[[school]]", "school = 1", 'shared = "x"'):
        file.write_text(slip)
        assert [one.key for one in watched.now().schools] == ["oakfield"] and watched.problem
    file.unlink()
    assert [one.key for one in watched.now().schools] == ["oakfield"] and watched.problem
    file.write_text(FILE)
    assert watched.now() == before and not watched.problem
