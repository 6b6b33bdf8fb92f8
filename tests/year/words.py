"""What the complaints of the year are about, and what was changed: words that name nobody."""

from __future__ import annotations

from typing import Final

MATTERS: Final = {
    "communications": "Nobody rang back, and letters crossed.",
    "clinical_treatment": "The plan of treatment was changed and not explained.",
    "appointments": "The appointment was moved again and again.",
    "waiting_times": "The wait was longer than anybody had said.",
    "values_behaviours": "The tone at the desk was unkind.",
    "patient_care": "Help with eating and washing came late.",
    "admission_discharge_transfer": "The discharge was rushed, and medicines were missing.",
    "prescribing": "Two medicines did not go together.",
    "privacy_dignity": "The curtain stood open during an examination.",
    "facilities": "The lift was broken for a week.",
}
CHANGES: Final = {
    "communications": "Every call that is promised is written on the ward's board, and ticked off by the next shift.",
    "clinical_treatment": "A change of plan is explained on the day, and the explanation is written into the notes.",
    "appointments": "An appointment that was moved once is not moved again without a call by a person.",
    "waiting_times": "The screen in the waiting room shows the true wait, and somebody walks round each hour.",
    "values_behaviours": "The desk team meets each month, and listens to one story of a person who came to it.",
    "patient_care": "Whoever needs help with eating is named at handover, and a second person checks.",
    "admission_discharge_transfer": "Nobody goes home without their medicines and a list of them.",
    "prescribing": "The pharmacist looks at every new pair of medicines before the first dose.",
    "privacy_dignity": "Curtains are closed and checked before an examination begins.",
    "facilities": "A lift that is out of order is told of at the door, with the way round.",
}
