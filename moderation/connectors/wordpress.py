"""WordPress: first a draft under a name of our own, looked at again, then published; so no race posts twice."""

from html import escape
from typing import Any

from requests.auth import HTTPBasicAuth

from moderation.connectors.calls import Calls, told
from moderation.connectors.wordpress_reading import shown
from moderation.rules.connecting import Keep, LivePost, NotDone, Outgoing, Sent, Trouble

_NEEDED = ("publish_posts", "upload_files", "delete_published_posts")
_STATES = "publish,future,draft,pending,private"
_SAME = ("", "-2", "-3")  # what WordPress adds where a name is taken
_LONGEST_TITLE = 70


class WordPress:
    """A website of the school's own, signed in to by an application password."""

    def __init__(self, calls: Calls, login: str, secret: str) -> None:
        self._calls, self._auth = calls, HTTPBasicAuth(login.strip().encode(), secret.encode())

    def who(self) -> str:
        me = self._call("GET", "users/me", params={"context": "edit"})
        may = me.get("capabilities", {})
        if not all(may.get(one) for one in _NEEDED):
            raise NotDone(Trouble.RIGHTS)
        return f"@{me['slug']}"

    def send(self, post: Outgoing, so_far: dict[str, str], keep: Keep) -> Sent:
        name = f"gatepost-{post.key}"
        kept = {"name": name, "pictures": str(len(post.pictures))}
        keep(kept)
        there = self._posts(name)
        if not there:
            media = [self._picture(post, name, number) for number in range(len(post.pictures))]
            draft = {"slug": name, "status": "draft", "title": title(post.words), "content": _content(post, media)}
            self._call("POST", "posts", json=draft)
            there = self._posts(name)  # an earlier try may have been slow: whoever came first stays
        if not there:
            raise NotDone(Trouble.UNKNOWN)
        keep(kept)
        done = there[0]
        if done["status"] != "publish":
            moment = post.at.strftime("%Y-%m-%dT%H:%M:%S")
            done = self._call("POST", f"posts/{done['id']}", json={"status": "publish", "date_gmt": moment})
        if done["status"] != "publish":
            raise NotDone(Trouble.RIGHTS)
        for more in there[1:]:
            self._delete(f"posts/{more['id']}")
        return Sent(str(done["link"]), kept | {"post": str(done["id"])})

    def remove(self, remote: dict[str, str]) -> None:
        """The post and its pictures, without the bin in between."""
        numbers = {str(post["id"]) for post in self._posts(remote["name"])}
        for number in sorted(numbers | {remote["post"]} if "post" in remote else numbers):
            self._delete(f"posts/{number}")
        for media in self._every_picture(remote):
            self._delete(f"media/{media['id']}")

    def is_there(self, remote: dict[str, str]) -> bool:
        by_number = "post" in remote and self._numbered(remote["post"])
        return bool(self._posts(remote["name"]) or by_number or self._every_picture(remote))

    def read(self, remote: dict[str, str]) -> LivePost | None:
        """The post as it is kept, with what it shows. Themes and plug-ins may put more round it on the page."""
        self._calls.hurry()
        post = self._public(remote)
        if post is None:
            return None
        with told():
            page = shown(post, self._calls.address, title)
            named = [*page.pictures, *self._featured(post, {address for address, _ in page.pictures})]
        found = self._calls.pictures(named)
        return LivePost(page.words, found.shown, found.alt_texts, page.besides + found.besides)

    def _public(self, remote: dict[str, str]) -> dict[str, Any] | None:
        """The post, if it is published; by its number, since its name can be changed."""
        posts = self._numbered(remote["post"]) if "post" in remote else self._posts(remote["name"])
        return next((post for post in posts if post["status"] == "publish"), None)

    def _numbered(self, number: str) -> list[dict[str, Any]]:
        """None or one, be it in the bin."""
        post = self._call("GET", f"posts/{number}", ok=(200, 404), params={"context": "edit"})
        if "id" in post:
            return [post]
        if post.get("code") != "rest_post_invalid_id":  # not WordPress's own word
            raise NotDone(Trouble.UNKNOWN)
        return []

    def _featured(self, post: dict[str, Any], known: set[str]) -> list[tuple[str, str]]:
        """A picture that was set above the post, unless it is one of its own."""
        if not post["featured_media"]:
            return []
        media = self._call("GET", f"media/{post['featured_media']}", ok=(200, 404), params={"context": "edit"})
        source = str(media.get("source_url", ""))
        return [(source, str(media["alt_text"]))] if source and source not in known else []

    def _every_picture(self, remote: dict[str, str]) -> list[dict[str, Any]]:
        return [one for number in range(int(remote["pictures"])) for one in self._media(remote["name"], number)]

    def _posts(self, name: str) -> list[dict[str, Any]]:
        return self._named("posts", name, {"status": _STATES})

    def _media(self, name: str, number: int) -> list[dict[str, Any]]:
        return self._named("media", f"{name}-{number + 1}-picture", {})

    def _named(self, what: str, name: str, more: dict[str, str]) -> list[dict[str, Any]]:
        """Everything of this name, the oldest first."""
        wanted = {"slug": ",".join(f"{name}{end}" for end in _SAME), "orderby": "id", "order": "asc", "context": "edit"}
        return list(self._call("GET", what, params=wanted | more))

    def _picture(self, post: Outgoing, name: str, number: int) -> dict[str, Any]:
        """The picture on the server: from an earlier try, or put there now."""
        picture, there = post.pictures[number], self._media(name, number)
        if there:
            return there[0]
        slug = f"{name}-{number + 1}-picture"
        about = {"slug": slug, "title": f"Photo {number + 1}", "alt_text": picture.alt_text}
        file = {"file": (f"{name[:17]}-{number + 1}.jpg", picture.data, "image/jpeg")}
        return dict(self._call("POST", "media", data=about, files=file))

    def _delete(self, what: str) -> None:
        self._call("DELETE", what, ok=(200, 404, 410), params={"force": "true"})

    def _call(self, method: str, what: str, **how: Any) -> Any:
        """By the query, not the path: that works whatever the website's addresses look like."""
        params = {"rest_route": f"/wp/v2/{what}"} | how.pop("params", {})
        return self._calls.json(method, "/index.php", params=params, auth=self._auth, **how)


def title(words: str) -> str:
    """A website asks for a title: the first line of the words, cut between two of them."""
    line = words.strip().partition("\n")[0].strip()
    if len(line) <= _LONGEST_TITLE:
        return line
    return f"{line[:_LONGEST_TITLE].rpartition(' ')[0] or line[:_LONGEST_TITLE]}…"


def _content(post: Outgoing, media: list[dict[str, Any]]) -> str:
    paragraphs = [part.strip() for part in post.words.split("\n\n") if part.strip()]
    said = [f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs]
    shown = [
        f'<figure class="wp-block-image"><img src="{escape(one["source_url"])}" alt="{escape(picture.alt_text)}" '
        f'class="wp-image-{one["id"]}" width="{picture.width}" height="{picture.height}"/></figure>'
        for picture, one in zip(post.pictures, media, strict=True)
    ]
    return "\n\n".join(said + shown)
