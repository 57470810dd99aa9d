using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Clew.Tests.Storage;
using Clew.Tests.Web;

namespace Clew.Tests.Integration;

/// <summary>
/// The query cases of the EPCglobal EPCIS 1.0 interoperability suite, told again over REST: the same documents captured, the same
/// parameters asked, as many events or elements found, the same exceptions.
/// </summary>
public sealed class SoapInterop(Ground ground)
{
    private const string Folder = "epcis/soap-interop-1.0";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Cases that cannot be told over REST, with the reason.
    private static readonly Dictionary<string, string> Skipped = new(StringComparer.Ordinal)
    {
        ["SE2"] = "asks without a key: that is Endpoints.Each_lets_in_the_roles_of_the_table_and_nobody_else",
        ["SE5"] = "the same",
        ["SE12"] = "hangs on when the suite itself recorded its events",
        ["SE49"] = "the answer is made up by the suite's server",
        ["SE51"] = "the same",
        ["SE71"] = "a quantity was a whole number before EPCIS 1.1",
        ["SE74"] = "the answer is made up by the suite's server",
    };

    [Fact]
    public async Task Each_case_finds_as_many_over_REST()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await Capture(system);
        int told = 0, skipped = 0;
        List<string> differences = [];
        foreach (var file in ReferenceData.Files(Folder + "/requests", "*.xml").Where(f => !Path.GetFileName(f).Contains("-2-", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file).Split('-')[0];
            var request = XElement.Load(file);
            var parameters = request.Descendants("param").ToList();
            if (parameters.Count == 0 || Skipped.ContainsKey(name) || !Expected(name, out var exception, out var count))
            {
                skipped++;
                TestContext.Current.TestOutputHelper!.WriteLine($"{name}: skipped: {Skipped.GetValueOrDefault(name, "subscribing, or a question of SOAP itself")}");
                continue;
            }

            told++;
            var isMasterData = name.StartsWith("MD", StringComparison.Ordinal);
            var query = string.Join('&', parameters.Select(p => Uri.EscapeDataString(p.Element("name")!.Value.Trim()) + "=" + Uri.EscapeDataString(string.Join('|', p.Descendants("string").Any() ? p.Descendants("string").Select(s => s.Value.Trim()) : [p.Element("value")!.Value.Trim()]))));
            var queryName = request.Element("queryName")!.Value;
            var path = queryName is "SimpleEventQuery" or "SimpleMasterDataQuery" ? (isMasterData ? "/vocabularies?" : "/events?") : $"/queries/{queryName}/events?";
            var (status, body) = await system.Ask(path + query + (query.Contains("eventCountLimit", StringComparison.Ordinal) ? "" : "&perPage=1000"));
            var found = status == 200 ? Count(body) : -1;
            if (exception is not null ? status == 200 || !body.GetProperty("type").GetString()!.EndsWith(exception, StringComparison.Ordinal) : found != count)
            {
                differences.Add($"{name} {query}: {status} {(status == 200 ? found.ToString(CultureInfo.InvariantCulture) : body.ToString())}, not {exception ?? count.ToString(CultureInfo.InvariantCulture)}");
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{told} told, {skipped} skipped");
        differences.ShouldBeEmpty();
        told.ShouldBeGreaterThan(35);
    }

    [Fact]
    public async Task Master_data_in_headers_and_documents_are_kept_in_every_form_and_the_last_word_counts()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        static string WithHeader(string id, string name, string child) => CaptureInterface.Document(CaptureInterface.Event(id, "M1")).Replace("\"epcisBody\"", $$$"""
            "epcisHeader":{"epcisMasterData":{"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:BusinessLocation","vocabularyElementList":[
              {"id":"urn:epc:id:sgln:6901234.00001.0","attributes":[{"id":"cbvmda:name","attribute":"{{{name}}}"},{"id":"urn:example:mda:address","attribute":{"ext:street":"1 Road"}}],"children":["{{{child}}}"]}]}]}},"epcisBody"
            """, StringComparison.Ordinal);
        using var first = await CaptureInterface.Post(system, "/capture", WithHeader("1", "Plant", "urn:epc:id:sgln:6901234.00001.9"));
        first.StatusCode.ShouldBe(HttpStatusCode.Accepted, await first.Content.ReadAsStringAsync(Stop));
        using var second = await CaptureInterface.Post(system, "/capture", WithHeader("2", "Plant One", "urn:epc:id:sgln:6901234.00001.8"));
        second.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var (_, all) = await system.Ask("/vocabularies");
        var element = all.GetProperty("epcisBody").GetProperty("queryResults").GetProperty("resultsBody").GetProperty("vocabularyList")[0].GetProperty("vocabularyElementList")[0];
        element.GetProperty("attributes").EnumerateArray().Select(a => a.GetProperty("id").GetString() + " " + a.GetProperty("attribute").ToString().Replace(" ", "", StringComparison.Ordinal)).ShouldBe(["urn:epcglobal:cbv:mda#name PlantOne", "urn:example:mda:address {\"ext:street\":\"1Road\"}"]);
        element.GetProperty("children").EnumerateArray().Select(c => c.GetString()).ShouldBe(["urn:epc:id:sgln:6901234.00001.8"]);
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        (await system.Say("/capture", """[{"kind":"placeDescribed","happened":"2026-01-02T00:00:00Z","describes":{"subject":"gs1:414/6901234000078","nameEn":"Room","nameZh":"房间","within":"gs1:414/6901234000023"}}]""")).Status.ShouldBe(201);
        Count((await system.Ask("/vocabularies?WD_name=urn:epc:id:sgln:6901234.00002.0")).Body).ShouldBe(2);
        Count((await system.Ask("/vocabularies?EQATTR_cbvmda:name=Ward")).Body).ShouldBe(1);
        Count((await system.Ask("/vocabularies?perPage=1000&vocabularyName=urn:epcglobal:epcis:vtype:EPCClass")).Body).ShouldBe(2);

        // Our own hierarchy of places is the one that WD_ asks for.
        await CaptureInterface.Post(system, "/capture", CaptureInterface.Document(CaptureInterface.Event("3", "M3").Replace("urn:epc:id:sgln:6901234.00001.0", "https://id.gs1.org/414/6901234000078", StringComparison.Ordinal)));
        (await system.Ask("/events?WD_readPoint=https://id.gs1.org/414/6901234000023")).Body.GetProperty("epcisBody").GetProperty("queryResults").GetProperty("resultsBody").GetProperty("eventList").GetArrayLength().ShouldBe(1);
        using var warehouse = await house.As("management");
        (await warehouse.Ask("/vocabularies")).Status.ShouldBe(200);
        using var outside = await house.As("auditor");
        (await CaptureInterface.Post(outside, "/capture", WithHeader("4", "X", "urn:x:y"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var operatorOnly = await house.As("warehouseOperator");
        (await CaptureInterface.Post(operatorOnly, "/capture", WithHeader("4", "X", "urn:x:y"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/vocabularies?EQATTR_cbvmda:name=Ward") { Headers = { { "Accept", "application/xml" } } };
        using var xml = await system.SendAsync(request, Stop);
        XElement.Parse(await xml.Content.ReadAsStringAsync(Stop)).Descendants("VocabularyElement").Single().Attribute("id")!.Value.ShouldBe("https://id.gs1.org/414/6901234000023");
    }

    private static async Task Capture(HttpClient system)
    {
        foreach (var file in ReferenceData.Files(Folder + "/setup", "*.xml").Order(StringComparer.Ordinal))
        {
            using var content = new ByteArrayContent(await File.ReadAllBytesAsync(file, Stop));
            content.Headers.ContentType = new("text/xml");
            using var answer = await system.PostAsync("/capture", content, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, Path.GetFileName(file) + await answer.Content.ReadAsStringAsync(Stop));
        }
    }

    // What the suite expects: an exception, or so many events or elements.
    private static bool Expected(string name, out string? exception, out int count)
    {
        (exception, count) = (null, 0);
        var file = ReferenceData.Files(Folder + "/responses", name + "-*.xml").Order(StringComparer.Ordinal).FirstOrDefault(f => !Path.GetFileName(f).Contains("SubscribeResult", StringComparison.Ordinal));
        if (file is null)
        {
            return false;
        }

        var response = XElement.Load(file);
        if (response.Name.LocalName == "QueryResults")
        {
            count = response.Descendants().Count(e => e.Name.LocalName is "ObjectEvent" or "AggregationEvent" or "TransactionEvent" or "QuantityEvent" or "VocabularyElement");
            return !Path.GetFileName(file).StartsWith("SE44", StringComparison.Ordinal) && !Path.GetFileName(file).StartsWith("SE48", StringComparison.Ordinal);
        }

        exception = response.Name.LocalName;
        return exception is "QueryParameterException" or "NoSuchNameException" or "QueryTooLargeException" && name is not ("SE68" or "SE69");
    }

    private static int Count(JsonElement body)
    {
        var results = body.GetProperty("epcisBody").GetProperty("queryResults").GetProperty("resultsBody");
        return results.TryGetProperty("eventList", out var events) ? events.GetArrayLength() : results.GetProperty("vocabularyList").EnumerateArray().Sum(v => v.GetProperty("vocabularyElementList").GetArrayLength());
    }
}
