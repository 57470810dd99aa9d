using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Clew.Epcis;
using Clew.Server.Access;
using Clew.Server.Capture;
using Clew.Server.Ledger;
using Clew.Tests.Integration;
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

    [Fact]
    public async Task Two_people_who_correct_one_document_in_the_same_moment_say_it_once()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await system.Say("/capture", Stories.Company);

        // Without an id of their own, facts said twice are two facts.
        var wrong = """[{"kind":"labelVerified","happened":"2026-02-10T08:00:00","items":["gs1:01/06901234567892/21/M9"],"place":"gs1:414/6901234000016"}]""";
        (await system.Say("/capture", wrong)).Status.ShouldBe(422);
        var (documents, mending) = (house.Services.GetRequiredService<ExceptionQueries>(), house.Services.GetRequiredService<Mending>());
        var open = (await documents.Refused(onlyOpen: true, null, 10, Stop)).Documents.ShouldHaveSingleItem();
        var right = wrong.Replace("08:00:00", "08:00:00Z", StringComparison.Ordinal);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => mending.Send(new Caller("user:person" + i, "qualityManager", null), open, right, Stop)));
        outcomes.Count(o => o.Count == 1 && o[0].Status == FactStatus.Admitted).ShouldBe(1);
        outcomes.Count(o => o.Count == 0).ShouldBe(7);
        (await system.Ask("/devices/gs1:01/06901234567892/21/M9")).Body.GetProperty("timeline").GetArrayLength().ShouldBe(1);
    }

    // A document that holds good events and bad ones.
    private static readonly string Mixed = CaptureInterface.Document(
        CaptureInterface.Event("1", "E1"), CaptureInterface.Event("2", "E2").Replace("\"OBSERVE\"", "\"SEE\"", StringComparison.Ordinal), CaptureInterface.Event("3", "E3"),
        CaptureInterface.Event("4", "E4").Replace("2026-02-01T00:00:00Z", "2099-02-01T00:00:00Z", StringComparison.Ordinal), CaptureInterface.Event("5", "E5"));

    [Theory]
    [InlineData("json")]
    [InlineData("xml")]
    [InlineData("xml12")]
    public async Task Of_an_EPCIS_document_only_the_refused_events_are_shown_and_sent_again(string form)
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        var isJson = form == "json";
        var sent = isJson
            ? Mixed.Replace("\"epcisBody\"", """
                "epcisHeader":{"epcisMasterData":{"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:BusinessLocation","vocabularyElementList":[{"id":"urn:epc:id:sgln:6901234.00001.0"}]}]}},"epcisBody"
                """, StringComparison.Ordinal)
            : InXml(form == "xml12" ? EpcisForm.Xml12 : EpcisForm.Xml);
        (await system.Say("/capture", sent, isJson ? "application/ld+json" : "application/xml", behaviour: "proceed")).Status.ShouldBe(202);
        var (documents, mending) = (house.Services.GetRequiredService<ExceptionQueries>(), house.Services.GetRequiredService<Mending>());
        var open = (await documents.Refused(onlyOpen: true, null, 10, Stop)).Documents.ShouldHaveSingleItem();
        (open.Facts - open.Refused).ShouldBe(isJson ? 4 : 3);
        var text = (await mending.Text(open, Stop)).ShouldNotBeNull();
        EpcisReader.ReadAll(Encoding.UTF8.GetBytes(text)).Events.Select(e => e.Id![^1]).ShouldBe(['2', '4'], text);
        text.ShouldNotContain("00001.0\"}]");

        // An empty list corrects nothing, and says so; half of it is nothing.
        var quality = new Caller("user:li.na", "qualityManager", null);
        foreach (var empty in new[] { Emptied(text, isJson), "", isJson ? "[]" : "<x/>" })
        {
            var none = await mending.Send(quality, open, empty, Stop);
            none.Count.ShouldBeGreaterThan(0, empty);
            none.ShouldAllBe(o => o.Status == FactStatus.Refused && o.Findings.Count > 0);
        }

        var half = text.Replace("SEE", "OBSERVE", StringComparison.Ordinal);
        (await mending.Send(quality, open, half, Stop)).Select(o => o.Status).ShouldBe([FactStatus.Refused, FactStatus.Refused]);
        (await documents.Find(open.Id, Stop))!.MendedBy.ShouldBeNull();
        var mended = half.Replace("2099", "2026", StringComparison.Ordinal);
        (await mending.Send(quality, open, mended, Stop)).Select(o => o.Status).ShouldBe([FactStatus.Admitted, FactStatus.Admitted]);
        (await documents.Find(open.Id, Stop))!.MendedBy.ShouldNotBeNull();
        (await system.Ask("/epcs?perPage=100")).Body.GetProperty("member").GetArrayLength().ShouldBe(form == "xml12" ? 6 : 5);
    }

    [Fact]
    public async Task What_is_in_conflict_is_shown_beside_what_was_wrong()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await system.Say("/capture", Stories.Company);

        // The second is refused for its id, which has another content.
        (await system.Say("/capture", $"[{Made(1, "Z")}]")).Status.ShouldBe(201);
        var other = Made(1, "Z").Replace("M1", "M9", StringComparison.Ordinal);
        (await system.Say("/capture", $"[{Made(2, "Z")}, {other}, {Made(3, "")}]", behaviour: "proceed")).Status.ShouldBe(201);
        var (documents, mending) = (house.Services.GetRequiredService<ExceptionQueries>(), house.Services.GetRequiredService<Mending>());
        var open = (await documents.Refused(onlyOpen: true, null, 10, Stop)).Documents.ShouldHaveSingleItem();
        var text = (await mending.Text(open, Stop)).ShouldNotBeNull();
        text.ShouldContain("M9");
        text.ShouldContain("\"m3\"");
        text.ShouldNotContain("\"m2\"");
    }

    // Of 1.2, with a transformation inside of its wrap.
    private static string InXml(EpcisForm form)
    {
        var whole = EpcisReader.ReadAll(Encoding.UTF8.GetBytes(form == EpcisForm.Xml12
            ? Mixed.Replace(CaptureInterface.Event("3", "E3"), """{"type":"TransformationEvent","eventID":"urn:uuid:00000000-0000-4000-8000-000000000003","eventTime":"2026-02-01T00:00:00Z","eventTimeZoneOffset":"+08:00","inputEPCList":["urn:epc:id:sgtin:6901234.056789.E3"],"outputEPCList":["urn:epc:id:sgtin:6901234.056789.E6"]}""", StringComparison.Ordinal)
            : Mixed));
        return Encoding.UTF8.GetString(XmlWriting.Document(whole.Document, whole.Events, form, "2026-02-08T00:00:00Z"));
    }

    private static string Emptied(string text, bool isJson)
    {
        if (isJson)
        {
            var root = JsonNode.Parse(text)!;
            root["epcisBody"]!["eventList"]!.AsArray().Clear();
            return root.ToJsonString();
        }

        var document = XElement.Parse(text);
        document.Descendants("EventList").Single().RemoveAll();
        return document.ToString();
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
