"""``python -m tests.safety.fuzz [--seconds N] [NAME ...]``: coverage-guided fuzzing of the importers.

Runs each reader of :mod:`tests.safety.readers`, or those named, for N seconds (180), each in a process of
its own, beginning with real files where they are at hand. 1 when one of them let an error through, took
more than ten seconds over a file or 800 MB: the file that did it is named. Needs the extra ``fuzz``.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS = 180
LONGEST = 1 << 12
"""Bytes of a made-up file: more only makes it slower."""


def main(arguments: list[str]) -> int:
    """Fuzz what is asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.safety.fuzz")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--in-process", metavar="FOLDER", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.in_process:
        return _fuzz(asked.names[0], Path(asked.in_process), asked.seconds)
    from tests.safety.readers import READERS

    if unknown := set(asked.names) - set(READERS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(READERS)}")
    broken = [name for name in asked.names or READERS if not _survives(name, asked.seconds)]
    print(f"Broken: {', '.join(broken)}" if broken else "No error got through.")
    return int(bool(broken))


def _survives(name: str, seconds: int) -> bool:
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    _prepare(name, folder)
    command = (
        sys.executable,
        "-m",
        "tests.safety.fuzz",
        name,
        "--seconds",
        str(seconds),
        "--in-process",
        folder,
    )
    ended = subprocess.run(list(map(str, command)), check=False)
    found = [*folder.glob("crash-*"), *folder.glob("timeout-*"), *folder.glob("oom-*")]
    for path in found:
        print(f"{name}: {path}")
    if not found:
        shutil.rmtree(folder)
    return not found and ended.returncode == 0


def _prepare(name: str, folder: Path) -> None:
    """The corpus to begin with and the dictionary."""
    from tests.safety.readers import READERS, SHARED

    reader = READERS[name]
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "words").write_text("".join(reader.words), "utf-8")
    under, ending = reader.seeds
    for number, path in enumerate(sorted((SHARED / under).rglob(f"*{ending}")) if ending else ()):
        (corpus / str(number)).write_bytes(path.read_bytes()[:LONGEST])
    words = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in reader.words)
    (folder / "words.dict").write_text("".join(f'"{word}"\n' for word in words), "ascii")


def _fuzz(name: str, folder: Path, seconds: int) -> int:
    import atheris

    with atheris.instrument_imports(include=["pim_tui.imports", "pim_tui.domain"]):
        from tests.safety.readers import READERS
    options = [
        sys.argv[0], f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=10", "-rss_limit_mb=800",
        f"-artifact_prefix={folder}/", f"-dict={folder}/words.dict", "-print_final_stats=1", "-verbosity=1",
        str(folder / "corpus"),
    ]  # fmt: skip
    read = READERS[name].read
    atheris.Setup(options, lambda data: read(bytes(data)) and None)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
