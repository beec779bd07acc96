"""Made-up people and visits: names from many countries and scripts, and what brings them to a clinic.

Everything is drawn from a given random source, so the same seed and day make the same clinic. Nobody
here exists: telephone numbers are from ranges kept free for fiction, addresses of mail end in example.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from random import Random

from .customer import ConsentEntry, NewCustomer
from .names import PersonName


@dataclass(frozen=True)
class Heritage:
    """Names that go together, words separated by spaces; ``native:Latin`` where another script is used.

    ``family_f`` are the women's forms where they differ. ``share`` is how common these are among the
    customers; ``written`` how many of a hundred are kept in their own script.
    """

    share: int
    women: str
    men: str
    family: str
    family_f: str = ""
    middle_f: str = ""
    middle_m: str = ""
    written: int = 0

    @cached_property
    def lists(self) -> dict[str, tuple[tuple[tuple[str, str], ...], ...]]:
        """By sex: given, middle and family names, each as (native, Latin)."""
        return {
            "F": (_pairs(self.women), _pairs(self.middle_f), _pairs(self.family_f or self.family)),
            "M": (_pairs(self.men), _pairs(self.middle_m), _pairs(self.family)),
        }


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """``Анна:Anna`` -> (Анна, Anna); ``_`` stands for a space within a name."""
    parts = (word.replace("_", " ").partition(":") for word in text.split())
    return tuple((native, latin or native) for native, _, latin in parts)


HERITAGES = (
    Heritage(
        30,
        "Emma Olivia Charlotte Grace Hannah Margaret Ruth Alice Megan Chloe "
        "Susan Linda Karen Joan Beth Nora",
        "James Oliver William Henry George Thomas Jack Samuel Robert Peter "
        "Alan Brian Kevin Scott Ian Colin",
        "Smith Jones Taylor Brown Wilson Walker Wright Thompson Evans Roberts "
        "Hughes Carter Mitchell Ward O'Brien "
        "O'Connor McCarthy MacLeod Fraser Campbell Fitzgerald Baker Cooper Hill "
        "Green Adams Clarke Turner Parker",
        middle_f="Anne Louise Mae Rose", middle_m="John Edward Lee David",
    ),
    Heritage(
        10,
        "Lucía María_José Sofía Inés Begoña Ximena Ángela Noelia Itziar Rocío",
        "José Íñigo Andrés Raúl Joaquín Álvaro Adrián Óscar Martín Héctor",
        "García_López Muñoz Peña Fernández Núñez Ibáñez Hernández Martínez "
        "Gómez Yáñez Castañeda de_la_Cruz Vázquez",
    ),
    Heritage(
        7,
        "Käthe Jürgen-Marie Grete Jördis Heike Anneliese Ulrike Antje",
        "Jürgen Björn Günther Jörg Klaus Matthias Rüdiger Sönke",
        "Müller Schröder Groß Weiß Böhm Köhler von_der_Heide Müller-Lüdenscheidt Jäger Krüger Schäfer",
    ),
    Heritage(
        6,
        "Zoë Chloé Anaïs Élodie Maëlle Hélène Noémie Françoise",
        "François Loïc Gaël Rémi Benoît Jérôme Étienne Théo",
        "Lefèvre Dubois Béranger Gauthier L'Hôpital d'Aubigné Noël Prévost Châtelain",
    ),
    Heritage(
        5,
        "Małgorzata Agnieszka Zofia Elżbieta Katarzyna Bożena",
        "Łukasz Grzegorz Wojciech Paweł Michał Stanisław",
        "Wiśniewski Kowalski Dąbrowski Wójcik Szymański Żuraw",
        "Wiśniewska Kowalska Dąbrowska Wójcik Szymańska Żuraw",
    ),
    Heritage(
        4,
        "Åsa Søren-Marie Ingrid Maja Sigríður Kirsten Þóra Aino",
        "Øyvind Søren Bjørn Håkon Einar Åke Jón Väinö",
        "Ødegård Sørensen Åkesson Nygård Hämäläinen Østergaard Mäkinen Guðmundsson Lindström",
    ),
    Heritage(
        4, "Renáta Žaneta Jiřina Ľubica Eszter", "Jiří Ondřej Zoltán Šimon László Ștefan",
        "Dvořák Novák Horváth Černý Kovács Țepeș", "Dvořáková Nováková Horváth Černá Kovács Țepeș",
    ),
    Heritage(
        4, "Ayşe Gülşah Şeyma Elif Tuğba", "Çağlar Oğuz İbrahim Emre Uğur",
        "Yılmaz Şahin Çelik Öztürk Doğan Kılıç Aydın",
    ),
    Heritage(
        5,
        "Linh Thảo Hương Ngọc Phương Yến", "Dũng Hải Tuấn Đức Quân Bảo",
        "Nguyễn Trần Lê Phạm Đặng Bùi Võ", middle_f="Thị Thị_Mai Ngọc", middle_m="Văn Minh Hữu",
    ),
    Heritage(
        4, "Ngozi Adaeze Folaké Zinhle Wanjiku Ama", "Chinedu Kwame Olúṣẹ́gun Thabo Kamau Ọbádélé",
        "Okafor Adébáyò Mensah Nkosi Mwangi Okonkwo Diallo",
    ),
    Heritage(
        4, "Ana_Luísa Conceição Inês Fátima Graça", "João Gonçalo Simão Otávio Luís",
        "Gonçalves Araújo dos_Santos Conceição Magalhães Simões",
    ),
    Heritage(
        3,
        "Ελένη:Eleni Μαρία:Maria Κατερίνα:Katerina Σοφία:Sofia",
        "Γιώργος:Giorgos Νίκος:Nikos Δημήτρης:Dimitris",
        "Παπαδόπουλος:Papadopoulos Γεωργίου:Georgiou Νικολαΐδης:Nikolaidis",
        "Παπαδοπούλου:Papadopoulou Γεωργίου:Georgiou Νικολαΐδου:Nikolaidou", written=60,
    ),
    Heritage(
        4,
        "Анна:Anna Екатерина:Ekaterina Ольга:Olga Наталья:Natalya Юлія:Yuliia",
        "Фёдор:Fyodor Дмитрий:Dmitry Сергей:Sergey Тарас:Taras",
        "Иванов:Ivanov Соколов:Sokolov Кузнецов:Kuznetsov Шевченко:Shevchenko",
        "Иванова:Ivanova Соколова:Sokolova Кузнецова:Kuznetsova Шевченко:Shevchenko", written=50,
    ),
    Heritage(
        4,
        "فاطمة:Fatima مريم:Maryam ليلى:Layla نور:Nour عائشة:Aisha",
        "محمد:Mohammed أحمد:Ahmad يوسف:Youssef علي:Ali",
        "الأحمد:Al-Ahmad حسن:Hassan خوري:Khoury المصري:Al-Masri منصور:Mansour", written=40,
    ),
    Heritage(
        2,
        "נועה:Noa תמר:Tamar מיכל:Michal",
        "דוד:David איתן:Eitan יוסי:Yossi",
        "כהן:Cohen לוי:Levi מזרחי:Mizrahi",
        written=50,
    ),
    Heritage(
        5,
        "芳:Fang 秀英:Xiuying 丽:Li 静:Jing",
        "伟:Wei 强:Qiang 磊:Lei 军:Jun",
        "王:Wang 李:Li 张:Zhang 刘:Liu 陈:Chen",
        written=50,
    ),
    Heritage(
        3,
        "さくら:Sakura 陽子:Yoko 花子:Hanako",
        "健:Ken 太郎:Taro 翔太:Shota",
        "佐藤:Sato 鈴木:Suzuki 髙橋:Takahashi 田中:Tanaka",
        written=50,
    ),
    Heritage(
        3,
        "지우:Ji-woo 서연:Seo-yeon 민지:Min-ji",
        "민준:Min-jun 도윤:Do-yun 지훈:Ji-hoon",
        "김:Kim 이:Lee 박:Park 최:Choi",
        written=50,
    ),
    Heritage(
        2,
        "สมหญิง:Somying มาลี:Malee",
        "สมชาย:Somchai วิชัย:Wichai",
        "ใจดี:Jaidee ศรีสุข:Srisuk วงศ์สว่าง:Wongsawang",
        written=60,
    ),
    Heritage(
        4,
        "प्रिया:Priya अनीता:Anita काव्या:Kavya",
        "राहुल:Rahul अमित:Amit विक्रम:Vikram",
        "शर्मा:Sharma पटेल:Patel सिंह:Singh गुप्ता:Gupta",
        written=25,
    ),
)  # fmt: skip

_STREETS = (
    "Mill Lane", "Church Street", "Station Road", "Elm Avenue", "Harbour View", "King Street", "Park Drive",
    "Orchard Close", "Bridge Street", "Maple Court", "Lime Grove", "Hill Road", "Queen Anne Terrace",
)  # fmt: skip
_CITIES = (
    ("Riverside", "4100"),
    ("Northfield", "4210"),
    ("Old Town", "4101"),
    ("Lakeview", "4305"),
    ("Ashby", "4388"),
)
_AREAS = (202, 212, 305, 312, 415, 503, 617, 702, 718, 808)
_ALERTS = (
    "Penicillin allergy", "Latex allergy", "Hard of hearing: speak slowly", "Needs a wheelchair ramp",
    "Takes blood thinners", "Interpreter needed", "Faints when blood is taken", "Diabetic", "Nut allergy",
    "Please call before posting anything",
)  # fmt: skip
_NOTES = (
    "Prefers mornings; works late shifts.",
    "Blood pressure 142/88 at the last visit. Recheck in two weeks.",
    "Brought the referral letter; scanned copy follows.",
    "Asked about the travel vaccination plan. Leaflet given.",
    "Moved house in spring, address confirmed by phone.",
    "Mother comes along and may be told about appointments.",
    "Physio exercises going well, pain down from 6 to 3.",
    "Anxious about needles. Lie down before blood is taken.",
)
REASONS = {
    "fu": (
        "Blood pressure review",
        "Lab results",
        "Medication review",
        "Wound check",
        "Back pain",
        "Asthma review",
    ),
    "np": ("First visit", "New to the area", "Referred by Dr Hill", "Second opinion"),
    "cu": ("Yearly check-up", "Vaccination", "Blood test", "Skin check", "Travel advice"),
    "tx": ("Physiotherapy", "Dressing change", "Ear syringing", "Minor surgery", "Infusion"),
    "vc": ("Results by video", "Rash, sends photos", "Sleep problems"),
    "tel": ("Prescription renewal", "Test results", "Sick note"),
}
"""Why people come, by the alias of the appointment type."""
CANCEL_REASONS = (
    ("customer", "Has a cold"),
    ("customer", "Work came up"),
    ("clinic", "Doctor away"),
    ("customer", "No longer needed"),
)
"""Who asked and why."""
OVERBOOKING_REASONS = ("Acute pain, cannot wait", "Child with fever", "Fits in: two minutes only")

JANE_DOE = NewCustomer(
    PersonName("Mrs.", "Jane", "", "Doe"),
    "F",
    date(1974, 3, 3),
    address="12 Mill Lane",
    city="Riverside",
    postal_code="4100",
    phones=(("mobile", "(202) 555-0143"), ("home", "(202) 555-0110")),
    emails=(("private", "jane.doe@mail.example"),),
    former_names=("Jane Miller",),
    consents=tuple(ConsentEntry(channel, "yes", date(2025, 2, 11), "form") for channel in ("email", "sms")),
    alerts=("Penicillin allergy",),
)
"""The customer of every example."""


def people(rng: Random, count: int, today: date) -> Iterator[NewCustomer]:
    """``count`` customers, Mrs. Jane Doe first; every fortieth has a near twin behind (P2)."""
    heritages = [heritage for heritage in HERITAGES for _ in range(heritage.share)]
    made, before = 0, JANE_DOE
    while made < count:
        if made == 0:
            person = JANE_DOE
        elif made % 40 == 0 and before is not JANE_DOE:
            person = _near_twin(rng, before)
        else:
            person = _person(rng, rng.choice(heritages), today)
        yield person
        made, before = made + 1, person


def _person(rng: Random, heritage: Heritage, today: date) -> NewCustomer:
    sex = rng.choice("FFFFMMMM") if rng.random() < 0.97 else rng.choice(("X", ""))
    given, middle, family = heritage.lists["F" if sex in ("F", "") else "M"]
    parts = [
        rng.choice(given),
        rng.choice(middle) if middle and rng.random() < 0.4 else ("", ""),
        rng.choice(family),
    ]
    own_script = rng.random() * 100 < heritage.written
    native, latin = (PersonName("", *(part[which] for part in parts)) for which in (0, 1))
    title = _title(rng, sex) if not own_script else ""
    city, code = rng.choice(_CITIES)
    return NewCustomer(
        replace(native if own_script else latin, prefix=title),
        sex,
        _birth(rng, today),
        address=f"{rng.randint(1, 240)} {rng.choice(_STREETS)}",
        city=city,
        postal_code=code,
        phones=_phones(rng),
        emails=_emails(rng, latin),
        former_names=(latin.full,) if own_script and native != latin else (),
        consents=_consents(rng, today),
        alerts=(rng.choice(_ALERTS),) if rng.random() < 0.12 else (),
    )


def _near_twin(rng: Random, of: NewCustomer) -> NewCustomer:
    """The same name on another birth date, or a twin: the same birth date, family and telephone."""
    born = of.birth_date or date(1980, 1, 1)
    if rng.random() < 0.5:
        return replace(
            of, birth_date=born + timedelta(days=rng.randint(1, 900)), phones=_phones(rng), emails=()
        )
    first = rng.choice(("Alex", "Sam", "Robin", "Kim"))
    return replace(of, name=replace(of.name, first=first, prefix=""), emails=(), former_names=())


def _title(rng: Random, sex: str) -> str:
    drawn = rng.random()
    if drawn < 0.02:
        return "Dr."
    return {"F": rng.choice(("Mrs.", "Ms.")), "M": "Mr."}.get(sex, "") if drawn < 0.4 else ""


def _birth(rng: Random, today: date) -> date | None:
    """Older people come more often; one in fifty has not told."""
    if rng.random() < 0.02:
        return None
    years = min(99.0, abs(rng.gauss(52, 24)))
    return today - timedelta(days=int(years * 365.25) + rng.randint(0, 364))


def _phones(rng: Random) -> tuple[tuple[str, str], ...]:
    drawn, line = rng.random(), rng.randint(0, 99)
    if drawn < 0.05:
        return ()
    if drawn < 0.15:
        return (("mobile", f"+44 7700 900{rng.randint(0, 999):03}"),)
    if drawn < 0.2:
        return (("home", f"+49 30 23125{rng.randint(0, 999):03}"),)
    mobile = ("mobile", f"({rng.choice(_AREAS)}) 555-01{line:02}")
    if drawn < 0.8:
        return (mobile,)
    return mobile, ("home", f"{rng.choice(_AREAS)}-555-01{rng.randint(0, 99):02}")


def _emails(rng: Random, latin: PersonName) -> tuple[tuple[str, str], ...]:
    if rng.random() < 0.35:
        return ()
    letters = "".join(
        char
        for char in f"{latin.first}.{latin.last}".casefold()
        if (char.isascii() and char.isalpha()) or char == "."
    )
    return (("private", f"{letters.strip('.') or 'mail'}{rng.randint(1, 99)}@mail.example"),)


def _consents(rng: Random, today: date) -> tuple[ConsentEntry, ...]:
    given = today - timedelta(days=rng.randint(30, 900))
    return tuple(
        ConsentEntry(channel, rng.choice(("yes", "yes", "yes", "no")), given, "form")
        for channel in ("email", "sms", "phone")
        if rng.random() < 0.5
    )


def note(rng: Random) -> str:
    """A note as staff write it."""
    return rng.choice(_NOTES)


def reason(rng: Random, alias: str) -> str:
    """Why somebody comes, for a type with this alias."""
    return rng.choice(REASONS.get(alias, ("",)))
