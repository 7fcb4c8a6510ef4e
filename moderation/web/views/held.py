"""For the data lead: what is held about one person, and a copy to hand over in which others are hidden."""

import io
import json

from flask import Blueprint, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from moderation.media import zips
from moderation.services import copies, handing_over, held, hiding
from moderation.services.handing_over import Taken
from moderation.services.work import NotFound
from moderation.web.gate import actor
from moderation.web.parts import parts
from moderation.web.progress import part

blueprint = Blueprint("held", __name__, url_prefix="/register/<int:person_id>/held")


@blueprint.get("")
def show(person_id: int) -> ResponseReturnValue:
    with parts().reading() as work:
        return render_template(
            "held/show.html",
            person=held.get(work, person_id),
            held=held.about(work, person_id),
            copies=copies.of_person(work, person_id),
        )


@blueprint.post("")
def order(person_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        copy = copies.begin(work, actor(), person_id)
    if copies.is_small(copy):
        copies.make(parts().work, parts().reading, parts().looker, copy.id)
    return redirect(url_for("held.show", person_id=person_id), 303)


@blueprint.get("/<int:copy_id>/progress")
def progress(person_id: int, copy_id: int) -> ResponseReturnValue:
    with parts().reading() as work:
        found = next((copy for copy in copies.of_person(work, person_id) if copy.id == copy_id), None)
        if found is None:
            raise NotFound
        html = render_template("held/_progress.html", copy=found, person_id=person_id)
        return part(html, changed=found.is_ready)


@blueprint.get("/<int:copy_id>.zip")
def zipped(person_id: int, copy_id: int) -> ResponseReturnValue:
    with parts().work() as work:
        taken = handing_over.take(work, actor(), person_id, copy_id)
    return send_file(_zip(taken), "application/zip", as_attachment=True, download_name=f"person-{person_id}.zip")


def _zip(taken: Taken) -> io.BytesIO:
    listed = [{"file": p.name if p.jpeg else None, "post": p.post_id, "said": p.words} for p in taken.pictures]
    papers = [{"file": file.name if file.data else None, "permission": file.permission_id} for file in taken.evidence]
    whole = {**taken.for_programs.as_json(), "pictures": listed, "evidence": papers}
    text = json.dumps(whole, ensure_ascii=False, indent=2)
    page = render_template("held/file.html", taken=taken, said=hiding.in_words)
    files = [("held.html", page.encode()), ("held.json", text.encode())]
    files += [(f"pictures/{picture.name}", picture.jpeg) for picture in taken.pictures if picture.jpeg]
    files += [(f"evidence/{file.name}", file.data) for file in taken.evidence if file.data]
    return io.BytesIO(zips.zipped(files))
