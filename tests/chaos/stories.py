"""The second half of a post's life: sent back, approved, thought over, published; what is refused on the way."""

import html
import io
import json
import re
import zipfile
from hashlib import sha256

from tests.builders import LINK
from tests.chaos.staff import Away, No, Person
from tests.chaos.writing import PUPIL, Writing


class Story(Writing):
    def tell(self) -> None:
        self.create()
        if self.picture:
            self.add_picture()
        for _ in range(self.chance.choice((0, 1, 1, 2))):
            self.edit()
        if self.chance.random() < 0.03:
            self.discard()
            return
        if self.chance.random() < 0.1:
            self.version += 1
            self.save(self.caption(PUPIL))
        self.hand_in()
        if self.chance.random() < 0.15:
            self.try_what_is_wrong()
        if self.chance.random() < 0.12:
            self.send_back()
            self.edit()
            self.hand_in()
        self.approve()
        if self.chance.random() < 0.1:
            self.think_again()
        self.publish()

    def send_back(self) -> None:
        self.until("in review")
        form = {"action": "send back", "reason": "Please change the caption."}
        self.once("send back", lambda: self._decide(form), "sent back")

    def _decide(self, form: dict[str, object]) -> None:
        self.seen_before = self.digest(self.approver.get(self.review))
        self.approver.post(f"{self.review}/decide", form)

    def digest(self, page: str) -> str:
        found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
        if not found:
            raise Away("the page offers no decision now")
        return found[1]

    def approve(self) -> None:
        while self.until("in review", "released") == "in review":
            self.again(self._approve)

    def _approve(self) -> None:
        page = self.approver.get(self.review)
        if 'data-state="in review"' not in page:
            return
        digest = self.digest(page)
        shown = html.unescape(re.findall(r'<p class="caption">(.*?)</p>', page, re.DOTALL)[0])
        if shown != self.entry.sent[-1]:
            self.ledger.accuse(f"post {self.entry.post_id}: an approver was shown something else than was handed in")
        if settle := re.search(r'name="finding" value="(\d+)">.*?name="word" value="([^"]+)"', page, re.DOTALL):
            form = {"finding": settle[1], "word": html.unescape(settle[2]), "digest": digest}
            self._unless_overtaken(f"{self.review}/settle", form)
            self.ledger.count("flags settled")
            return
        self.ledger.tried.add((self.entry.post_id, self.approver.id, digest))
        if self._unless_overtaken(f"{self.review}/approve", {"digest": digest, "held_until": ""}):
            self.ledger.do(self.entry.post_id, "approve")
            self.seen_before = digest

    def _unless_overtaken(self, path: str, form: dict[str, object]) -> bool:
        """False: the post is not what it was on the page, by the sweep or by an earlier try that was not answered."""
        try:
            self.approver.post(path, form)
        except No as no:
            if ": 409" not in str(no):
                raise
            return False
        return True

    def think_again(self) -> None:
        """The author takes an approved post back: the approval must not hold for what it becomes."""
        self.once("take back to edit", lambda: self.author.post(f"{self.at}/take-back", {}), "draft")
        self.edit()
        self.hand_in()
        self.approve()

    def try_what_is_wrong(self) -> None:
        """Each of these has to be refused."""
        self.until("in review")
        digest = self.again(lambda: self.digest(self.approver.get(self.review)))
        stale = self.seen_before if self.seen_before != digest else "0" * 64
        for who, path, form in (
            (self.author, f"{self.review}/approve", {"digest": digest}),
            (self.staff.unsigned, f"{self.review}/approve", {"digest": digest}),
            (self.approver, f"{self.review}/approve", {"digest": stale}),
            (self.staff.manager, f"/publish/{self.entry.post_id}/kit", {}),
        ):
            self.again(lambda who=who, path=path, form=form: self._must_be_refused(who, path, form))  # type: ignore[misc]

    def _must_be_refused(self, who: Person, path: str, form: dict[str, object]) -> None:
        who.ready()
        try:
            where = who.post(path, form)
        except No:
            self.ledger.count("wrong tries refused")
            return
        if not where.startswith("/policy"):  # to the policy, to sign it: that is a refusal too
            self.ledger.accuse(f"post {self.entry.post_id}: {path} by {who.role} {who.number} was not refused")
        self.ledger.count("wrong tries refused")

    def publish(self) -> None:
        """What the publisher takes away, twice, is what was approved; then it is live."""
        taken: list[dict[str, str]] = []

        def publish() -> None:
            while (now := self.until("released", "in review", "live")) == "in review":
                self.approve()  # an approval ended meanwhile, by a clock that moved
            if now == "live":
                return
            manager, kit = self.staff.manager, f"/publish/{self.entry.post_id}"
            manager.ready()
            manager.post(f"{kit}/kit", {})
            self.ledger.do(self.entry.post_id, "kit opened")
            taken.append(self._taken(manager.download(f"{kit}/kit.zip")))
            manager.post(f"{kit}/live", {f"link-{self.account}": LINK})
            self.ledger.do(self.entry.post_id, "mark live")

        def unless_closed() -> None:
            try:
                publish()
            except No as no:
                raise Away(str(no)) from no

        self.again(unless_closed)
        if any(one != taken[0] for one in taken):
            self.ledger.accuse(f"post {self.entry.post_id}: two kits of one approval differ")
        self.entry.ended = "live"

    def _taken(self, data: bytes) -> dict[str, str]:
        with zipfile.ZipFile(io.BytesIO(data)) as kit:
            files = {name: kit.read(name) for name in kit.namelist()}
        manifest = json.loads(files.pop("manifest.json"))
        wanted = self.entry.sent[-1].encode()
        if files["caption.txt"] != wanted or manifest["caption"]["sha256"] != sha256(wanted).hexdigest():
            self.ledger.accuse(f"post {self.entry.post_id}: the kit holds other words than were approved")
        if len([name for name in files if name.endswith(".jpg")]) != self.entry.pictures:
            self.ledger.accuse(f"post {self.entry.post_id}: the kit holds other pictures than were approved")
        return {name: sha256(content).hexdigest() for name, content in files.items()}
