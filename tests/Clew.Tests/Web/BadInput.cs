using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Clew.Server.Capture;
using Clew.Tests.Storage;

namespace Clew.Tests.Web;

/// <summary>
/// What the world gets wrong, over HTTP: each time a finding with its place and a remedy in both languages, the bytes kept, and the
/// neighbours treated as the sender asked.
/// </summary>
[Collection(nameof(Measured))]
public sealed class BadInput(Ground ground) : IAsyncLifetime
{
    private const string Pump = "gs1:01/06901234567892/21/";
    private const string Plant = "gs1:414/6901234000016";

    private House house = null!;
    private HttpClient system = null!;
    private HttpClient chinese = null!;

    public async ValueTask InitializeAsync()
    {
        house = await House.Open(ground);
        system = await house.As("integrator");
        chinese = new HttpClient { BaseAddress = house.Address };
        chinese.DefaultRequestHeaders.Authorization = system.DefaultRequestHeaders.Authorization;
        chinese.DefaultRequestHeaders.AcceptLanguage.ParseAdd("zh-CN,zh;q=0.9");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
    }

    public async ValueTask DisposeAsync()
    {
        system.Dispose();
        chinese.Dispose();
        await house.DisposeAsync();
    }

    [Fact]
    public Task Truncated() => Refused($"[{Made("a", "T1")},{Made("b", "T2")[..40]}", 422, "json.syntax", "/1");

    [Fact]
    public Task Not_JSON_at_all() => Refused("ISA*00*          *00*", 422, "json.syntax", "/0");

    [Fact]
    public Task Empty() => Refused("", 422, "json.syntax", "/0");

    [Fact]
    public Task No_facts_in_it() => Refused("[]", 422, "json.noFacts", "");

    [Fact]
    public Task A_number_where_text_is_needed() => Refused("""[{"kind":5,"happened":"2026-02-03T08:00:00Z","items":["gs1:01/06901234567892/21/T"]}]""", 422, "json.type", "/0/kind");

    [Fact]
    public Task Text_where_a_list_is_needed() => Refused("""{"facts":[{"kind":"received","happened":"2026-02-03T08:00:00Z","items":"gs1:01/06901234567892/21/T"}]}""", 422, "json.type", "/facts/0/items");

    [Fact]
    public Task A_time_without_offset() => Refused(Made("a", "T1").Replace("+08:00", "", StringComparison.Ordinal), 422, "time.noOffset", "/happened");

    [Fact]
    public Task No_time() => Refused($"[{Made("a", "T1").Replace("2026-02-03T08", "yesterday", StringComparison.Ordinal)}]", 422, "time.unreadable", "/0/happened");

    [Fact]
    public Task The_future() => Refused($"[{Made("a", "T1").Replace("2026-02-03", "2126-02-03", StringComparison.Ordinal)}]", 422, "time.future", "/0/happened");

    [Fact]
    public Task An_unknown_kind() => Refused($"[{Made("a", "T1").Replace("productionCompleted", "productionComplete", StringComparison.Ordinal)}]", 422, "kind.unknown", "/0/kind");

    [Fact]
    public Task No_identity() => Refused($"[{Made("a", "T1").Replace("06901234567892", "0690123456789X", StringComparison.Ordinal)}]", 422, "identity.malformed", "/0/items/0");

    [Fact]
    public Task A_member_twice() => Refused("""[{"kind":"received","kind":"shipped","happened":"2026-02-03T08:00:00Z","items":["gs1:01/06901234567892/21/T"],"place":"gs1:414/6901234000016"}]""", 422, "json.memberTwice", "/0");

