using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.MasterData;
using Clew.Server.Lifecycle;
using Clew.Server.Web;
using Microsoft.Extensions.Primitives;

namespace Clew.Server.Recall;

/// <summary>
/// What a person types who looks for a scope: whole identities in any form, or what stands on the label as long as only one thing
/// goes by it.
/// </summary>
/// <param name="Findings">What does not read or names nothing.</param>
/// <param name="Candidates">The things that a text may mean, where it means several.</param>
public sealed record CriterionForm(Criterion Criterion, IReadOnlyList<Finding> Findings, IReadOnlyList<ItemStanding> Candidates)
{
    /// <summary>The names of its fields, in addresses and in forms.</summary>
    public static readonly string[] Names = ["lot", "serial", "product", "madeFrom", "madeUntil", "supplier"];

    // Somebody pastes a column of serials, not a database.
    private const int TextsMax = 1_000;

    private static readonly char[] Between = ['\n', '\r', '\t', ' ', ',', ';'];

    private static readonly FindingKind Ambiguous = new("trace.ambiguous", Severity.Error,
        "More than one thing goes by '{0}'.", "Choose one of those below, or give the whole identity.",
        "有多个对象与“{0}”相符。", "请在下方选择，或输入完整标识。");

    private static readonly FindingKind TooMany = new("trace.tooMany", Severity.Error,
        "More than {0} identities at once.", "Trace their lot, product or supplier instead.",
        "一次超过 {0} 个标识。", "请改为按批次、产品或供应商追溯。");

    /// <summary>Whether nothing was asked for.</summary>
    public bool IsEmpty => Criterion.Lots.Count + Criterion.Serials.Count + Criterion.Products.Count + Criterion.Suppliers.Count == 0;

    /// <summary>The same criterion as the query of an address, without its question mark.</summary>
    public string Query => string.Join('&', Pairs.Select(p => p.Name + "=" + Uri.EscapeDataString(p.Value)));

    private IEnumerable<(string Name, string Value)> Pairs =>
    [
        .. Criterion.Lots.Select(i => ("lot", i.Text)), .. Criterion.Serials.Select(i => ("serial", i.Text)), .. Criterion.Products.Select(i => ("product", i.Text)),
        .. Criterion.Suppliers.Select(i => ("supplier", i.Text)),
        .. Criterion.MadeFrom is { } from ? [("madeFrom", from.ToString())] : Array.Empty<(string, string)>(),
        .. Criterion.MadeUntil is { } until ? [("madeUntil", until.ToString())] : Array.Empty<(string, string)>(),
    ];

    /// <summary>Reads the fields of a query or a form.</summary>
    /// <param name="scanner">How the station's scanner is set: what it adds to a scan is taken off.</param>
    public static async Task<CriterionForm> Read(IEnumerable<KeyValuePair<string, StringValues>> fields, LifeQueries lives, Register register, ScannerSettings scanner, CancellationToken ct)
    {
        var texts = fields.Where(f => Names.Contains(f.Key, StringComparer.Ordinal))
            .SelectMany(f => f.Value, (f, v) => (f.Key, Value: v ?? ""))
            .SelectMany(f => f.Value.Split(Between, StringSplitOptions.RemoveEmptyEntries), (f, v) => (f.Key, Value: v))
            .ToLookup(f => f.Key, f => f.Value, StringComparer.Ordinal);
        var findings = new List<Finding>();
        var candidates = new List<ItemStanding>();
        if (texts.Sum(t => t.Count()) > TextsMax)
        {
            findings.Add(new Finding(TooMany, "", Said.Count(TextsMax)));
            return new CriterionForm(new Criterion([], [], [], null, null, []), findings, []);
        }

        var lots = await Items("lot", Granularity.Lot);
        var serials = await Items("serial", Granularity.Unit);
        var products = new List<Identity>();
        foreach (var text in texts["product"].Distinct(StringComparer.Ordinal))
        {
            var called = register.Products.Where(p => p.Identity.Text == text || p.Identity.ProductCode == text || string.Equals(p.Description?.Model, text, StringComparison.OrdinalIgnoreCase)).ToList();
            if (called.Count == 1)
            {
                products.Add(called[0].Identity);
            }
            else
            {
                findings.Add(new Finding(called.Count == 0 ? QuestionFindings.NotFound : Ambiguous, "?product", text));
            }
        }

        var suppliers = new List<Identity>();
        foreach (var text in texts["supplier"].Distinct(StringComparer.Ordinal))
        {
            if (register.FindParty(text) is { } party)
            {
                suppliers.Add(party.Identity);
            }
            else
            {
                findings.Add(new Finding(QuestionFindings.NotFound, "?supplier", text));
            }
        }

        return new CriterionForm(new Criterion(lots, serials, products, Moment("madeFrom"), Moment("madeUntil"), suppliers), findings, candidates);

        async Task<List<Identity>> Items(string field, Granularity granularity)
        {
            var found = new List<Identity>();
            foreach (var came in texts[field].Distinct(StringComparer.Ordinal))
            {
                if (Identity.Read(came).TryGet(out var identity) && identity.Granularity == granularity)
                {
                    found.Add(identity);
                    continue;
                }

                var text = scanner.Undo(came);
                if (Identity.Read(text).TryGet(out var scanned) && scanned.Granularity == granularity)
                {
                    found.Add(scanned);
                    continue;
                }

                var meant = (await lives.Search(text, AsOf.Now, 0, 20, ct)).Items.Where(i => i.Identity.Granularity == granularity && i.Identity.Instance == text).ToList();
                if (meant.Count == 1)
                {
                    found.Add(meant[0].Identity);
                }
                else
                {
                    findings.Add(new Finding(meant.Count == 0 ? QuestionFindings.NotFound : Ambiguous, "?" + field, text));
                    candidates.AddRange(meant);
                }
            }

            return found;
        }

        EventTime? Moment(string field)
        {
            if (texts[field].FirstOrDefault() is not { } text)
            {
                return null;
            }

            if (Question.TryReadTime(text, takesLocal: true, out var time))
            {
                return time;
            }

            findings.Add(new Finding(QuestionFindings.Parameter, "?" + field, field, text, "2026-01-31"));
            return null;
        }
    }
}
