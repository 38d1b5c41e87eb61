"""The command line: options in, lines out; everything heavy is imported by the command that needs it."""
