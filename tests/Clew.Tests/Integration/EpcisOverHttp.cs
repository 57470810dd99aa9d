using System.Text;
using System.Text.Json;
using Clew.Epcis;
using Clew.Tests.Storage;
using Clew.Tests.Web;

namespace Clew.Tests.Integration;

public sealed class EpcisOverHttp(Ground ground)
{
    [Fact]
    public async Task A_story_told_in_EPCIS_and_in_our_own_form_ends_alike()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        using var quality = await house.As("qualityManager");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        var (status, body) = await system.Say("/capture", Document(Made, Packed, Shipped, Received, Unpacked, Installed), "application/ld+json");
        status.ShouldBe(202, body.ToString());
        body.GetProperty("results").EnumerateArray().ShouldAllBe(f => f.GetProperty("status").GetString() == "captured");
        (await system.Say("/capture", """
            [
             {"kind":"componentFitted","id":"b0","happened":"2026-02-02T08:00:00+08:00","items":["gs1:01/06901234560008/10/B17"],"parent":"gs1:01/06901234567892/21/N1","place":"gs1:414/6901234000016"},
             {"kind":"productionCompleted","id":"b1","happened":"2026-02-03T08:00:00+08:00","items":["gs1:01/06901234567892/21/N1"],"place":"gs1:414/6901234000016","lot":"L1"},
             {"kind":"productReleased","id":"b2","happened":"2026-02-04T08:00:00+08:00","items":["gs1:01/06901234567892/21/N1"],"place":"gs1:414/6901234000016"},
             {"kind":"packed","id":"b3","happened":"2026-02-04T09:00:00+08:00","items":["gs1:01/06901234567892/21/N1"],"parent":"gs1:00/069012340000000023","place":"gs1:414/6901234000016"},
             {"kind":"shipped","id":"b4","happened":"2026-02-05T08:00:00+08:00","items":["gs1:00/069012340000000023"],"place":"gs1:414/6901234000016","to":"gs1:414/6901234000023"},
             {"kind":"received","id":"b5","happened":"2026-02-06T08:00:00+08:00","items":["gs1:00/069012340000000023"],"place":"gs1:414/6901234000023"},
             {"kind":"unpacked","id":"b6","happened":"2026-02-06T09:00:00+08:00","parent":"gs1:00/069012340000000023","place":"gs1:414/6901234000023"},
             {"kind":"installed","id":"b7","happened":"2026-02-07T08:00:00+08:00","items":["gs1:01/06901234567892/21/N1"],"place":"gs1:414/6901234000023"}
            ]
            """)).Status.ShouldBe(201);
        (await Told(quality, "E1")).ShouldBe(await Told(quality, "N1"));
    }

    [Fact]
    public async Task One_bad_event_is_treated_as_the_sender_asked()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        var document = Document(Made, Installed.Replace("\"eventTime\"", "\"eventTimes\"", StringComparison.Ordinal));
        var (status, body) = await system.Say("/capture", document, "application/ld+json");
        status.ShouldBe(400);
        body.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("code").GetString() + f.GetProperty("path").GetString())
            .ShouldContain("epcis.missing/epcisBody/eventList/3/eventTime");
        var (each, kept) = await system.Say("/capture", document, "application/ld+json", behaviour: "proceed");
        each.ShouldBe(202);
        kept.GetProperty("success").GetBoolean().ShouldBeFalse();
        kept.GetProperty("results").EnumerateArray().Select(f => f.GetProperty("status").GetString()).ShouldBe(["captured", "captured", "captured", "rejected"]);
        (await system.Say("/capture", Document(Made), "application/json")).Body.GetProperty("known").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task XML_in_either_edition_is_taken_as_well_and_what_is_wrong_in_it_is_told_by_line()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        var whole = EpcisReader.ReadAll(Encoding.UTF8.GetBytes(Document(Made)));
        var xml = Encoding.UTF8.GetString(XmlWriting.Document(whole.Document, whole.Events, EpcisForm.Xml, "2026-02-08T00:00:00Z"));
        var (status, body) = await system.Say("/capture", xml, "application/xml");
        status.ShouldBe(202, body.ToString());
        (await system.Ask("/devices/gs1:01/06901234567892/21/E1")).Body.GetProperty("timeline").GetArrayLength().ShouldBe(3);

        // The same in the older edition: ids come from the content, so that one differs only where the carried event does.
        var old = Encoding.UTF8.GetString(XmlWriting.Document(whole.Document, whole.Events, EpcisForm.Xml12, "2026-02-08T00:00:00Z"));
        (await system.Say("/capture", old, "text/xml")).Status.ShouldBe(202);
        var (refused, problem) = await system.Say("/capture", xml.Replace("<action>ADD</action>", "<action>PUT</action>", StringComparison.Ordinal), "application/xml");
        refused.ShouldBe(400);
        problem.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("path").GetString()!).ShouldContain(p => p.Contains(':', StringComparison.Ordinal));
    }

    private const string Made = """
        {"type":"AssociationEvent","eventTime":"2026-02-02T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"assembling","parentID":"urn:epc:id:sgtin:6901234.056789.E1","childQuantityList":[{"epcClass":"urn:epc:class:lgtin:6901234.056000.B17"}],"readPoint":{"id":"urn:epc:id:sgln:690123400001..0"}},
        {"type":"ObjectEvent","eventTime":"2026-02-03T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"commissioning","disposition":"active","epcList":["urn:epc:id:sgtin:6901234.056789.E1"],"readPoint":{"id":"https://id.gs1.org/414/6901234000016"},"ilmd":{"cbvmda:lotNumber":"L1"}},
        {"type":"ObjectEvent","eventTime":"2026-02-04T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"inspecting","disposition":"sellable_accessible","epcList":["https://id.gs1.org/01/06901234567892/21/E1"],"bizLocation":{"id":"https://id.gs1.org/414/6901234000016"}}
        """;

    private const string Packed = """{"type":"AggregationEvent","eventTime":"2026-02-04T01:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"packing","parentID":"https://id.gs1.org/00/069012340000000016","childEPCs":["urn:epc:id:sgtin:6901234.056789.E1"],"readPoint":{"id":"https://id.gs1.org/414/6901234000016"}}""";

    private const string Shipped = """{"type":"ObjectEvent","eventTime":"2026-02-05T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"urn:epcglobal:cbv:bizstep:shipping","disposition":"in_transit","epcList":["https://id.gs1.org/00/069012340000000016"],"readPoint":{"id":"https://id.gs1.org/414/6901234000016"},"destinationList":[{"type":"location","destination":"https://id.gs1.org/414/6901234000023"}]}""";

    private const string Received = """{"type":"ObjectEvent","eventTime":"2026-02-06T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"receiving","epcList":["https://id.gs1.org/00/069012340000000016"],"bizLocation":{"id":"https://id.gs1.org/414/6901234000023"}}""";

    private const string Unpacked = """{"type":"AggregationEvent","eventTime":"2026-02-06T01:00:00Z","eventTimeZoneOffset":"+08:00","action":"DELETE","bizStep":"unpacking","parentID":"https://id.gs1.org/00/069012340000000016","bizLocation":{"id":"https://id.gs1.org/414/6901234000023"}}""";

    private const string Installed = """{"type":"ObjectEvent","eventTime":"2026-02-07T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"installing","epcList":["urn:epc:id:sgtin:6901234.056789.E1"],"bizLocation":{"id":"https://id.gs1.org/414/6901234000023"}}""";

    private static string Document(params string[] events) =>
        """{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-02-08T00:00:00Z","epcisBody":{"eventList":[""" + string.Join(',', events) + "]}}";

    // State, place, holder and the stages of the life; and what it is made of.
    private static async Task<string> Told(HttpClient client, string serial)
    {
        var device = (await client.Ask("/devices/gs1:01/06901234567892/21/" + serial)).Body;
        var tree = (await client.Ask("/trace/below/gs1:01/06901234567892/21/" + serial)).Body;
        return (device.GetProperty("item").ToString()
            + string.Join('\n', device.GetProperty("timeline").EnumerateArray().Select(m => m.GetProperty("kind") + " " + m.GetProperty("after")))
            + string.Join('\n', tree.GetProperty("branches").EnumerateArray().Select(b => b.GetProperty("nature") + " " + b.GetProperty("item").GetProperty("id")))).Replace(serial, "X", StringComparison.Ordinal);
    }
}
