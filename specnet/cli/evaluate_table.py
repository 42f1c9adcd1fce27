"""The results of an evaluation for people: aligned plain text."""

from collections.abc import Iterable

from specnet.cli.table import plain
from specnet.evaluate.rates import RATES, Curve, Point
from specnet.evaluate.report import Confusion, Evaluation, LabelReport, Share


def evaluation_table(evaluation: Evaluation) -> str:
    """What was measured, then each label: misses at each rate, boundaries, misses and false alarms by group."""
    seconds = evaluation.positive_seconds
    head = (
        f"positives: {evaluation.positives} recordings, {seconds / 60:.1f} min\n"
        f"negatives: {evaluation.negatives} recordings, {evaluation.negative_seconds / 3600:.2f} h\n"
    )
    return "\n".join([head, *map(label_table, evaluation.reports)])


def label_table(report: LabelReport) -> str:
    own = report.own
    whose = "the model's own threshold" if report.calibrated else "the threshold calibrated on these recordings"
    parts = [
        f"{report.label}: {own.words} words, {own.hours:.2f} h to count false alarms in\n\n" + rate_table(report.curve),
        f"at {whose} for 0.5 false alarms per hour, {own.threshold:.3f}:\n"
        f"  false rejects     {misses(Share(own.misses, own.words))}\n"
        f"  false alarms      {own.false_alarms_per_hour:.2f} per hour ({own.false_alarms} in {own.hours:.2f} h)\n"
        + boundaries(report),
    ]
    for column, groups in report.misses.items():
        rows = [(value, misses(share)) for value, share in groups.items()]
        parts.append(plain([(f"by {column}", "false rejects"), *rows]))
    rows = [
        (source, f"{count / hours:.2f} per hour ({count} in {hours:.2f} h)" if hours else "")
        for source, (count, hours) in report.false_alarms.items()
    ]
    parts.append(plain([("negatives", "false alarms"), *rows]) if rows else "")
    return "\n".join(part for part in parts if part)


def rate_table(curve: Curve) -> str:
    """False rejects at each rate, or how many hours of negatives it would take to tell."""
    head = ("false alarms per hour", "false rejects", "95 % interval", "missed", "threshold")
    return plain([head, *(_rate_row(curve, rate) for rate in RATES)])


def _rate_row(curve: Curve, rate: float) -> tuple[str, ...]:
    if not curve.supports(rate):
        return f"{rate:g}", f"needs {1 / rate:g} h of negatives, {curve.hours:.2f} h given", "", "", ""
    point: Point = curve.at(rate)
    low, high = point.interval
    missed = f"{point.misses} of {point.words}"
    return f"{rate:g}", f"{point.false_reject_rate:.1%}", f"{low:.1%} to {high:.1%}", missed, f"{point.threshold:.3f}"


def boundaries(report: LabelReport) -> str:
    lines = ""
    if scores := report.segments:
        ratios = (
            f"{name} {'-' if value is None else f'{value:.3f}'}"
            for name, value in (("precision", scores.precision), ("recall", scores.recall), ("F1", scores.f1))
        )
        lines += f"  segments (0.2 s)  {', '.join(ratios)}\n"
    if errors := report.boundaries:
        start = f"start {1000 * errors.start:.0f}, too late by {1000 * errors.start_bias:.0f}"
        end = f"end {1000 * errors.end:.0f}, too late by {1000 * errors.end_bias:.0f}"
        lines += f"  boundary error    {1000 * errors.mean:.0f} ms ({start}; {end}; {errors.count} words)\n"
    return lines


def confusion_table(confusion: Confusion) -> str:
    """Accuracy, and one row a true label with its clips by the label that scored highest."""
    accuracy = confusion.accuracy
    low, high = accuracy.interval
    interval = f"{low:.1%} to {high:.1%}"
    head = f"top-1 accuracy: {accuracy.rate:.1%} ({interval}), {accuracy.count} of {accuracy.total} clips\n\n"
    rows: Iterable[tuple[str, ...]] = (
        (label, *map(str, row)) for label, row in zip(confusion.labels, confusion.counts.tolist(), strict=True)
    )
    return head + plain([("true \\ found", *confusion.labels), *rows])


def misses(share: Share) -> str:
    low, high = share.interval
    return f"{share.rate:.1%} ({low:.1%} to {high:.1%}), {share.count} of {share.total} words"
