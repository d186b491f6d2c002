"""Two replies as handlers might give them, about people long dead and texts long free."""

from __future__ import annotations

from community_bot.domain.document import (
    Action,
    Code,
    Emphasis,
    ErrorReport,
    Field,
    Fields,
    Heading,
    Link,
    Listing,
    Paragraph,
    Quotation,
    Reply,
    Rule,
    Strong,
    Text,
    Time,
)

AURORE = Link("L'Aurore, 13 January 1898", "https://gallica.example/aurore-1898-01-13")
COURT = Link("Court of Cassation, judgment of 12 July 1906", "https://court.example/1906_07_12")

PERSON = Reply(
    blocks=(
        Heading((Text("Alfred Dreyfus"),)),
        Fields(
            (
                Field("Also written", (Text("Альфред Дрейфус, אלפרד דרייפוס, Alfred Dreyfuss"),)),
                Field("Born", (Time(-3478550400, "9 October 1859"), Text(", Mulhouse"))),
                Field(
                    "Status",
                    (
                        Strong("cleared"),
                        Text(" (12 July 1906), as last known on 21 July 1906. "),
                        Emphasis("This is more than 24 months old: it may have changed since."),
                    ),
                ),
            )
        ),
        Heading((Text("What happened"),), level=2),
        Listing(
            (
                (Text("15 October 1894: detained in Paris."),),
                (
                    Text("22 December 1894: convicted of treason by a court martial; "),
                    Text("deportation for life & public degradation."),
                ),
                (Text("19 September 1899: pardoned by the President, 10 days after his retrial."),),
                (Text("12 July 1906: cleared. "), COURT),
            ),
            ordered=True,
        ),
        Heading((Text("Where the letter names him"),), level=2),
        Listing(
            (
                (Text("Paragraphs 3, 7-12: "), Code("statement jaccuse 3,7-12")),
                (Text("Not to be taken for "), Strong("Mathieu Dreyfus"), Text(", his brother.")),
            )
        ),
    ),
    actions=(
        Action("The letter", "statement jaccuse"),
        Action("The trials", "case dreyfus-affair"),
    ),
    entries=("alfred-dreyfus@3f9c2a1",),
    footer=(
        Rule(),
        Paragraph(
            (
                Text("Checked on 2 March 2026 · "),
                Code("alfred-dreyfus@3f9c2a1"),
                Text(" · sources: "),
                AURORE,
            )
        ),
    ),
)

STATEMENT = Reply(
    blocks=(
        Heading((Text("Letter to the President of the Republic, paragraphs 2-3 of 40"),)),
        Paragraph((Text("Émile Zola · "), AURORE, Text(" · "), Emphasis("in French"))),
        Quotation(
            "La vérité, je la dirai, car j'ai promis de la dire, si la justice, régulièrement "
            "saisie, ne la faisait pas, pleine et entière.",
            (Text("¶ 2, "), AURORE),
        ),
        Quotation(
            "Mon devoir est de parler, je ne veux pas être complice. Mes nuits seraient hantées "
            "par le spectre de l'innocent qui expie là-bas, dans la plus affreuse des tortures, "
            "un crime qu'il n'a pas commis.",
            (Text("¶ 3, "), AURORE),
        ),
        Paragraph(
            (
                Strong("Editor's note"),
                Text(" on ¶ 3: «l'innocent» is Captain Dreyfus (* 1859)."),
            )
        ),
    ),
    actions=(Action("Next paragraphs", "statement jaccuse 4-5"),),
    entries=("jaccuse@b07d115",),
    footer=(Paragraph((Code("jaccuse@b07d115"),)),),
    language="fr",
)

FAILURE = Reply(
    blocks=(
        Paragraph((Text("Nobody called «Dreifus» is in this knowledge base."),)),
        Paragraph((Text("Did you mean one of these?"),)),
    ),
    actions=(
        Action("Alfred Dreyfus", "person alfred-dreyfus"),
        Action("Mathieu Dreyfus", "person mathieu-dreyfus"),
    ),
    candidates=("alfred-dreyfus", "mathieu-dreyfus"),
    error=ErrorReport("name-unknown", "Nobody called «Dreifus» is in this knowledge base."),
)

SAMPLES = {"person": PERSON, "statement": STATEMENT, "failure": FAILURE}
