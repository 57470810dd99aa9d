using System.Globalization;
using System.Text;
using Clew.Epcis;
using Clew.Server.Integration.Epcis;

namespace Clew.Tests.Reference;

/// <summary>Prints what a query for events can ask.</summary>
public sealed class EpcisQueryPage
{
    [Fact]
    public void Queries_are_printed()
    {
        var text = new StringBuilder($"""
            # EPCIS queries

            Printed from `src/Clew/Epcis` (`EventQuery.cs`, `Units.cs`); do not edit.

            `GET /events?…` with any of these, all of which must be met; of several values one. In an address values are separated by `|`, in the body of
            `POST /queries` they are an array. Times have an offset. A name means the same in every spelling: EPC URN, Digital Link of any domain.
            A pattern is a name, `urn:epc:idpat:…` with stars at its end, or the Digital Link of a product, which means all that is made of it.
            Besides: `eventType`, `orderBy` (`eventTime`, usual; `recordTime`; a member of somebody's own such as `ext:load`), `orderDirection` (`DESC`, usual; `ASC`), `eventCountLimit`, `maxEventCount`, `perPage`,
            `nextPageToken`. Anything else is refused. In the order of a member of somebody's own come numbers, then times, then texts by code points; what
            has no such member comes last, in the order of the world. Of words and types somebody's own name is the same with a prefix and in full,
            where `@context` or `GS1-Extensions` say what the prefix means.

            A page looks at {PageWork.Usual.LookedAt:#,0} events at most and ends early with the address of the next; a look of more than
            {PageWork.Usual.Time.TotalSeconds:0} seconds is refused (QueryTooComplexException). What has no terms (a pattern of a whole company, a range of times) is
            looked at in the order of the answer.


            """);
        text.Append(PrintedPage.Table(["parameter", "values", "events"], EventQuery.Parameters.Select(p => new[] { PrintedPage.Code(p.Operators.Split(' ').Select(op => $"{op}_{p.Name}")), p.Form, p.Means })));
        text.Append("\n## Parameters that the asker completes\n\n");
        text.Append(PrintedPage.Table(["parameter", "values", "events"], EventQuery.Families.Select(p => new[] { PrintedPage.Code(p.Operators.Split(' ').Select(op => $"{op}_{p.Name}")), p.Form, p.Means })));
        text.Append("\n## Units\n\nUN/ECE Recommendation 20. Of one dimension each is found by each; a code that stands in no row only by itself.\n\n");
        text.Append(PrintedPage.Table(["dimension", "code (factor, offset)"], Units.All.GroupBy(u => u.Dimension).Select(d => new[] { d.Key, string.Join("; ", d.Select(u => string.Create(CultureInfo.InvariantCulture, $"{u.Code} ({u.Factor:R}{(u.Offset == 0 ? "" : FormattableString.Invariant($", {u.Offset:R}"))})"))) })));
        PrintedPage.Check("docs/reference/epcis-query.md", text.ToString());
    }
}
