"""The versions of the rule that proposes which of several bodies coordinates a complaint."""
