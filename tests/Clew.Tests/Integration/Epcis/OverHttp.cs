using System.Text.Json.Nodes;
using Clew.Tests.Storage;
using Clew.Tests.Web;

namespace Clew.Tests.Integration.Epcis;

/// <summary>EPCIS over real HTTP: what a partner says in EPCIS does to a device what it does when said in our own words.</summary>
public sealed class OverHttp(Ground ground)
{
    private const string Native = """
        [
         {"kind":"componentFitted","id":"urn:uuid:f","happened":"2026-02-01T08:00:00+08:00","items":[{"item":"gs1:01/06901234560008/10/B17","quantity":1}],"parent":"gs1:01/06901234567892/21/P1","place":"gs1:414/6901234000016"},
         {"kind":"productionCompleted","id":"urn:uuid:m","happened":"2026-02-01T09:00:00+08:00","items":["gs1:01/06901234567892/21/P1"],"place":"gs1:414/6901234000016","lot":"L1","expires":"2030-01-31"},
         {"kind":"productReleased","id":"urn:uuid:q","happened":"2026-02-02T08:00:00+08:00","items":["gs1:01/06901234567892/21/P1"],"place":"gs1:414/6901234000016"},
         {"kind":"packed","id":"urn:uuid:p","happened":"2026-02-03T08:00:00+08:00","items":["gs1:01/06901234567892/21/P1"],"parent":"gs1:00/069012340000000016","place":"gs1:414/6901234000016"},
         {"kind":"shipped","id":"urn:uuid:s","happened":"2026-02-04T08:00:00+08:00","items":["gs1:00/069012340000000016"],"place":"gs1:414/6901234000016","from":{"party":"gs1:417/6901234000016"},"to":{"party":"gs1:417/6901234000023","place":"gs1:414/6901234000023"},"references":[{"type":"desadv","number":"urn:epcglobal:cbv:bt:6901234000016:7"}]},
         {"kind":"received","id":"urn:uuid:r","happened":"2026-02-05T08:00:00+08:00","items":["gs1:00/069012340000000016"],"place":"gs1:414/6901234000023"},
         {"kind":"unpacked","id":"urn:uuid:u","happened":"2026-02-05T09:00:00+08:00","parent":"gs1:00/069012340000000016","items":["gs1:01/06901234567892/21/P1"],"place":"gs1:414/6901234000023"},
         {"kind":"installed","id":"urn:uuid:i","happened":"2026-02-06T08:00:00+08:00","items":["gs1:01/06901234567892/21/P1"],"place":"gs1:414/6901234000023"}
        ]
        """;

    // The same in EPCIS, with URNs, Digital Links, words and long forms as they come.
    private const string Epcis = """
        {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-02-07T00:00:00Z","epcisBody":{"eventList":[
         {"type":"AssociationEvent","eventID":"urn:uuid:f","eventTime":"2026-02-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"assembling","parentID":"urn:epc:id:sgtin:6901234.056789.P1","childQuantityList":[{"epcClass":"urn:epc:class:lgtin:6901234.056000.B17","quantity":1}],"readPoint":{"id":"urn:epc:id:sgln:6901234.00001.0"}},
         {"type":"ObjectEvent","eventID":"urn:uuid:m","eventTime":"2026-02-01T09:00:00+08:00","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"commissioning","disposition":"active","epcList":["https://id.gs1.org/01/06901234567892/21/P1"],"bizLocation":{"id":"https://id.gs1.org/414/6901234000016"},"ilmd":{"cbvmda:lotNumber":"L1","cbvmda:itemExpirationDate":"2030-01-31"}},
         {"type":"ObjectEvent","eventID":"urn:uuid:q","eventTime":"2026-02-02T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"urn:clew:step:productReleased","epcList":["https://dl.example.com/01/06901234567892/21/P1"],"bizLocation":{"id":"https://id.gs1.org/414/6901234000016"}},
         {"type":"AggregationEvent","eventID":"urn:uuid:p","eventTime":"2026-02-03T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"https://ref.gs1.org/cbv/BizStep-packing","parentID":"urn:epc:id:sscc:6901234.0000000001","childEPCs":["urn:epc:id:sgtin:6901234.056789.P1"],"bizLocation":{"id":"https://id.gs1.org/414/6901234000016"}},
         {"type":"ObjectEvent","eventID":"urn:uuid:s","eventTime":"2026-02-04T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"urn:epcglobal:cbv:bizstep:shipping","disposition":"in_transit","epcList":["urn:epc:id:sscc:6901234.0000000001"],"readPoint":{"id":"https://id.gs1.org/414/6901234000016"},"bizTransactionList":[{"type":"desadv","bizTransaction":"urn:epcglobal:cbv:bt:6901234000016:7"}],"sourceList":[{"type":"possessing_party","source":"urn:epc:id:pgln:6901234.00001"}],"destinationList":[{"type":"possessing_party","destination":"urn:epc:id:pgln:6901234.00002"},{"type":"location","destination":"urn:epc:id:sgln:6901234.00002.0"}]},
         {"type":"ObjectEvent","eventID":"urn:uuid:r","eventTime":"2026-02-05T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"receiving","disposition":"in_progress","epcList":["https://id.gs1.org/00/069012340000000016"],"readPoint":{"id":"urn:epc:id:sgln:6901234.00002.dock"},"bizLocation":{"id":"urn:epc:id:sgln:6901234.00002.0"}},
         {"type":"AggregationEvent","eventID":"urn:uuid:u","eventTime":"2026-02-05T01:00:00Z","eventTimeZoneOffset":"+08:00","action":"DELETE","bizStep":"unpacking","parentID":"https://id.gs1.org/00/069012340000000016","childEPCs":["urn:epc:id:sgtin:6901234.056789.P1"],"bizLocation":{"id":"https://id.gs1.org/414/6901234000023"}},
         {"type":"ObjectEvent","eventID":"urn:uuid:i","eventTime":"2026-02-06T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"installing","disposition":"available","epcList":["urn:epc:id:sgtin:6901234.056789.P1"],"bizLocation":{"id":"https://id.gs1.org/414/6901234000023"}}
        ]}}
        """;

