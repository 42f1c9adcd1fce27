import csv

from specnet.evaluate.det import COLUMNS, det_csv
from specnet.evaluate.rates import sweep, wilson


def test_every_outcome_is_a_row() -> None:
    curves = {"alexa": sweep([0.9, 0.4], [0.5], hours=2.0), "smart mirror": sweep([0.3], [], hours=2.0)}
    rows = list(csv.DictReader(det_csv(curves).splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert [
        (row["label"], row["threshold"], row["false_alarms_per_hour"], row["false_reject_rate"]) for row in rows
    ] == [
        ("alexa", "", "0", "1"),
        ("alexa", "0.9", "0", "0.5"),
        ("alexa", "0.5", "0.5", "0.5"),
        ("alexa", "0.4", "0.5", "0"),
        ("smart mirror", "", "0", "1"),
        ("smart mirror", "0.3", "0", "0"),
    ]
    assert float(rows[1]["low"]) == round(wilson(1, 2)[0], 7)
