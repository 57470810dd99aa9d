using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Clew.Epcis;
using Clew.Server.Integration.Epcis;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Clew.Tests.Integration;

/// <summary>The capture half of EPCIS 2.0's REST interface, over HTTP.</summary>
public sealed class CaptureInterface(Ground ground)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_document_is_answered_with_a_job_that_tells_of_each_event()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        using var answer = await Post(system, "/capture", Document(Event("a", "A1"), Event("b", "A2")));
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        Header(answer, "GS1-EPCIS-Version").ShouldBe("2.0.0");
        Header(answer, "GS1-CBV-Version").ShouldBe("2.0.0");
        var said = await Json(answer);
        var (status, job) = await system.Ask(answer.Headers.Location!.OriginalString);
        status.ShouldBe(200);
        job.GetProperty("captureID").GetString().ShouldBe(said.GetProperty("captureID").GetString());
        (job.GetProperty("running").GetBoolean(), job.GetProperty("success").GetBoolean(), job.GetProperty("captureErrorBehaviour").GetString()).ShouldBe((false, true, "rollback"));
        job.GetProperty("finishedAt").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(job.GetProperty("createdAt").GetDateTimeOffset());
        job.GetProperty("errors").GetArrayLength().ShouldBe(0);
        job.GetProperty("results").ToString().ShouldBe(said.GetProperty("results").ToString());
        job.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("eventID").GetString() + r.GetProperty("status").GetString()).ShouldBe(["urn:uuid:00000000-0000-4000-8000-00000000000acaptured", "urn:uuid:00000000-0000-4000-8000-00000000000bcaptured"]);
        using var xml = new HttpRequestMessage(HttpMethod.Get, answer.Headers.Location) { Headers = { { "Accept", "application/xml" } } };
        using var inXml = await system.SendAsync(xml, Stop);
        XElement.Parse(await inXml.Content.ReadAsStringAsync(Stop)).Attribute("success")!.Value.ShouldBe("true");

        // What is there already has its first receipt; the same id with other content is a conflict, and nothing of that document goes in.
        using var again = await Post(system, "/capture", Document(Event("a", "A1"), Event("c", "A3")));
        var twice = await Json(again);
        twice.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("status").GetString()).ShouldBe(["known", "captured"]);
        twice.GetProperty("results")[0].GetProperty("leaf").GetString().ShouldBe(said.GetProperty("results")[0].GetProperty("leaf").GetString());
        using var other = await Post(system, "/capture", Document(Event("d", "A4"), Event("a", "A9")));
        other.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var problem = await Json(other);
        problem.GetProperty("type").GetString().ShouldBe("epcisException:ResourceAlreadyExistsException");
        var refused = (await system.Ask(problem.GetProperty("instance").GetString()!)).Body;
        refused.GetProperty("success").GetBoolean().ShouldBeFalse();
        refused.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("status").GetString()).ShouldBe(["rejected", "rejected"]);
        refused.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("type").GetString()).ShouldContain("epcisException:ResourceAlreadyExistsException");

        // Each for itself.
        using var each = await Post(system, "/capture", Document(Event("d", "A4"), Event("a", "A9")), behaviour: "proceed");
        each.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await Json(each)).GetProperty("results").EnumerateArray().Select(r => r.GetProperty("status").GetString()).ShouldBe(["captured", "rejected"]);
        (await system.Ask(each.Headers.Location!.OriginalString)).Body.GetProperty("captureErrorBehaviour").GetString().ShouldBe("proceed");
    }

    [Fact]
    public async Task Jobs_are_listed_page_by_page_and_each_sender_sees_its_own()
    {
        await using var house = await House.Open(ground);
        using var mine = await house.AsSender("mine", "distributor", "gs1:417/6901234000023");
        using var system = await house.As("integrator");
        for (var i = 0; i < 7; i++)
        {
            (await Post(i % 2 == 0 ? system : mine, "/capture", Document(Event($"{i}", $"J{i}")))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        }

        var seen = new List<string>();
        for (var next = "/capture?perPage=2"; next is not null;)
        {
            using var page = await system.GetAsync(next, Stop);
            var jobs = await Json(page);
            jobs.GetArrayLength().ShouldBeLessThanOrEqualTo(2);
            seen.AddRange(jobs.EnumerateArray().Select(j => j.GetProperty("captureID").GetString()!));
            next = Next(page);
        }

        seen.ShouldBe(["7", "6", "5", "4", "3", "2", "1"]);
        var own = (await mine.Ask("/capture")).Body;
        own.EnumerateArray().Select(j => j.GetProperty("captureID").GetString()).ShouldBe(["6", "4", "2"]);
        (await mine.Ask("/capture/1")).Status.ShouldBe(404);
        (await mine.Ask("/capture/99")).Body.GetProperty("type").GetString().ShouldBe("epcisException:NoSuchResourceException");
        (await mine.Ask("/capture?perPage=0")).Body.GetProperty("type").GetString().ShouldBe("epcisException:QueryParameterException");
    }

    [Fact]
    public async Task One_event_gets_an_address_and_keeps_its_first_receipt()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        using var first = await Post(system, "/events", Bare(Event("a", "A1")));
        first.StatusCode.ShouldBe(HttpStatusCode.Created, await first.Content.ReadAsStringAsync(Stop));
        first.Headers.Location!.OriginalString.ShouldBe("/events/urn%3Auuid%3A00000000-0000-4000-8000-00000000000a");
        using var again = await Post(system, "/events", Bare(Event("a", "A1")));
        again.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Json(again)).GetProperty("leaf").GetString().ShouldBe((await Json(first)).GetProperty("leaf").GetString());
        using var other = await Post(system, "/events", Bare(Event("a", "A2")));
        other.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await Json(other)).GetProperty("type").GetString().ShouldBe("epcisException:ResourceAlreadyExistsException");
        using var two = await Post(system, "/events", Document(Event("b", "A1"), Event("c", "A1")));
        two.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await Json(two)).GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("code").GetString()).ShouldContain("epcis.notOne");
        using var wrong = await Post(system, "/events", Bare(Event("d", "A1").Replace("\"OBSERVE\"", "\"SEE\"", StringComparison.Ordinal).Replace("inspecting", "looking", StringComparison.Ordinal)));
        (await Json(wrong)).GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("code").GetString() + " " + f.GetProperty("path").GetString()).ShouldBe(["epcis.wrong /action", "epcis.word /bizStep"], ignoreOrder: true);
    }

    [Fact]
    public async Task Every_form_is_taken_at_both_doors_and_its_bytes_are_kept()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        foreach (var (form, media, door) in new[] { (EpcisForm.Xml, "application/xml", "/capture"), (EpcisForm.Xml12, "text/xml", "/capture"), (EpcisForm.Xml, "text/xml", "/events"), (EpcisForm.Xml12, "application/xml", "/events"), (EpcisForm.Json, "application/json", "/events") })
        {
            var whole = EpcisReader.ReadAll(Encoding.UTF8.GetBytes(Document(Event(Guid.NewGuid().ToString("N")[..1], "F1").Replace("00000000-0000-4000", Guid.NewGuid().ToString()[..18], StringComparison.Ordinal))));
            var bytes = form == EpcisForm.Json ? JsonWriting.Document(whole.Document, whole.Events, "2026-02-08T00:00:00Z") : XmlWriting.Document(whole.Document, whole.Events, form, "2026-02-08T00:00:00Z");
            using var answer = await Post(system, door, Encoding.UTF8.GetString(bytes), media);
            ((int)answer.StatusCode).ShouldBe(door == "/capture" ? 202 : 201, await answer.Content.ReadAsStringAsync(Stop));
            var jobs = (await system.Ask("/capture?perPage=1")).Body[0].GetProperty("captureID").GetString();
            (await system.GetByteArrayAsync($"/exceptions/documents/{jobs}/bytes", Stop)).ShouldBe(bytes);
        }
    }

    [Fact]
    public async Task Discovery_tells_what_is_possible_and_versions_that_we_do_not_speak_are_refused()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        foreach (var (path, methods) in new[] { ("/capture", "OPTIONS, GET, POST"), ("/capture/7", "OPTIONS, GET") })
        {
            using var answer = await system.SendAsync(new HttpRequestMessage(HttpMethod.Options, path), Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            string.Join(", ", answer.Content.Headers.Allow).ShouldBe(methods);
            Header(answer, "GS1-EPCIS-Min").ShouldBe("1.0.0");
            Header(answer, "GS1-Vendor-Version").ShouldStartWith("clew-");
            (methods.Contains("POST", StringComparison.Ordinal) ? Header(answer, "GS1-Capture-Error-Behaviour") : "all").ShouldBe("all");
        }

        foreach (var (header, value, status) in new[] { ("GS1-EPCIS-Version", "2.0", 202), ("GS1-EPCIS-Version", "1.2.0", 202), ("GS1-EPCIS-Version", "3.0", 406), ("GS1-CBV-Version", "x", 406), ("GS1-EPCIS-Min", "2.1", 406), ("GS1-CBV-Max", "1.2", 406) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/capture") { Content = new StringContent(Document(Event("a", "A1")), Encoding.UTF8, "application/json"), Headers = { { header, value } } };
            using var answer = await system.SendAsync(request, Stop);
            ((int)answer.StatusCode).ShouldBe(status, header + value);
        }
    }

    [Fact]
    public async Task A_refusal_comes_in_the_readers_form_and_language()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator", language: "zh");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/capture") { Content = new StringContent(Document(Event("a", "A1").Replace("\"OBSERVE\"", "\"\\u0001\"", StringComparison.Ordinal)), Encoding.UTF8, "application/ld+json"), Headers = { { "Accept", "application/xml" } } };
        using var answer = await system.SendAsync(request, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+xml");
        var problem = XElement.Parse(await answer.Content.ReadAsStringAsync(Stop));
        problem.Name.ShouldBe((XNamespace)"urn:epcglobal:epcis:xsd:2" + "EPCISException");
        problem.Element("type")!.Value.ShouldBe("epcisException:ValidationException");
        problem.Element("title")!.Value.ShouldContain("不是");
        using var nobody = new HttpClient { BaseAddress = house.Address };
        using var refused = await Post(nobody, "/events", Bare(Event("a", "A1")));
        (await Json(refused)).GetProperty("type").GetString().ShouldBe("epcisException:SecurityException");
    }

    [Fact]
    public async Task A_long_document_is_a_job_by_the_same_name()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        var document = Document([.. Enumerable.Range(0, 3_000).Select(i => Event(i.ToString("x4", CultureInfo.InvariantCulture), $"L{i}"))]);
        using var answer = await Post(system, "/capture", document, behaviour: "proceed");
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        JsonElement job;
        do
        {
            job = (await system.Ask(answer.Headers.Location!.OriginalString)).Body;
            await Task.Yield();
        }
        while (job.GetProperty("running").GetBoolean());
        (job.GetProperty("success").GetBoolean(), job.GetProperty("captured").GetInt32(), job.GetProperty("captureErrorBehaviour").GetString()).ShouldBe((true, 3_000, "proceed"), job.ToString());
    }

    [Theory]
    [InlineData("epcis/gs1-json-2.0", "application/ld+json")]
    [InlineData("epcis/gs1-xml-2.0", "application/xml")]
    [InlineData("epcis/gs1-xml-1.2", "text/xml")]
    public async Task Every_example_of_GS1_is_captured(string folder, string media)
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        var files = 0;
        foreach (var file in ReferenceData.Files(folder, "*", deep: true).Where(f => f.EndsWith("ld", StringComparison.Ordinal) || f.EndsWith("json", StringComparison.Ordinal) || f.EndsWith("xml", StringComparison.Ordinal)).Where(f => !Path.GetFileName(f).StartsWith("CaptureJob__", StringComparison.Ordinal)))
        {
            using var content = new ByteArrayContent(await File.ReadAllBytesAsync(file, Stop));
            content.Headers.ContentType = new(media);
            using var answer = await system.PostAsync("/capture", content, Stop);

            // GS1's examples use one event id for several events; that is a conflict here, and nothing else is.
            ((int)answer.StatusCode).ShouldBeOneOf([202, 409], Path.GetFileName(file) + await answer.Content.ReadAsStringAsync(Stop));
            files++;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{folder}: {files} files");
    }

    internal static string Event(string id, string serial) => $$"""
        {"type":"ObjectEvent","eventID":"urn:uuid:00000000-0000-4000-8000-{{id.PadLeft(12, '0')}}","eventTime":"2026-02-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"inspecting","epcList":["urn:epc:id:sgtin:6901234.056789.{{serial}}"],"readPoint":{"id":"urn:epc:id:sgln:6901234.00001.0"} }
        """.Trim();

    internal static string Document(params string[] events) =>
        """{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-02-08T00:00:00Z","epcisBody":{"eventList":[""" + string.Join(',', events) + "]}}";

    internal static string Bare(string json) => json.Replace("{\"type\"", "{\"@context\":[\"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld\"],\"type\"", StringComparison.Ordinal);

    internal static async Task<HttpResponseMessage> Post(HttpClient client, string path, string document, string media = "application/ld+json", string? behaviour = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(document, Encoding.UTF8, media) };
        if (behaviour is not null)
        {
            request.Headers.Add("GS1-Capture-Error-Behaviour", behaviour);
        }

        return await client.SendAsync(request, Stop);
    }

    internal static async Task<JsonElement> Json(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);

    internal static string Header(HttpResponseMessage answer, string name) => string.Join(", ", answer.Headers.GetValues(name));

    internal static string? Next(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Link", out var links) ? links.Single()[1..links.Single().IndexOf('>', StringComparison.Ordinal)] : null;
}
