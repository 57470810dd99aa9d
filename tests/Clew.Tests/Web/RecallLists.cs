using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Clew.Tests.Storage;
using MiniExcelLibs;

namespace Clew.Tests.Web;

/// <summary>What leaves the house in a recall, and what a lock catches.</summary>
[Collection(nameof(Measured))]
public sealed class RecallLists(Ground ground) : IAsyncLifetime
{
    private const string Pump = "gs1:01/06901234567892/21/";
    private const string Plant = "gs1:414/6901234000016";
    private const string Lot = "gs1:01/06901234560008/10/B17";

    private House house = null!;
    private HttpClient system = null!;
    private HttpClient quality = null!;

    public async ValueTask InitializeAsync()
    {
        house = await House.Open(ground);
        system = await house.As("integrator");
        quality = await house.As("qualityManager");
        await Told(Stories.Company);
        await Told(Stories.Pumps);
    }

    public async ValueTask DisposeAsync()
    {
        system.Dispose();
        quality.Dispose();
        await house.DisposeAsync();
    }

    [Fact]
    public async Task The_three_sets_have_reasons_the_counts_add_up_and_the_frozen_hash_is_that_of_the_list()
    {
        // P2 loses its battery: it contained one. A loose battery unit of the lot counts as a part.
        await Told($$"""[{"kind":"componentRemoved","id":"rm","happened":"2026-02-20T08:00:00Z","items":["{{Lot}}"],"parent":"{{Pump}}P2","place":"{{Plant}}"}]""");
        await Told("""[{"kind":"productionCompleted","id":"bt","happened":"2026-02-01T07:00:00Z","items":["gs1:01/06901234560008/21/LOOSE"],"place":"gs1:414/6901234000016","lot":"B17"}]""");
        (await quality.Say("/recalls", $$"""{"case":"R-1","lots":["{{Lot}}"]}""")).Status.ShouldBe(201);
        var units = (await quality.Ask("/recalls/R-1/units")).Body.GetProperty("units").EnumerateArray().ToDictionary(u => u.GetProperty("id").GetString()!);
        string Set(string id) => units[id].GetProperty("set").GetString()!;
        (Set(Pump + "P1"), Set(Pump + "P2"), Set(Pump + "P4")).ShouldBe(("containsNow", "containedBefore", "cannotExclude"));
        units.ShouldNotContainKey(Pump + "P3");
        foreach (var id in new[] { Pump + "P1", Pump + "P2" })
        {
            units[id].GetProperty("because").GetString().ShouldBe(Lot);
            units[id].GetProperty("path").GetArrayLength().ShouldBe(1);
            units[id].GetProperty("since").GetString().ShouldNotBeNull();
        }

        var scope = (await quality.Ask("/recalls/R-1/scope")).Body;
        var counts = scope.GetProperty("counts").EnumerateArray().ToList();
        long Sum(string set, bool isDevice) => counts.Where(c => c.GetProperty("set").GetString() == set && c.GetProperty("isDevice").GetBoolean() == isDevice).Sum(c => c.GetProperty("units").GetInt64());
        foreach (var set in new[] { "containsNow", "containedBefore", "cannotExclude" })
        {
            scope.GetProperty(set).GetInt64().ShouldBe(Sum(set, true));
            units.Values.Count(u => u.GetProperty("set").GetString() == set && u.GetProperty("isDevice").GetBoolean()).ShouldBe((int)Sum(set, true));
        }

        scope.GetProperty("parts").GetInt64().ShouldBe(Sum("containsNow", false));
        scope.GetProperty("parts").GetInt64().ShouldBe(1);

        var frozen = (await quality.Say("/recalls/R-1/freeze", "")).Body.GetProperty("frozen");
        var list = await quality.GetByteArrayAsync(frozen.GetProperty("list").GetString(), TestContext.Current.CancellationToken);
        Convert.ToHexStringLower(SHA256.HashData(list)).ShouldBe(frozen.GetProperty("sha256").GetString());
        var fact = (await quality.Ask("/entries/" + frozen.GetProperty("position"))).Body.GetProperty("fact");
        fact.GetProperty("evidence")[0].GetProperty("sha256").GetString().ShouldBe(frozen.GetProperty("sha256").GetString());
        var rows = Csv(list);
        rows.Count.ShouldBe(1 + units.Count);
        var (sort, place) = (rows[0].IndexOf("sort"), rows[0].IndexOf("set"));
        (frozen.GetProperty("containsNow").GetInt64(), frozen.GetProperty("containedBefore").GetInt64(), frozen.GetProperty("cannotExclude").GetInt64(), frozen.GetProperty("parts").GetInt64())
            .ShouldBe((Rows("containsNow"), Rows("containedBefore"), Rows("cannotExclude"), rows.LongCount(r => r[sort] == "part")));
        long Rows(string set) => rows.LongCount(r => r[sort] == "device" && r[place] == set);

        // The same question as of then gives the same bytes after more has happened.
        await Told($$"""[{"kind":"componentFitted","id":"later","happened":"2026-03-02T08:00:00Z","items":["{{Lot}}"],"parent":"{{Pump}}P8","place":"{{Plant}}"}]""");
        (await quality.GetByteArrayAsync("/recalls/R-1/list.csv?known=" + frozen.GetProperty("knownPosition"), TestContext.Current.CancellationToken)).ShouldBe(list);
        (await quality.GetByteArrayAsync("/recalls/R-1/list.csv", TestContext.Current.CancellationToken)).ShouldNotBe(list);
    }

