using System.Security.Cryptography;
using Clew.Identification;
using Clew.Numbering;
using Clew.Server.Storage;
using Clew.Tests.Storage;
using Clew.Tests.Web;

namespace Clew.Tests.Numbering;

/// <summary>Serials by rule: in the kernel, and given out by two servers on one database.</summary>
public sealed class SerialsNeverCollide(Ground ground)
{
    private const string Product = "gs1:01/06901234567892";
    private static readonly byte[] Key = SHA256.HashData("a key"u8);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(1000)]
    [InlineData(4097)]
    [InlineData(20_000)]
    public void A_permutation_gives_each_number_once(long size)
    {
        var order = new Permutation(Key, size);
        var all = Enumerable.Range(0, (int)size).Select(i => order.At(i)).ToList();
        all.Order().ShouldBe(Enumerable.Range(0, (int)size).Select(i => (long)i));
        if (size > 100)
        {
            // No steps that could be guessed, and another key has another order.
            all.Zip(all.Skip(1), (a, b) => b - a).GroupBy(d => d).Max(g => g.Count()).ShouldBeLessThan((int)size / 20);
            var other = new Permutation(SHA256.HashData("another"u8), size);
            Enumerable.Range(0, (int)size).Count(i => other.At(i) == all[i]).ShouldBeLessThan(20);
        }
    }

    [Fact]
    public void A_permutation_stays_inside_the_largest_range()
    {
        var order = new Permutation(Key, Permutation.SizeMax - 1);
        Enumerable.Range(0, 100).Select(i => order.At(Permutation.SizeMax - 2 - i)).Distinct().Count(n => n is >= 0 and < Permutation.SizeMax - 1).ShouldBe(100);
    }

    [Theory]
    [InlineData("PX-####?", "0123456789", 0, 3, "PX-00000 PX-00018 PX-00026")]
    [InlineData("A##", "0123456789", 98, 2, "A98 A99")]
    [InlineData("##?Z", "23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 32, 2, "32ZZ 33XZ")]
    [InlineData("##########?", "0123456789", 7992739871, 1, "79927398713")] // Luhn's own example
    public void Serials_are_written_by_the_pattern(string pattern, string alphabet, long first, int count, string serials) =>
        string.Join(' ', SerialRule.Read(pattern, alphabet, first, null, false).Value.Serials(0, count, Key)).ShouldBe(serials);

    [Theory]
    [InlineData("PX", "0123456789", null, "numbering.pattern")]
    [InlineData("####??", "0123456789", null, "numbering.pattern")]
    [InlineData("#####################", "0123456789", null, "numbering.pattern")]
    [InlineData("批##", "0123456789", null, "numbering.pattern")]
    [InlineData("##?", "ABC", null, "numbering.alphabet")]
    [InlineData("##", "AA", null, "numbering.alphabet")]
    [InlineData("##", "0123456789", 101L, "numbering.range")]
    public void A_rule_that_makes_no_serials_is_refused(string pattern, string alphabet, long? count, string code) =>
        SerialRule.Read(pattern, alphabet, 0, count, false).Findings.Single().Code.ShouldBe(code);

    [Fact]
    public async Task A_thousand_requests_at_once_to_two_servers_get_numbers_of_their_own()
    {
        var (first, text) = await ground.NewDatabase();
        await using var one = await House.Open(first);
        await using var two = await House.Open(await Database.Open(text, TestContext.Current.CancellationToken));
        using var steward = await one.As("masterDataSteward");
        using var atOne = await one.As("integrator");
        using var atTwo = await two.AsSender("other-line", "integrator");
        foreach (var random in new[] { "true", "false" })
        {
            var code = "R" + random;
            var product = random == "true" ? Product : "gs1:01/06901234560008";
            (await steward.Say("/numbering/rules", $$"""{"code":"{{code}}","pattern":"SN#####?","random":{{random}},"count":20000}""")).Status.ShouldBe(201);
            var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => (i % 2 == 0 ? atOne : atTwo).Say($"/numbering/rules/{code}/serials", $$"""{"id":"q{{i}}","product":"{{product}}","count":{{(i % 3) + 1}}}""")));
            answers.ShouldAllBe(a => a.Status == 201);
            var serials = answers.SelectMany(a => a.Body.GetProperty("serials").EnumerateArray().Select(s => s.GetString()!)).ToList();
            serials.Count.ShouldBe(1999);
            serials.ShouldBeUnique();
            answers[5].Body.GetProperty("units")[0].GetString().ShouldBe(Identity.Unit(product, answers[5].Body.GetProperty("serials")[0].GetString()!).Text);

            // The same request again, at whichever server, is answered with the same numbers.
            var again = await atOne.Say($"/numbering/rules/{code}/serials", $$"""{"id":"q4","product":"{{product}}","count":2}""");
            again.Body.GetProperty("serials").ToString().ShouldBe(answers[4].Body.GetProperty("serials").ToString());
            (await steward.Ask("/numbering/rules")).Body.GetProperty("rules").EnumerateArray().Single(r => r.GetProperty("code").GetString() == code).GetProperty("issued").GetInt64().ShouldBe(1999);
        }
    }

    [Fact]
    public async Task Serials_that_the_ledger_has_met_are_passed_over_also_under_a_thousand_requests()
    {
        var (first, text) = await ground.NewDatabase();
        await using var one = await House.Open(first);
        await using var two = await House.Open(await Database.Open(text, TestContext.Current.CancellationToken));
        using var steward = await one.As("masterDataSteward");
        using var atOne = await one.As("integrator");
        using var atTwo = await two.AsSender("other-line", "integrator");
        (await steward.Say("/numbering/rules", """{"code":"R","pattern":"SN####"}""")).Status.ShouldBe(201);

        // Somebody numbered by hand before: every third of the first six hundred, and a run of fifty; another product's serial does not matter.
        var met = Enumerable.Range(0, 600).Where(i => i % 3 == 0).Concat(Enumerable.Range(700, 50)).Select(i => $"SN{i:0000}").ToList();
        var items = string.Join(',', met.Select(s => $"\"{Product}/21/{s}\""));
        (await atOne.Say("/capture", $$"""{"kind":"observed","id":"old","happened":"2026-02-01T08:00:00+08:00","items":[{{items}},"gs1:01/06901234560008/21/SN0001"],"place":"gs1:414/6901234000016"}""")).Status.ShouldBe(201);

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => (i % 2 == 0 ? atOne : atTwo).Say("/numbering/rules/R/serials", $$"""{"id":"q{{i}}","product":"{{Product}}","count":{{(i % 3) + 1}}}""")));
        answers.ShouldAllBe(a => a.Status == 201);
        var serials = answers.SelectMany(a => a.Body.GetProperty("serials").EnumerateArray().Select(s => s.GetString()!)).ToList();
        serials.Count.ShouldBe(1999);
        serials.ShouldBeUnique();
        serials.Intersect(met).ShouldBeEmpty();

        // Nothing else was lost of the range, and the same request gives the same again although some of its stretch was in use.
        serials.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 1999 + met.Count).Select(i => $"SN{i:0000}").Except(met));
        foreach (var i in (int[])[0, 1, 2, 500])
        {
            var again = await (i % 2 == 0 ? atOne : atTwo).Say("/numbering/rules/R/serials", $$"""{"id":"q{{i}}","product":"{{Product}}","count":{{(i % 3) + 1}}}""");
            again.Body.GetProperty("serials").ToString().ShouldBe(answers[i].Body.GetProperty("serials").ToString());
        }
    }

    [Fact]
    public async Task A_range_that_is_in_use_already_is_said_to_be()
    {
        await using var house = await House.Open(ground);
        using var steward = await house.As("masterDataSteward");
        using var system = await house.As("integrator");
        (await steward.Say("/numbering/rules", """{"code":"R","pattern":"#####"}""")).Status.ShouldBe(201);
        (await steward.Say("/numbering/rules", """{"code":"S","pattern":"S#"}""")).Status.ShouldBe(201);
        var items = string.Join(',', Enumerable.Range(0, 2100).Select(i => $"\"{Product}/21/{i:00000}\"").Concat(Enumerable.Range(0, 8).Select(i => $"\"gs1:01/06901234560008/21/S{i}\"")));
        (await system.Say("/capture", $$"""{"kind":"observed","id":"old","happened":"2026-02-01T08:00:00+08:00","items":[{{items}}],"place":"gs1:414/6901234000016"}""")).Status.ShouldBe(201);
        (await system.Say("/numbering/rules/R/serials", $$"""{"id":"1","product":"{{Product}}","count":10}""")).ShouldBeRefused(409, "numbering.inUse", "/product");
        (await system.Say("/numbering/rules/S/serials", """{"id":"1","product":"gs1:01/06901234560008","count":3}""")).ShouldBeRefused(409, "numbering.exhausted", "/count");
        (await system.Say("/numbering/rules/S/serials", """{"id":"1","product":"gs1:01/06901234560008","count":2}""")).Body.GetProperty("serials").EnumerateArray().Select(s => s.GetString()).ShouldBe(["S8", "S9"]);
        (await system.Say("/numbering/rules/R/serials", $$"""{"id":"1","product":"{{Product}}","count":1000}""")).Body.GetProperty("serials")[0].GetString().ShouldBe("02100");
    }

    [Fact]
    public async Task What_is_refused_says_why()
    {
        await using var house = await House.Open(ground);
        using var steward = await house.As("masterDataSteward");
        using var system = await house.As("integrator");
        (await steward.Say("/numbering/rules", """{"code":"A","pattern":"A#"}""")).Status.ShouldBe(201);
        (await steward.Say("/numbering/rules", """{"code":"A","pattern":"A#"}""")).Status.ShouldBe(201);
        (await steward.Say("/numbering/rules", """{"code":"A","pattern":"B#"}""")).ShouldBeRefused(409, "numbering.ruleExists", "/code");
        (await steward.Say("/numbering/rules", """{"pattern":"A"}""")).ShouldBeRefused(400, "numbering.pattern", "/pattern");
        (await steward.Say("/numbering/rules", """{"code":"B","pattern":"A#"}""")).Status.ShouldBe(201);
        (await steward.Say("/numbering/rules/A/serials", "{}")).Status.ShouldBe(403);
        (await system.Say("/numbering/rules/none/serials", $$"""{"id":"1","product":"{{Product}}","count":1}""")).ShouldBeRefused(404, "question.notFound", "");
        (await system.Say("/numbering/rules/A/serials", $$"""{"id":"1","product":"(01)06901234567893","count":0}""")).ShouldBeRefused(400, "question.parameter", "/count");
        (await system.Say("/numbering/rules/A/serials", $$"""{"id":"1","product":"{{Product}}","count":4}""")).Status.ShouldBe(201);
        (await system.Say("/numbering/rules/A/serials", $$"""{"id":"1","product":"{{Product}}","count":5}""")).ShouldBeRefused(409, "numbering.otherRequest", "/id");
        (await system.Say("/numbering/rules/A/serials", $$"""{"id":"2","product":"{{Product}}","count":7}""")).ShouldBeRefused(409, "numbering.exhausted", "/count");
        (await system.Say("/numbering/rules/B/serials", $$"""{"id":"1","product":"{{Product}}","count":1}""")).ShouldBeRefused(409, "numbering.otherRule", "/product");
        (await system.Say("/numbering/rules/A/serials", $$"""{"id":"2","product":"{{Product}}","count":6}""")).Body.GetProperty("serials")[5].GetString().ShouldBe("A9");
    }
}
