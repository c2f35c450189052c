"""Invented names of the demo city. Nobody and no school of this name is meant."""

from schools.enums import SchoolType

CITY = "Lindenfurt"
AUTHORITY_NUMBER = "99901"
#: Postcodes that begin with 00 are not assigned to any place.
POSTCODES = ("00411", "00413", "00415", "00417")
#: One per postcode.
DISTRICTS = ("Innenstadt", "Nord", "Süd", "West")
AREA_CODE = "09999"
MAIL_DOMAIN = "schule.example"

PRIMARY = (
    "Grundschule am Ulmenhain",
    "Buchfinkenschule",
    "Grundschule Mühlbach",
    "Grundschule an der Stadtmauer",
    "Kirschblütenschule",
    "Grundschule Neue Höfe",
    "Schule am Weidenufer",
    "Grundschule Hafenviertel",
    "Igelwiesenschule",
    "Grundschule Kupferpark",
    "Schule am Schleusenweg",
    "Grundschule Brunnenfeld",
    "Haselnussschule",
    "Grundschule Hohe Warte",
    "Laternenschule",
    "Grundschule Lerchenfeld",
    "Schule am Alten Markt",
    "Grundschule Nordstadt",
    "Otterbachschule",
    "Grundschule Rosengarten",
    "Schule am Silbersee",
    "Grundschule Tannenhöhe",
    "Uferschule",
    "Grundschule Vogelsang",
    "Schule am Wasserturm",
    "Grundschule Ziegelhütte",
    "Zaunkönigschule",
    "Grundschule am Obsthof",
    "Drachenbergschule",
)
NAMES = {
    SchoolType.PRIMARY: PRIMARY,
    SchoolType.SPECIAL_NEEDS: ("Förderschule Birkenhof", "Förderschule am Mühlrad"),
    SchoolType.REALSCHULE: ("Realschule am Kanal", "Kastanien-Realschule", "Realschule Brunnenfeld"),
    SchoolType.COMPREHENSIVE: (
        "Gesamtschule Hafenviertel",
        "Gesamtschule Lindenfurt-West",
        "Gesamtschule am Kupferpark",
        "Gesamtschule Neue Höfe",
    ),
    SchoolType.GYMNASIUM: (
        "Gymnasium am Stadtgarten",
        "Nordstadt-Gymnasium",
        "Kranich-Gymnasium",
        "Gymnasium Hohe Warte",
        "Gymnasium Lindenfurt-Süd",
    ),
    SchoolType.VOCATIONAL: (
        "Berufskolleg für Technik",
        "Berufskolleg für Wirtschaft und Verwaltung",
        "Berufskolleg für Gesundheit und Soziales",
    ),
}
ADDITIONS = {
    SchoolType.PRIMARY: "Städt. Gemeinschaftsgrundschule - Primarstufe -",
    SchoolType.SPECIAL_NEEDS: "Städt. Förderschule, Förderschwerpunkte Lernen und Sprache",
    SchoolType.REALSCHULE: "Realschule der Stadt Lindenfurt - Sekundarstufe I -",
    SchoolType.COMPREHENSIVE: "Gesamtschule der Stadt Lindenfurt - Sekundarstufen I und II -",
    SchoolType.GYMNASIUM: "Städt. Gymnasium - Sekundarstufen I und II -",
    SchoolType.VOCATIONAL: "Berufskolleg der Stadt Lindenfurt - Sekundarstufe II -",
}
STREETS = (
    "Ulmenhain", "Finkenweg", "Mühlbachstraße", "Stadtmauerweg", "Kirschblütenweg", "Neue-Höfe-Straße",
    "Weidenufer", "Hafenstraße", "Igelwiese", "Kupferparkallee", "Schleusenweg", "Brunnenfeldstraße",
    "Haselnussweg", "Hohe Warte", "Laternengasse", "Lerchenfeld", "Alter Markt", "Nordring",
    "Otterbachstraße", "Rosengartenweg", "Seepromenade", "Tannenhöhe", "Uferstraße", "Vogelsang",
    "Wasserturmplatz", "Ziegelhütte", "Zaunkönigweg", "Obsthofstraße", "Drachenbergweg", "Birkenhof",
    "Mühlradweg", "Kanalstraße", "Kastanienallee", "Salzgasse", "Speicherstraße", "Weststraße",
    "Parkallee", "Lindenring", "Stadtgartenweg", "Bahnbogen", "Kranichweg", "Wartturmstraße",
    "Südring", "Werkstraße", "Kontorstraße", "Klinikweg", "Holunderweg", "Eschenweg",
    "Ahornstraße", "Pappelallee", "Erlengrund", "Buchenring", "Fliederweg", "Ginsterweg",
)  # fmt: skip
