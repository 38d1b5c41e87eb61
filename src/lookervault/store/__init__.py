"""The vault on disk: snapshots, mappings, the journal of applies, dead letters; and plan files.

Nothing here knows Looker's API: contents are raw JSON values under (kind, id).
"""
