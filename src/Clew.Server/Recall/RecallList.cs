using System.Globalization;
using System.Text;
using Clew.Facts;
using Clew.Ledger;
using Clew.Lifecycle;
using Clew.Server.Web;

namespace Clew.Server.Recall;

/// <summary>The recall list as a table: one row a unit, the same columns in every form that leaves the house.</summary>
public static class RecallList
{
    /// <summary>How the sets are called in the list.</summary>
    public static string Word(ScopeSet set) => set switch
    {
        ScopeSet.Now => "containsNow",
        ScopeSet.Before => "containedBefore",
        _ => "cannotExclude",
    };

    /// <summary>The columns, in order.</summary>
    public static readonly string[] Columns =
        ["unit", "sort", "product", "serial", "model", "nameEn", "nameZh", "set", "because", "since", "until", "stage", "hold", "place", "placeNameEn", "placeNameZh", "holder", "holderNameEn", "holderNameZh"];

    /// <summary>One row.</summary>
    public static string[] Row(ScopeUnit unit) =>
    [
        unit.Identity.Text,
        unit.IsDevice ? "device" : "part",
        unit.Identity.Product,
        unit.Identity.Instance,
        unit.Product?.Description?.Model ?? "",
        unit.Product?.Description?.NameEn ?? "",
        unit.Product?.Description?.NameZh ?? "",
        Word(unit.Set),
        unit.Source is { } source ? source.Text : "",
        Time(unit.From),
        Time(unit.To),
        Stages.Of(unit.Stage).Word,
        Stages.Word(unit.Hold),
        unit.Place?.Identity.Text ?? "",
        unit.Place?.Description?.NameEn ?? "",
        unit.Place?.Description?.NameZh ?? "",
        unit.Holder?.Identity.Text ?? "",
        unit.Holder?.Description?.NameEn ?? "",
        unit.Holder?.Description?.NameZh ?? "",
    ];

    /// <summary>Writes the list as CSV (RFC 4180, UTF-8 with a byte order mark, so that spreadsheets read the Chinese) and returns how many devices each set has, and how many loose parts.</summary>
    public static async Task<(long Now, long Before, long Unclear, long Parts)> WriteCsv(Stream to, IAsyncEnumerable<ScopeUnit> units, CancellationToken ct)
    {
        await using var text = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 1 << 16, leaveOpen: true) { NewLine = "\r\n" };
        await text.WriteLineAsync(Csv.Row(Columns));
        var counts = new long[3];
        var parts = 0L;
        await foreach (var unit in units.WithCancellation(ct))
        {
            if (unit.IsDevice)
            {
                counts[(int)unit.Set]++;
            }
            else
            {
                parts++;
            }

            await text.WriteLineAsync(Csv.Row(Row(unit)));
        }

        await text.FlushAsync(ct);
        return (counts[0], counts[1], counts[2], parts);
    }

    private static string Time(DateTimeOffset? time) => time is { } known ? EventTime.Of(known).ToString() : "";
}
