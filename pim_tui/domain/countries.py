"""What money is used where: to propose some when a clinic begins, and to know the name of one from a word."""

from __future__ import annotations

_PLACES = {
    "EUR": "AD AT AX BE BG BL CY DE EE ES FI FR GF GP GR HR IE IT LT LU LV MC ME MF MQ MT NL PM PT RE SI SK"
    " SM TF VA YT",
    "USD": "AS BQ EC FM GU IO MH MP PR PW SV TC TL UM US VG VI",
    "GBP": "GB GG GS IM JE",
    "CHF": "CH LI",
    "AUD": "AU CC CX KI NF NR TV",
    "NZD": "CK NU NZ PN TK",
    "DKK": "DK FO GL",
    "NOK": "BV NO SJ",
    "XOF": "BF BJ CI GW ML NE SN TG",
    "XAF": "CF CG CM GA GQ TD",
    "XCD": "AG AI DM GD KN LC MS VC",
    "XPF": "NC PF WF",
    "ILS": "IL PS",
    "MAD": "EH MA",
}
_OWN = (
    "AE:AED AF:AFN AL:ALL AM:AMD AO:AOA AR:ARS AZ:AZN BA:BAM BB:BBD BD:BDT BH:BHD BI:BIF BM:BMD BN:BND"
    " BO:BOB BR:BRL BS:BSD BT:BTN BW:BWP BY:BYN BZ:BZD CA:CAD CD:CDF CL:CLP CN:CNY CO:COP CR:CRC CV:CVE"
    " CZ:CZK DJ:DJF DO:DOP DZ:DZD EG:EGP ER:ERN ET:ETB FJ:FJD GE:GEL GH:GHS GI:GIP GM:GMD GN:GNF GT:GTQ"
    " GY:GYD HK:HKD HN:HNL HU:HUF ID:IDR IN:INR IQ:IQD IR:IRR IS:ISK JM:JMD JO:JOD JP:JPY KE:KES KG:KGS"
    " KH:KHR KM:KMF KR:KRW KW:KWD KY:KYD KZ:KZT LA:LAK LB:LBP LK:LKR LR:LRD LS:LSL LY:LYD MD:MDL MG:MGA"
    " MK:MKD MM:MMK MN:MNT MO:MOP MR:MRU MU:MUR MV:MVR MW:MWK MX:MXN MY:MYR MZ:MZN NA:NAD NG:NGN NI:NIO"
    " NP:NPR OM:OMR PA:PAB PE:PEN PG:PGK PH:PHP PK:PKR PL:PLN PY:PYG QA:QAR RO:RON RS:RSD RU:RUB RW:RWF"
    " SA:SAR SB:SBD SC:SCR SE:SEK SG:SGD SO:SOS SR:SRD SY:SYP SZ:SZL TH:THB TJ:TJS TM:TMT TN:TND"
    " TO:TOP TR:TRY TT:TTD TW:TWD TZ:TZS UA:UAH UG:UGX UY:UYU UZ:UZS VN:VND VU:VUV WS:WST YE:YER ZA:ZAR"
    " ZM:ZMW"
)
"""Those that share their money with nobody."""

_CURRENCIES = {place: money for money, places in _PLACES.items() for place in places.split()} | {
    place: money for place, _, money in (pair.partition(":") for pair in _OWN.split())
}


def currency_of(country: str) -> str:
    """The money of a country (two letters) as three; empty where it is not known."""
    return _CURRENCIES.get(country.upper(), "")


def is_currency(code: str) -> bool:
    """Whether three letters, in capitals, are the money of some country."""
    return code in _CURRENCIES.values()


def country_in(locale: str) -> str:
    """The country that a locale such as ``de_AT.UTF-8`` names; empty for ``C`` and what is none."""
    country = locale.partition(".")[0].partition("@")[0].partition("_")[2]
    return country if len(country) == 2 and country.isascii() and country.isupper() else ""
