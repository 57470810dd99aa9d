using System.Text.Json;
using Clew.Identification;
using Clew.Server.Identification;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Tests.Identification;

/// <summary><c>POST /identify</c> on a whole server: what codes say, and what we know of what they name.</summary>
public sealed class IdentifyOverHttp(Ground ground)
{
    [Fact]
    public async Task It_says_what_a_code_holds_what_we_know_of_it_and_why_it_is_refused()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        using var quality = await house.As("qualityManager", language: "zh");
        await system.Say("/capture", Stories.Company);
        await system.Say("/capture", Stories.Pumps);
        await quality.Say("/recalls", """{"case":"R-1","reason":"cells","lots":["gs1:01/06901234560008/10/B17"]}""");
        await quality.Say("/recalls/R-1/freeze", "");
        (await quality.Say("/recalls/R-1/lock", "")).Status.ShouldBe(200);

        var (status, body) = await quality.Say("/identify", """
            {"inputs":["]d20106901234567892|21P2","(01)06901234567892(21)P3","(01)06901234567893(21)P9",["+A123BJC5D6E71G","+$$52001510X3GD"],"https://example.com/01/06901234567892/21/A B",""],"separators":["|"]}
            """);
        status.ShouldBe(200, body.ToString());
        var answers = body.GetProperty("answers").EnumerateArray().ToList();
        answers.Count.ShouldBe(6);

        var held = answers[0];
        (held.GetProperty("valid").GetBoolean(), held.GetProperty("serial").GetString()).ShouldBe((true, "P2"));
        held.GetProperty("product").GetProperty("nameEn").GetString().ShouldBe("Pump");
        var item = held.GetProperty("item");
        (item.GetProperty("stage").GetString(), item.GetProperty("place").GetProperty("nameEn").GetString()).ShouldBe(("released", "Plant"));
        item.GetProperty("holds")[0].GetProperty("case").GetString().ShouldBe("R-1");
        held.GetProperty("verdict").GetProperty("weight").GetString().ShouldBe("bad");
        held.GetProperty("verdict").GetProperty("reasons")[0].GetString()!.ShouldContain("R-1");
        held.GetProperty("verdict").GetProperty("page").GetString().ShouldBe("/devices/gs1:01/06901234567892/21/P2");
        held.GetProperty("regulator").GetProperty("records").GetArrayLength().ShouldBe(0);
        held.GetProperty("regulator").GetProperty("text").GetString()!.ShouldContain("尚未导入");

        answers[1].GetProperty("verdict").GetProperty("weight").GetString().ShouldBe("good");
        answers[2].GetProperty("reason").GetString().ShouldBe("check_digit");
        answers[2].GetProperty("identity").GetString().ShouldBe("gs1:01/06901234567893/21/P9"); // Kept with a word, for it is what stands on the label.
        answers[2].GetProperty("item").ValueKind.ShouldBe(JsonValueKind.Null);
        answers[3].GetProperty("kind").GetString().ShouldBe("hibc-pair");
        answers[4].GetProperty("diagnostics")[0].GetProperty("text_zh").GetString()!.ShouldContain("URI 中不允许的字符");
        answers[5].GetProperty("valid").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_scanner_profile_is_named_in_place_of_its_settings()
    {
        await using var house = await House.Open(ground);
        using var client = await house.As("warehouseOperator");
        await house.Services.GetRequiredService<Scanners>().Put(new Scanner("dock 3", new ScannerSettings { Separators = ["|"], Prefix = "#", Suffix = "!", SendsAim = true }), "user:admin", TestContext.Current.CancellationToken);
        var answers = (await client.Say("/identify", """{"inputs":["#]d2010690123456789210L1|21P2!","#010690123456789210L1|21P2!","P2"],"scanner":"dock 3"}""")).Body.GetProperty("answers");
        (answers[0].GetProperty("lot").GetString(), answers[0].GetProperty("serial").GetString(), answers[0].GetProperty("diagnostics").GetArrayLength()).ShouldBe(("L1", "P2", 0));
        answers[0].GetProperty("hri").EnumerateArray().Select(l => l.GetString()).ShouldBe(["(01)06901234567892", "(10)L1", "(21)P2"]);

        // The profile says that AIM's identifier comes: without it something is set otherwise. Bare text claims nothing.
        answers[1].GetProperty("warnings")[0].GetString().ShouldBe("aim_missing");
        answers[1].GetProperty("serial").GetString().ShouldBe("P2");
        answers[2].GetProperty("diagnostics").EnumerateArray().Select(d => d.GetProperty("code").GetString()).ShouldBe(["udi.syntax"]);

        (await client.Say("/identify", """{"inputs":["]d20106901234567892"],"sendsAim":false}""")).Body.GetProperty("answers")[0].GetProperty("warnings")[0].GetString().ShouldBe("aim_unexpected");
        (await client.Say("/identify", """{"inputs":["a"],"scanner":"dock 4"}""")).ShouldBeRefused(400, "identify.scanner", "/scanner");
        (await client.Say("/identify", """{"inputs":["a"],"scanner":"dock 3","prefix":"#"}""")).ShouldBeRefused(400, "identify.scannerTwice", "/scanner");
    }

