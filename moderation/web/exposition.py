"""The figures of /metrics in the form that Prometheus reads: counts and moments, no name and no number of anybody."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from moderation.db.models import ScanState
from moderation.overview import Look
from moderation.queue import Standing
from moderation.rules.watching import Outcome
from moderation.rules.workflow import State
from moderation.services.watching import Figures

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


class _AtOnce(Collector):
    """What was counted for this one asking."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self.metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        return self.metrics


def written(figures: Figures, posts: Mapping[State, int], queue: Standing, now: datetime) -> bytes:
    of_posts = _of_the_posts(posts)
    return _as_text([of_posts, *_of_the_database(figures, now), *_of_the_queue(queue), *_of_the_canaries(figures)])


def written_for_all(looks: Iterable[Look]) -> bytes:
    """The same of many schools, each figure with the key of its school; one that cannot be asked is not well."""
    merged: dict[str, Metric] = {}
    for look in looks:
        families = [GaugeMetricFamily("gatepost_well", "1 if all parts are well", value=float(look.is_well))]
        families += _of_the_queue(look.queue)
        if look.figures and look.now:
            families += [_of_the_posts(look.posts), *_of_the_database(look.figures, look.now)]
            families += _of_the_canaries(look.figures)
        for family in families:
            one = merged.setdefault(family.name, Metric(family.name, family.documentation, "gauge"))
            for sample in family.samples:
                one.add_sample(sample.name, {**sample.labels, "school": look.key}, sample.value)
    return _as_text(merged.values())


def _of_the_posts(posts: Mapping[State, int]) -> GaugeMetricFamily:
    return _by("gatepost_posts", "Posts by state", "state", {str(one): posts.get(one, 0) for one in State})


def _as_text(metrics: Iterable[Metric]) -> bytes:
    registry = CollectorRegistry()
    registry.register(_AtOnce(metrics))
    return generate_latest(registry)


def _of_the_database(figures: Figures, now: datetime) -> Iterator[GaugeMetricFamily]:
    states = (ScanState.WAITING, ScanState.RUNNING, ScanState.PARKED)
    yield _by("gatepost_checks", "Checks by state", "state", {str(one): figures.checks.get(one, 0) for one in states})
    yield _age("gatepost_check_oldest_waiting_seconds", "Age of the oldest check", figures.oldest_waiting, now)
    yield _age("gatepost_decision_oldest_waiting_seconds", "Age of the oldest decision", figures.oldest_in_review, now)
    messages = {"waiting": figures.messages_waiting, "parked": figures.messages_parked}
    yield _by("gatepost_messages", "Messages that were not sent", "state", messages)
    yield GaugeMetricFamily("gatepost_takedowns_open", "Takedowns that are not done", value=figures.takedowns)
    yield _age("gatepost_takedown_oldest_seconds", "Age of the oldest open takedown", figures.oldest_takedown, now)
    yield _moment(
        "gatepost_sweep_last_round_timestamp_seconds", "When the sweep last said it was well", figures.sweep_at
    )
    yield _moment("gatepost_backup_last_timestamp_seconds", "When the last backup was made", figures.backup_at)


def _of_the_queue(queue: Standing) -> Iterator[GaugeMetricFamily]:
    yield GaugeMetricFamily("gatepost_queue_up", "1 if the queue answers", value=float(queue.is_there))
    yield GaugeMetricFamily("gatepost_workers", "Workers that are well", value=queue.workers)
    yield _by("gatepost_queue_jobs", "Jobs that wait", "queue", queue.jobs)


def _of_the_canaries(figures: Figures) -> Iterator[GaugeMetricFamily]:
    caught = {str(last.canary): float(last.outcome is Outcome.CAUGHT) for last in figures.canaries}
    yield _by("gatepost_canary_caught", "1 if the last test picture of a check was pointed at", "check", caught)
    at = {str(last.canary): last.at.timestamp() for last in figures.canaries}
    yield _by("gatepost_canary_last_timestamp_seconds", "When it came back", "check", at)


def _by(name: str, says: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, says, labels=[label])
    for key, value in values.items():
        gauge.add_metric([key], value)
    return gauge


def _age(name: str, says: str, since: datetime | None, now: datetime) -> GaugeMetricFamily:
    """0 if there is none."""
    return GaugeMetricFamily(name, says, value=(now - since).total_seconds() if since else 0)


def _moment(name: str, says: str, at: datetime | None) -> GaugeMetricFamily:
    """0 if there was none."""
    return GaugeMetricFamily(name, says, value=at.timestamp() if at else 0)
