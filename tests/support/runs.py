"""Measured runs for tests: the shape that ``fwsite measure`` writes, with figures of the test's own."""

from __future__ import annotations

from typing import Any

ENTRIES = {
    "django": ("django", "Django"),
    "flask": ("flask", "Flask"),
    "flask_sqlalchemy": ("flask_sqlalchemy", "Flask with SQLAlchemy"),
    "fastapi": ("fastapi", "FastAPI"),
}
VERSIONS = {"django": "6.1.3", "flask": "3.1.3", "flask_sqlalchemy": "3.1.3", "fastapi": "0.165.0"}


def figure(measure: str, workload: str, entry: str, *samples: float, unit: str = "ratio") -> dict[str, Any]:
    return {"measure": measure, "workload": workload, "entry": entry, "samples": list(samples), "unit": unit}


FIGURES = [
    figure("memory", "resident", "django", 50.0, 50.2, 49.9, 50.1, 50.0, unit="MB"),
    figure("memory", "resident", "flask", 33.0, 33.1, 33.0, 33.2, 33.0, unit="MB"),
    figure("memory", "resident", "flask_sqlalchemy", 57.0, 57.2, 57.1, 57.0, 57.3, unit="MB"),
    figure("time", "json", "django", 1.0, 1.0, 1.0, 1.0),
    figure("time", "json", "flask", 0.52, 0.51, 0.55, 0.52),
    figure("time", "json", "fastapi", 0.97, 0.95, 1.02, 0.98),
]


def document(figures: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """A whole and quiet run; ``changes`` replace its parts."""
    return {
        "format": 1,
        "made_at": "2026-11-30T16:40:00Z",
        "seconds": 312.4,
        "stamps": [],
        "reference": "django",
        "environment": {
            "processor": "x86-64",
            "cores": 2,
            "memory_mb": 24000,
            "system": "Debian GNU/Linux 12",
            "kernel": "Linux 6.1",
            "python": "3.13.0",
            "settings": {"cycles": 15, "block_ms": 40},
        },
        "subjects": [
            {
                "key": subject,
                "name": name,
                "framework": subject.partition("_")[0],
                "versions": {subject.partition("_")[0]: VERSIONS[subject]},
                "python": "3.13.0",
                "left_out": "",
            }
            for subject, name in ENTRIES.values()
        ],
        "entries": [
            {"key": key, "subject": subject, "name": name, "interface": "wsgi", "server": "", "left_out": ""}
            for key, (subject, name) in ENTRIES.items()
        ],
        "figures": FIGURES if figures is None else figures,
        "controls": [{"measure": "time", "samples": [1.01, 0.99, 1.0]}, {"measure": "memory", "samples": [1.0, 1.01]}],
        "load": 0.06,
        **changes,
    }
