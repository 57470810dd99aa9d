using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Clew.Epcis;
using Clew.Server.Access;
using Clew.Server.Integration.Epcis;
using Clew.Server.Ledger;
using Clew.Tests.Reference;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Tests.Integration;

/// <summary>Documents tried and documents told: over HTTP, on the timeline, in the lines of the README.</summary>
public sealed class EpcisTrials(Ground ground)
{
    // No row of the table knows it: an own step, an own field, a sensor, a class beside a serial.
    private const string Strange = """
        { "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ext": "https://example.org/ext/"}], "type": "ObjectEvent", "eventID": "urn:uuid:0b9c3d0e-0000-4000-8000-000000000001",
          "action": "OBSERVE", "bizStep": "collecting", "disposition": "needs_replacement", "eventTime": "2026-02-05T00:00:00Z", "eventTimeZoneOffset": "+08:00",
          "epcList": ["https://id.gs1.org/01/06901234567892/21/P1"], "quantityList": [{"epcClass": "https://id.gs1.org/01/06901234560015", "quantity": 3}],
          "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 26.0, "uom": "CEL", "exception": "ALARM_CONDITION"}]}], "ext:driver": "Zhao", "ext:load": 7.50 }
        """;

    [Fact]
    public async Task A_document_is_tried_and_nothing_is_kept()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        var (status, body) = await system.Say("/epcis/check", Strange, "application/ld+json");
        status.ShouldBe(200, body.ToString());
        (body.GetProperty("valid").GetBoolean(), body.GetProperty("taken").GetBoolean(), body.GetProperty("form").GetString()).ShouldBe((true, true, "json"));
        var told = body.GetProperty("events")[0];
        told.GetProperty("kind").GetString().ShouldBe("observed");
        var hash = EventHash.Of(EpcisReader.ReadAll(Encoding.UTF8.GetBytes(Strange)).Events[0]);
        told.GetProperty("hash").GetString().ShouldBe(hash);
        told.GetProperty("findings").EnumerateArray().Select(f => $"{f.GetProperty("code").GetString()} {f.GetProperty("path").GetString()}").ShouldBe(["epcis.notTracked /quantityList/0"]);
        told.GetProperty("words").EnumerateArray().Select(w => $"{w[0]}: {w[1]}").ShouldContain("Sensor: Temperature 26.0 CEL ALARM CONDITION");
        EventHash.Of(EpcisReader.ReadAll(Encoding.UTF8.GetBytes(body.GetProperty("other").GetString()!)).Events[0]).ShouldBe(hash);

