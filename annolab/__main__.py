"""`python -m annolab` is `annolab`."""

from annolab.cli import main

if __name__ == "__main__":
    main()