    [Fact]
    public async Task A_story_in_EPCIS_is_the_story_in_our_own_words()
    {
        var told = new List<string>();
        foreach (var (document, mediaType) in new[] { (Native, "application/json"), (Epcis, "application/ld+json"), (Epcis, "application/json") })
        {
            await using var house = await House.Open(ground);
            using var system = await house.As("integrator");
            using var quality = await house.As("qualityManager");
            (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
            var (status, answer) = await system.Say("/capture", document, mediaType);
            status.ShouldBe(201, answer.ToString());
            var remarks = answer.GetProperty("facts").EnumerateArray().SelectMany(f => f.TryGetProperty("findings", out var found) ? found.EnumerateArray().Select(r => f.GetProperty("id").GetString() + " " + r.GetProperty("code").GetString()) : []);
            (await system.Say("/capture", document, mediaType)).Status.ShouldBe(200);
            told.Add(string.Join('\n',
                string.Join(", ", remarks),
                await Told(quality, "/devices/gs1:01/06901234567892/21/P1"), await Told(quality, "/devices/gs1:00/069012340000000016"),
                await Told(quality, "/trace/below/gs1:01/06901234567892/21/P1"), await Told(quality, "/trace/scope?lot=gs1:01/06901234560008/10/B17")));
        }

        told[0].ShouldContain("\"stage\":\"installed\"");
        told[0].ShouldContain("\"before\":\"inTransit\",\"after\":\"userStock\"");
        told[1].ShouldBe(told[0]);
        told[2].ShouldBe(told[0]);
    }

    [Theory]
    [InlineData("rollback", 422, "none")]
    [InlineData("proceed", 201, "pendingRelease")]
    public async Task One_bad_event_and_its_neighbours(string behaviour, int expected, string stage)
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await system.Say("/capture", Stories.Company);
        var (status, answer) = await system.Say("/capture", """
            {"type":"EPCISDocument","epcisBody":{"eventList":[
             {"type":"ObjectEvent","eventID":"urn:uuid:a","eventTime":"2026-02-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"commissioning","epcList":["urn:epc:id:sgtin:6901234.056789.G1"],"bizLocation":{"id":"https://id.gs1.org/414/6901234000016"}},
             {"type":"ObjectEvent","eventID":"urn:uuid:b","eventTime":"2026-02-01T00:00:00","action":"ADD","bizStep":"comissioning","epcList":["urn:epc:id:sgtin:6901234.056789.G1","nothing"]},
             {"type":"ObjectEvent","eventID":"urn:uuid:c","eventTime":"2026-02-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"commissioning","epcList":["urn:epc:id:sgtin:6901234.056789.G2"],"bizLocation":{"id":"https://id.gs1.org/414/6901234000016"}}
            ]},"@context":"https://ref.gs1.org/standards/epcis/epcis-context.jsonld"}
            """, "application/ld+json", behaviour);
        status.ShouldBe(expected, answer.ToString());
        answer.ToString().ShouldContain("/epcisBody/eventList/1/eventTime");
        answer.ToString().ShouldContain("/epcisBody/eventList/1/epcList/1");
        answer.ToString().ShouldContain("commissioning");
        foreach (var serial in (string[])["G1", "G2"])
        {
            var (found, device) = await system.Ask("/devices/gs1:01/06901234567892/21/" + serial);
            (found == 404 ? "none" : device.GetProperty("item").GetProperty("stage").GetString()).ShouldBe(stage);
        }

        (await system.Ask("/exceptions/documents")).Body.GetProperty("documents").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task An_error_declaration_takes_the_event_back_with_or_without_an_id()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await system.Say("/capture", Stories.Company);
        foreach (var (id, serial) in new[] { ("\"eventID\":\"urn:uuid:e\",", "E1"), ("", "E2") })
        {
            var @event = $"\"type\":\"ObjectEvent\",{id}\"eventTime\":\"2026-02-01T00:00:00Z\",\"eventTimeZoneOffset\":\"+08:00\",\"action\":\"ADD\",\"bizStep\":\"commissioning\",\"epcList\":[\"urn:epc:id:sgtin:6901234.056789.{serial}\"],\"bizLocation\":{{\"id\":\"https://id.gs1.org/414/6901234000016\"}}";
            (await system.Say("/capture", "{" + @event + "}", "application/ld+json")).Status.ShouldBe(201);
            (await Stage(system, serial)).ShouldBe("pendingRelease");
            var declared = "{" + @event + ",\"errorDeclaration\":{\"declarationTime\":\"2026-02-02T00:00:00Z\",\"reason\":\"did_not_occur\"}}";
            var (status, answer) = await system.Say("/capture", declared, "application/ld+json");
            status.ShouldBe(201, answer.ToString());
            answer.ToString().ShouldNotContain("correction.unknown");
            (await Stage(system, serial)).ShouldBe("none");
            (await system.Say("/capture", declared, "application/ld+json")).Status.ShouldBe(200);
            var device = (await system.Ask("/devices/gs1:01/06901234567892/21/" + serial)).Body;
            device.GetProperty("timeline").EnumerateArray().Select(m => m.GetProperty("kind").GetString() + " " + m.GetProperty("isCorrected").GetBoolean()).ShouldBe(["corrected False", "productionCompleted True"]);
        }
    }