        var xml = body.GetProperty("other").GetString()!.Replace("<action>OBSERVE</action>", "<action>PUT</action>", StringComparison.Ordinal);
        (_, body) = await system.Say("/epcis/check", xml, "application/xml");
        (body.GetProperty("valid").GetBoolean(), body.GetProperty("taken").GetBoolean(), body.GetProperty("form").GetString()).ShouldBe((false, false, "xml"));
        body.GetProperty("events")[0].GetProperty("findings").EnumerateArray().ShouldContain(f => f.GetProperty("code").GetString() == "epcis.wrong" && f.GetProperty("path").GetString()!.Split(':').All(part => part.All(char.IsAsciiDigit)));
        body.GetProperty("events")[0].TryGetProperty("fact", out _).ShouldBeFalse();
        (await system.Say("/epcis/check", new string(' ', Preview.BytesMax + 1), "application/xml")).ShouldBeRefused(413, "epcis.trialTooLong", "");
        (await system.Say("/epcis/check", "{}", "application/json")).Body.GetProperty("findings")[0].GetProperty("code").GetString().ShouldBe("epcis.noEvents");
        (await house.Services.GetRequiredService<LedgerQueries>().Size(TestContext.Current.CancellationToken)).ShouldBe(0);
        (await system.Ask("/devices/gs1:01/06901234567892/21/P1")).Status.ShouldBe(404);
        using var outside = await house.As("administrator");
        (await outside.Say("/epcis/check", Strange)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task What_we_do_not_understand_stands_on_the_timeline_in_plain_words_and_is_found()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        (await system.Say("/capture", Strange, "application/ld+json")).Status.ShouldBe(202);
        var declared = Strange.Replace("\"action\"", """ "errorDeclaration": {"declarationTime": "2026-02-06T00:00:00Z", "reason": "did_not_occur"}, "action" """, StringComparison.Ordinal);
        var page = await Page(system, "/devices/gs1:01/06901234567892/21/P1", "en");
        foreach (var word in (string[])["Things were seen", "Collecting", "Needs replacement", "Temperature 26.0 CEL", "driver", "Zhao", "7.50"])
        {
            page.ShouldContain(word);
        }

        page = await Page(system, "/devices/gs1:01/06901234567892/21/P1", "zh");
        foreach (var word in (string[])["物品被观察", "收集", "需更换", "温度 26.0 CEL 报警"])
        {
            page.ShouldContain(word);
        }

        (await Page(system, "/search?text=urn:uuid:0b9c3d0e-0000-4000-8000-000000000001", "en")).ShouldContain("Needs replacement");

        // And an error declared by its sender stands there as well, beside what it takes back.
        (await system.Say("/capture", declared, "application/ld+json")).Status.ShouldBe(202);
        page = await Page(system, "/devices/gs1:01/06901234567892/21/P1", "en");
        page.ShouldContain("Record corrected");
        page.ShouldContain("Did not occur 2026-02-06T00:00:00Z");
        page.ShouldContain("<s><b>Observed</b></s>");
        var (status, body) = await system.Ask("/devices/gs1:01/06901234567892/21/P1");
        status.ShouldBe(200);
        body.GetProperty("timeline").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task A_fact_of_ours_goes_to_another_house_as_an_event_and_is_the_same_fact_there()
    {
        await using var here = await House.Open(ground);
        await using var there = await House.Open(ground);
        using var sender = await here.As("integrator");
        using var receiver = await there.As("integrator");
        (await sender.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        (await receiver.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        (await sender.Say("/capture", """
            [{"kind":"productionCompleted","id":"m1","happened":"2026-02-03T08:00:00+08:00","items":["gs1:01/06901234567892/21/Z1"],"place":"gs1:414/6901234000016","lot":"L1","expires":"2031-01-31"},
             {"kind":"calibrated","id":"c1","happened":"2026-02-03T09:00:00+08:00","items":["gs1:01/06901234567892/21/Z1"],"place":"gs1:414/6901234000016","outcome":"pass","reason":"yearly","participants":[{"role":"inspector","who":"E7"}],"details":{"flow":"2.50"}},
             {"kind":"transferShipped","id":"s1","happened":"2026-02-04T09:00:00+08:00","items":["gs1:01/06901234567892/21/Z1"],"place":"gs1:414/6901234000016","to":"gs1:414/6901234000023","references":[{"type":"po","number":"4711"}]}]
            """)).Status.ShouldBe(201);
        var entries = await here.Services.GetRequiredService<LedgerQueries>().From(0, 100, TestContext.Current.CancellationToken);
        var events = entries.Select(e => FactAsEvent.Of(e)).OfType<EpcisEvent>().ToList();
        events.Count.ShouldBe(3);
        var document = new EpcisDocument(new Group([new Member(new Name("type"), new Text("EPCISDocument"))]), Contexts.Standard, EpcisForm.Xml);
        var (status, body) = await receiver.Say("/capture", Encoding.UTF8.GetString(JsonWriting.Document(document, events, "2026-02-05T00:00:00Z")), "application/ld+json");
        status.ShouldBe(202, body.ToString());
        var lives = new List<List<string>>();
        foreach (var client in (HttpClient[])[sender, receiver])
        {
            var (_, device) = await client.Ask("/devices/gs1:01/06901234567892/21/Z1");
            lives.Add([.. device.GetProperty("timeline").EnumerateArray().Select(m => $"{m.GetProperty("kind")} {m.GetProperty("happened")} {m.GetProperty("before")} {m.GetProperty("after")} {Word(m, "reason")} {Word(m, "outcome")} {Word(m, "lot")} {Word(m, "participants")} {Word(m, "references")} {Word(m, "to")}")]);
        }

        lives[1].ShouldBe(lives[0]);

        static string Word(JsonElement moment, string name) => moment.GetProperty("fact").TryGetProperty(name, out var value) ? value.GetRawText() : "";
    }

    [Fact]
    public async Task The_lines_of_the_README_work_as_they_stand()
    {
        await using var house = await House.Open(ground);
        var readme = await File.ReadAllTextAsync(Checkout.Path("README.md"), TestContext.Current.CancellationToken);
        var section = readme[readme.IndexOf("## Speak EPCIS", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", 4, StringComparison.Ordinal)];
        var lines = string.Join('\n', section.Split("```sh\n").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)]));
        var key = await house.Services.GetRequiredService<Keys>().Issue("readme", "integrator", null, TestContext.Current.CancellationToken);
        using var folder = new Folder();
        var script = $"set -euo pipefail\nkey={key}\n"
            + lines.Replace("http://127.0.0.1:5080", house.Address.ToString().TrimEnd('/'), StringComparison.Ordinal)
                .Replace("curl -s ", "echo; curl -sS --fail-with-body ", StringComparison.Ordinal).Replace("./clew ", $"'{Path.Combine(AppContext.BaseDirectory, "Clew.Server")}' ", StringComparison.Ordinal);
        using var bash = Process.Start(new ProcessStartInfo("bash") { WorkingDirectory = folder.Path, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        var (told, wrong) = (bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        (bash.ExitCode, await wrong).ShouldBe((0, ""), await told);
        (await told).ShouldContain("\"valid\":true");
        (await told).ShouldContain("?ver=CBV2.0");
        (await told).Split("\"success\":true").Length.ShouldBeGreaterThanOrEqualTo(3, await told);
    }

    [Fact]
    public async Task GS1_TCR_54_association_events()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);

        // Steps 1 and 2: with a place for the parent it is accepted, and the system contains it.
        foreach (var action in (string[])["ADD", "OBSERVE", "DELETE"])
        {
            (await system.Say("/capture", Tied(action, "urn:epc:id:sgln:6901234.00001.0", "A1"), "application/ld+json")).Status.ShouldBe(202);
        }

        var (_, body) = await system.Ask("/devices/gs1:01/06901234567892/21/A1");
        body.GetProperty("timeline").GetArrayLength().ShouldBe(3);

        // Step 3: without a parent it is not.
        foreach (var action in (string[])["ADD", "DELETE"])
        {
            (await system.Say("/capture", Tied(action, null, "A2"), "application/ld+json")).ShouldBeRefused(400, "epcis.missing", "/epcisBody/eventList/0/parentID");
        }

        // Step 4: without children it is not.
        foreach (var action in (string[])["ADD", "OBSERVE"])
        {
            (await system.Say("/capture", Tied(action, "urn:epc:id:sgln:6901234.00001.0", null), "application/ld+json")).ShouldBeRefused(400, "epcis.missing", "/epcisBody/eventList/0/childEPCs");
        }

        (await system.Say("/capture", Tied("DELETE", "urn:epc:id:sgln:6901234.00001.0", null), "application/ld+json")).Status.ShouldBe(202);
        (await system.Ask("/devices/gs1:01/06901234567892/21/A2")).Status.ShouldBe(404);

        static string Tied(string action, string? parent, string? child) => $$"""
            {"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld","type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-02-08T00:00:00Z","epcisBody":{"eventList":[
             {"type":"AssociationEvent","eventTime":"2026-02-0{{(action == "ADD" ? 1 : action == "OBSERVE" ? 2 : 3)}}T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"{{action}}"{{(parent is null ? "" : $",\"parentID\":\"{parent}\"")}}{{(child is null ? "" : $",\"childEPCs\":[\"urn:epc:id:sgtin:6901234.056789.{child}\"]")}}} ] } }
            """;
    }

    private static async Task<string> Page(HttpClient client, string path, string language)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.AcceptLanguage.ParseAdd(language);
        client.DefaultRequestHeaders.AcceptLanguage.Clear();
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("clew-readme-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
