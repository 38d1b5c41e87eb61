"""The color collections that come with every instance, under ids that are the same everywhere."""

from __future__ import annotations

from typing import Any


def _flat(key: str, label: str, *colors: str) -> dict[str, Any]:
    return {"id": key, "label": label, "type": "Categorical", "colors": list(colors)}


def _flowing(key: str, label: str, kind: str, *colors: str) -> dict[str, Any]:
    step = 100 // (len(colors) - 1)
    stops = [{"color": color, "offset": number * step} for number, color in enumerate(colors)]
    return {"id": key, "label": label, "type": kind, "stops": stops}


# ids as they occur in real content (resource notes, sections 2.1 and 4.20); colors are of no meaning here
STANDARD = (
    {
        "id": "b43731d5-dc87-4a8e-b807-635bef3948e7",
        "label": "Boardwalk",
        "categoricalPalettes": [
            _flat(
                "fb7bb53e-b77b-4ab6-8274-9d420d3d73f3",
                "Boardwalk Categorical",
                *("#3a5a78", "#d98c5f", "#8fae5d", "#b5526b", "#e0c05c", "#6f6aa8"),
            )
        ],
        "sequentialPalettes": [
            _flowing(
                "85de97da-2ded-4dec-9dbd-e6a7d36d5825",
                "Boardwalk Sequential",
                "Sequential",
                *("#f2f6fa", "#8fb0cf", "#3a5a78"),
            )
        ],
        "divergingPalettes": [
            _flowing(
                "1e4d66b9-f066-4c33-b0b7-cc10b4810688",
                "Boardwalk Diverging",
                "Diverging",
                *("#b5526b", "#ffffff", "#3a5a78"),
            )
        ],
    },
    {
        "id": "legacy",
        "label": "Legacy",
        "categoricalPalettes": [
            _flat("looker_classic", "Looker Classic", "#62bad4", "#a9c574", "#929292", "#9fdee0"),
            _flat("santa_cruz", "Santa Cruz", "#75e2e2", "#3eb0d5", "#b1399e", "#c2dd67"),
        ],
        "sequentialPalettes": [
            _flowing("legacy_sequential1", "White to Green", "Sequential", "#ffffff", "#4fbc89"),
        ],
        "divergingPalettes": [
            _flowing("legacy_diverging1", "Red to Green", "Diverging", "#f36254", "#fcf758", "#4fbc89"),
        ],
    },
    {
        "id": "d754397b-2c05-4470-bbbb-05eb4c2b15cd",
        "label": "Shoreline",
        "categoricalPalettes": [
            _flat(
                "b0768e0d-03b8-4c12-9e30-9ada6affc357",
                "Shoreline Categorical",
                *("#0d7680", "#e7a33e", "#c04f3e", "#5b8c5a", "#7d6b91"),
            )
        ],
        "sequentialPalettes": [],
        "divergingPalettes": [],
    },
)
