using System.Text.Json;
using Clew.Tests.Storage;

namespace Clew.Tests.Web;

public sealed class RecallOverHttp(Ground ground)
{
    [Fact]
    public async Task A_battery_lot_turns_out_bad()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        using var quality = await house.As("qualityManager");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        var (status, receipts) = await system.Say("/capture", Stories.Pumps);
        status.ShouldBe(201, receipts.ToString());

        var scope = (await quality.Ask("/trace/scope?origins=true&lot=gs1:01/06901234560008/10/B17")).Body;
        Counts(scope).ShouldBe((2, 0, 2, 1));
        scope.GetProperty("builtIn").GetInt64().ShouldBe(2);
        scope.GetProperty("counts").EnumerateArray().Sum(c => c.GetProperty("units").GetInt64()).ShouldBe(3);

        (await quality.Say("/recalls", """{"case":"R-1","reason":"battery","lots":["gs1:01/06901234560008/10/B17"]}""")).Status.ShouldBe(201);
        (await quality.Say("/recalls", """{"case":"R-1","lots":["gs1:01/06901234560008/10/B17"]}""")).Status.ShouldBe(409);
        (await quality.Say("/recalls/R-1/lock", "")).Status.ShouldBe(409);
        var frozen = (await quality.Say("/recalls/R-1/freeze", "")).Body.GetProperty("frozen");
        frozen.GetProperty("containsNow").GetInt64().ShouldBe(2);
        frozen.GetProperty("cannotExclude").GetInt64().ShouldBe(1);
        var (lockStatus, locked) = await quality.Say("/recalls/R-1/lock", "");
        lockStatus.ShouldBe(200, locked.ToString());

        // The list that was frozen, and the same question as of then, are one list.
        var list = (await quality.Ask(frozen.GetProperty("list").GetString()!)).Body.GetString();
        var again = (await quality.Ask("/recalls/R-1/list.csv?known=" + frozen.GetProperty("knownPosition").GetInt64())).Body.GetString();
        again.ShouldBe(list);

        // All of it is stopped, and what is not meant is not.
        (await Hold(quality, "P1")).ShouldBe("recallLock");
        (await Hold(quality, "P2")).ShouldBe("recallLock");
        (await Hold(quality, "P3")).ShouldBe("none");
        (await Hold(quality, "P4")).ShouldBe("containmentHold");
        using var warehouse = await house.As("warehouseOperator");
        var (refusedStatus, refused) = await warehouse.Say("/capture", Ship("P2", "x1", "intended"));
        refusedStatus.ShouldBe(422);
        refused.GetProperty("findings")[0].GetProperty("code").GetString().ShouldBe("life.underHold");
        (await warehouse.Say("/capture", Ship("P3", "x2", "intended"))).Status.ShouldBe(201);

        // A pump that turns up later with a battery of the lot is caught without anybody doing anything.
        (await system.Say("/capture", """
            [{"kind":"componentFitted","id":"f9","happened":"2026-03-02T08:00:00+08:00","items":["gs1:01/06901234560008/10/B17"],"parent":"gs1:01/06901234567892/21/P9","place":"gs1:414/6901234000016"}]
            """)).Status.ShouldBe(201);
        (await Hold(quality, "P9")).ShouldBe("recallLock");

        // A pump made later without a word of its battery cannot be excluded: it is in the scope, and held when somebody says so.
        (await quality.Say("/recalls/R-1/lock", "")).ShouldBeRefused(409, "recall.locked", "/case");
        (await system.Say("/capture", """
            [{"kind":"productionCompleted","id":"m10","happened":"2026-03-02T08:00:00+08:00","items":["gs1:01/06901234567892/21/P10"],"place":"gs1:414/6901234000016"}]
            """)).Status.ShouldBe(201);
        (await quality.Ask("/recalls/R-1/scope")).Body.GetProperty("cannotExclude").GetInt64().ShouldBe(2);
        (await Hold(quality, "P10")).ShouldBe("none");
        (await quality.Say("/recalls/R-1/lock", "")).Status.ShouldBe(200);
        (await Hold(quality, "P10")).ShouldBe("containmentHold");
        (await quality.Say("/recalls/R-1/lock", "")).Status.ShouldBe(409);

