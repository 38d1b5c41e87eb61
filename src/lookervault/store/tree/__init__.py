"""Trees of YAML files: how documents look on disk, and how they are read with their lines."""
