"""Products and services in tables: any table, by a mapping that is proposed and may be chosen.

Layouts that have been seen, and what was decided about them:

- Columns filled up with blanks, and headers in two languages (``name:en``, ``name:zh_Hans``): read is the
  language of the first name column, unless another column is chosen.
- A row without a name in a table with options is a **variant** of the product above: the options are
  joined to its name (``Laptop 15 inch 8GB``), and what the row leaves open is as above. Behind a row that
  could not be read, variants are refused until the next product: nobody knows whose they are.
- Codes stay as they are written, leading zeros and all. The key by which a row is known the next time is
  its id, else its code with the system that the file names (``RXNORM 198440``), else its barcode, else
  what it says.
- A barcode with a wrong check digit is kept and told. A cell that is no barcode at all is left out and told.
- Stock on hand, lots and last days of use are read by :mod:`.openings`.
- Prices are read in the clinic's currency; which mark is the decimal one, the whole column tells. A row
  whose price cannot be read is refused: a wrong price is worse than none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from html import unescape
from itertools import chain
from pathlib import Path

from ..domain.barcodes import read_barcode
from ..domain.dates import Order
from ..domain.money import decimal_mark, digits_of, read_amount
from ..domain.product import LIMITS, NewProduct
from ..domain.text import clean, fold, tidy
from ..errors import Fault, FileProblem, Invalid
from . import openings
from .csvfile import CsvFile, Record
from .mapping import ColumnMapping, Facts, MappedColumn, Survey, Target, propose
from .openings import NOTHING, Opening, read_opening
from .report import Refusal
from .rows import Cells, Faults, RowFile, id_faults

TARGETS = (
    Target("name", "name", ("product name", "full product name", "fullproductname", "label", "item",
                            "product", "item name", "article", "bezeichnung", "artikelbezeichnung", "artikel",
                            "nom", "désignation", "libellé", "nombre", "nome", "title",
                            "product service name", "itemname", "service name", "treatment name"),
           "name"),
    Target("code", "code", ("sku", "variant sku", "custom sku", "product code", "item code", "item number",
                            "ndc", "itemcode", "article number", "artikelnummer", "artikelnr",
                            "internal reference", "reference", "ref", "código")),
    Target("code_system", "system of the codes", ("code system", "codesystem", "coding system")),
    Target("id", "id", ("external id", "product id", "item id", "uuid", "system id", "token", "clover id")),
    Target("kind", "kind", ("type", "product type", "item type")),
    Target("category", "category", ("facets", "product category", "group", "product group", "categories",
                                    "warengruppe", "catégorie", "categoría")),
    Target("options", "options", ("option values", "optionvalues", "variant", "variant options",
                                  "option1 value", "variation name", "variant option one value")),
    Target("options_2", "second options", ("option2 value", "variant option two value")),
    Target("options_3", "third options", ("option3 value", "variant option three value")),
    Target("unit", "unit", ("unit of measure", "uom", "unit of issue", "dispensing unit", "einheit")),
    Target("pack", "pack", ("net content", "netcontent", "pack size", "package size", "packsize",
                            "quantity per pack")),
    Target("price", "price", ("unit price", "variant price", "regular price", "sales price", "sale price",
                              "selling price", "retail price", "list price", "price if stated",
                              "median unit cost", "sales price rate", "salesunitprice", "bruttopreis",
                              "vk-preis brutto", "verkaufspreis brutto", "einzelpreis", "preis",
                              "vk-preis", "verkaufspreis", "preis brutto", "prix", "prix ttc", "precio",
                              "prezzo", "prijs")),
    Target("tax", "tax", ("tax category", "taxcategory", "tax rate", "tax rates", "tax class", "tax name",
                          "vat", "vat rate", "tax code", "customer taxes", "salestaxrate", "gst",
                          "mwst", "ust", "tva", "iva", "btw")),
    Target("barcode", "barcode", ("bar code", "variant barcode", "ean", "ean13", "ean 13", "upc", "gtin",
                                  "gtin 13", "gtin, upc, ean, or isbn", "strichcode", "code-barres",
                                  "código de barras")),
    Target("tracked", "stock is kept", ("track inventory", "trackinventory", "tracked", "stock item")),
    Target("controlled", "controlled", ("controlled substance", "is controlled", "narcotic")),
    Target("description", "description", ("details", "long description", "product description", "body (html)",
                                          "sales description", "salesdescription", "beschreibung")),
    *openings.TARGETS,
)  # fmt: skip
"""What a row of a table of products can say."""

_SERVICES = frozenset((
    "service", "services", "procedure", "consultation", "appointments service", "dienstleistung", "leistung",
))  # fmt: skip
_PRODUCTS = frozenset((
    "", "product", "products", "item", "goods", "stock", "physical", "physical good", "storable product",
    "simple", "variable", "variation", "inventory", "non inventory",
))  # fmt: skip
_NO_OPTION = frozenset(("", "default title", "regular"))
"""What a shop writes as the option of a product that has none."""
_NO_PRICE = frozenset(("", "variable"))
"""What stands in place of a price that is asked for at the till."""
_STOCK_AT = re.compile(r"current quantity \S", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^<>]*>", re.IGNORECASE)
_BLOCKS = frozenset(("br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4"))
_YES = frozenset(("yes", "y", "true", "1", "x", "ja", "oui", "si"))
_LANGUAGE = re.compile(r"(.+?):([a-z]{2}(?:_\w+)?)", re.IGNORECASE)
_FACET = re.compile(r"\s*(\w+):(.+)")
_TEXTS = ("category", "unit", "pack", "tax")
_SYSTEM = 40
"""Characters of a code system's name that tell it from others."""
_INHERITED = ("name", "kind", "category", "unit", "tax", "description")
"""What a variant takes over from the product above it."""
_OWN = ("options", "options_2", "options_3", "code", "id", "barcode", "price")
"""What makes a row without a name a variant; shops put further pictures into rows of their own."""


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product as a file has it. ``key`` is what it is known by; ``own_key``: the file gave it.

    ``opening`` is the stock that the row tells of. ``remarks`` are about what was kept although it is odd,
    or left out.
    """

    line: int
    product: NewProduct
    key: str
    own_key: bool
    remarks: tuple[str, ...] = ()
    opening: Opening = NOTHING


class ProductFile(RowFile[ProductRow]):
    """An open table of products. Use ``with``."""

    def __init__(
        self, csv: CsvFile, mapping: ColumnMapping, currency: str, mark: str, order: Order = "dmy"
    ) -> None:
        super().__init__(csv, self._row, mapping.places())
        self._currency, self._mark, self._order = currency, mark, order
        self._variants = mapping.place_of("options") is not None
        self._above: Mapping[str, str] | None = None

    def rows(self) -> Iterator[ProductRow | Refusal]:
        """Every row once, in order."""
        for record in self.csv.records():
            if isinstance(record, Refusal):
                self._above = None
                yield record
                continue
            row = self._row(record.line, Cells(self._columns, record.cells))
            yield self._refused(record.line, row) if isinstance(row, Faults) else row

    def _row(self, line: int, cells: Cells) -> ProductRow | Faults:
        told = {target.key: cells(target.key) for target in TARGETS}
        if not told["name"] and self._variants:
            if self._above is None:
                return Faults([Fault("name", "is empty, and no product stands above")])
            if not any(told[key] for key in _OWN):
                return Faults([Fault("row", "has no name, option, code or price: no product of its own")])
            told |= {key: self._above[key] for key in _INHERITED if not told[key]}
        elif self._variants:
            self._above = told
        return _read(line, told, self._currency, self._mark, self._order)


def survey_table(path: Path, currency: str, choices: Mapping[str, str]) -> Survey:
    """What the table at ``path`` is taken for; ``currency`` is the clinic's.

    Raises :class:`FileProblem`, and :class:`UsageError` for a choice that cannot be.
    """
    mapping, mark, csv_facts = _looked_through(path, currency, choices)
    left = ", ".join(tidy(column.column, limit=30) for column in mapping.columns if not column.target)
    told = (
        *csv_facts,
        ("prices", _told(currency, mark, mapping)),
        *_stock(mapping),
        ("not read", left or "nothing"),
    )
    lacking = tuple(f"choose a column for {title}" for title in mapping.lacking())
    return Survey("products", mapping.layout, replace(mapping, facts=Facts(told)), told, lacking)


def open_products(path: Path, currency: str, choices: Mapping[str, str], order: Order = "dmy") -> ProductFile:
    """The table at ``path``, read by its columns' names and ``choices``; raises as :func:`survey_table`,
    and :class:`FileProblem` when no column holds names. ``order`` is how the clinic writes dates.
    """
    mapping, mark, _ = _looked_through(path, currency, choices)
    if mapping.lacking():
        names = ", ".join(tidy(column.column, limit=30) for column in mapping.columns[:8])
        raise FileProblem(
            f"No column is known for the names of the products. The columns are: {names}.",
            "Say which column it is, as in --map name=Item.",
        )
    return ProductFile(CsvFile(path), mapping, currency, mark, order)


def _looked_through(
    path: Path, currency: str, choices: Mapping[str, str]
) -> tuple[ColumnMapping, str, tuple[tuple[str, str], ...]]:
    """The mapping, the decimal mark of the prices, and what there is to tell about the file."""
    with CsvFile(path) as csv:
        facts = csv.facts
        records = (record for record in csv.records() if isinstance(record, Record))
        first = next(records, None)
        mapping = _proposed(csv.header, first.cells if first else ()).with_choices(choices)
        place = mapping.place_of("price")
        if place is None or first is None:
            return mapping, "", facts
        prices = (record.cells[place] for record in chain((first,), records))
        mark = decimal_mark(prices, digits_of(currency))
    return mapping, mark, facts


def _proposed(header: Sequence[str], example: Sequence[str]) -> ColumnMapping:
    """By the names of the columns; of those in several languages, the language of the first name.

    Stock is read where it is told of one place (``Current Quantity Main Street``).
    """
    parts = [_LANGUAGE.fullmatch(name) for name in header]
    first = next((part[2] for part in parts if part and fold(part[1]) in ("name", "product name")), None)
    bare = [part[1] if part and part[2] == first else name for part, name in zip(parts, header, strict=True)]
    stocked = [place for place, name in enumerate(header) if _STOCK_AT.match(name)]
    if len(stocked) == 1:
        bare[stocked[0]] = "quantity"
    found = propose("a table of products", bare, TARGETS, example)
    columns = tuple(
        MappedColumn(name, one.target, one.example) for name, one in zip(header, found.columns, strict=True)
    )
    return replace(found, columns=columns)


def _stock(mapping: ColumnMapping) -> tuple[tuple[str, str], ...]:
    """What somebody should know before stock is taken in: its register is kept for good (K5)."""
    if mapping.place_of("quantity") is None:
        return ()
    return (("stock", "is taken in; an import with stock cannot be taken back"),)


def _told(currency: str, mark: str, mapping: ColumnMapping) -> str:
    if mapping.place_of("price") is None:
        return "none"
    return f"in {currency}" + (f", decimals behind “{mark}”" if mark else "")


def _read(line: int, told: Mapping[str, str], currency: str, mark: str, order: Order) -> ProductRow | Faults:
    """One row, from what its columns hold by target."""
    faults, remarks = list[Fault](), list[str]()
    kind, category = _kind(told)
    options = " ".join(_option(told[key]) for key in ("options", "options_2", "options_3"))
    price = "" if fold(told["price"]) in _NO_PRICE else told["price"]
    texts = {key: _kept(key, {**told, "category": category}[key], remarks) for key in _TEXTS}
    product = NewProduct(
        _required("name", f"{told['name']} {options}", faults),
        _code(told["code"], faults),
        kind,
        **texts,
        price=_price(price, currency, mark, faults),
        currency=currency if price else "",
        barcode=_barcode(told["barcode"], remarks),
        tracked=fold(told["tracked"]) in _YES,
        controlled=fold(told["controlled"]) in _YES,
        description=_kept("description", _untagged(told["description"]), remarks, lines=True),
    )
    opening = read_opening(told, currency, mark, order, faults, remarks)
    if opening.quantity and product.kind == "service":
        faults.append(Fault("quantity", "is for products; a service has no stock"))
    key, own = _key(told, product, faults)
    if faults:
        return Faults(faults)
    return ProductRow(line, product, key, own, tuple(remarks), opening)


def _option(text: str) -> str:
    """What tells a variant from others; nothing for the word that stands for none."""
    return "" if fold(text) in _NO_OPTION else " ".join(part.strip() for part in text.split("|"))


def _untagged(text: str) -> str:
    """A description that is a piece of a web page, as plain lines."""
    if not _TAG.search(text):
        return text
    plain = _TAG.sub(lambda tag: "\n" if tag[2].lower() in _BLOCKS else "", text)
    return "\n".join(filter(None, map(str.strip, unescape(plain).splitlines())))


def _required(field: str, text: str, faults: list[Fault]) -> str:
    kept, most = tidy(text, limit=LIMITS[field] + 1), LIMITS[field]
    if not kept:
        faults.append(Fault(field, "is empty"))
    elif len(kept) > most:
        faults.append(Fault(field, f"takes at most {most} characters"))
    return kept


def _code(text: str, faults: list[Fault]) -> str:
    if text:
        faults += id_faults(text, "code")
        if len(text) > LIMITS["code"]:
            faults.append(Fault("code", f"takes at most {LIMITS['code']} characters"))
    return text


def _kept(field: str, text: str, remarks: list[str], *, lines: bool = False) -> str:
    """As much of a text as is kept; a remark where that is not all of it."""
    most = LIMITS[field]
    kept = clean(text, limit=most + 1, lines=True) if lines else tidy(text, limit=most + 1)
    if len(kept) > most:
        remarks.append(f"the {field} was cut to {most} characters")
    return kept[:most].rstrip()


def _kind(told: Mapping[str, str]) -> tuple[str, str]:
    """(product or service, category): a kind that is neither word is a category where there is none."""
    word, category = fold(told["kind"]), _category(told["category"])
    kind = "service" if word in _SERVICES else "product"
    other = "" if word in _SERVICES or word in _PRODUCTS else told["kind"]
    return kind, category or other


def _category(text: str) -> str:
    """``category:Electronics|brand:Apple`` names its category among others; any other text is one itself."""
    found = [_FACET.fullmatch(part) for part in text.split("|")]
    if not text or any(one is None for one in found):
        return text
    return ", ".join(one[2].strip() for one in found if one and fold(one[1]) in ("category", "type"))


def _price(text: str, currency: str, mark: str, faults: list[Fault]) -> int | None:
    if not text:
        return None
    try:
        return read_amount(text, currency, mark)
    except Invalid as error:
        faults += error.faults
        return None


def _barcode(text: str, remarks: list[str]) -> str:
    if not text:
        return ""
    found = read_barcode(text)
    if found is None:
        remarks.append(f"“{tidy(text, limit=30)}” is no barcode of 8 to 14 digits and was left out")
        return ""
    if found.remark:
        remarks.append(found.remark)
    return found.digits


def _key(told: Mapping[str, str], product: NewProduct, faults: list[Fault]) -> tuple[str, bool]:
    """What the row is known by the next time, and whether the file gave it (see the module)."""
    if told["id"]:
        faults += id_faults(told["id"], "id")
        return f"id {told['id']}", True
    if product.code:
        system = fold(told["code_system"])[:_SYSTEM].strip() or "code"
        return f"{system} {product.code}", True
    if product.barcode:
        return f"barcode {product.barcode}", True
    said = "\x1f".join(map(str, astuple(replace(product, price=None, currency=""))))
    return f"contents {hashlib.sha256(said.encode()).hexdigest()[:32]}", False
