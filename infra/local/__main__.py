"""`python -m infra.local`: the whole product on this machine, until Ctrl-C."""

import sys

from infra.local.place import place
from infra.local.supervisor import CannotRun, run

if __name__ == "__main__":
    try:
        run(place())
    except CannotRun as reason:
        sys.exit(str(reason))
