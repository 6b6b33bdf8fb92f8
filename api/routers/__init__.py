"""One router for each thing that people ask for or say."""
