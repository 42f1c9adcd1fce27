"""Why an address is not to be had by a server, in words that say what to do."""

import errno
from socket import gaierror

REASONS = {
    errno.EADDRINUSE: "another program listens there: stop it, or give another port",
    errno.EADDRNOTAVAIL: "no address of this machine: give one of them, or 0.0.0.0 for all",
    errno.EACCES: "not allowed: give a port from 1024 on",
}


def refusal(problem: Exception) -> str:
    """What went wrong when a socket was to be bound.

    >>> refusal(OSError(errno.EADDRINUSE, "Address already in use"))
    'another program listens there: stop it, or give another port'
    """
    if isinstance(problem, gaierror):
        return "no such host: give the name or number of this machine, or 0.0.0.0 for all its addresses"
    if isinstance(problem, OSError) and problem.errno in REASONS:
        return REASONS[problem.errno]
    return str(problem)
