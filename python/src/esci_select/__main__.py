"""`python -m esci_select` is the command line too."""

from ._script import main

main()