    [Fact]
    public async Task What_the_table_does_not_know_stands_on_the_timeline_whole()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await system.Say("/capture", Stories.Company);
        (await system.Say("/capture", """
            [{"@context":{"ext":"https://example.com/ext/"},"type":"ObjectEvent","eventID":"urn:uuid:o","eventTime":"2026-02-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"ext:polishing","epcList":["urn:epc:id:sgtin:6901234.056789.O1"],"ext:roughness":0.2,"bizTransactionList":[{"type":"ext:job","bizTransaction":"https://example.com/job/7"}]}]
            """)).Status.ShouldBe(201);
        var moment = (await system.Ask("/devices/gs1:01/06901234567892/21/O1")).Body.GetProperty("timeline")[0];
        moment.GetProperty("kind").GetString().ShouldBe("observed");
        var carried = moment.GetProperty("fact").GetProperty("details").GetProperty("epcis");
        carried.GetProperty("event").GetProperty("ext:roughness").GetString().ShouldBe("0.2");
        carried.GetProperty("numbers")[0].GetString().ShouldBe("/ext:roughness");
        carried.GetProperty("event").GetProperty("@context")[0].GetProperty("ext").GetString().ShouldBe("https://example.com/ext/");
    }

    [Theory]
    [InlineData("""{"kind":"\u0000"}""", "/kind")]
    [InlineData("""{"type":"ObjectEvent","eventTime":"2026-02-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"\u0000","a\u0000":1,"epcList":["a:\u0000"]}""", "/epcList/0")]
    public async Task A_character_that_the_database_cannot_hold_is_refused_and_not_an_outage(string document, string path)
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        var (status, answer) = await system.Say("/capture", document);
        status.ShouldBe(422, answer.ToString());
        answer.GetProperty("findings").EnumerateArray().ShouldContain(f => f.GetProperty("path").GetString() == path);
        (await system.Ask("/exceptions/documents")).Body.GetProperty("documents").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_long_document_is_a_job_and_streams()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await system.Say("/capture", Stories.Company);
        var events = string.Join(",\n", Enumerable.Range(0, 6000).Select(i => $$"""{"type":"ObjectEvent","eventID":"urn:uuid:j{{i}}","eventTime":"2026-02-03T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"commissioning","epcList":["urn:epc:id:sgtin:6901234.056789.J{{i}}"],"bizLocation":{"id":"https://id.gs1.org/414/6901234000016"} }"""));
        var (status, job) = await system.Say("/capture", $$"""{"epcisBody":{"eventList":[{{events}},{"type":"nonsense"}]},"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],"type":"EPCISDocument"}""", "application/ld+json", "proceed");
        status.ShouldBe(202);
        while (job.GetProperty("state").GetString() != "finished")
        {
            job = (await system.Ask("/capture/" + job.GetProperty("id").GetString())).Body;
        }

        job.GetProperty("admitted").GetInt32().ShouldBe(6000, job.ToString());
        job.GetProperty("refused").GetInt32().ShouldBe(1);
        job.GetProperty("findings")[0].GetProperty("path").GetString()!.ShouldStartWith("/epcisBody/eventList/6000");
        (await Stage(system, "J5999")).ShouldBe("pendingRelease");
    }

    private static async Task<string?> Stage(HttpClient client, string serial) =>
        (await client.Ask("/devices/gs1:01/06901234567892/21/" + serial)).Body.GetProperty("item").GetProperty("stage").GetString();

    // All that is said of it, but for how it was said and by which clock.
    private static async Task<string> Told(HttpClient client, string path)
    {
        var (status, body) = await client.Ask(path);
        status.ShouldBe(200, path);
        var told = JsonNode.Parse(body.GetRawText())!;
        foreach (var moment in told["timeline"]?.AsArray() ?? [])
        {
            moment!.AsObject().Remove("fact");
            moment.AsObject().Remove("recorded");
        }

        return told.ToJsonString();
    }
}
