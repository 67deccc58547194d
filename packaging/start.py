"""What the packaged program starts with."""

from annolab.cli import main

main()
