"""All that is written into a workflow history: what we have promised to complaints that are already open."""
