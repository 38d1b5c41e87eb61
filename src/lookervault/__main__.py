"""`python -m lookervault`."""

from lookervault.cli.main import main

if __name__ == "__main__":
    main()
