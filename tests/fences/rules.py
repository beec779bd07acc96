"""What no line of the program may do: each rule reads a syntax tree and names the lines that break it.

Every rule carries a control, a snippet that breaks it, so that a rule which no longer sees turns red.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pim_tui.models import TABLES

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "pim_tui"
MODELS = {table.__name__ for table in TABLES}

Found = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class Rule:
    """``check`` yields line and fault; ``within`` and ``but`` are paths below the package."""

    name: str
    check: Callable[[ast.Module], Found]
    control: str
    within: tuple[str, ...] = ("",)
    but: tuple[str, ...] = ()

    def faults(self) -> list[str]:
        """Every fault in the program, as ``file:line says``."""
        return [
            f"{path}:{line} {says}"
            for path, tree in modules().items()
            if path.startswith(self.within) and not (self.but and path.startswith(self.but))
            for line, says in self.check(tree)
        ]


_TREES: dict[str, ast.Module] = {}


def modules() -> dict[str, ast.Module]:
    """Every module of the program by its path below the package, parsed once."""
    if not _TREES:
        for file in sorted(PACKAGE.rglob("*.py")):
            _TREES[file.relative_to(PACKAGE).as_posix()] = ast.parse(file.read_text("utf-8"))
    return _TREES


@cache
def _nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    """Every node of a tree, walked once for all rules."""
    return tuple(ast.walk(tree))


@cache
def _calls(tree: ast.AST) -> tuple[tuple[ast.Call, str, str], ...]:
    """Each call with the name called and, for a method, what it is called on as far as that is a name."""
    return tuple(_called(node) for node in _nodes(tree) if isinstance(node, ast.Call) and _called(node)[1])


def _called(call: ast.Call) -> tuple[ast.Call, str, str]:
    function = call.func
    if isinstance(function, ast.Name):
        return call, function.id, ""
    if isinstance(function, ast.Attribute):
        return call, function.attr, function.value.id if isinstance(function.value, ast.Name) else "."
    return call, "", ""


def _literal(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant)


def raw_sql(tree: ast.Module) -> Found:
    """``SQL(...)`` around anything but a literal."""
    for call, name, _ in _calls(tree):
        if name == "SQL" and not all(map(_literal, call.args[:1])):
            yield call.lineno, "SQL() of something that is not written there"


def formatted_values(tree: ast.Module) -> Found:
    """A value quoted into a statement: ``'{name}'`` inside an f-string that is SQL."""
    for node in _nodes(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "\0" for part in node.values]
            text = "".join(map(str, parts)).lower()
            if any(word in text for word in ("select ", "update ", "insert ", "delete ")) and "'\0'" in text:
                yield node.lineno, "a value between quotes in SQL; hand it over as a parameter"


def whole_rows(tree: ast.Module) -> Found:
    """Saves, replacements and deletions of whole rows."""
    banned = {"on_conflict_replace", "save", "replace_many", "bulk_update", "delete_instance", "delete_by_id"}
    for call, name, on in _calls(tree):
        if (name in banned and on) or (name in ("replace", "delete", "set_by_id") and on in MODELS):
            yield call.lineno, f"{on}.{name}() writes or removes a whole row"


def programs(tree: ast.Module) -> Found:
    """Other programs started."""
    banned = {"subprocess", "webbrowser", "pty", "multiprocessing"}
    for node in _nodes(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        if found := banned & {name.partition(".")[0] for name in names}:
            yield node.lineno, f"imports {found.pop()}"
    for call, name, on in _calls(tree):
        if on == "os" and (
            name in ("system", "popen", "fork", "startfile") or name.startswith(("exec", "spawn", "posix_"))
        ):
            yield call.lineno, f"os.{name}() starts another program"


def opened_addresses(tree: ast.Module) -> Found:
    """An address opened where the program runs, or a terminal asked for what its clipboard holds."""
    for call, name, on in _calls(tree):
        if name == "open_url" or (on == "webbrowser" and name.startswith("open")):
            yield call.lineno, "opens an address on the machine that the program runs on"
    for node in _nodes(tree):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if "]52;" in text and ";?" in text:
            yield node.lineno, "asks a terminal for its clipboard: the answer arrives as keys"


def transactions(tree: ast.Module) -> Found:
    """A transaction that is not the one way to write."""
    for call, name, _ in _calls(tree):
        if name in ("atomic", "savepoint", "manual_commit"):
            yield call.lineno, f"{name}() outside write_tx()"
        first = call.args[0] if call.args else None
        said = str(first.value).lower() if isinstance(first, ast.Constant) else ""
        if name == "execute_sql" and said.startswith(("begin", "commit", "rollback")):
            yield call.lineno, f"{said!r} by hand"


def broad(tree: ast.Module) -> Found:
    """A handler that swallows everything."""
    for node in _nodes(tree):
        if isinstance(node, ast.ExceptHandler) and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))
        ):
            raised = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            told = any(name in _TELLERS for _, name, _ in _calls(node))
            if not raised and not told:
                yield node.lineno, "catches everything and tells nobody"


_TELLERS = {"_handle_exception", "_crashed", "keep", "append", "crashed", "_failed"}


def clocks(tree: ast.Module) -> Found:
    """The present, taken instead of being handed in."""
    for call, name, on in _calls(tree):
        if (on, name) in {("time", "time"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today"),
                          ("datetime", "today"), ("arrow", "now"), ("arrow", "utcnow")}:  # fmt: skip
            yield call.lineno, f"{on}.{name}() instead of the session's clock"


def plain_text(tree: ast.Module) -> Found:
    """A bare ``str`` for a widget that would take it for markup."""
    for call, name, on in _calls(tree):
        sinks = {
            "Static",
            "Label",
            "Button",
            "Checkbox",
            "RadioButton",
            "Option",
            "TabPane",
            "Tab",
            "Collapsible",
        }
        if name in sinks or (name == "update" and on not in ("", "self") and len(call.args) == 1):
            for arg in call.args[:1]:
                if not _shown(arg):
                    yield call.lineno, f"{name}() is given text that did not pass show()"
    for node in _nodes(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                risky = isinstance(target, ast.Attribute) and target.attr in (
                    "border_title", "border_subtitle", "tooltip", "title", "sub_title"
                )  # fmt: skip
                if risky and not _shown(node.value):
                    yield node.lineno, "a title or tooltip that did not pass show()"


def _shown(node: ast.AST) -> bool:
    """Whether the expression is text made safe, or a literal without markup."""
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, str) or "[" not in node.value
    if isinstance(node, ast.IfExp):
        return _shown(node.body) and _shown(node.orelse)
    if isinstance(node, ast.Call):
        return any(
            name in ("show", "cell", "Content", "Text", "assemble", "styled") for _, name, _ in _calls(node)
        )
    return isinstance(node, ast.Dict | ast.DictComp | ast.SetComp | ast.Set)


def colours(tree: ast.Module) -> Found:
    """A colour in the program text."""
    for node in _nodes(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            if text.startswith("ansi_") or (len(text) in (4, 7) and text[0] == "#" and _hex(text[1:])):
                yield node.lineno, f"the colour {text!r}"
    for call, name, _ in _calls(tree):
        if name == "Color" or any(
            key.arg in ("color", "bgcolor") and _literal(key.value) for key in call.keywords
        ):
            yield call.lineno, "a colour"


def absolute(tree: ast.Module) -> Found:
    """A module of the program by its full name: what comes from outside shows at a glance.

    Ruff has a rule for the other way round only (TID252).
    """
    for node in _nodes(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        if any(name.partition(".")[0] == "pim_tui" for name in names):
            yield node.lineno, "imports a module of its own by the full name; say where it is from here"


def _hex(text: str) -> bool:
    return all(letter in "0123456789abcdefABCDEF" for letter in text)


RULES = (
    Rule("no SQL() around a variable", raw_sql, "SQL(text)"),
    Rule("no value quoted into SQL", formatted_values, "select(f\"select 1 from staff where name = '{x}'\")"),
    Rule(
        "no whole-row saves", whole_rows,
        "row.save()\nStaff.replace(id=1)\nStaff.insert(id=1).on_conflict_replace()",
        # By contract the first know no tables; what is saved there is a picture. A draft may be dropped,
        # which leaves its lines in the journal (M3); so does a hold, which lasts for minutes (T8). Public
        # holidays to come are those of a package, and filled in anew where the clinic's place is another.
        # Where a rule puts an appointment, and which dates it leaves out, is told anew by every change of a
        # series, and the journal keeps what it was. How often a place tried to sign in is a counter, and each
        # wrong try is in the journal. What a role may do is told by the journal before and after.
        but=(
            "integrations/", "services/drafts.py", "services/hold_rows.py", "services/holidays.py",
            "services/roles.py", "services/series_rows.py", "services/tries.py",
        ),
    ),
    Rule(
        "no other programs", programs,
        "import subprocess\nos.system('ls')\nimport webbrowser\nos.execvp('sh', [])",
        # The host makes copies of this very program, its client becomes it where there is no host, and a
        # backup that is made from a desk is made by another of it.
        but=(
            "apart.py", "host/behind.py", "host/client.py", "host/server.py", "integrations/camera.py",
            "integrations/clipboard.py", "integrations/pictures.py", "integrations/printer.py",
            "integrations/secrets.py", "integrations/sms/gammu.py",
        ),
    ),
    Rule(
        "no address opened on the server, no clipboard read", opened_addresses,
        "self.app.open_url(link)\nwebbrowser.open(link)\ndriver.write('\\x1b]52;c;?\\x07')",
    ),
    Rule(
        "no transaction but write_tx", transactions, "db.atomic()\ndb.execute_sql('begin immediate')",
        but=("db/connection.py", "db/migrations/", "db/drafts.py"),
    ),
    Rule(
        "nothing swallows every error", broad, "try:\n    x()\nexcept Exception:\n    pass",
        but=("tui/crashes.py",),
    ),
    Rule(
        "rules and services are handed the present", clocks, "datetime.now()\ntime.time()\ndate.today()",
        within=("domain/", "models/", "queries/", "services/", "lists/", "documents/", "exports/"),
    ),
    Rule(
        "no bare text for a widget", plain_text,
        "Static(name)\nself.query_one(Static).update(f'{name}')\nLabel('[b]x[/b]')\nself.x.tooltip = name",
        within=("tui/screens/", "tui/dialogs/", "tui/widgets/"),
    ),
    Rule(
        "no colour outside the sheets", colours, "Style(color='red')\nx = '#ff0000'\ny = 'ansi_red'",
        within=("tui/",),
    ),
    Rule(
        "what is ours is imported by where it is from here", absolute,
        "import pim_tui.errors as e\nfrom pim_tui import paths\nfrom pim_tui.domain import text",
        # Peewee runs these as files that belong to no package.
        but=("db/migrations/",),
    ),
)  # fmt: skip
