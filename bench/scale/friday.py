"""A Friday afternoon, for locust: teachers write, the assistant head decides, the resources manager publishes.

`bench.scale.load` runs it, and says in the environment which schools there are and how often a post begins.
"""

import html
import os
import re
import time
from itertools import count
from pathlib import Path
from typing import Any

from locust import HttpUser, constant_pacing, task
from locust.clients import HttpSession
from locust.exception import RescheduleTask
from requests import Response

HOSTS = os.environ["LOAD_HOSTS"].split()
PASSWORD, EVERY = os.environ["LOAD_PASSWORD"], float(os.environ["LOAD_EVERY"])
PHOTOS = [path.read_bytes() for path in sorted(Path(os.environ["LOAD_PHOTOS"]).glob("*.jpg"))]  # of one post
CHECKED_WITHIN = 300.0  # seconds
LINK = "https://social.example/1"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_DIGEST = re.compile(r'name="digest" value="([0-9a-f]{64})"')
_FLAG = re.compile(r'name="finding" value="(\d+)">.*?name="word" value="([^"]+)"', re.DOTALL)
_numbers = count()


class Person:
    """One browser. An answer that is not the one that a person would get is an error, and ends this post."""

    def __init__(self, user: "Friday", email: str) -> None:
        self.session = HttpSession(user.host or "", user.environment.events.request, user)
        self.session.headers["Host"], self.token, self.email = user.school, "", email

    def sign_in(self) -> None:
        self.get("signing in, its page", "/sign-in")
        self.post("signing in", "/sign-in", {"email": self.email, "password": PASSWORD})
        self.get("a page that is no more than a form", "/password")

    def get(self, name: str, path: str) -> str:
        """The page's text."""
        answer = self._asked(name, "GET", path, 200)
        text = answer.text if "html" in answer.headers.get("Content-Type", "") else ""
        if found := _TOKEN.search(text):
            self.token = found[1]
        return text

    def post(self, name: str, path: str, form: dict[str, Any], **more: Any) -> str:
        """Where the answer leads."""
        answer = self._asked(name, "POST", path, 303, data={"csrf_token": self.token, **form}, **more)
        return str(answer.headers["Location"])

    def _asked(self, name: str, method: str, path: str, wanted: int, **more: Any) -> Response:
        with self.session.request(
            method, path, name=name, allow_redirects=False, catch_response=True, **more
        ) as answer:
            if answer.status_code != wanted or answer.headers.get("Location", "").endswith("/sign-in"):
                answer.failure(f"{answer.status_code}")
                raise RescheduleTask
        return answer


class Friday(HttpUser):
    """One school’s afternoon, or a part of it where there are fewer schools than users."""

    wait_time = constant_pacing(EVERY)

    def on_start(self) -> None:
        self.number = next(_numbers)
        self.school, self.posts = HOSTS[self.number % len(HOSTS)], 0
        one = 1 + self.number // len(HOSTS) % 2
        people = [
            Person(self, f"{role}{one}@school.example") for role in ("teacher", "assistant.head", "resources.manager")
        ]
        self.teacher, self.head, self.manager = people
        for person in people:
            person.sign_in()

    @task
    def a_post(self) -> None:
        """From the first word to the place where it is live."""
        self.posts += 1
        number = self._written()
        began = time.monotonic()
        while 'data-state="in review"' not in self.teacher.get("how far its checks are", f"/posts/{number}/progress"):
            if time.monotonic() > began + CHECKED_WITHIN:
                raise RescheduleTask
            time.sleep(2.0)
        self._told("a post checked, from handing in", began)
        self._decided(number)
        self._published(number)

    def _written(self) -> int:
        page = self.teacher.get("a new post", "/posts/new")
        account = re.findall(r'name="account"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="account"', page)
        form: dict[str, Any] = {
            "caption": f"A good day, post {self.number}.{self.posts}.",
            "account": "".join(account[0]),
        }
        at = self.teacher.post("a draft saved", "/posts/new", {**form, "do": "save"})
        number = int(re.findall(r"/posts/(\d+)/", at)[0])
        edit = f"/posts/{number}/edit"
        form |= {"shown": "", "nobody": "on"}
        for place, photo in enumerate(PHOTOS):
            files = {"photos": (f"hall{place}.jpg", photo)}
            self.teacher.post("a photo uploaded", edit, {**form, "do": "add"}, files=files)
            page = self.teacher.get("one’s post, to go on writing", edit)
            form |= {f"alt-{name}": "Children running" for name in re.findall(r'name="alt-(\d+)"', page)}
        self.teacher.post("a post handed in", edit, {**form, "do": "send"})
        return number

    def _decided(self, number: int) -> None:
        self.head.get("the queue of posts to decide about", "/review/")
        page = self.head.get("one post under review", f"/review/{number}")
        while flag := _FLAG.search(page):
            form = {"finding": flag[1], "word": html.unescape(flag[2]), "digest": _DIGEST.findall(page)[0]}
            self.head.post("a flag settled", f"/review/{number}/settle", form)
            page = self.head.get("one post under review", f"/review/{number}")
        form = {"digest": _DIGEST.findall(page)[0], "held_until": ""}
        self.head.post("a post approved", f"/review/{number}/approve", form)

    def _published(self, number: int) -> None:
        self.manager.get("publishing", "/publish/")
        page = self.manager.get("a kit’s page", self.manager.post("a kit opened", f"/publish/{number}/kit", {}))
        links = dict.fromkeys(re.findall(r'name="(link-\d+)"', page), LINK)
        self.manager.get("a kit taken away", f"/publish/{number}/kit.zip")
        self.manager.post("a post marked as live", f"/publish/{number}/live", links)

    def _told(self, name: str, began: float) -> None:
        spent = 1000 * (time.monotonic() - began)
        self.environment.events.request.fire(
            request_type="WAIT", name=name, response_time=spent, response_length=0, exception=None, context={}
        )