    [Theory]
    [InlineData("\"lots\":[\"gs1:01/06901234560008/10/B17\"]")]
    [InlineData("\"serials\":[\"gs1:01/06901234567892/21/LATE\",\"gs1:01/06901234567892/21/P1\"]")]
    [InlineData("\"products\":[\"gs1:01/06901234567892\"],\"madeFrom\":\"2026-02-01T00:00:00Z\",\"madeUntil\":\"2026-02-28T00:00:00Z\"")]
    [InlineData("\"suppliers\":[\"gs1:417/6901234000030\"]")]
    public async Task A_lock_catches_what_turns_up_later_and_what_dates_from_before_it(string criterion)
    {
        (await quality.Say("/recalls", "{\"case\":\"R-2\"," + criterion + "}")).Status.ShouldBe(201);
        (await quality.Say("/recalls/R-2/freeze", "")).Status.ShouldBe(200);
        (await quality.Say("/recalls/R-2/lock", "")).Status.ShouldBe(200);
        (await Hold("P1")).ShouldBe("recallLock");

        // Reported only now: it was made, with a battery of the lot, before the lock was placed.
        await Told($$"""[{"kind":"componentFitted","id":"l1","happened":"2026-02-02T09:00:00Z","items":["{{Lot}}"],"parent":"{{Pump}}LATE","place":"{{Plant}}"}]""");
        await Told($$"""[{"kind":"productionCompleted","id":"l2","happened":"2026-02-03T09:00:00Z","items":["{{Pump}}LATE"],"place":"{{Plant}}","lot":"L1"}]""");
        (await Hold("LATE")).ShouldBe("recallLock");
        using var warehouse = await house.As("warehouseOperator");
        (await warehouse.Say("/capture", $$"""[{"kind":"shipped","mode":"intended","id":"no","happened":"2026-03-05T08:00:00Z","items":["{{Pump}}LATE"],"place":"{{Plant}}","to":"gs1:414/6901234000023"}]""")).ShouldBeRefused(422, "life.underHold", "/0/items/0");

        // What is not meant goes on.
        await Told($$"""[{"kind":"productionCompleted","id":"o1","happened":"2026-03-03T09:00:00Z","items":["{{Pump}}OTHER"],"place":"{{Plant}}","lot":"L9"}]""");
        (await Hold("OTHER")).ShouldNotBe("recallLock");
    }

    [Fact]
    public async Task A_part_that_is_fitted_after_the_lock_brings_it_along()
    {
        await Told("""[{"kind":"productionCompleted","id":"b1","happened":"2026-02-01T07:00:00Z","items":["gs1:01/06901234560008/21/SN1"],"place":"gs1:414/6901234000016","lot":"B17"}]""");
        (await quality.Say("/recalls", $$"""{"case":"R-3","serials":["gs1:01/06901234560008/21/SN1"]}""")).Status.ShouldBe(201);
        await quality.Say("/recalls/R-3/freeze", "");
        (await quality.Say("/recalls/R-3/lock", "")).Status.ShouldBe(200);
        (await Hold("P3")).ShouldBe("none");
        await Told($$"""[{"kind":"componentFitted","id":"b2","happened":"2026-03-02T08:00:00Z","items":["gs1:01/06901234560008/21/SN1"],"parent":"{{Pump}}P3","place":"{{Plant}}"}]""");
        (await Hold("P3")).ShouldBe("recallLock");
    }

