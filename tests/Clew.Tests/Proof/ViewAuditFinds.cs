using Clew.Server.Ledger;
using Clew.Server.Proof;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Tests.Proof;

/// <summary>Whatever somebody writes to a view behind our back is found by telling the views again, and placed at an entry.</summary>
public sealed class ViewAuditFinds(Ground ground)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Entries 0 to 7 are the key and the company; 8 the lots received, 9 and 10 the fittings, 12 the making, 13 the release, 14 the shipping of four pumps.
    [Theory]
    [InlineData("step", "update lifecycle.step set stage = 12 where position = 13", 13L)]
    [InlineData("step", "delete from lifecycle.step where position >= 13", 13L)]
    [InlineData("link", "update genealogy.link set to_at = now() where learned = 9", 9L)]
    [InlineData("quantity", "delete from genealogy.quantity where position = 8", 8L)]
    [InlineData("item", "update lifecycle.item set instance = 'X' where key = 'gs1:01/06901234567892/21/P1'", 9L)]
    [InlineData("subject", "update masterdata.subject set key = 'gs1:417/6901234000099' where key = 'gs1:417/6901234000016'", 1L)]
    [InlineData("step", "insert into lifecycle.step select item, happened, tie, 5, place, holder, irregular, kind, role, stage, hold, marks from lifecycle.step where position = 13 limit 1", 5L)]
    [InlineData("quantity", "update lifecycle.step set stage = 12 where position = 13; delete from genealogy.quantity where position = 8", 8L)]
    public async Task Whatever_was_done_to_a_view_is_found_and_placed(string table, string sql, long position)
    {
        await using var signing = await Told(ground);
        await signing.Do(sql);
        var audit = signing.House.Services.GetRequiredService<ViewAudit>();
        (await audit.Round(Stop)).ShouldNotBeNull();
        var alarm = (await signing.House.Services.GetRequiredService<Alarms>().List(Stop)).ShouldHaveSingleItem();
        (alarm.Code, alarm.Position).ShouldBe(("audit.view", position), alarm.En);
        alarm.En.ShouldContain($"'{table}'");

        // Told again from the entries all is as it was.
        await Rebuild.Swap(signing.Database, null, Stop);
        (await audit.Round(Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task It_runs_by_itself_rests_between_pages_and_says_how_far_it_is()
    {
        // Two thousand entries of some 300 bytes at 200,000 bytes a second: it rests more than once.
        await using var signing = await Told(ground, s => s with { AuditBytes = 200_000, ViewsEvery = TimeSpan.FromHours(1) });
        using var system = await signing.House.As("integrator");
        using var auditor = await signing.House.As("auditor");
        var views = signing.House.Services.GetRequiredService<ViewAudit>();
        await Until(async () => (await views.State(Stop)).Rounds > 0);
        await signing.Do("update proof.view_audit set ended_at = null, whole_at = null");
        for (var batch = 0; batch < 3; batch++)
        {
            (await system.Say("/capture", "[" + string.Join(',', Enumerable.Range(0, 900).Select(i => $$"""{"kind":"labelVerified","id":"v{{batch}}-{{i}}","happened":"2026-02-11T08:00:00Z","items":["gs1:01/06901234567892/21/P{{i}}"],"place":"gs1:414/6901234000016"}""")) + "]")).Status.ShouldBe(201);
        }

        var began = DateTime.UtcNow;
        var round = views.Round(Stop);
        System.Text.Json.JsonElement told = default;
        await Until(async () => (told = (await auditor.Ask("/proof/audit")).Body.GetProperty("views")).GetProperty("told").GetInt64() > 0);
        told.GetProperty("told").GetInt64().ShouldBeLessThan(told.GetProperty("size").GetInt64());
        (await round).ShouldBeNull();
        (DateTime.UtcNow - began).ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        told = (await auditor.Ask("/proof/audit")).Body.GetProperty("views");
        (told.GetProperty("told").GetInt64(), told.TryGetProperty("wholeAt", out _)).ShouldBe((0, true));
    }

    private static async Task Until(Func<Task<bool>> isSo)
    {
        var until = DateTime.UtcNow.AddMinutes(1);
        while (!await isSo())
        {
            DateTime.UtcNow.ShouldBeLessThan(until);
        }
    }

    private static async Task<Signing> Told(Ground ground, Func<ProofSettings, ProofSettings>? settings = null)
    {
        var signing = await Signing.Open(ground, settings);
        using var system = await signing.House.As("integrator");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        (await system.Say("/capture", Stories.Pumps)).Status.ShouldBe(201);
        return signing;
    }
}
