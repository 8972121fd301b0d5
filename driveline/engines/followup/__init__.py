"""Who is followed, the next step, and what was said: pursuits, tasks, records. docs/engines/followup.md"""
