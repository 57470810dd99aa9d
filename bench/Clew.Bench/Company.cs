using System.Globalization;
using System.Text;
using Clew.Identification;

namespace Clew.Bench;

/// <summary>The facts that the benchmarks send: pumps with a pack that holds a cell of a lot, made, released, shipped and used.</summary>
internal static class Company
{
    public const string Plant = "gs1:414/6901234000016";
    public const string Hospital = "gs1:414/6901234000023";

    /// <summary>Facts that one pump's life brings in <see cref="Life"/>.</summary>
    public const int FactsOfALife = 9;

    private const string PumpGtin = "06901234567892";
    private static readonly string PackGtin = Gtin("0690123456001");
    private static readonly string CellGtin = Gtin("0690123456002");
    private static readonly DateTime Beginning = new(2026, 1, 5, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Who and what there is, and a recall lock in force, so that holds are weighed as in earnest.</summary>
    public static byte[] MasterData { get; } = Encoding.UTF8.GetBytes($$$"""
        [
         {"kind":"partyDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:417/6901234000016","nameEn":"Maker","nameZh":"制造","role":"manufacturer"}},
         {"kind":"partyDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:417/6901234000023","nameEn":"Hospital","nameZh":"医院","role":"user"}},
         {"kind":"placeDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"{{{Plant}}}","nameEn":"Plant","nameZh":"工厂","owner":"gs1:417/6901234000016"}},
         {"kind":"placeDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"{{{Hospital}}}","nameEn":"Ward","nameZh":"病房","owner":"gs1:417/6901234000023"}},
         {"kind":"productDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:01/{{{PumpGtin}}}","nameEn":"Pump","nameZh":"泵","model":"CP-100","isDevice":true}},
         {"kind":"productDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:01/{{{PackGtin}}}","nameEn":"Battery pack","nameZh":"电池包","model":"BP","isDevice":false}},
         {"kind":"productDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:01/{{{CellGtin}}}","nameEn":"Cell","nameZh":"电芯","model":"C","isDevice":false}}
        ]
        """);

    public static byte[] Lock { get; } = Encoding.UTF8.GetBytes(
        $$$"""[{"kind":"recallLockPlaced","id":"bench-lock","happened":"2026-01-02T00:00:00Z","case":"R-0","criterion":{"lots":["{{{Cells("BAD")}}}"]}}]""");

    public static string Pump(long n) => string.Create(CultureInfo.InvariantCulture, $"gs1:01/{PumpGtin}/21/SN{n:000000000}");

    public static string Pack(long n) => string.Create(CultureInfo.InvariantCulture, $"gs1:01/{PackGtin}/21/P{n:000000000}");

    public static string Cells(string lot) => $"gs1:01/{CellGtin}/10/{lot}";

    /// <summary>One event of nine pumps, as the comparison with the peer has it.</summary>
    public static void OfNine(StringBuilder json, string kind, long n, string mode)
    {
        json.Append(CultureInfo.InvariantCulture, $"{{\"id\":\"{kind}-{n}\",\"kind\":\"{kind}\",\"mode\":\"{mode}\",\"happened\":\"{Moment(n, kind == "productionCompleted" ? 0 : 1)}\",\"place\":\"{Plant}\",\"items\":[");
        for (var i = 0; i < 9; i++)
        {
            json.Append(i > 0 ? ",\"" : "\"").Append(Pump((n * 9) + i)).Append('"');
        }

        json.Append("],\"references\":[{\"type\":\"po\",\"number\":\"PO-4711\"}],\"participants\":[{\"role\":\"operator\",\"who\":\"op-17\"}]}");
    }

    /// <summary>A pump as a Digital Link.</summary>
    public static string Link(long n) => "https://id.gs1.org/" + Pump(n)[4..];

    /// <summary>When event n happened, in microseconds.</summary>
    public static long Moment(long n) => (Beginning.AddSeconds(n % 4_000_000 * 3).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The same event of nine pumps as <see cref="OfNine"/>, as EPCIS 2.0 has it in JSON; each with an order of its own.</summary>
    public static void EventOfNine(StringBuilder json, long n)
    {
        json.Append(CultureInfo.InvariantCulture, $"{{\"type\":\"ObjectEvent\",\"eventID\":\"urn:example:event:{n}\",\"eventTime\":\"{Moment(n, 0)}\",\"eventTimeZoneOffset\":\"+00:00\",\"action\":\"ADD\",\"bizStep\":\"commissioning\",\"disposition\":\"active\",\"epcList\":[");
        for (var i = 0; i < 9; i++)
        {
            json.Append(i > 0 ? ",\"" : "\"").Append(Link((n * 9) + i)).Append('"');
        }

        json.Append(CultureInfo.InvariantCulture, $"],\"readPoint\":{{\"id\":\"https://id.gs1.org/{Plant[4..]}\"}},\"bizTransactionList\":[{{\"type\":\"po\",\"bizTransaction\":\"urn:example:po:{n}\"}}]}}");
    }

    /// <summary>The life of pump n in nine facts, in the order of the world, each of one unit.</summary>
    public static void Life(StringBuilder json, long n, string cellLot)
    {
        var (pump, pack) = (Pump(n), Pack(n));
        Fact(json, n, 0, "componentFitted", pack, null, $",\"parent\":\"{pack}\"", item: Cells(cellLot));
        Fact(json, n, 1, "productionCompleted", pack);
        Fact(json, n, 2, "productReleased", pack);
        Fact(json, n, 3, "componentFitted", pack, null, $",\"parent\":\"{pump}\"");
        Fact(json, n, 4, "productionCompleted", pump, null, string.Create(CultureInfo.InvariantCulture, $",\"lot\":\"L{n / 1000}\""));
        Fact(json, n, 5, "productReleased", pump);
        Fact(json, n, 6, "shipped", pump, null, $",\"to\":\"{Hospital}\"");
        Fact(json, n, 7, "received", pump, Hospital);
        Fact(json, n, 8, "installed", pump, Hospital);
    }

    /// <summary>An array of what <paramref name="each"/> writes.</summary>
    public static byte[] Document(long from, long count, Action<StringBuilder, long> each)
    {
        var json = new StringBuilder("[", 1024);
        for (var n = from; n < from + count; n++)
        {
            if (n > from)
            {
                json.Append(',');
            }

            each(json, n);
        }

        return Encoding.UTF8.GetBytes(json.Append(']').ToString());
    }

    private static void Fact(StringBuilder json, long n, int step, string kind, string about, string? place = null, string more = "", string? item = null) =>
        json.Append(step > 0 ? "," : "").Append(CultureInfo.InvariantCulture,
            $"{{\"id\":\"{n}-{step}\",\"kind\":\"{kind}\",\"happened\":\"{Moment(n, step)}\",\"place\":\"{place ?? Plant}\",\"items\":[\"{item ?? about}\"]{more}}}");

    // A pump every three seconds, a step of its life every hour.
    private static string Moment(long n, int step) => Beginning.AddSeconds(n % 4_000_000 * 3).AddHours(step).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Gtin(string body) => body + CheckDigit.Of(body);
}
