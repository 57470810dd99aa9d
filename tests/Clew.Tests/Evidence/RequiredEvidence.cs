using Clew.Tests.Storage;
using Clew.Tests.Web;

namespace Clew.Tests.Evidence;

/// <summary>A company says which evidence a kind of fact must bring; admission enforces it from then on.</summary>
public sealed class RequiredEvidence(Ground ground)
{
    private const string Report = "\"evidence\":[{\"kind\":\"testReport\",\"name\":\"r.pdf\",\"sha256\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"}]";

    [Fact]
    public async Task Whoever_asks_leave_without_it_is_refused_and_what_is_reported_without_it_is_remarked()
    {
        var (database, text) = await ground.NewDatabase();
        await using var house = await House.Open(database);
        await using var second = await House.Open(Clew.Server.Storage.Database.Source(text, Clew.Server.Storage.Database.SearchPath));
        using var system = await house.As("integrator");
        using var elsewhere = await second.AsSender("other", "integrator");
        using var chinese = await house.AsSender("zh", "integrator", language: "zh");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        (await system.Say("/capture", Stories.Pumps)).Status.ShouldBe(201);
        (await elsewhere.Say("/capture", Inspected("before", "intended", "2026-02-12T08:00:00Z", ""))).Status.ShouldBe(201);
        (await system.Say("/capture", """[{"kind":"evidenceRequired","id":"rule1","happened":"2026-02-10T00:00:00Z","details":{"for":"inspected","evidence":["testReport"]}}]""")).Status.ShouldBe(201);

        var refused = await system.Say("/capture", Inspected("i1", "intended", "2026-02-12T08:00:00Z", ""));
        refused.ShouldBeRefused(422, "evidence.required", "/0/evidence");
        refused.Body.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("code").GetString() == "evidence.required").GetProperty("remedy").GetString()!.ShouldContain("'kind':'testReport'");
        (await chinese.Say("/capture", Inspected("i1z", "intended", "2026-02-12T08:00:00Z", ""))).Body.ToString().ShouldContain("必须附有");
        var shown = await system.Say("/capture", Inspected("i2", "intended", "2026-02-12T08:00:00Z", Report + ","));
        shown.Status.ShouldBe(201, shown.Body.ToString());

        // What has happened is recorded; the sender hears what is missing.
        var reported = await system.Say("/capture", Inspected("i3", "reported", "2026-02-12T08:00:00Z", ""));
        reported.Status.ShouldBe(201);
        reported.Body.ToString().ShouldContain("evidence.required");

        // Before the rule held, and of other kinds, nothing is asked; another server knows the rule as well.
        (await system.Say("/capture", Inspected("i4", "intended", "2026-02-09T08:00:00Z", ""))).Body.ToString().ShouldNotContain("evidence.required");
        (await elsewhere.Say("/capture", Inspected("i5", "intended", "2026-02-12T08:00:00Z", ""))).ShouldBeRefused(422, "evidence.required", "/0/evidence");
        var rules = (await elsewhere.Ask("/evidence/rules")).Body.GetProperty("rules");
        (rules.GetArrayLength(), rules[0].GetProperty("kind").GetString(), rules[0].GetProperty("evidence")[0].GetString()).ShouldBe((1, "inspected", "testReport"));

        // Told again from the ledger the rule is there still; taken away by another fact it is gone.
        (await Clew.Server.Ledger.Rebuild.Check(database, null, TestContext.Current.CancellationToken)).Difference.ShouldBeNull();
        await Clew.Server.Ledger.Rebuild.Swap(database, null, TestContext.Current.CancellationToken);
        (await system.Say("/capture", Inspected("i6", "intended", "2026-02-12T08:00:00Z", ""))).ShouldBeRefused(422, "evidence.required", "/0/evidence");
        (await system.Say("/capture", """[{"kind":"evidenceRequired","id":"rule2","happened":"2026-02-11T00:00:00Z","details":{"for":"inspected","evidence":[]}}]""")).Status.ShouldBe(201);
        (await system.Say("/capture", Inspected("i7", "intended", "2026-02-12T08:00:00Z", ""))).Status.ShouldBe(201);
        (await system.Ask("/evidence/rules")).Body.GetProperty("rules").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"for":"nonsense","evidence":["x"]}""")]
    [InlineData("""{"for":"inspected","evidence":"x"}""")]
    [InlineData("""{"for":"inspected","evidence":[""]}""")]
    [InlineData("""{"for":"inspected","evidence":["x","x"]}""")]
    [InlineData("""{"for":"evidenceRequired","evidence":["x"]}""")]
    [InlineData("""{"evidence":["x"]}""")]
    public async Task A_rule_that_says_nothing_is_refused(string details)
    {
        await using var house = await House.Open(ground);
        using var steward = await house.As("masterDataSteward");
        (await steward.Say("/capture", $$"""[{"kind":"evidenceRequired","id":"r","happened":"2026-02-10T00:00:00Z","details":{{details}}}]""")).ShouldBeRefused(422, "evidence.rule", "/0/details");
        using var warehouse = await house.As("warehouseOperator");
        (await warehouse.Say("/capture", """[{"kind":"evidenceRequired","id":"r","happened":"2026-02-10T00:00:00Z","details":{"for":"inspected","evidence":["x"]}}]""")).Status.ShouldBe(422);
    }

    private static string Inspected(string id, string mode, string happened, string evidence) =>
        $$"""[{"kind":"inspected","id":"{{id}}","happened":"{{happened}}","items":["gs1:01/06901234567892/21/P2"],"place":"gs1:414/6901234000016","outcome":"pass",{{evidence}}"mode":"{{mode}}"}]""";
}
