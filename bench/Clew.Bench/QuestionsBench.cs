using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Clew.Bench;

/// <summary>
/// What each question costs while the store grows: the answers stay as long as they were, so the times must stay as well.
/// </summary>
internal static class QuestionsBench
{
    private static readonly long[] Sizes = [100_000, 1_000_000, 5_000_000];

    // Cells of lot PROBE are in the same thousand pumps at every size; each other lot is in a thousand pumps, scattered among ten thousand.
    private const int ProbePumps = 1_000;
    private const int Document = 20;

    public static async Task Run(Ground ground, long to)
    {
        await Load.Post(ground, 1, 2, i => HttpLine.Post(ground.Server, "/capture", i == 0 ? ground.Key : ground.QualityKey, i == 0 ? Company.MasterData : Company.Lock));
        var sizes = Sizes.Where(s => s <= to).ToList();
        var columns = new List<(long Size, Dictionary<string, double[]> Took)>();
        var pumps = 0L;
        foreach (var size in sizes)
        {
            var clock = Stopwatch.StartNew();
            var from = pumps;
            pumps = size / Company.FactsOfALife;
            await Fill(ground, from, pumps, size == sizes[^1] ? 4 : 0);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size:#,0} events: {(pumps - from) * Company.FactsOfALife / clock.Elapsed.TotalSeconds:#,0} a second while filling"));
            columns.Add((size, await Measure(ground)));
        }

        Console.WriteLine($"""

            ### Questions over HTTP, milliseconds (median, and in brackets the slowest of twenty), one client

            | question | answer | {string.Join(" | ", sizes.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s:#,0} events")))} | last ÷ first |
            |---|---|{string.Concat(sizes.Select(_ => "---:|"))}---:|
            """);
        foreach (var question in Questions)
        {
            var took = columns.ConvertAll(c => c.Took[question.Name]);
            Console.WriteLine($"| {question.Name} | {question.Answer} | {string.Join(" | ", took.Select(Cell))} | {(Median(took[^1]) / Median(took[0])).ToString("0.0", CultureInfo.InvariantCulture)} |");
        }

        await Large(ground, pumps);
    }

    private sealed record Question(string Name, string Answer, int Times, bool IsQuality, Func<int, string> Path);

    // Pumps among the first eleven thousand, which every size holds.
    private static readonly Question[] Questions =
    [
        new("the life of one serial", "state, place, holder, 6 facts", 400, false, i => "/devices/" + Company.Pump(i * 7 % 11_000)),
        new("search a bare serial", "1 row", 400, false, i => string.Create(CultureInfo.InvariantCulture, $"/devices?text=SN{i * 11 % 11_000:000000000}")),
        new("what is it made of, 3 levels", "pack, cell lot, own lot", 400, true, i => "/trace/below/" + Company.Pump(i * 13 % 11_000)),
        new("which wholes is a pack in", "1 pump", 400, true, i => "/trace/above/" + Company.Pack(i * 17 % 11_000)),
        new("scope of a cell lot to counts", "1,000 pumps", 40, true, _ => "/trace/scope?lot=" + Company.Cells("PROBE")),
        new("first page of that scope", "100 rows, each with its path", 40, true, _ => "/trace/scope/units?lot=" + Company.Cells("PROBE")),
        new("the life of one serial as known at position 50,000", "the same", 400, false, i => "/devices/" + Company.Pump(i * 7 % 5_000) + "?known=50000"),
    ];

    private static async Task<Dictionary<string, double[]>> Measure(Ground ground)
    {
        var took = new Dictionary<string, double[]>();
        foreach (var question in Questions)
        {
            took[question.Name] = await Load.Ask(ground, question.Times, question.IsQuality ? ground.QualityKey : ground.Key, question.Path);
        }

        return took;
    }

    // Lives are sent pump by pump, some at once. Of the last stretch, each fourth pump has a cell of lot BIG.
    internal static async Task Fill(Ground ground, long from, long until, int bigEvery)
    {
        var documents = (int)((until - from + Document - 1) / Document);
        await Load.Post(ground, 6, documents, i =>
        {
            var first = from + ((long)i * Document);
            return HttpLine.Post(ground.Server, "/capture", ground.Key, Company.Document(first, Math.Min(Document, until - first), (json, n) => Company.Life(json, n, Lot(n, bigEvery))));
        });
    }

    private static string Lot(long n, int bigEvery) =>
        n < ProbePumps * 10 && n % 10 == 3 ? "PROBE"
        : bigEvery > 0 && n % bigEvery == 0 ? "BIG"
        : string.Create(CultureInfo.InvariantCulture, $"C{n / 10_000}-{n % 10}");

    private static async Task Large(Ground ground, long pumps)
    {
        using var client = new HttpClient { BaseAddress = ground.Server };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ground.QualityKey);
        var counts = (await client.GetFromJsonAsync<JsonElement>("/trace/scope?lot=" + Company.Cells("BIG"))).GetProperty("containsNow").GetInt64();
        var took = await Load.Ask(ground, 10, ground.QualityKey, _ => "/trace/scope?lot=" + Company.Cells("BIG"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\nScope of a cell lot in {counts:#,0} pumps, scattered among {pumps:#,0}, to counts by place and holder: {Median(took):#,0} ms (median of ten; slowest {took[^1]:#,0})."));
    }

    private static double Median(double[] took) => took[took.Length / 2];

    private static string Cell(double[] took) => string.Create(CultureInfo.InvariantCulture, $"{Median(took):0.0} ({took[^Math.Max(1, took.Length / 20)]:0.0})");
}