    [Fact]
    public Task A_free_member_twice() => Refused($"[{With("a", "T1", "\"details\":{\"x\":1,\"x\":2}")}]", 422, "json.details", "/0/details");

    [Fact]
    public Task Nested_without_end() => Refused("[" + string.Concat(Enumerable.Repeat("[", 5000)), 422, "json.syntax", "/0");

    [Fact]
    public Task Details_nested_too_deep() => Refused($"[{With("a", "T1", "\"details\":{\"x\":" + new string('[', 50) + new string(']', 50) + "}")}]", 422, "json.details", "/0/details");

    [Fact]
    public Task A_broken_character() => Refused([.. Encoding.UTF8.GetBytes("[" + Made("a", "T1")[..^1] + ",\"reason\":\""), 0xC3, 0x28, .. "\"}]"u8], 422, "json.type", "/0/reason");

    [Theory]
    [InlineData("kind")]
    [InlineData("id")]
    [InlineData("case")]
    [InlineData("lot")]
    [InlineData("reason")]
    public Task A_null_character(string member) => Refused(
        """[{"kind":"recallLockPlaced","id":"n1","case":"R","lot":"L","reason":"r","happened":"2026-02-03T08:00:00Z","criterion":{"lots":["gs1:01/06901234560008/10/B17"]}}]"""
            .Replace($"\"{member}\":\"", $"\"{member}\":\"\\u0000", StringComparison.Ordinal), 422, "text.control", "/0/" + member);

    [Fact]
    public Task An_unknown_kind_with_a_null_character_in_an_unknown_member_and_in_the_details() =>
        Refused("""[{"kind":"shippd","\u0000":"\u0000","details":{"\u0000":1},"happened":"2026-02-03T08:00:00Z"}]""", 422, "kind.unknown", "/0/kind");

    [Fact]
    public Task Another_kind_of_document() => Refused(Encoding.UTF8.GetBytes("unit;place\r\n1;2"), 415, "document.mediaType", "", "text/csv");

    [Fact]
    public Task A_list_of_units_too_long_for_an_entry() => Refused(
        $$$"""[{"kind":"recallLockPlaced","id":"c1","case":"R-9","happened":"2026-02-03T08:00:00Z","criterion":{"serials":[{{{string.Join(',', Enumerable.Range(0, 3000).Select(i => $"\"{Pump}{i}\""))}}}]}}]""", 422, "fact.entryTooLong", "/0", role: "qualityManager");

    [Fact]
    public Task A_unit_inside_itself() => Refused($$"""[{"kind":"packed","id":"p1","happened":"2026-02-03T08:00:00Z","items":["{{Pump}}S"],"parent":"{{Pump}}S"}]""", 422, "parent.itself", "/0/items/0");

    [Fact]
    public Task A_role_that_may_not_say_it() => Refused(Stories.Company, 422, "access.mayNotSay", "/0/kind", role: "warehouseOperator");

    [Fact]
    public async Task A_unit_inside_itself_through_others_is_recorded_and_marked()
    {
        string Fit(string id, string part, string whole, string mode = "reported") =>
            $$"""[{"kind":"componentFitted","mode":"{{mode}}","id":"{{id}}","happened":"2026-02-03T0{{id[1..]}}:00:00Z","items":["{{Pump}}{{part}}"],"parent":"{{Pump}}{{whole}}","place":"{{Plant}}"}]""";
        (await system.Say("/capture", Fit("c1", "A", "B"))).Status.ShouldBe(201);
        (await system.Say("/capture", Fit("c2", "B", "C"))).Status.ShouldBe(201);
        await Refused(Fit("c3", "C", "A", "intended"), 422, "life.cycle", "/0/items/0");
        var (status, body) = await system.Say("/capture", Fit("c4", "C", "A"));
        status.ShouldBe(201);
        Codes(body.GetProperty("facts")[0]).ShouldContain("life.cycle");
        using var quality = await house.As("qualityManager");
        (await quality.Ask($"/trace/below/{Pump}A")).Status.ShouldBe(200);
        (await quality.Ask($"/trace/scope?serial={Pump}A")).Status.ShouldBe(200);
        (await quality.Ask("/exceptions/irregular")).Body.GetProperty("steps").EnumerateArray().ShouldContain(s => s.GetProperty("irregular").GetString()!.Contains("cycle", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_component_in_two_devices_at_once()
    {
        string Fit(string id, string whole, string mode) =>
            $$"""[{"kind":"componentFitted","mode":"{{mode}}","id":"{{id}}","happened":"2026-02-03T0{{id[1..]}}:00:00Z","items":["gs1:01/06901234560008/21/SN1"],"parent":"{{Pump}}{{whole}}","place":"{{Plant}}"}]""";
        (await system.Say("/capture", Fit("w1", "W1", "reported"))).Status.ShouldBe(201);
        await Refused(Fit("w2", "W2", "intended"), 422, "life.twoWholes", "/0/items/0");
        var (status, body) = await system.Say("/capture", Fit("w3", "W3", "reported"));
        status.ShouldBe(201);
        Codes(body.GetProperty("facts")[0]).ShouldContain("life.twoWholes");
    }

    [Fact]
    public async Task An_illegal_step_is_refused_to_who_intends_it_and_recorded_of_who_reports_it()
    {
        (await system.Say("/capture", $"[{Made("a", "I1")}]")).Status.ShouldBe(201);
        string Ship(string id, string mode) => $$"""[{"kind":"shipped","mode":"{{mode}}","id":"{{id}}","happened":"2026-02-04T08:00:00Z","items":["{{Pump}}I1"],"place":"{{Plant}}","to":"gs1:414/6901234000023"}]""";
        await Refused(Ship("i1", "intended"), 422, "life.outOfTurn", "/0/items/0");
        var (status, body) = await system.Say("/capture", Ship("i2", "reported"));
        status.ShouldBe(201);
        Codes(body.GetProperty("facts")[0]).ShouldBe(["life.outOfTurn"]);
        (await system.Ask($"/devices/{Pump}I1")).Body.GetProperty("item").GetProperty("irregular").GetString().ShouldBe("outOfTurn");
    }

    [Fact]
    public async Task An_unknown_serial_and_an_unknown_place()
    {
        string Receive(string id, string mode) => $$"""[{"kind":"received","mode":"{{mode}}","id":"{{id}}","happened":"2026-02-04T08:00:00Z","items":["{{Pump}}NEVERMADE"],"place":"gs1:414/6901234000993"}]""";
        await Refused(Receive("u1", "intended"), 422, "life.unknownUnit", "/0/items/0");
        var (status, body) = await system.Say("/capture", Receive("u2", "reported"));
        status.ShouldBe(201, body.ToString());
        Codes(body.GetProperty("facts")[0]).ShouldBe(["life.unknownUnit", "life.unknownParty", "life.unknownPlace"]);
    }

    [Fact]
    public async Task Unknown_fields_are_kept_and_given_back()
    {
        var (status, body) = await system.Say("/capture", $$"""[{{With("a", "K1", """ "operator":"李娜","line":{"number":4,"torque":"1.50"} """)}}]""");
        status.ShouldBe(201, body.ToString());
        var fact = (await system.Ask($"/devices/{Pump}K1")).Body.GetProperty("timeline")[0].GetProperty("fact").GetProperty("details");
        fact.GetProperty("operator").GetString().ShouldBe("李娜");
        fact.GetProperty("line").GetProperty("torque").GetString().ShouldBe("1.50");
    }

    [Fact]
    public async Task A_doubled_id()
    {
        var first = (await system.Say("/capture", $"[{Made("d", "D1")}]")).Body;
        var (status, again) = await system.Say("/capture", $"[{Made("d", "D1")}]");
        status.ShouldBe(200);
        again.GetProperty("facts")[0].GetProperty("status").GetString().ShouldBe("known");
        again.GetProperty("facts")[0].GetProperty("leaf").GetString().ShouldBe(first.GetProperty("facts")[0].GetProperty("leaf").GetString());
        await Refused($"[{Made("d", "D2")}]", 409, "id.taken", "/0/id");
        await Refused($"[{Made("e", "D3")},{Made("e", "D4")}]", 409, "id.twice", "/1/id");
        (await system.Say("/capture", $"[{Made("e", "D3")},{Made("e", "D3")}]")).Body.GetProperty("facts").EnumerateArray().Select(f => f.GetProperty("status").GetString()).ShouldBe(["admitted", "known"]);
    }

    [Fact]
    public async Task Neighbours_are_treated_as_the_sender_asked()
    {
        var document = $"[{Made("n1", "N1")},{Made("n2", "N2").Replace("+08:00", "", StringComparison.Ordinal)},{Made("n3", "N3")}]";
        var (status, body) = await system.Say("/capture", document);
        status.ShouldBe(422);
        body.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("path").GetString() + " " + f.GetProperty("code").GetString())
            .ShouldBe(["/0 document.allOrNothing", "/1/happened time.noOffset", "/2 document.allOrNothing"]);
        (await system.Ask($"/devices/{Pump}N1")).Status.ShouldBe(404);

        (status, body) = await system.Say("/capture", document, behaviour: "proceed");
        status.ShouldBe(201);
        body.GetProperty("facts").EnumerateArray().Select(f => f.GetProperty("status").GetString()).ShouldBe(["admitted", "refused", "admitted"]);
        (await system.Ask($"/devices/{Pump}N1")).Status.ShouldBe(200);
        (await system.Ask($"/devices/{Pump}N2")).Status.ShouldBe(404);
        (await system.Say("/capture", document, behaviour: "procede")).ShouldBeRefused(400, "question.parameter", "GS1-Capture-Error-Behaviour");
    }

    [Fact]
    public async Task What_was_refused_is_mended_by_its_sender_and_by_nobody_else()
    {
        await Refused(Made("a", "M1").Replace("+08:00", "", StringComparison.Ordinal), 422, "time.noOffset", "/happened");
        var documents = (await system.Ask("/exceptions/documents")).Body.GetProperty("documents");
        documents.GetArrayLength().ShouldBe(2);
        var (one, other) = (documents[0].GetProperty("document").GetInt64(), documents[1].GetProperty("document").GetInt64());
        using var warehouse = await house.As("warehouseOperator");
        (await warehouse.Say($"/capture?mends={one}", Made("a", "M1"))).ShouldBeRefused(400, "document.notYours", "?mends");
        (await system.Say("/capture?mends=123456", Made("a", "M1"))).ShouldBeRefused(400, "document.notYours", "?mends");
        (await system.Say("/capture?mends=x", Made("a", "M1"))).ShouldBeRefused(400, "question.parameter", "?mends");
        (await system.Say("/capture?mend=1", Made("a", "M1"))).ShouldBeRefused(400, "question.unknownParameter", "?mend");

        // A corrected form that is still wrong, or says nothing, closes nothing; a right one does, short or long.
        (await system.Say($"/capture?mends={one}", Made("a", "M1").Replace("+08:00", "", StringComparison.Ordinal))).Status.ShouldBe(422);
        (await system.Ask("/exceptions/documents")).Body.GetProperty("documents").GetArrayLength().ShouldBe(3);
        (await system.Say($"/capture?mends={one}", $"[{Made("a", "M1")}]")).Status.ShouldBe(201);
        var (_, job) = await system.Say($"/capture?mends={other}", $"[{Made("b", "M2")}]" + new string(' ', CaptureEndpoints.SmallMax));
        (await Finished(job)).GetProperty("admitted").GetInt32().ShouldBe(1);
        (await system.Ask("/exceptions/documents")).Body.GetProperty("documents").GetArrayLength().ShouldBe(1);
        (await system.Ask($"/exceptions/documents/{one}")).Body.GetProperty("mendedBy").GetInt64().ShouldBeGreaterThan(one);
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_mistake()
    {
        using var content = new ByteArrayContent([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($"[{Made("a", "B1")}]")]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await system.PostAsync("/capture", content, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Compressed_bodies_are_refused_with_words()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes($"[{Made("a", "Z1")}]"));
        }

        await Refused(packed.ToArray(), 415, "document.encoding", "", encoding: "gzip");
    }

    [Fact]
    public async Task A_body_without_a_length_and_one_that_waits_to_be_asked_for()
    {
        using (var chunked = new HttpRequestMessage(HttpMethod.Post, "/capture") { Content = new StringContent($"[{Made("a", "C1")}]", Encoding.UTF8, "application/json") })
        {
            chunked.Headers.TransferEncodingChunked = true;
            using var response = await system.SendAsync(chunked, TestContext.Current.CancellationToken);
            response.StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        using var patient = new HttpRequestMessage(HttpMethod.Post, "/capture") { Content = new StringContent($"[{Made("b", "C2")}]", Encoding.UTF8, "application/json") };
        patient.Headers.ExpectContinue = true;
        using var answered = await system.SendAsync(patient, TestContext.Current.CancellationToken);
        answered.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_not_even_asked_for()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(house.Address.Host, house.Address.Port, TestContext.Current.CancellationToken);
        await using var line = socket.GetStream();
        var key = system.DefaultRequestHeaders.Authorization!.Parameter;
        await line.WriteAsync(Encoding.ASCII.GetBytes($"POST /capture HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nAccept-Language: zh\r\nExpect: 100-continue\r\nContent-Length: {CaptureEndpoints.BodyMax + 1L}\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(line);
        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("HTTP/1.1 413 Payload Too Large");
    }

    [Fact]
    public async Task A_connection_that_breaks_leaves_nothing_and_harms_nobody()
    {
        var before = (await system.Ask("/exceptions/documents?open=false")).Body.GetProperty("documents").GetArrayLength();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(house.Address.Host, house.Address.Port, TestContext.Current.CancellationToken);
            var key = system.DefaultRequestHeaders.Authorization!.Parameter;
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /capture HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n[{Made("a", "X1")},"), TestContext.Current.CancellationToken);
        }

        (await system.Say("/capture", $"[{Made("b", "X2")}]")).Status.ShouldBe(201);
        (await system.Ask($"/devices/{Pump}X1")).Status.ShouldBe(404);
        (await system.Ask("/exceptions/documents?open=false")).Body.GetProperty("documents").GetArrayLength().ShouldBe(before);
    }

    [Fact]
    public async Task A_hundred_megabytes_stream_in_and_are_kept_byte_for_byte()
    {
        const int Facts = 4_000;
        var filler = new string('x', 25_000);
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        long length = 0;
        using var content = new Streamed(async to =>
        {
            for (var i = 0; i < Facts; i++)
            {
                var bytes = Encoding.UTF8.GetBytes((i == 0 ? "[" : ",") + With("h" + i.ToString(CultureInfo.InvariantCulture), "H" + i.ToString(CultureInfo.InvariantCulture), $"\"details\":{{\"x\":\"{filler}\"}}") + (i == Facts - 1 ? "]" : ""));
                hash.AppendData(bytes);
                length += bytes.Length;
                await to.WriteAsync(bytes);
            }
        });
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/capture") { Content = content };
        request.Headers.Add("GS1-Capture-Error-Behaviour", "proceed");
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var response = await system.SendAsync(request, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        length.ShouldBeGreaterThan(100_000_000);
        var job = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        long most = 0;
        var done = await Finished(job, () => most = Math.Max(most, GC.GetTotalMemory(true)));
        (done.GetProperty("admitted").GetInt32(), done.GetProperty("refused").GetInt32()).ShouldBe((Facts, 0));

        // The document, the driver's buffer of it, and some pieces on their way.
        (most - before).ShouldBeLessThan(400_000_000);
        var kept = (await system.Ask($"/exceptions/documents/{done.GetProperty("document").GetInt64()}")).Body;
        kept.GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public async Task Ten_thousand_serials_in_one_document_and_a_hundred_thousand_in_one_fact()
    {
        string Serials(string prefix, int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{Pump}{prefix}{i}\""));
        string Fact(string id, string items) => $$"""{"kind":"productionCompleted","id":"{{id}}","happened":"2026-02-03T08:00:00+08:00","items":[{{items}}],"place":"{{Plant}}"}""";
        var (status, body) = await system.Say("/capture", $"[{Fact("t1", Serials("A", 5_000))},{Fact("t2", Serials("B", 5_000))}]");
        status.ShouldBe(201, body.ToString());
        var (accepted, job) = await system.Say("/capture", Fact("t3", Serials("C", 100_000)));
        accepted.ShouldBe(202);
        (await Finished(job)).GetProperty("admitted").GetInt32().ShouldBe(1);
        (await system.Ask($"/devices/{Pump}C99999")).Body.GetProperty("item").GetProperty("stage").GetString().ShouldBe("pendingRelease");
        (await system.Ask($"/devices/{Pump}B4999")).Body.GetProperty("item").GetProperty("stage").GetString().ShouldBe("pendingRelease");
        var (tooMany, refused) = await system.Say("/capture", Fact("t4", Serials("D", 200_001)));
        tooMany.ShouldBe(202);
        Codes(await Finished(refused)).ShouldBe(["fact.tooLong"]);
    }

    [Theory]
    [InlineData("/devices?text=%00")]
    [InlineData("/devices/%FF%FE")]
    [InlineData("/devices/gs1:01/06901234567892/21/T?before=9223372036854775807.0.0")]
    [InlineData("/devices/gs1:01/06901234567892/21/T?before=-9223372036854775808.0.0")]
    [InlineData("/devices/gs1:01/06901234567892/21/T?before=1.2")]
    [InlineData("/devices/gs1:01/06901234567892/21/T?known=-1")]
    [InlineData("/devices/gs1:01/06901234567892/21/T?known=99999999999999999999")]
    [InlineData("/devices/gs1:01/06901234567892/21/T?happened=2026-02-03T08:00:00")]
    [InlineData("/devices/gs1:01/06901234567892/21/T?knownAt=0001-01-01T00:00:00%2B14:00")]
    [InlineData("/devices/gs1:01/06901234567892/21/T?limit=0")]
    [InlineData("/devices/gs1:01/06901234567892/21/T?limit=1&limit=2")]
    [InlineData("/devices?text=a&after=77777777")]
    [InlineData("/trace/scope")]
    [InlineData("/trace/scope?lot=x")]
    [InlineData("/trace/scope?lot=gs1:01/06901234567892/21/T")]
    [InlineData("/trace/scope?lot=gs1:01/06901234560008/10/B17&nonsense=1")]
    [InlineData("/trace/scope/units?lot=gs1:01/06901234560008/10/B17&after=x")]
    [InlineData("/trace/scope/units?lot=gs1:01/06901234560008/10/B17&set=some")]
    [InlineData("/trace/below/gs1:01/06901234567892/21/T?limit=1000000")]
    [InlineData("/trace/lot/nonsense")]
    [InlineData("/recalls?before=x")]
    [InlineData("/recalls/R-1?x=1")]
    [InlineData("/exceptions/irregular?before=x")]
    [InlineData("/exceptions/documents?open=perhaps")]
    [InlineData("/entries/0?x=1")]
    public async Task A_question_that_does_not_read(string path)
    {
        (await system.Say("/capture", $"[{Made("a", "T")}]")).Status.ShouldBe(201);
        using var quality = await house.As("qualityManager");
        var (status, body) = await quality.Ask(path);
        status.ShouldBe(400, body.ToString());
        body.GetProperty("findings")[0].GetProperty("remedy").GetString().ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("{", "json.syntax", "")]
    [InlineData("[]", "json.type", "")]
    [InlineData("""{"case":5}""", "json.type", "/case")]
    [InlineData("""{"case":"R-7","lots":["gs1:01/06901234560008/10/B17",7]}""", "json.type", "/lots/1")]
    [InlineData("""{"case":"R-7","lots":["x"]}""", "identity.unreadable", "/lots/0")]
    [InlineData("""{"case":"R-7","lots":["gs1:01/06901234560008/10/B17"],"supliers":["gs1:417/6901234000030"]}""", "json.unknownMember", "/supliers")]
    [InlineData("""{"case":"R-7","case":"R-8","lots":["gs1:01/06901234560008/10/B17"]}""", "json.memberTwice", "/case")]
    [InlineData("""{"case":"R\u0000","lots":["gs1:01/06901234560008/10/B17"]}""", "question.parameter", "/case")]
    public async Task An_order_that_does_not_read(string body, string code, string path)
    {
        using var quality = await house.As("qualityManager");
        (await quality.Say("/recalls", body)).ShouldBeRefused(400, code, path);
        using var zh = await house.As("qualityManager", language: "zh");
        (await zh.Say("/recalls", body)).Body.GetProperty("title").GetString()!.Any(c => c > 0x4E00).ShouldBeTrue();
    }

    [Fact]
    public async Task An_order_of_another_kind_or_too_long()
    {
        using var quality = await house.As("qualityManager");
        (await quality.Say("/recalls", "case=R-1", "text/plain")).ShouldBeRefused(415, "http.mediaType", "");
        using (var tooLong = new HttpRequestMessage(HttpMethod.Post, "/recalls") { Content = new StringContent("{\"case\":\"R-1\",\"reason\":\"" + new string('x', 2 << 20) + "\"}", Encoding.UTF8, "application/json") })
        {
            tooLong.Headers.ExpectContinue = true;
            using var answer = await quality.SendAsync(tooLong, TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("http.tooLarge");
        }

        (await quality.Say("/recalls", $$"""{"case":"R-1","serials":[{{string.Join(',', Enumerable.Range(0, 3000).Select(i => $"\"{Pump}{i}\""))}}]}""")).ShouldBeRefused(422, "fact.entryTooLong", "");
    }

    [Fact]
    public async Task Whatever_is_sent_the_answer_is_never_that_we_failed()
    {
        var random = new Random(20260225);
        var seeds = new[] { Stories.Company, Stories.Pumps, $"[{With("a", "F1", "\"details\":{\"a\":[1,2.5e3,null,true,\"\\u00e9\"]},\"participants\":[{\"role\":\"operator\",\"who\":\"x\"}],\"certificate\":{\"number\":\"C\",\"sha256\":\"" + new string('a', 64) + "\"}")}]" }.Select(Encoding.UTF8.GetBytes).ToArray();
        string[] pieces = ["\\u0000", "\\ud800", "\0", "{", "}", "[", "]", "\"", ",", ":", "null", "-1e999", "9999999999999999999999", "\uFFFF", "gs1:", "2026-02-30T25:61:61Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z", "/", "\\", "\t", "𠀀", "true", "\"kind\":\"corrected\",", "\"mode\":\"intended\","];
        using var quality = await house.As("qualityManager");
        for (var round = 0; round < 400; round++)
        {
            var bytes = seeds[random.Next(seeds.Length)].ToList();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0: bytes.RemoveRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)); break;
                    case 1: bytes[at] = (byte)random.Next(256); break;
                    case 2: bytes.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)])); break;
                    default: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count / 2), Math.Min(100, bytes.Count / 2))); break;
                }

                if (bytes.Count == 0)
                {
                    break;
                }
            }

            using var content = new ByteArrayContent([.. bytes]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var request = new HttpRequestMessage(HttpMethod.Post, "/capture") { Content = content };
            request.Headers.Add("GS1-Capture-Error-Behaviour", round % 2 == 0 ? "proceed" : "rollback");
            using var response = await (round % 3 == 0 ? quality : system).SendAsync(request, TestContext.Current.CancellationToken);
            ((int)response.StatusCode).ShouldBeLessThan(500, Encoding.UTF8.GetString([.. bytes]));
        }
    }

    private static string Made(string id, string serial) => $$"""{"kind":"productionCompleted","id":"{{id}}","happened":"2026-02-03T08:00:00+08:00","items":["{{Pump}}{{serial}}"],"place":"{{Plant}}"}""";

    private static string With(string id, string serial, string more) => Made(id, serial)[..^1] + "," + more + "}";

    private static string?[] Codes(JsonElement of) => [.. of.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("code").GetString())];

    private Task Refused(string body, int status, string code, string path, string? role = null) => Refused(Encoding.UTF8.GetBytes(body), status, code, path, role: role);

    // Refused in both languages, and both times kept as it came and shown to who looks after such things.
    private async Task Refused(byte[] body, int status, string code, string path, string mediaType = "application/json", string? encoding = null, string? role = null)
    {
        foreach (var language in new[] { "en", "zh" })
        {
            var usual = language == "en" ? system : chinese;
            using var other = role is null ? null : await house.As(role, language: language);
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
            if (encoding is not null)
            {
                content.Headers.ContentEncoding.Add(encoding);
            }

            using var response = await (other ?? usual).PostAsync("/capture", content, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            ((int)response.StatusCode).ShouldBe(status, text);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            var problem = JsonDocument.Parse(text).RootElement;
            problem.GetProperty("status").GetInt32().ShouldBe(status);
            var finding = problem.GetProperty("findings").EnumerateArray().FirstOrDefault(f => f.GetProperty("code").GetString() == code && f.GetProperty("path").GetString() == path);
            finding.ValueKind.ShouldBe(JsonValueKind.Object, text);
            foreach (var sentence in new[] { finding.GetProperty("what").GetString()!, finding.GetProperty("remedy").GetString()! })
            {
                sentence.ShouldNotBeEmpty();
                sentence.Any(c => c is >= '\u4E00' and <= '\u9FFF').ShouldBe(language == "zh", sentence);
            }

            var kept = (await usual.Ask("/exceptions/documents?limit=1")).Body.GetProperty("documents")[0];
            kept.GetProperty("findings").EnumerateArray().ShouldContain(f => f.GetProperty("code").GetString() == code && f.GetProperty("path").GetString() == path && f.GetProperty("zh").GetString()!.Length > 0);
            (await usual.GetByteArrayAsync(kept.GetProperty("bytes").GetString(), TestContext.Current.CancellationToken)).ShouldBe(body);
        }
    }

    private async Task<JsonElement> Finished(JsonElement job, Action? meanwhile = null)
    {
        while (job.GetProperty("state").GetString() != "finished")
        {
            meanwhile?.Invoke();
            job = (await system.Ask("/capture/" + job.GetProperty("id").GetString())).Body;
        }

        return job;
    }

    /// <summary>A body that is made while it is sent, without a length.</summary>
    private sealed class Streamed(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