    [Fact]
    public async Task Lists_as_CSV_and_workbook_have_the_same_rows_are_harmless_to_spreadsheets_and_leave_a_trace()
    {
        // Serials and names that a spreadsheet would take for formulas.
        string[] wild = ["=1+1", "+cmd", "-2", "a,b"];
        await Told($$"""[{"kind":"placeDescribed","happened":"2026-01-02T00:00:00Z","describes":{"subject":"{{Plant}}","nameEn":"@SUM(1)","nameZh":"$=1+1, \"工厂\"\n二楼","owner":"gs1:417/6901234000016"} }]""");
        for (var i = 0; i < wild.Length; i++)
        {
            await Told($$"""[{"kind":"componentFitted","id":"wild{{i}}","happened":"2026-02-02T10:00:00Z","items":["{{Lot}}"],"parent":"{{Pump}}{{Uri.EscapeDataString(wild[i])}}","place":"{{Plant}}"}]""");
        }

        await quality.Say("/recalls", $$"""{"case":"R-4","lots":["{{Lot}}"]}""");
        var csv = await quality.GetByteArrayAsync("/recalls/R-4/list.csv", TestContext.Current.CancellationToken);
        csv[..3].ShouldBe([0xEF, 0xBB, 0xBF]);
        var rows = Csv(csv);
        foreach (var cell in rows.SelectMany(r => r))
        {
            (cell.Length > 0 && "=+-@\t\r".Contains(cell[0], StringComparison.Ordinal)).ShouldBeFalse(cell);
        }

        rows.Select(r => r[rows[0].IndexOf("serial")]).ShouldContain("'=1+1");
        using var file = new MemoryStream(await quality.GetByteArrayAsync("/recalls/R-4/list.xlsx", TestContext.Current.CancellationToken));
        var sheet = file.Query(useHeaderRow: false).Cast<IDictionary<string, object?>>().Select(r => r.Values.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture) ?? "").ToList()).ToList();
        sheet.Select(r => string.Join('|', r)).ShouldBe(rows.Select(r => string.Join('|', r.Select(Plain))));
        using var archive = new System.IO.Compression.ZipArchive(file);
        using var xml = new StreamReader(archive.Entries.Single(e => e.FullName.EndsWith("sheet1.xml", StringComparison.Ordinal)).Open());
        (await xml.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldNotContain("<x:f>");
        var scope = (await quality.Ask("/recalls/R-4/scope")).Body;
        (rows.Count - 1).ShouldBe((int)scope.GetProperty("counts").EnumerateArray().Sum(c => c.GetProperty("units").GetInt64()));

        // Who took what away, up to where.
        var ledger = new List<JsonElement>();
        for (var position = 0; (await quality.Ask($"/entries/{position}")) is { Status: 200 } entry; position++)
        {
            ledger.Add(entry.Body);
        }

        var exports = ledger.Where(e => e.GetProperty("fact").GetProperty("kind").GetString() == "recordExported").ToList();
        exports.Select(e => e.GetProperty("by").GetString() + " " + e.GetProperty("fact").GetProperty("details").GetProperty("form").GetString()).ShouldBe(["system:test-qualityManager csv", "system:test-qualityManager xlsx"]);

        static string Plain(string cell) => cell.StartsWith('\'') ? cell[1..] : cell;
    }

    [Fact]
    public async Task A_hundred_thousand_rows_are_streamed()
    {
        const int Units = 100_000;
        for (var from = 0; from < Units; from += 20_000)
        {
            var (_, job) = await system.Say("/capture", $$"""{"kind":"productionCompleted","id":"many{{from}}","happened":"2026-02-03T08:00:00+08:00","items":[{{string.Join(',', Enumerable.Range(from, 20_000).Select(i => $"\"{Pump}N{i}\""))}}],"place":"{{Plant}}","lot":"L7"}""");
            if (job.TryGetProperty("id", out var id))
            {
                while (job.GetProperty("state").GetString() != "finished")
                {
                    job = (await system.Ask("/capture/" + id.GetString())).Body;
                }
            }
        }

        await quality.Say("/recalls", """{"case":"R-5","lots":["gs1:01/06901234567892/10/L7"]}""");
        foreach (var form in new[] { "csv", "xlsx" })
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            using var answer = await quality.GetAsync($"/recalls/R-5/list.{form}", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await using var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
            var part = new byte[1 << 20];
            long most = 0;
            for (int read; (read = await body.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, TestContext.Current.CancellationToken)) > 0;)
            {
                await file.WriteAsync(part.AsMemory(0, read), TestContext.Current.CancellationToken);
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }

            most.ShouldBeLessThan(48 << 20, form);
            file.Position = 0;
            var rows = 0;
            if (form == "csv")
            {
                using var lines = new StreamReader(file, leaveOpen: true);
                while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is not null)
                {
                    rows++;
                }
            }
            else
            {
                rows = file.Query(useHeaderRow: false).Count();
            }

            rows.ShouldBe(Units + 1, form);
        }
    }

    private async Task Told(string document)
    {
        var (status, body) = await system.Say("/capture", document);
        status.ShouldBe(201, body.ToString());
    }

    private async Task<string?> Hold(string serial) => (await quality.Ask("/devices/" + Pump + serial)).Body.GetProperty("item").GetProperty("hold").GetString();

    // RFC 4180, by hand, so that our writer is not judged by itself.
    private static List<List<string>> Csv(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');
        var rows = new List<List<string>> { new() };
        var cell = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (isQuoted)
            {
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                {
                    cell.Append(text[i++]);
                }
                else if (c == '"')
                {
                    isQuoted = false;
                }
                else
                {
                    cell.Append(c);
                }
            }
            else if (c == '"')
            {
                isQuoted = true;
            }
            else if (c is ',' or '\n')
            {
                rows[^1].Add(cell.ToString());
                cell.Clear();
                if (c == '\n')
                {
                    rows.Add([]);
                }
            }
            else if (c != '\r')
            {
                cell.Append(c);
            }
        }

        rows.RemoveAt(rows.Count - 1);
        return rows;
    }
}
