using System.Text.Json;
using Clew.Server.Access;
using Clew.Simulation;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Tests.Simulation;

public sealed class StoryOverHttp(Ground ground)
{
    private static readonly DateOnly Today = new(2026, 11, 25);

    [Fact]
    public void The_same_seed_and_day_tell_the_same_bytes()
    {
        static string Told(ulong seed) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
            [.. Loader.Ordered(new Story(Numbers.Small, Today, seed)).SelectMany(g => g).SelectMany(t => Tale.Document(t.Facts))]));
        Told(1).ShouldBe(Told(1));
        Told(1).ShouldNotBe(Told(2));
    }

    [Fact]
    public void The_numbers_of_the_story_reconcile()
    {
        foreach (var n in new[] { Numbers.Demo, Numbers.Small })
        {
            n.ContainNow.ShouldBe(n.BuiltIn - n.PumpsScrapped - n.Replaced + n.Spares, n.Tier);
            n.Ever.ShouldBe(n.ContainNow + n.Replaced + n.PumpsScrapped, n.Tier);
        }

        (Numbers.Demo.Cells, Numbers.Demo.ContainNow, Numbers.Demo.Ever).ShouldBe((1_200, 1_154, 1_177));
    }

    [Theory]
    [InlineData("small")]
    [InlineData("demo")]
    public async Task The_company_answers_with_the_numbers_of_its_story(string tier)
    {
        var n = Numbers.Of(tier);
        var story = new Story(n, DateOnly.FromDateTime(DateTime.Today));
        await using var house = await House.Open(ground);
        using var loader = new Loader(house.Address, sender =>
        {
            var (role, party) = Demo.RoleOf(sender, story.Company);
            return house.Services.GetRequiredService<Keys>().Issue(sender, role, party?.Text, TestContext.Current.CancellationToken);
        });
        await loader.Load(story, null, TestContext.Current.CancellationToken);
        using var quality = await house.As("qualityManager");

        // The lot: what contains it now, what ever did, what cannot be excluded, and where they are.
        var scope = (await quality.Ask("/trace/scope?origins=true&lot=" + story.BadCells.Text)).Body;
        scope.GetProperty("containsNow").GetInt64().ShouldBe(n.ContainNow);
        scope.GetProperty("containedBefore").GetInt64().ShouldBe(n.Replaced + n.PumpsScrapped);
        scope.GetProperty("ever").GetInt64().ShouldBe(n.Ever);
        scope.GetProperty("cannotExclude").GetInt64().ShouldBe(n.CannotExclude);
        scope.GetProperty("builtIn").GetInt64().ShouldBe(n.BuiltIn);
        scope.GetProperty("fittedLater").GetInt64().ShouldBe(n.Spares);
        scope.GetProperty("takenOut").GetInt64().ShouldBe(n.Replaced);
        scope.GetProperty("ended").GetInt64().ShouldBe(n.PumpsScrapped);
        var now = scope.GetProperty("counts").EnumerateArray().Where(c => c.GetProperty("set").GetString() == "containsNow" && c.GetProperty("isDevice").GetBoolean()).ToList();
        long In(string stage) => now.Where(c => c.GetProperty("stage").GetString() == stage).Sum(c => c.GetProperty("units").GetInt64());
        (In("released"), In("inTransit"), In("distributorStock"), In("inService"), In("userStock"), In("returned"))
            .ShouldBe((n.InWarehouse, n.InTransit, n.AtDistributors, n.InUse, n.InHospitalStores, n.InServiceCentre));
        string[] Holders(string stage) => [.. now.Where(c => c.GetProperty("stage").GetString() == stage).Select(c => c.GetProperty("holder").GetProperty("id").GetString()!).Distinct()];
        if (tier == "demo")
        {
            Holders("distributorStock").Length.ShouldBe(4);
            Holders("inService").Union(Holders("userStock")).Count().ShouldBe(n.HospitalsConcerned);
        }

        // The loose cells.
        var lot = (await quality.Ask("/trace/lot/" + story.BadCells.Text)).Body;
        lot.GetProperty("stock").GetDecimal().ShouldBe(n.LooseInStore + n.LooseInVan);

        // What a recall by dates of making would stop instead.
        var window = story.Window;
        string Moment(DateTimeOffset at) => Uri.EscapeDataString(at.ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture));
        var naive = (await quality.Ask($"/trace/scope?product={story.Company.InfusionPump.Text}&madeFrom={Moment(window.From)}&madeUntil={Moment(window.Until)}")).Body;
        (naive.GetProperty("containsNow").GetInt64() + naive.GetProperty("containedBefore").GetInt64()).ShouldBe(n.PumpsInWindow);

        // The exceptions, and the receipt that brings the pumps from the road to the ward once it is mended.
        var refused = (await quality.Ask("/exceptions/documents?limit=1000")).Body.GetProperty("documents");
        refused.GetArrayLength().ShouldBe(n.RefusedDocuments);
        var receipt = story.Broken().First(b => b.Wrong == "a time without offset");
        var id = refused.EnumerateArray().Last().GetProperty("document").GetInt64();
        using var hospital = await house.AsSender(receipt.Sender, "hospital", story.Company.Hospitals.First(h => h.Sender == receipt.Sender).Party.Text);
        var mended = System.Text.Encoding.UTF8.GetString(receipt.Bytes).Replace(":00\",\"id\"", ":00+08:00\",\"id\"", StringComparison.Ordinal);
        (await hospital.Say($"/capture?mends={id}", mended)).Status.ShouldBe(201);
        var after = (await quality.Ask("/trace/scope?lot=" + story.BadCells.Text)).Body.GetProperty("counts").EnumerateArray()
            .Where(c => c.GetProperty("set").GetString() == "containsNow" && c.GetProperty("stage").GetString() == "inTransit").Sum(c => c.GetProperty("units").GetInt64());
        after.ShouldBe(n.InTransit - n.ReceiptRefused);

        // One serial, two models.
        if (tier == "demo")
        {
            (await quality.Ask("/devices?text=000731")).Body.GetProperty("items").GetArrayLength().ShouldBe(2);
        }
    }
}
