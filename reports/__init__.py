"""What a report is, and how it is shown: as JSON, CSV, HTML and an accessible PDF."""
