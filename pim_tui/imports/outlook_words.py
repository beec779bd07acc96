"""What mail programs call the columns of their contacts, and what Outlook calls them in English.

Outlook writes its columns in the language of its user: German, French, Spanish, Italian and Dutch are known.
Thunderbird has names of its own, and birth dates in three columns.
"""

from __future__ import annotations

_OUTLOOK = {
    "title": "anrede|titre|tratamiento|titolo|titel",
    "first name": "vorname|prénom|nombre|nome|voornaam",
    "middle name": "weitere vornamen|deuxième prénom|segundo nombre|secondo nome|middelste naam",
    "last name": "nachname|nom|apellidos|apellido|cognome|achternaam",
    "suffix": "suffixe|sufijo|suffisso|titolo straniero|achtervoegsel",
    "nickname": "spitzname|surnom|apodo|nome alternativo|roepnaam",
    "company": "firma|société|organización|empresa|compañía|società|bedrijf",
    "department": "abteilung|service|departamento|reparto|afdeling",
    "job title": "position|fonction|puesto|cargo|posizione|functie",
    "business street": "straße geschäftlich|rue (bureau)|calle del trabajo|via (uff.)|werkadres, straat",
    "business city": "ort geschäftlich|ville (bureau)|ciudad del trabajo|città (uff.)|werkadres, plaats",
    "business state": "region geschäftlich|dép/région (bureau)|provincia o estado del trabajo|"
    "provincia (uff.)|werkadres, provincie",
    "business postal code": "postleitzahl geschäftlich|code postal (bureau)|código postal del trabajo|"
    "cap (uff.)|werkadres, postcode",
    "business country": "land/region geschäftlich|land geschäftlich|pays/région (bureau)|pays (bureau)|"
    "país o región del trabajo|paese (uff.)|werkadres, land/regio",
    "home street": "straße privat|rue (domicile)|calle del domicilio|via (ab.)|huisadres, straat",
    "home city": "ort privat|ville (domicile)|ciudad de residencia|ciudad del domicilio|città (ab.)|"
    "huisadres, plaats",
    "home state": "bundesland/kanton privat|dép/région (domicile)|provincia o estado de residencia|"
    "provincia (ab.)|huisadres, provincie",
    "home postal code": "postleitzahl privat|code postal (domicile)|código postal de residencia|"
    "código postal del domicilio|cap (ab.)|huisadres, postcode",
    "home country": "land/region privat|land privat|pays/région (domicile)|pays (domicile)|"
    "país o región de residencia|país o región del domicilio|paese (ab.)|huisadres, land/regio",
    "other street": "weitere straße|rue (autre)|otra calle|altra via|ander adres, straat",
    "other city": "weiterer ort|ville (autre)|otra ciudad|altra città|ander adres, plaats",
    "other state": "weiteres/r bundesland/kanton|dép/région (autre)|otra provincia o estado|altra provincia|"
    "ander adres, provincie",
    "other postal code": "weitere postleitzahl|code postal (autre)|otro código postal|altro cap|"
    "ander adres, postcode",
    "other country": "weiteres/e land/region|pays/région (autre)|otro país o región|altro paese|"
    "ander adres, land/regio",
    "mobile phone": "mobiltelefon|tél. mobile|teléfono móvil|móvil|cellulare|mobiele telefoon",
    "primary phone": "haupttelefon|téléphone principal|teléfono principal|telefono principale|hoofdtelefoon",
    "home phone": "telefon privat|telefon (privat)|téléphone (domicile)|teléfono particular|particular|"
    "telefono (ab.)|abitazione|telefoon thuis",
    "home phone 2": "telefon privat 2|telefon (privat 2)|téléphone 2 (domicile)|teléfono particular 2|"
    "telefono (ab.) 2|abitazione 2|telefoon thuis 2",
    "business phone": "telefon geschäftlich|téléphone (bureau)|teléfono del trabajo|telefono (uff.)|ufficio|"
    "telefoon op werk",
    "business phone 2": "telefon geschäftlich 2|téléphone 2 (bureau)|teléfono del trabajo 2|"
    "telefono (uff.) 2|ufficio 2|telefoon op werk 2",
    "company main phone": "telefon firma|téléphone société|teléfono principal de la organización|"
    "telefono società|hoofdtelefoon bedrijf",
    "other phone": "weiteres telefon|téléphone (autre)|otro teléfono|altro telefono|andere telefoon",
    "car phone": "autotelefon|téléphone (voiture)|teléfono del automóvil|telefono auto|autotelefoon",
    "assistant's phone": "telefon assistent|téléphone de l'assistant(e)|teléfono del ayudante|"
    "telefono assistente|telefoon assistent",
    "callback": "rückmeldung|rappel|devolución de llamada|richiamata|terugbellen",
    "pager": "récepteur de radiomessagerie|localizador|cercapersone|semafoon",
    "home fax": "fax privat|télécopie (domicile)|fax particular|fax (ab.)|fax thuis",
    "business fax": "fax geschäftlich|télécopie (bureau)|fax del trabajo|fax (uff.)|fax op werk",
    "other fax": "weiteres fax|télécopie (autre)|otro fax|altro fax|andere fax",
    "e-mail address": "e-mail-adresse|adresse de messagerie|adresse de courrier|"
    "dirección de correo electrónico|indirizzo posta elettronica|e-mailadres",
    "e-mail 2 address": "e-mail 2: adresse|adresse de messagerie 2|adresse de courrier 2|"
    "dirección de correo electrónico 2|indirizzo posta elettronica 2|e-mailadres 2",
    "e-mail 3 address": "e-mail 3: adresse|adresse de messagerie 3|adresse de courrier 3|"
    "dirección de correo electrónico 3|indirizzo posta elettronica 3|e-mailadres 3",
    "birthday": "geburtstag|anniversaire|cumpleaños|compleanno|verjaardag",
    "anniversary": "jahrestag|anniversaire de mariage ou fête|aniversario|anniversario",
    "gender": "geschlecht|sexe|sexo|sesso|geslacht",
    "notes": "notizen|notas|note|notities",
    "web page": "webseite|page web|página web|pagina web|webpagina",
    "spouse": "partner|conjoint(e)|cónyuge|coniuge",
    "children": "kinder|enfants|hijos|figli|kinderen",
    "profession": "beruf|profesión|professione|beroep",
    "language": "sprache|langue|idioma|lingua|taal",
    "categories": "kategorien|catégories|categorías|categorie|categorieën",
}  # fmt: skip
_THUNDERBIRD = {
    "display name": "anzeigename",
    "e-mail address": "primary email|primäre e-mail-adresse",
    "e-mail 2 address": "secondary email|sekundäre e-mail-adresse",
    "business phone": "work phone|tel. dienstlich",
    "home phone": "tel. privat",
    "business fax": "fax number|fax-nummer",
    "pager": "pager number|pager-nummer",
    "mobile phone": "mobile number|mobil-tel.-nr.",
    "home street": "home address|privat: adresse",
    "home city": "privat: ort",
    "home state": "privat: bundesland",
    "home postal code": "home zipcode|privat: plz",
    "home country": "privat: land",
    "business street": "work address|dienstlich: adresse",
    "business city": "work city|dienstlich: ort",
    "business state": "work state|dienstlich: bundesland",
    "business postal code": "work zipcode|dienstlich: plz",
    "business country": "work country|dienstlich: land",
    "job title": "arbeitstitel",
    "company": "organization|organisation",
    "web page": "web page 1|webseite 1",
    "personal web page": "web page 2|webseite 2",
    "birth year": "geburtsjahr",
    "birth month": "geburtsmonat",
    "birth day": "geburtstag",
    "user 1": "custom 1|benutzerdef. 1",
    "user 2": "custom 2|benutzerdef. 2",
    "user 3": "custom 3|benutzerdef. 3",
    "user 4": "custom 4|benutzerdef. 4",
}  # fmt: skip


def _by_name(words: dict[str, str]) -> dict[str, str]:
    """The English name by each of the others, also of the further lines of a street."""
    found = {name.casefold(): english for english, names in words.items() for name in names.split("|")}
    further = {
        f"{name} {line}": f"{english} {line}"
        for name, english in found.items()
        if english.endswith(" street")
        for line in (2, 3)
    }
    return found | further


OUTLOOK = _by_name(_OUTLOOK)
"""Outlook's English name of a column by that in another language, both folded."""
THUNDERBIRD = OUTLOOK | _by_name(_THUNDERBIRD)
"""The same by Thunderbird's names; its ``Geburtstag`` is the day of the month."""
