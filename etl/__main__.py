"""`python -m etl` is `emotape`."""

from etl.cli import main

main()
