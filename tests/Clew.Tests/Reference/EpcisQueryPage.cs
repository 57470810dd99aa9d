using System.Globalization;
using System.Text;
using Clew.Epcis;

namespace Clew.Tests.Reference;

/// <summary>Prints what a query for events can ask.</summary>
public sealed class EpcisQueryPage
{
    [Fact]
    public void Queries_are_printed()
    {
        var text = new StringBuilder("""
            # EPCIS queries

            Printed from `src/Clew/Epcis` (`EventQuery.cs`, `Units.cs`); do not edit.

            `GET /events?…` with any of these, all of which must be met; of several values one. In an address values are separated by `|`, in the body of
            `POST /queries` they are an array. Times have an offset. A name means the same in every spelling: EPC URN, Digital Link of any domain.
            A pattern is a name, `urn:epc:idpat:…` with stars at its end, or the Digital Link of a product, which means all that is made of it.
            Besides: `eventType`, `orderBy` (`eventTime`, usual; `recordTime`), `orderDirection` (`DESC`, usual; `ASC`), `eventCountLimit`, `maxEventCount`, `perPage`,
            `nextPageToken`. Anything else is refused.


            """);
        text.Append(PrintedPage.Table(["parameter", "values", "events"], EventQuery.Parameters.Select(p => new[] { PrintedPage.Code(p.Operators.Split(' ').Select(op => $"{op}_{p.Name}")), p.Form, p.Means })));
        text.Append("\n## Parameters that the asker completes\n\n");
        text.Append(PrintedPage.Table(["parameter", "values", "events"], EventQuery.Families.Select(p => new[] { PrintedPage.Code(p.Operators.Split(' ').Select(op => $"{op}_{p.Name}")), p.Form, p.Means })));
        text.Append("\n## Units\n\nUN/ECE Recommendation 20. Of one dimension each is found by each; a code that stands in no row only by itself.\n\n");
        text.Append(PrintedPage.Table(["dimension", "code (factor, offset)"], Units.All.GroupBy(u => u.Dimension).Select(d => new[] { d.Key, string.Join("; ", d.Select(u => string.Create(CultureInfo.InvariantCulture, $"{u.Code} ({u.Factor:R}{(u.Offset == 0 ? "" : FormattableString.Invariant($", {u.Offset:R}"))})"))) })));
        PrintedPage.Check("docs/reference/epcis-query.md", text.ToString());
    }
}