    [Fact]
    public async Task An_epc_urn_is_written_where_master_data_tells_the_prefix()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        const string Inputs = """{"inputs":["(01)06901234567892(21)P2","(00)069012340000000016","(414)6901234000016","(8003)06901234000016SET1","(01)09520123456788(21)X","+A123BJC5D6E71G","urn:epc:id:sgtin:6901234.056789.P2","(01)06901234567893(21)P2"]}""";
        async Task<List<string?>> Urns() => [.. (await system.Say("/identify", Inputs)).Body.GetProperty("answers").EnumerateArray().Select(a => a.TryGetProperty("epc_urn", out var urn) ? urn.GetString() : null)];
        (await Urns()).ShouldAllBe(u => u == null);

        // Two prefixes of which one begins the other: the longer one is meant where it fits.
        (await system.Say("/capture", """
            [{"kind":"partyDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:417/6901234000016","nameEn":"Maker","nameZh":"制造商","role":"manufacturer","companyPrefix":"6901234"}},
             {"kind":"partyDescribed","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:417/6901230000010","nameEn":"Other","nameZh":"其他","role":"supplier","companyPrefix":"690123"}}]
            """)).Status.ShouldBe(201);
        (await Urns()).ShouldBe(
        [
            "urn:epc:id:sgtin:6901234.056789.P2", "urn:epc:id:sscc:6901234.0000000001", "urn:epc:id:sgln:6901234.00001.0", "urn:epc:id:grai:6901234.00001.SET1", null, null,
            "urn:epc:id:sgtin:6901234.056789.P2", null,
        ]);
        (await system.Say("/capture", """{"kind":"partyDescribed","id":"w","happened":"2026-01-01T00:00:00Z","describes":{"subject":"gs1:417/6901234000016","nameEn":"Maker","nameZh":"制造商","companyPrefix":"69"}}""")).ShouldBeRefused(422, "identity.companyPrefix", "/describes/companyPrefix");
    }

    [Fact]
    public async Task An_outsider_is_told_what_a_code_says_and_nothing_of_others_units()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await system.Say("/capture", Stories.Company);
        await system.Say("/capture", Stories.Pumps);
        using var hospital = await house.As("hospital", "gs1:417/6901234000023");
        var answers = (await hospital.Say("/identify", """{"inputs":["(01)06901234567892(21)P1","(01)06901234567892(21)P2"]}""")).Body.GetProperty("answers");
        answers[0].GetProperty("item").GetProperty("id").GetString().ShouldBe("gs1:01/06901234567892/21/P1");
        answers[1].GetProperty("item").ValueKind.ShouldBe(JsonValueKind.Null);
        answers[1].GetProperty("serial").GetString().ShouldBe("P2");
    }

    [Fact]
    public async Task It_is_bounded_and_says_what_is_wrong_with_an_order()
    {
        await using var house = await House.Open(ground);
        using var operatorOf = await house.As("warehouseOperator");
        (await operatorOf.Say("/identify", "{}")).ShouldBeRefused(400, "identify.inputs", "/inputs");
        (await operatorOf.Say("/identify", """{"inputs":["a",7]}""")).ShouldBeRefused(400, "identify.input", "/inputs/1");
        (await operatorOf.Say("/identify", """{"inputs":[["a","b","c"]]}""")).ShouldBeRefused(400, "identify.input", "/inputs/0");
        (await operatorOf.Say("/identify", """{"inputs":["a"],"separators":[""]}""")).ShouldBeRefused(400, "identify.separators", "/separators");
        (await operatorOf.Say("/identify", """{"inputs":["a"],"seperators":["|"]}""")).ShouldBeRefused(400, "json.unknownMember", "/seperators");
        (await operatorOf.Say("/identify", $$"""{"inputs":[{{string.Join(',', Enumerable.Repeat("\"a\"", 10_001))}}]}""")).ShouldBeRefused(400, "identify.inputs", "/inputs");

        // Asked first, as a careful client does: a server that refuses may close while the body is still under way.
        operatorOf.DefaultRequestHeaders.ExpectContinue = true;
        (await operatorOf.Say("/identify", $$"""{"inputs":["{{new string('a', 5 << 20)}}"]}""")).Status.ShouldBe(413);
        operatorOf.DefaultRequestHeaders.ExpectContinue = false;
        (await operatorOf.Say("/identify", """{"inputs":["(01)06901234567892"]}""", "text/plain")).Status.ShouldBe(415);

        var many = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"(01)06901234567892(21)N{i}\""));
        var (status, body) = await operatorOf.Say("/identify", $$"""{"inputs":[{{many}}]}""");
        status.ShouldBe(200);
        body.GetProperty("answers").GetArrayLength().ShouldBe(10_000);
        body.GetProperty("answers")[9_999].GetProperty("serial").GetString().ShouldBe("N9999");
    }
}
