using Clew.Proof;
using Clew.Server.Proof;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Tests.Proof;

/// <summary>What an administrator of the database can do to the ledger behind our back, each tried on a real one, and what the self-audit says of it.</summary>
public sealed class SelfAuditFinds(Ground ground)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Entries are written so that their hash fits, wherever somebody knew how. Positions 0 to 607: the key, the company, 600 labels checked.
    [Theory]
    [InlineData("an alteration", "update ledger.entry set body = convert_to(replace(convert_from(body, 'UTF8'), 'labelVerified', 'labelverified'), 'UTF8') where position = 300", "audit.altered", 300L)]
    [InlineData("an alteration with its hash", "with n as (select position, convert_to(replace(convert_from(body, 'UTF8'), 'labelVerified', 'labelverified'), 'UTF8') as body from ledger.entry where position = 300) update ledger.entry e set body = n.body, leaf = sha256('\\x00'::bytea || n.body) from n where n.position = e.position", "audit.reordered", 256L)]
    [InlineData("an alteration at the end with its hash", "with n as (select position, convert_to(replace(convert_from(body, 'UTF8'), 'labelVerified', 'labelverified'), 'UTF8') as body from ledger.entry where position = 605) update ledger.entry e set body = n.body, leaf = sha256('\\x00'::bytea || n.body) from n where n.position = e.position", "audit.reordered", 576L)]
    [InlineData("a hash alone", "update ledger.entry set leaf = sha256('x') where position = 17", "audit.altered", 17L)]
    [InlineData("a deletion", "delete from ledger.entry where position = 123", "audit.missing", 123L)]
    [InlineData("a deletion of the last", "delete from ledger.entry where position = 607", "audit.missing", 607L)]
    [InlineData("an insertion behind the end", "insert into ledger.entry select 608, recorded_at, document, leaf, body from ledger.entry where position = 5", "audit.beyond", 608L)]
    [InlineData("an insertion in the middle", "update ledger.entry set position = position + 1000 where position >= 40; update ledger.entry set position = position - 999 where position >= 1040; insert into ledger.entry select 40, recorded_at, document, leaf, body from ledger.entry where position = 5; update ledger.head set size = size + 1", "audit.reordered", 0L)]
    [InlineData("two in each other's place", "update ledger.entry set position = 9999 where position = 270; update ledger.entry set position = 270 where position = 280; update ledger.entry set position = 280 where position = 9999", "audit.reordered", 256L)]
    [InlineData("a node of the tree", "update ledger.node set hash = sha256('x') where level = 1 and number = 1", "audit.tree", null)]
    public async Task Whatever_was_done_to_rows_is_found_and_placed(string what, string sql, string code, long? position)
    {
        await using var signing = await Told(ground);
        await signing.Do(sql);
        var alarm = await Audit(signing);
        (alarm?.Code, alarm?.Position).ShouldBe((code, position), what);
    }

    [Fact]
    public async Task A_ledger_that_nobody_touched_raises_no_alarm()
    {
        await using var signing = await Told(ground);
        (await Audit(signing)).ShouldBeNull();
    }

    // Whoever writes every row anew with all hashes, head and tree passes every check inside the database.
    [Theory]
    [InlineData("an entry altered and all hashes made anew", "with n as (select position, convert_to(replace(convert_from(body, 'UTF8'), 'labelVerified', 'labelverified'), 'UTF8') as body from ledger.entry where position = 300) update ledger.entry e set body = n.body, leaf = sha256('\\x00'::bytea || n.body) from n where n.position = e.position", "audit.forked")]
    [InlineData("the same, and checkpoints taken away", "delete from proof.checkpoint; with n as (select position, convert_to(replace(convert_from(body, 'UTF8'), 'labelVerified', 'labelverified'), 'UTF8') as body from ledger.entry where position = 300) update ledger.entry e set body = n.body, leaf = sha256('\\x00'::bytea || n.body) from n where n.position = e.position", "audit.forked")]
    [InlineData("the last hundred taken back", "delete from ledger.entry where position >= 508; update ledger.head set size = 508, edge = null", "audit.refused")]
    [InlineData("the same, and checkpoints taken away", "delete from proof.checkpoint; delete from ledger.entry where position >= 508; update ledger.head set size = 508, edge = null", "audit.refused")]
    public async Task A_rewrite_of_everything_is_found_by_what_the_signer_remembers(string what, string sql, string code)
    {
        await using var signing = await Told(ground);
        await signing.Do(sql);
        await Clew.Server.Ledger.Rebuild.Tree(signing.Database, Stop);
        (await Audit(signing))?.Code.ShouldBe(code, what);

        // Nor does anybody get a signature under it.
        using var auditor = await signing.House.As("auditor");
        (await auditor.Say("/proof/checkpoints", "")).ShouldBeRefused(409, "proof.notSigned", "");
    }

    [Fact]
    public async Task It_runs_by_itself_and_says_how_far_it_is()
    {
        await using var signing = await Told(ground, s => s with { AuditBytes = long.MaxValue });
        using var auditor = await signing.House.As("auditor");
        var until = DateTime.UtcNow.AddMinutes(1);
        System.Text.Json.JsonElement state;
        do
        {
            state = (await auditor.Ask("/proof/audit")).Body;
        }
        while (state.GetProperty("rounds").GetInt64() < 1 && DateTime.UtcNow < until);
        state.GetProperty("rounds").GetInt64().ShouldBeGreaterThan(0);
        state.GetProperty("alarms").GetArrayLength().ShouldBe(0);
        state.TryGetProperty("finishedAt", out _).ShouldBeTrue();
    }

    private static async Task<Alarm?> Audit(Signing signing)
    {
        using var audit = ActivatorUtilities.CreateInstance<SelfAudit>(signing.House.Services);
        var finding = await audit.Round(null, Stop);
        var alarms = await signing.House.Services.GetRequiredService<Alarms>().List(Stop);
        alarms.Count.ShouldBe(finding is null ? 0 : 1);
        return alarms.SingleOrDefault();
    }

    private static async Task<Signing> Told(Ground ground, Func<ProofSettings, ProofSettings>? settings = null)
    {
        var signing = await Signing.Open(ground, settings);
        using var system = await signing.House.As("integrator");
        using var auditor = await signing.House.As("auditor");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        for (var batch = 0; batch < 2; batch++)
        {
            (await system.Say("/capture", "[" + string.Join(',', Enumerable.Range(0, 300).Select(i => $$"""{"kind":"labelVerified","id":"v{{batch}}-{{i}}","happened":"2026-02-11T08:00:00Z","items":["gs1:01/06901234567892/21/P{{i}}"],"place":"gs1:414/6901234000016"}""")) + "]")).Status.ShouldBe(201);
            (await auditor.Say("/proof/checkpoints", "")).Status.ShouldBe(201);
        }

        // Behind the last checkpoint nothing stands yet; what stands before it is signed.
        Checkpoint.Read(signing.Signer.LastNote!.Text).Value.Size.ShouldBe(608);
        return signing;
    }
}
