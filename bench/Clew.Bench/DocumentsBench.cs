using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Clew.Bench;

/// <summary>How long one long document takes until it is on disk, beside what COPY takes for as many unit rows in the same run.</summary>
internal static class DocumentsBench
{
    public static async Task Run(Ground ground)
    {
        await Load.Post(ground, 1, 2, i => HttpLine.Post(ground.Server, "/capture", i == 0 ? ground.Key : ground.QualityKey, i == 0 ? Company.MasterData : Company.Lock));
        await Load.Post(ground, 8, 200, i => HttpLine.Post(ground.Server, "/capture", ground.Key, Company.Document(20_000_000 + (i * 100), 100, (json, n) => Company.OfNine(json, "productionCompleted", n, "reported"))));
        Console.WriteLine("""

            ### One document, until it is on disk

            | document | serials | seconds | of COPY's time for as many unit rows |
            |---|---:|---:|---:|
            """);
        foreach (var (name, serials, isOneFact) in new[] { ("one fact that names all", 10_000, true), ("a fact each", 10_000, false), ("one fact that names all", 100_000, true), ("a fact each", 100_000, false) })
        {
            var floor = serials / 9d / await CopyFloor.ByCopy(ground, serials / 9 / 1_000 * 1_000, 1_000);
            var seconds = await Send(ground, Document(serials, isOneFact));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {serials:#,0} | {seconds:0.00} | {seconds / floor:0.0} |"));
        }
    }

    private static byte[] Document(int serials, bool isOneFact)
    {
        var first = (isOneFact ? 30_000_000L : 40_000_000L) + serials;
        if (!isOneFact)
        {
            return Company.Document(first, serials, (json, n) => json.Append(CultureInfo.InvariantCulture,
                $"{{\"id\":\"d{n}\",\"kind\":\"productionCompleted\",\"happened\":\"2026-03-01T08:00:00Z\",\"place\":\"{Company.Plant}\",\"items\":[\"{Company.Pump(n)}\"]}}"));
        }

        var json = new StringBuilder().Append(CultureInfo.InvariantCulture, $"[{{\"id\":\"d{first}\",\"kind\":\"productionCompleted\",\"happened\":\"2026-03-01T08:00:00Z\",\"place\":\"{Company.Plant}\",\"items\":[");
        json.AppendJoin(',', Enumerable.Range(0, serials).Select(i => $"\"{Company.Pump(first + i)}\""));
        return Encoding.UTF8.GetBytes(json.Append("]}]").ToString());
    }

    // From the first byte sent until the receipt, or until the job says that it is finished.
    private static async Task<double> Send(Ground ground, byte[] document)
    {
        using var client = new HttpClient { BaseAddress = ground.Server };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ground.Key);
        using var content = new ByteArrayContent(document);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var clock = Stopwatch.StartNew();
        using var answer = await client.PostAsync("/capture", content);
        answer.EnsureSuccessStatusCode();
        while (answer.Headers.Location is { } job)
        {
            var state = await client.GetFromJsonAsync<JsonElement>(job);
            if (state.GetProperty("state").GetString() == "finished")
            {
                return state.GetProperty("refused").GetInt32() == 0 ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException(state.ToString());
            }

            await Task.Delay(10);
        }

        return clock.Elapsed.TotalSeconds;
    }
}
