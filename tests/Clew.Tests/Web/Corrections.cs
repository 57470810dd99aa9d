using Clew.Server.Access;
using Clew.Server.Capture;
using Clew.Server.Ledger;
using Clew.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Tests.Web;

/// <summary>What a person gets to correct of a refused document.</summary>
public sealed class Corrections(Ground ground)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_was_refused_is_shown_and_sent_again()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await system.Say("/capture", Stories.Company);
        (await system.Say("/capture", $"[{Made(1, "Z")}, {Made(2, "")}, {Made(3, "Z")}, {Made(4, "nonsense")}]", behaviour: "proceed")).Status.ShouldBe(201);
        var (documents, mending) = (house.Services.GetRequiredService<ExceptionQueries>(), house.Services.GetRequiredService<Mending>());
        var open = (await documents.Refused(onlyOpen: true, null, 10, Stop)).Documents.ShouldHaveSingleItem();
        var text = (await mending.Text(open, Stop)).ShouldNotBeNull();
        text.ShouldContain("\"m2\"");
        text.ShouldContain("\"m4\"");
        text.ShouldNotContain("\"m1\"");
        text.ShouldNotContain("\"m3\"");

        // All or nothing, and in the name of whoever corrects it.
        var quality = new Caller("user:li.na", "qualityManager", null);
        (await mending.Send(quality, open, text.Replace("nonsense", "Z", StringComparison.Ordinal), Stop)).Select(o => o.Status).ShouldBe([FactStatus.Refused, FactStatus.Refused]);
        (await documents.Find(open.Id, Stop))!.MendedBy.ShouldBeNull();
        var mended = text.Replace("nonsense", "Z", StringComparison.Ordinal).Replace("08:00:00\"", "08:00:00Z\"", StringComparison.Ordinal);
        (await mending.Send(quality, open, mended, Stop)).Select(o => o.Status).ShouldBe([FactStatus.Admitted, FactStatus.Admitted]);
        (await documents.Find(open.Id, Stop))!.MendedBy.ShouldNotBeNull();
        var device = (await system.Ask("/devices/gs1:01/06901234567892/21/M2")).Body;
        device.GetProperty("timeline")[0].GetProperty("by").GetString().ShouldBe("user:li.na");
    }

    [Theory]
    [InlineData("[{\"kind\":\"productionCompleted\",", "[{\"kind\":\"productionCompleted\",")]
    [InlineData("{\"not\":\"facts\"}", "{\"not\":\"facts\"}")]
    public async Task What_cannot_be_taken_apart_is_shown_whole(string sent, string shown)
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        (await system.Say("/capture", sent)).Status.ShouldBe(422);
        var documents = house.Services.GetRequiredService<ExceptionQueries>();
        var open = (await documents.Refused(onlyOpen: true, null, 10, Stop)).Documents.ShouldHaveSingleItem();
        (await house.Services.GetRequiredService<Mending>().Text(open, Stop)).ShouldBe(shown);
    }

    private static string Made(int n, string offset) =>
        $$"""{"kind":"productionCompleted","id":"m{{n}}","happened":"2026-02-03T08:00:00{{offset}}","items":["gs1:01/06901234567892/21/M{{n}}"],"place":"gs1:414/6901234000016"}""";
}
