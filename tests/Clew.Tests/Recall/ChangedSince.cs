using System.Text.Json;
using Clew.Tests.Storage;
using Clew.Tests.Web;

namespace Clew.Tests.Recall;

/// <summary>"What has changed since" against the two answers that it stands between, at every pair of cuts of a small ledger.</summary>
public sealed class ChangedSince(Ground ground)
{
    private const string Pump = "gs1:01/06901234567892/21/";
    private const string Lot = "gs1:01/06901234560008/10/B17";
    private const string Plant = "gs1:414/6901234000016";

    [Fact]
    public async Task Between_any_two_cuts_it_is_the_difference_of_the_two_answers()
    {
        await using var house = await House.Open(ground);
        using var quality = await Told(house);
        var size = (await quality.Ask("/proof/audit")).Body.GetProperty("size").GetInt64();
        size.ShouldBeGreaterThan(15);
        var differences = 0;
        for (var then = 6L; then < size; then++)
        {
            for (var now = then; now < size; now++)
            {
                // Units that come, go and stand otherwise.
                var (before, after) = (await Units(quality, then), await Units(quality, now));
                var units = (await quality.Ask($"/changes?lot={Lot}&sinceKnown={then}&known={now}")).Body.GetProperty("units").EnumerateArray().ToDictionary(u => u.GetProperty("id").GetString()!, u => u.GetProperty("change").GetString()!);
                var expected = before.Keys.Union(after.Keys)
                    .Where(id => !before.TryGetValue(id, out var one) || !after.TryGetValue(id, out var other) || one != other)
                    .ToDictionary(id => id, id => !before.ContainsKey(id) ? "came" : !after.ContainsKey(id) ? "went" : "differs");
                units.OrderBy(u => u.Key).ShouldBe(expected.OrderBy(u => u.Key), $"{then} … {now}");

                // Steps of a life.
                var (was, isNow) = (await Steps(quality, then), await Steps(quality, now));
                var steps = (await quality.Ask($"/changes?item={Pump}P1&sinceKnown={then}&known={now}")).Body.GetProperty("steps").EnumerateArray()
                    .Select(s => (s.GetProperty("position").GetInt64(), s.TryGetProperty("then", out var t) ? t.GetString() : null, s.TryGetProperty("now", out var n) ? n.GetString() : null)).Order().ToList();
                var changed = was.Keys.Union(isNow.Keys).Select(p => (p, was.GetValueOrDefault(p), isNow.GetValueOrDefault(p))).Where(s => s.Item2 != s.Item3).Order().ToList();
                steps.ShouldBe(changed, $"{then} … {now}");
                differences += expected.Count + changed.Count;
            }
        }

        differences.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task Stretches_join_to_the_whole_and_both_axes_count()
    {
        await using var house = await House.Open(ground);
        using var quality = await Told(house);
        var whole = (await quality.Ask($"/changes?lot={Lot}&sinceKnown=8")).Body.GetProperty("units").EnumerateArray().Select(u => u.GetProperty("id").GetString()).ToList();
        whole.Count.ShouldBeGreaterThan(2);
        var pages = new List<string?>();
        for (var next = $"/changes?lot={Lot}&sinceKnown=8&limit=1"; next is not null;)
        {
            var body = (await quality.Ask(next)).Body;
            pages.AddRange(body.GetProperty("units").EnumerateArray().Select(u => u.GetProperty("id").GetString()));
            next = body.TryGetProperty("next", out var further) ? further.GetString() : null;
        }

        pages.ShouldBe(whole);

        // By the first of February nothing had happened to P1, whenever we heard of it.
        (await quality.Ask($"/changes?item={Pump}P1&sinceKnown=8&happened=2026-02-01T12:00:00Z")).Body.GetProperty("steps").GetArrayLength().ShouldBe(0);
        (await quality.Ask($"/changes?item={Pump}P1&sinceKnown=8&happened=2026-02-03T12:00:00Z")).Body.GetProperty("steps").GetArrayLength().ShouldBe(2);
        var branches = (await quality.Ask($"/changes?item={Pump}P2&sinceKnown=14")).Body.GetProperty("branches").EnumerateArray().Single(b => b.GetProperty("where").GetString() == "below");
        (branches.GetProperty("change").GetString(), branches.GetProperty("item").GetString(), branches.TryGetProperty("thenTo", out _), branches.TryGetProperty("nowTo", out _)).ShouldBe(("differs", Lot, false, true));

        // A day ago nobody knew anything.
        (await quality.Ask("/changes?recall=R-1")).Body.GetProperty("then").GetInt64().ShouldBe(-1);
        (await quality.Ask($"/changes?item={Pump}P1&since=2999-01-01T00:00:00Z")).Body.GetProperty("steps").GetArrayLength().ShouldBe(0);
        (await quality.Ask("/changes")).ShouldBeRefused(400, "question.parameter", "?item");
        (await quality.Ask("/changes?recall=none")).ShouldBeRefused(404, "question.notFound", "");
        (await quality.Ask($"/changes?item={Pump}NONE")).ShouldBeRefused(404, "question.notFound", "");
    }

    [Fact]
    public async Task Cases_and_searches_answer_as_of_then()
    {
        await using var house = await House.Open(ground);
        using var quality = await Told(house);
        var opened = (await quality.Ask("/audit/entries?kind=recallOpened")).Body.GetProperty("entries")[0].GetProperty("position").GetInt64();
        await quality.Say("/recalls/R-1/freeze", "");
        (await quality.Ask("/recalls/R-1")).Body.TryGetProperty("frozen", out _).ShouldBeTrue();
        (await quality.Ask($"/recalls/R-1?known={opened}")).Body.TryGetProperty("frozen", out _).ShouldBeFalse();
        (await quality.Ask($"/recalls/R-1?known={opened - 1}")).Status.ShouldBe(404);
        (await quality.Ask($"/recalls?known={opened - 1}")).Body.GetProperty("recalls").GetArrayLength().ShouldBe(0);
        (await quality.Ask($"/recalls?known={opened}")).Body.GetProperty("recalls").GetArrayLength().ShouldBe(1);
        (await quality.Ask("/devices?text=P1")).Body.GetProperty("items")[0].GetProperty("stage").GetString().ShouldBe("userStock");
        (await quality.Ask("/devices?text=P1&happened=2026-02-04T12:00:00Z")).Body.GetProperty("items")[0].GetProperty("stage").GetString().ShouldBe("released");
    }

    private static async Task<Dictionary<string, string>> Units(HttpClient client, long known) =>
        (await client.Ask($"/trace/scope/units?lot={Lot}&known={known}&limit=1000")).Body.GetProperty("units").EnumerateArray()
            .ToDictionary(u => u.GetProperty("id").GetString()!, u => string.Join('|', new[] { "set", "stage", "hold", "because", "since", "until", "place", "holder" }.Select(n => u.TryGetProperty(n, out var v) ? v.ToString() : "")));

    private static async Task<Dictionary<long, string>> Steps(HttpClient client, long known)
    {
        var (status, body) = await client.Ask($"/devices/{Pump}P1?known={known}&limit=1000");
        return status != 200 ? [] : body.GetProperty("timeline").EnumerateArray().Where(m => !m.GetProperty("isCorrected").GetBoolean())
            .ToDictionary(m => m.GetProperty("position").GetInt64(), m => m.GetProperty("after").GetString()!);
    }

    // Told late, corrected, taken out, and held: every way in which what we know can become otherwise.
    private static async Task<HttpClient> Told(House house)
    {
        using var system = await house.As("integrator");
        var quality = await house.As("qualityManager");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        (await system.Say("/capture", Stories.Pumps)).Status.ShouldBe(201);
        foreach (var fact in new[]
        {
            $$"""{"kind":"componentRemoved","id":"rm","happened":"2026-02-20T08:00:00Z","items":["{{Lot}}"],"parent":"{{Pump}}P2","place":"{{Plant}}"}""",
            """{"kind":"corrected","id":"x1","happened":"2026-02-21T08:00:00Z","corrects":{"id":"s2","reason":"didNotOccur"},"reason":"never came"}""",
            $$"""{"kind":"labelVerified","id":"late","happened":"2026-02-03T06:00:00Z","items":["{{Pump}}P1"],"place":"{{Plant}}"}""",
            $$"""{"kind":"received","id":"s3","happened":"2026-02-22T08:00:00Z","items":["{{Pump}}P1"],"place":"gs1:414/6901234000023"}""",
        })
        {
            (await system.Say("/capture", "[" + fact + "]")).Status.ShouldBe(201, fact);
        }

        (await quality.Say("/recalls", $$"""{"case":"R-1","reason":"swelling","lots":["{{Lot}}"]}""")).Status.ShouldBe(201);
        return quality;
    }
}