        // A corrected pump is let go.
        (await quality.Say("/recalls/R-1/release", """{"id":"1","hold":"recallLock","reason":"battery replaced","units":["gs1:01/06901234567892/21/P1"]}""")).Status.ShouldBe(200);
        (await Hold(quality, "P1")).ShouldBe("recallCleared");
    }

    [Fact]
    public async Task Nobody_does_what_the_role_does_not_allow()
    {
        await using var house = await House.Open(ground);
        using var hospital = await house.As("hospital", "gs1:417/6901234000023");
        using var anybody = new HttpClient { BaseAddress = house.Address };
        (await anybody.Ask("/recalls")).Status.ShouldBe(401);
        (await hospital.Ask("/recalls")).Status.ShouldBe(403);
        var (status, body) = await hospital.Say("/capture", Stories.Company);
        status.ShouldBe(422);
        body.GetProperty("findings")[0].GetProperty("code").GetString().ShouldBe("access.mayNotSay");
    }

    [Fact]
    public async Task An_outsider_sees_what_it_held_and_nothing_else()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await system.Say("/capture", Stories.Company);
        await system.Say("/capture", Stories.Pumps);
        using var hospital = await house.As("hospital", "gs1:417/6901234000023");
        var (status, device) = await hospital.Ask("/devices/gs1:01/06901234567892/21/P1");
        status.ShouldBe(200);
        device.GetProperty("timeline").EnumerateArray().Select(m => m.GetProperty("kind").GetString()).ShouldBe(["received", "shipped"]);
        (await hospital.Ask("/devices/gs1:01/06901234567892/21/P2")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_device_tells_its_life_with_before_and_after()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await system.Say("/capture", Stories.Company);
        await system.Say("/capture", Stories.Pumps);
        using var quality = await house.As("qualityManager", language: "zh");
        var device = (await quality.Ask("/devices/gs1:01/06901234567892/21/P1?limit=2")).Body;
        Lines(device).ShouldBe(["received inTransit>userStock", "shipped released>inTransit"]);
        Lines((await quality.Ask(device.GetProperty("next").GetString()!)).Body).ShouldBe(["productReleased pendingRelease>released", "productionCompleted >pendingRelease"]);

        // As of an earlier day, in the world and in what we knew.
        (await Stage(quality, "P1?happened=2026-02-05T12:00:00%2B08:00")).ShouldBe("inTransit");
        (await Stage(quality, "P1?known=13")).ShouldBe("inTransit");
        var tree = (await quality.Ask("/trace/below/gs1:01/06901234567892/21/P1")).Body;
        tree.GetProperty("branches").EnumerateArray().Select(b => b.GetProperty("nature").GetString() + " " + b.GetProperty("item").GetProperty("id").GetString()).ShouldBe(
            ["component gs1:01/06901234560008/10/B17", "ownLot gs1:01/06901234567892/10/L1"]);
        (await quality.Ask("/trace/lot/gs1:01/06901234560008/10/B17")).Body.GetProperty("stock").GetDecimal().ShouldBe(8);
        (await quality.Ask("/devices?text=P1")).Body.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await quality.Ask("/devices/gs1:01/06901234567892/21/P1?nown=13")).Status.ShouldBe(400);
        (await quality.Ask("/devices/gs1:01/123/21/P1")).Status.ShouldBe(400);
        (await quality.Ask("/devices/gs1:01/06901234567892/21/NONE")).Body.GetProperty("title").GetString()!.ShouldContain("没有");
    }

    [Fact]
    public async Task A_long_document_becomes_a_job_that_tells_how_far_it_is()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await system.Say("/capture", Stories.Company);
        var facts = string.Join(",\n", Enumerable.Range(0, 3000).Select(i => $$"""{"kind":"productionCompleted","id":"j{{i}}","happened":"2026-02-03T08:00:00+08:00","items":["gs1:01/06901234567892/21/J{{i}}"],"place":"gs1:414/6901234000016"}"""));
        using var client = await house.As("integrator");
        var (status, job) = await client.Say("/capture", $"[{facts}, {{\"kind\":\"nonsense\"}}]", behaviour: "proceed");
        status.ShouldBe(202);
        while (job.GetProperty("state").GetString() != "finished")
        {
            job = (await client.Ask("/capture/" + job.GetProperty("id").GetString())).Body;
        }

        job.GetProperty("admitted").GetInt32().ShouldBe(3000);
        job.GetProperty("refused").GetInt32().ShouldBe(1);
        job.GetProperty("findings")[0].GetProperty("path").GetString()!.ShouldStartWith("/3000");

        // What was refused waits for somebody, and its corrected form closes it.
        var refused = (await client.Ask("/exceptions/documents")).Body.GetProperty("documents")[0];
        (await client.Say($"/capture?mends={refused.GetProperty("document").GetInt64()}", """[{"kind":"productionCompleted","id":"j3000","happened":"2026-02-03T08:00:00+08:00","items":["gs1:01/06901234567892/21/J3000"],"place":"gs1:414/6901234000016"}]""")).Status.ShouldBe(201);
        (await client.Ask("/exceptions/documents")).Body.GetProperty("documents").GetArrayLength().ShouldBe(0);
    }

    private static (long, long, long, long) Counts(JsonElement scope) =>
        (scope.GetProperty("containsNow").GetInt64(), scope.GetProperty("containedBefore").GetInt64(), scope.GetProperty("ever").GetInt64(), scope.GetProperty("cannotExclude").GetInt64());

    private static async Task<string?> Hold(HttpClient client, string serial) =>
        (await client.Ask("/devices/gs1:01/06901234567892/21/" + serial)).Body.GetProperty("item").GetProperty("hold").GetString();

    private static async Task<string?> Stage(HttpClient client, string serial) =>
        (await client.Ask("/devices/gs1:01/06901234567892/21/" + serial)).Body.GetProperty("item").GetProperty("stage").GetString();

    private static IEnumerable<string> Lines(JsonElement device) =>
        device.GetProperty("timeline").EnumerateArray().Select(m => $"{m.GetProperty("kind").GetString()} {m.GetProperty("before").GetString()}>{m.GetProperty("after").GetString()}");

    private static string Ship(string serial, string id, string mode) => $$"""
        [{"kind":"shipped","mode":"{{mode}}","id":"{{id}}","happened":"2026-03-05T08:00:00+08:00","items":["gs1:01/06901234567892/21/{{serial}}"],"place":"gs1:414/6901234000016","to":"gs1:414/6901234000023"}]
        """;
}
