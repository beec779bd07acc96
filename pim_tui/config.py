"""The clinic's settings: one TOML file, then ``PIM_*`` variables on top.

Every setting is a field of :class:`Settings`; its name is the key in the file and, in capitals
behind ``PIM_``, the variable. An unknown key or a value of the wrong kind is refused with the
nearest name that exists, because a mistyped setting that is silently ignored is found too late.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from . import settingchecks as checks
from .errors import SettingsError

_PAPERS = ("a4", "a5", "letter")
_COLOURS = ("auto", "ansi", "none")
_SYMBOLS = ("auto", "unicode", "ascii")
DateOrder = Literal["dmy", "mdy", "ymd"]
_PRINTERS_HELP = "printers by a name: cups:QUEUE, socket:HOST:PORT, file:FOLDER, terminal:"
_KEYS_HELP = "key table overrides: action id = keys, comma separated"


def _setting(default: Any, help_: str, check: Callable[[Any], str | None] | None = None) -> Any:
    return field(default=default, metadata=_told(help_, check))


def _told(help_: str, check: Callable[[Any], str | None] | None = None) -> dict[str, Any]:
    return {"help": help_, "check": check}


@dataclass(frozen=True, slots=True)
class Settings:
    """Typed settings. ``zone`` empty means the zone of this machine."""

    database: str = _setting("", "database URL or file; empty: the platform's data folder")
    database_key: str = _setting(
        "", "where the key of an encrypted book is kept; empty: it is not encrypted", checks.reference
    )
    sign_in: str = _setting(
        "auto",
        "who comes in: the user of this machine who is on the staff list; ask: always by name and PIN",
        checks.one_of("auto", "ask"),
    )
    clinic_name: str = _setting("My clinic", "printed on every paper")
    clinic_address: str = _setting("", "printed on every paper; lines end with \\n")
    clinic_phone: str = _setting("", "printed on every paper")
    clinic_tax_number: str = _setting("", "printed on bills and receipts")
    clinic_pay_by: str = _setting("", "how to pay what is owed: printed on bills and statements")
    clinic_logo: str = _setting("", "PNG or JPEG file printed on every paper")
    country: str = _setting("US", "two letters; how telephone numbers without a prefix are read")
    currency: str = _setting("USD", "three letters; the money of every price", checks.currency)
    prices_include_tax: str = _setting("yes", "no: tax is added to every price", checks.one_of("yes", "no"))
    tax_per: str = _setting(
        "line", "tax is rounded per line, or once per rate of a bill", checks.one_of("line", "rate")
    )
    rounding: str = _setting(
        "half_up", "how half a minor unit is rounded", checks.one_of("half_up", "half_even")
    )
    cash_step: int = _setting(
        1, "smallest coin in minor units: 5 where there are no cents", checks.between(1, 100_000)
    )
    write_off_limit: int = _setting(
        0, "most that may be written off of one bill, in minor units; 0: nothing", checks.between(0, 10**9)
    )
    discount_limit: int = _setting(
        100,
        "largest discount in percent that nobody else has to agree to; below 100 also prices in no catalogue",
        checks.between(0, 100),
    )
    refund_limit: int = _setting(
        0,
        "same-day refunds of one bill up to this many minor units need no second person",
        checks.between(0, 10**9),
    )
    stock_below_zero: str = _setting("no", "yes: sell what is not in stock", checks.one_of("yes", "no"))
    receipt_paper: str = _setting("roll", "receipts: 80 mm roll, or a sheet", checks.one_of("roll", *_PAPERS))
    journal_views: str = _setting(
        "notes",
        "looks that the journal keeps: none, at notes and documents, at every profile too",
        checks.one_of("off", "notes", "all"),
    )
    journal_head: str = _setting(
        "", "file outside of the book that pim-tui deliver writes the journal's head to; empty: none"
    )
    zone: str = _setting("", "IANA time zone of the clinic; empty: this machine's", checks.zone)
    date_order: DateOrder = field(
        default="dmy", metadata=_told("how 3/4/2026 is read", checks.one_of(*get_args(DateOrder)))
    )
    day_starts: str = _setting("08:00", "first hour drawn", checks.clock)
    day_ends: str = _setting("18:00", "last hour drawn", checks.clock)
    slot_minutes: int = _setting(15, "height of one row of the day", checks.between(5, 60))
    region: str = _setting("", "part of the country, for its public holidays: BY, CA, ENG")
    holidays: str = _setting(
        "closed", "public holidays: closed, only shown, or off", checks.one_of("closed", "shown", "off")
    )
    overbookings: int = _setting(
        4, "most overbooked appointments of one person on a day", checks.between(0, 100)
    )
    lock_minutes: int = _setting(
        5, "minutes without a key until the screen is locked; 0: only by key", checks.between(0, 60)
    )
    hold_minutes: int = _setting(5, "how long a time is held while somebody talks", checks.between(1, 60))
    notice_hours: int = _setting(24, "a cancelation later than that is late", checks.between(0, 720))
    late_fee: str = _setting("", "code of the service charged for a late cancelation; empty: none")
    missed_fee: str = _setting("", "code of the service charged for a missed appointment; empty: none")
    reminders: str = _setting(
        "48h", "how long before a visit it is reminded of: 7d, 48h; empty: never", checks.windows
    )
    invitations: str = _setting(
        "yes", "an email at booking, to whoever agreed to email", checks.one_of("yes", "no")
    )
    message_unknown: str = _setting(
        "no", "yes: also to whoever was never asked about email or SMS", checks.one_of("yes", "no")
    )
    quiet_from: str = _setting("20:00", "no message goes out from then on", checks.clock)
    quiet_to: str = _setting("08:00", "until then", checks.clock)
    message_delay: int = _setting(
        5, "minutes a message waits, so that undoing stops it", checks.between(0, 60)
    )
    language: str = _setting("en", "language of the message templates")
    smtp_host: str = _setting("", "mail server that takes emails; empty: none go out")
    smtp_port: int = _setting(0, "its port; 0: the usual one of smtp_security", checks.between(0, 65_535))
    smtp_security: str = _setting(
        "starttls",
        "how the line is encrypted; none only to this machine itself",
        checks.one_of("starttls", "tls", "none"),
    )
    smtp_user: str = _setting("", "name to sign in with; empty: without")
    smtp_password: str = _setting("", "where the password is kept, never the password", checks.reference)
    smtp_ca_file: str = _setting("", "certificates trusted besides the system's, a PEM file")
    mail_from: str = _setting("", "the clinic's email address, which emails come from")
    mail_name: str = _setting("", "the name beside it; empty: clinic_name")
    calendly_token: str = _setting(
        "", "where the token of Calendly is kept; empty: not used", checks.reference
    )
    calendly_url: str = _setting("", "another address of Calendly, for tests; empty: its own", checks.service)
    calendly_days: int = _setting(120, "how many days ahead of it are read", checks.between(7, 366))
    calendly_default_staff: str = _setting("", "name or initials: with whom is booked what names nobody here")
    payment_notice_days: int = _setting(
        14, "nobody is written to again about what they owe before that many days", checks.between(1, 365)
    )
    sms_service: str = _setting(
        "",
        "what sends text messages: twilio, vonage, gateway or gammu; empty: none go out",
        checks.one_of("", "twilio", "vonage", "gateway", "gammu"),
    )
    sms_from: str = _setting("", "number or name they come from; Twilio: also a messaging service, MG...")
    sms_account: str = _setting("", "Twilio: the account, AC...")
    sms_key: str = _setting("", "Vonage: the key; Twilio: the API key, SK..., empty: sms_account")
    sms_secret: str = _setting("", "where the secret of the key is kept, never the secret", checks.reference)
    sms_url: str = _setting("", "gateway: its address; else empty: the usual one")
    sms_body: str = _setting("json", "gateway: how it is sent the fields", checks.one_of("json", "form"))
    sms_headers: dict[str, str] = field(
        default_factory=dict, metadata=_told("gateway: headers it is sent; {secret} is put in", checks.braces)
    )
    sms_fields: dict[str, str] = field(
        default_factory=dict,
        metadata=_told(
            "gateway: fields it is sent; {to} {text} {ref} {from} {secret} are put in", checks.braces
        ),
    )
    sms_success: str = _setting("200", "gateway: what means yes, and where its key stands", checks.success)
    sms_folder: str = _setting("", "gammu: the folder with inbox, outbox, sent and error")
    sms_gammu: str = _setting("/etc/gammu-smsdrc", "gammu: the settings file of gammu-smsd")
    video_service: str = _setting(
        "link",
        "video visits: a link without an account, meetings of zoom; empty: neither",
        checks.one_of("", "link", "zoom"),
    )
    video_url: str = _setting(
        "https://meet.jit.si/",
        "where the rooms of such links are; a server of your own is safer",
        checks.https,
    )
    zoom_account: str = _setting("", "account id of the clinic's server-to-server app at Zoom")
    zoom_client: str = _setting("", "client id of that app")
    zoom_secret: str = _setting("", "where its client secret is kept, never the secret", checks.reference)
    zoom_host: str = _setting(
        "", "email of the one host of all meetings; empty: whoever the visit is with, by the staff list"
    )
    zoom_url: str = _setting("", "where Zoom takes meetings; empty: where it says")
    zoom_login_url: str = _setting("https://zoom.us", "where Zoom signs the clinic in")
    feed_folder: str = _setting("", "folder of a calendar file for each staff member; empty: none")
    feed_details: str = _setting("busy", "what they tell of a visit", checks.one_of("busy", "names"))
    caldav: dict[str, str] = field(
        default_factory=dict,
        metadata={
            "help": "calendars on servers: staff name = https://user@host/path/",
            "check": checks.calendars,
        },
    )
    caldav_passwords: dict[str, str] = field(
        default_factory=dict,
        metadata={
            "help": "where the password of each is kept: staff name = reference",
            "check": checks.references,
        },
    )
    caldav_days: int = _setting(60, "how many days ahead they are kept alike", checks.between(1, 730))
    caldav_details: str = _setting(
        "busy", "what they tell of a visit, and the calendar here of theirs", checks.one_of("busy", "names")
    )
    caldav_ca_file: str = _setting("", "certificates trusted besides the system's, a PEM file")
    default_minutes: int = _setting(
        30, "length of an appointment whose type says nothing", checks.between(1, 1440)
    )
    paper: str = _setting("a4", "paper size", checks.one_of(*_PAPERS))
    printer: str = _setting("", "a name of printers, or a queue; empty: the system's default", checks.printer)
    receipt_printer: str = _setting("", "the same for receipts; empty: as printer", checks.printer)
    label_printer: str = _setting("", "the same for labels; empty: as printer", checks.printer)
    printers: dict[str, str] = field(
        default_factory=dict, metadata={"help": _PRINTERS_HELP, "check": checks.printers}
    )
    media_copy: str = _setting(
        "no",
        "terminal: prints on the printer of whoever's terminal it is; force: though it tells of none",
        checks.one_of("no", "yes", "force"),
    )
    inbox_after: str = _setting(
        "move",
        "what was attached goes into the folder attached of the inbox, or stays: keep",
        checks.one_of("move", "keep"),
    )
    camera: str = _setting(
        "", "program that takes a picture: fswebcam -r 1280x960 {file}; empty: none", checks.command
    )
    upload_address: str = _setting(
        "", "where the page for telephones listens: 0.0.0.0:8443; empty: there is none", checks.address
    )
    upload_url: str = _setting("", "what a telephone opens: https://clinic.example.org:8443")
    upload_certificate: str = _setting("", "its certificate, a PEM file; empty: only behind a proxy")
    upload_key: str = _setting("", "the key of the certificate, a PEM file that nobody else can read")
    backup_folder: str = _setting("", "where backups go; empty: the folder backups beside the book")
    backup_keep: str = _setting(
        "24h 14d 12m", "of how many hours, days and months the newest backup is kept", checks.keep
    )
    backup_recipients: str = _setting(
        "",
        "public keys of age, age1...: only who has one of their secret keys can read backups",
        checks.recipients,
    )
    backup_identity: str = _setting(
        "", "where such a secret key is kept, to try restoring here", checks.reference
    )
    backup_passphrase: str = _setting(
        "", "where a passphrase is kept that opens backups: file:/path, env:NAME ...", checks.reference
    )
    backup_warn_hours: int = _setting(
        26, "told of when the last good backup is older; 0: never", checks.between(0, 8760)
    )
    host_socket: str = _setting(
        "",
        "where pim-tui host listens, and where pim-tui looks for it by PIM_HOST_SOCKET; empty:"
        " /run/pim-tui/host.sock if that folder may be written, else beside the drafts",
    )
    host_group: str = _setting(
        "", "members of this group of the machine may come to the host; empty: only its own account"
    )
    host_sessions: int = _setting(40, "sessions that the host runs at a time", checks.between(1, 1000))
    colour: str = _setting("auto", "ansi: 16 colours, none: monochrome", checks.one_of(*_COLOURS))
    terminal: str = _setting(
        "auto", "the kind of terminal, as TERM names it, where TERM is wrong", checks.terminal
    )
    photos: str = _setting(
        "auto", "off on slow lines: pictures cost kilobytes", checks.one_of("auto", "on", "off")
    )
    slow: str = _setting(
        "auto",
        "on: few bytes, for slow lines; auto: on serial lines up to 19200 baud",
        checks.one_of("auto", "on", "off"),
    )
    mouse: str = _setting(
        "off", "on: the terminal reports the mouse, and a mouse may help", checks.one_of("off", "on")
    )
    symbols: str = _setting("auto", "ascii for terminals without UTF-8", checks.one_of(*_SYMBOLS))
    line_page: int = _setting(
        0,
        "line mode: so many lines at once, then more is waited for; 0: as the terminal has",
        checks.between(0, 999),
    )
    clipboard: str = _setting(
        "on",
        "off: what is copied stays in the program and is not sent to the terminal",
        checks.one_of("on", "off"),
    )
    links: str = _setting(
        "auto",
        "off: addresses are shown without being links of the terminal",
        checks.one_of("auto", "on", "off"),
    )
    keys: dict[str, str] = field(default_factory=dict, metadata=_told(_KEYS_HELP))

    @property
    def opens_at(self) -> int:
        """First minute of the working day, counted from midnight."""
        return _minutes(self.day_starts)

    @property
    def closes_at(self) -> int:
        """Minute after the last of the working day, counted from midnight."""
        return _minutes(self.day_ends)

    @property
    def quiet_hours(self) -> tuple[int, int]:
        """From when to when no message goes out, minutes after midnight; it may reach over midnight."""
        return _minutes(self.quiet_from), _minutes(self.quiet_to)

    @property
    def video_base(self) -> str:
        """Where the rooms of video visits are; empty where such links are not set up."""
        return self.video_url if self.video_service == "link" else ""

    @property
    def zone_name(self) -> str:
        """The clinic's IANA zone, this machine's when none is set."""
        return self.zone or checks.machine_zone()


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def references(settings: Settings) -> dict[str, str]:
    """Where the settings say that secrets are kept, by the setting; a table has one for each of its names."""
    found: dict[str, str] = {}
    for one in dataclasses.fields(settings):
        if one.name.endswith(
            ("_password", "_passwords", "_secret", "_token", "_identity", "_passphrase", "database_key")
        ):
            value = getattr(settings, one.name)
            many = isinstance(value, dict)
            found |= {f"{one.name} {name}": v for name, v in value.items()} if many else {one.name: value}
    return {name: value for name, value in found.items() if value}


def names_told(file: Path, env: Mapping[str, str] = os.environ) -> frozenset[str]:
    """The settings that the file or a variable names, whatever they say."""
    return frozenset({*_read_toml(file), *(name[4:].lower() for name in env if name.startswith("PIM_"))})


def load(file: Path, env: Mapping[str, str] = os.environ) -> Settings:
    """Read ``file`` if it is there, then the ``PIM_*`` variables.

    Raises :class:`SettingsError`, which lists every fault with the file's name and key.
    """
    values: dict[str, Any] = {}
    faults: list[str] = []
    for key, raw in _read_toml(file).items():
        _take(values, faults, key, raw, f"{file}: {key}")
    for name, raw in env.items():
        if name.startswith("PIM_") and name != "PIM_HOME":
            _take(values, faults, name[4:].lower(), raw, name)
    settings = Settings(**values)
    if not faults and settings.opens_at >= settings.closes_at:
        faults.append("day_ends must be later than day_starts")
    if not faults and settings.smtp_security == "none" and settings.smtp_host not in ("", *checks.HERE):
        faults.append("smtp_security may be none only where smtp_host is this machine: localhost")
    if not faults:
        faults += [*_sms_faults(settings), *_without_password(settings), *_upload_faults(settings)]
    if faults:
        raise SettingsError(f"{'; '.join(faults)}.", "Correct the setting and start again.")
    return settings


def _upload_faults(settings: Settings) -> Iterator[str]:
    """What the page that takes pictures from telephones lacks."""
    if not settings.upload_address:
        return
    host = (checks.read_address(settings.upload_address) or ("", 0))[0]
    if not settings.upload_url.startswith("https://"):
        yield "upload_address is set, which needs upload_url: an address that begins with https://"
    if bool(settings.upload_certificate) != bool(settings.upload_key):
        yield "upload_certificate and upload_key go together"
    if not settings.upload_certificate and host not in checks.HERE:
        yield (
            "upload_address may be without upload_certificate only on 127.0.0.1, behind a server that has one"
        )


_SMS_NEEDS = {
    "twilio": ("sms_from", "sms_account", "sms_secret"),
    "vonage": ("sms_from", "sms_key", "sms_secret"),
    "gateway": ("sms_url", "sms_fields"),
    "gammu": ("sms_folder", "sms_gammu"),
}
"""What each service cannot do without."""


def _sms_faults(settings: Settings) -> Iterator[str]:
    """What is missing for text messages, by name, and what does not fit together."""
    service = settings.sms_service
    if missing := [name for name in _SMS_NEEDS.get(service, ()) if not getattr(settings, name)]:
        yield f"sms_service is {service}, which needs {', '.join(missing)}"
    put_in = " ".join(settings.sms_fields.values())
    if service == "gateway" and settings.sms_fields and not ("{to}" in put_in and "{text}" in put_in):
        yield "sms_fields must have {to} and {text} in it"
    asks = "{secret}" in " ".join((put_in, *settings.sms_headers.values()))
    if service == "gateway" and asks and not settings.sms_secret:
        yield "sms_fields or sms_headers has {secret} in it, which needs sms_secret"
    if service == "twilio" and settings.sms_account and not settings.sms_account.startswith("AC"):
        yield "sms_account must be the account of Twilio, which begins with AC"


def _without_password(settings: Settings) -> list[str]:
    """Calendars whose user has none, and passwords of nobody."""
    users = {
        name: found[0] for name, text in settings.caldav.items() if (found := checks.read_calendar(text))
    }
    return [
        f"caldav_passwords must say where the password of {name} is kept"
        for name, user in users.items()
        if user and not settings.caldav_passwords.get(name)
    ] + [
        f"caldav_passwords names {name}, who has no calendar in caldav"
        for name in settings.caldav_passwords
        if name not in users
    ]


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}", "Check its permissions.") from error
    import tomllib

    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not valid TOML: {error}", "Correct that line.") from error


def _take(values: dict[str, Any], faults: list[str], key: str, raw: Any, where: str) -> None:
    known = {f.name: f for f in dataclasses.fields(Settings)}
    if key not in known:
        import difflib

        near = difflib.get_close_matches(key, known, 1)
        faults.append(f"{where} is not a setting" + (f" (did you mean {near[0]}?)" if near else ""))
        return
    value = _converted(known[key], raw)
    if value is None:
        faults.append(f"{where} must be {_KINDS[_kind(known[key])]}")
        return
    check = known[key].metadata["check"]
    if problem := check and check(value):
        faults.append(f"{where} {problem}")
        return
    values[key] = value


_KINDS = {"int": "a whole number", "dict": "a table of text", "str": "text in quotes"}


def _kind(setting: dataclasses.Field[Any]) -> str:
    """One of :data:`_KINDS`; text is also what may be one of a few words."""
    written = str(setting.type).partition("[")[0]
    return written if written in _KINDS else "str"


def _converted(setting: dataclasses.Field[Any], raw: Any) -> Any:
    """``raw`` in the setting's type, or None when it is of another kind."""
    kind = _kind(setting)
    if kind == "int":
        if isinstance(raw, str) and raw.strip().lstrip("-").isdigit():
            return int(raw)
        return raw if isinstance(raw, int) and not isinstance(raw, bool) else None
    if kind == "str":
        return raw if isinstance(raw, str) else None
    table_of_text = isinstance(raw, dict) and all(isinstance(v, str) for v in raw.values())
    return raw if table_of_text else None
