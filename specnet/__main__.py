"""`python -m specnet`: the same as `specnet`."""

from specnet.cli.main import main

if __name__ == "__main__":
    main()
