"""Another command of this folder with a book on a PostgreSQL server that is started for it:
``python -m tests.safety.on_postgres MODULE [ARGUMENT ...]``.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.peers import postgres


def main(arguments: list[str]) -> int:
    """The exit code of the command."""
    with postgres.server() as url:
        env = {**os.environ, postgres.VARIABLE: url}
        return subprocess.run([sys.executable, "-m", *arguments], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
