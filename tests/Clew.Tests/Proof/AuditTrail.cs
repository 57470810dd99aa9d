using System.Text;
using System.Text.Json;
using Clew.Server.Proof;
using Clew.Tests.Storage;
using Clew.Tests.Web;

namespace Clew.Tests.Proof;

/// <summary>Who, what, when, on what, from where, with what reason: over HTTP, and every look at it an entry of it.</summary>
public sealed class AuditTrail(Ground ground)
{
    private const string P1 = "gs1:01/06901234567892/21/P1";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_part_of_the_question_narrows_it()
    {
        await using var house = await House.Open(ground);
        using var system = await house.AsSender("mes-suzhou", "integrator");
        using var quality = await house.AsSender("li.na", "qualityManager");
        using var auditor = await house.As("auditor");
        await system.Say("/capture", Stories.Company);
        await system.Say("/capture", Stories.Pumps);
        (await quality.Say("/recalls", """{"case":"R-1","reason":"swelling cells","lots":["gs1:01/06901234560008/10/B17"]}""")).Status.ShouldBe(201);
        async Task<List<JsonElement>> Find(string query) => [.. (await auditor.Ask("/audit/entries" + query)).Body.GetProperty("entries").EnumerateArray()];

        (await Find("?by=li.na")).Select(e => e.GetProperty("kind").GetString()).ShouldBe(["recallOpened"]);
        (await Find("?by=system:li.na")).Count.ShouldBe(1);
        (await Find("?by=nobody")).ShouldBeEmpty();
        var shipped = (await Find("?kind=shipped")).ShouldHaveSingleItem();
        shipped.GetProperty("items").EnumerateArray().Select(i => i.GetString()).ShouldContain(P1);
        (shipped.GetProperty("by").GetString(), shipped.GetProperty("sender").GetString(), shipped.GetProperty("mediaType").GetString(), shipped.GetProperty("document").GetInt64()).ShouldBe(("system:mes-suzhou", "system:mes-suzhou", "application/json; charset=utf-8", 2));
        shipped.GetProperty("place").GetString().ShouldNotBeNull();
        var opened = (await Find("?reason=SWELLING")).ShouldHaveSingleItem();
        (opened.GetProperty("case").GetString(), opened.GetProperty("reason").GetString(), opened.TryGetProperty("document", out _)).ShouldBe(("R-1", "swelling cells", false));
        (await Find("?case=R-1")).Count.ShouldBe(1);
        (await Find("?item=" + P1)).Count.ShouldBe(5);
        (await Find($"?item={P1}&kind=shipped")).Count.ShouldBe(1);
        (await Find("?until=2020-01-01T00:00:00Z")).ShouldBeEmpty();
        (await Find("?from=2999-01-01T00:00:00Z")).ShouldBeEmpty();
        (await Find("?from=2020-01-01T00:00:00Z&kind=partyDescribed")).Count.ShouldBeGreaterThan(1);
        (await auditor.Ask("/audit/entries?kind=nonsense")).ShouldBeRefused(400, "question.parameter", "?kind");
        (await auditor.Ask("/audit/entries?item=nonsense")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Every_look_and_every_copy_is_an_entry()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        using var auditor = await house.AsSender("wang.fang", "auditor");
        await system.Say("/capture", Stories.Company);
        await auditor.Ask("/audit/entries?kind=shipped");
        using (var page = await auditor.GetAsync("/audit?by=nobody", Stop))
        {
            (await page.Content.ReadAsStringAsync(Stop)).ShouldContain("No entry fits.");
        }

        var csv = (await auditor.GetByteArrayAsync("/audit/entries.csv?kind=partyDescribed", Stop));
        (await auditor.Ask("/audit/entries?kind=nonsense")).Status.ShouldBe(400); // Saw nothing.
        var read = (await auditor.Ask("/audit/entries?by=wang.fang")).Body.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("position").GetInt64()).ToList();
        var looks = new List<(string, string)>();
        foreach (var position in read)
        {
            var details = (await auditor.Ask("/entries/" + position)).Body.GetProperty("fact").GetProperty("details");
            looks.Add((details.GetProperty("form").GetString()!, details.GetProperty("list").GetString()!));
        }

        // The last look is in what comes after it.
        looks.ShouldBe([("csv", "audit trail ?kind=partyDescribed"), ("page", "audit trail ?by=nobody"), ("json", "audit trail ?kind=shipped")]);
        csv.AsSpan(0, 3).SequenceEqual(Encoding.UTF8.GetPreamble()).ShouldBeTrue();
        var rows = Encoding.UTF8.GetString(csv, 3, csv.Length - 3).TrimEnd().Split("\r\n");
        rows[0].ShouldStartWith("position,recordedAt,by,kind,happened,items");
        rows.Length.ShouldBeGreaterThan(2);
        rows.Skip(1).ShouldAllBe(r => r.Contains(",partyDescribed,", StringComparison.Ordinal));
        using var operatorOfWarehouse = await house.As("warehouseOperator");
        (await operatorOfWarehouse.Ask("/audit/entries")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task One_deed_among_thousands_is_found_and_stretches_join_to_the_whole()
    {
        await using var house = await House.Open(ground);
        using var system = await house.AsSender("line-1", "integrator");
        using var rare = await house.AsSender("li.na", "integrator");
        using var auditor = await house.As("auditor");
        await system.Say("/capture", Stories.Company);
        await rare.Say("/capture", Fact("first", "observed", 0));
        for (var batch = 0; batch < 10; batch++)
        {
            (await system.Say("/capture", "[" + string.Join(',', Enumerable.Range(0, 900).Select(i => Fact($"v{batch}-{i}", "labelVerified", i)[1..^1])) + "]")).Status.ShouldBe(201);
        }

        await rare.Say("/capture", Fact("last", "observed", 1));
        for (var round = 0; round < 2; round++)
        {
            // With the table of blocks, and once it is told.
            (await auditor.Ask("/audit/entries?by=li.na")).Body.GetProperty("entries").GetArrayLength().ShouldBe(2);
            (await auditor.Ask("/audit/entries?kind=observed")).Body.GetProperty("entries").GetArrayLength().ShouldBe(2);
        }

        var all = new List<long>();
        for (var next = "/audit/entries?kind=labelVerified&limit=1000"; next is not null;)
        {
            var (status, body) = await auditor.Ask(next);
            status.ShouldBe(200);
            all.AddRange(body.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("position").GetInt64()));
            next = body.TryGetProperty("next", out var further) ? further.GetString() : null;
        }

        all.ShouldBe(Enumerable.Range(0, 9000).Select(i => all[0] - i));
        Trail.BlockLength.ShouldBeLessThan(9000 / 2);
    }

    private static string Fact(string id, string kind, int unit) =>
        $$"""[{"kind":"{{kind}}","id":"{{id}}","happened":"2026-02-11T08:00:00Z","items":["gs1:01/06901234567892/21/P{{unit}}"],"place":"gs1:414/6901234000016"}]""";
}
