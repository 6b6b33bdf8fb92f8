"""ALL replay-sensitive code, and nothing else. Read docs/changing-a-workflow.md before you change a line."""
