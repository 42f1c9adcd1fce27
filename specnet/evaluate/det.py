"""The detection error trade-off as a table."""

import csv
import io
import math
from collections.abc import Mapping

from specnet.evaluate.rates import Curve

COLUMNS = ("label", "threshold", "false_alarms", "false_alarms_per_hour", "misses", "false_reject_rate", "low", "high")


def det_csv(curves: Mapping[str, Curve]) -> str:
    """The DET curve of each label, exactly: one row for every outcome a threshold can have, highest threshold first.

    `low` and `high` bound the false-reject rate with 95 % confidence; the first row, where nothing is found, has no
    threshold.

    >>> from specnet.evaluate.rates import sweep
    >>> print(det_csv({"welcome": sweep([0.9, 0.4], [0.5], hours=2.0)}).splitlines()[2])
    welcome,0.9,0,0,1,0.5,0.0945312,0.905469
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for label, curve in curves.items():
        for point in curve.points():
            threshold = f"{point.threshold:.9g}" if math.isfinite(point.threshold) else ""
            rates = (f"{point.false_reject_rate:.6g}", *(f"{bound:.6g}" for bound in point.interval))
            alarms = (point.false_alarms, f"{point.false_alarms_per_hour:.6g}")
            writer.writerow((label, threshold, *alarms, point.misses, *rates))
    return text.getvalue()
