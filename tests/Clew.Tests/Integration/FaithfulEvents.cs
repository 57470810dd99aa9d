using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Clew.Epcis;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Integration.Epcis;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Clew.Tests.Integration.CaptureInterface;

namespace Clew.Tests.Integration;

/// <summary>What came in comes out: as it was spelt, however long it is, in whatever order is asked for, and whatever lies beside it in the ledger.</summary>
public sealed class FaithfulEvents(Ground ground)
{
    private const string Own = """["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ext":"https://example.org/ext/","other":"https://example.org/other/"}]""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // ---- spelling

    // Each list in a spelling of its own (TABLE member, as it is sent).
    private static readonly string[] Spelt =
    [
        """ "type":"ObjectEvent","action":"OBSERVE","epcList":["urn:epc:id:sgtin:6901234.056789.A%2F1","urn:epc:id:sgtin:690123405.6789.A2"],"quantityList":[{"epcClass":"urn:epc:class:lgtin:6901234.056000.L7","quantity":2}],"readPoint":{"id":"urn:epc:id:sgln:6901234.00001.0"} """,
        """ "type":"ObjectEvent","action":"OBSERVE","epcList":["https://example.com/some/path/01/06901234567892/21/B1","https://example.com/some/path/01/06901234567892/21/B2"] """,
        """ "type":"ObjectEvent","action":"OBSERVE","epcList":["https://id.gs1.org/01/06901234567892/21/C1","urn:epc:id:sgtin:6901234.056789.C2","https://example.com/01/06901234567892/21/C3?17=270101"] """,
        """ "type":"ObjectEvent","action":"OBSERVE","epcList":["https://id.gs1.org/01/06901234567892/21/D1"] """,
        """ "type":"AggregationEvent","action":"ADD","bizStep":"packing","parentID":"urn:epc:id:sscc:6901234.0000000001","childEPCs":["https://id.gs1.org/01/06901234567892/21/E1"],"childQuantityList":[{"epcClass":"https://example.com/01/06901234560008/10/L8","quantity":2}] """,
        """ "type":"AggregationEvent","action":"ADD","bizStep":"packing","parentID":"https://example.com/00/169012340000000019","childEPCs":["urn:epc:id:sgtin:6901234.056789.F1"] """,
        """ "type":"TransformationEvent","inputEPCList":["urn:epc:id:sgtin:6901234.056789.G1"],"inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:6901234.056000.L9","quantity":1.5,"uom":"KGM"}],"outputEPCList":["https://example.com/01/06901234567908/21/G2"] """,
        """ "type":"AssociationEvent","action":"ADD","parentID":"urn:epc:id:giai:6901234.77","childEPCs":["urn:epc:id:grai:6901234.00001.5"] """,
        """ "type":"ObjectEvent","action":"OBSERVE","epcList":["urn:example:thing:1","urn:epc:id:sgtin:6901234.056789.H1"] """,
    ];

    [Fact]
    public async Task Never_Translates_gives_every_name_as_it_was_captured_and_the_usual_answer_in_one_form()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        var sent = Spelt.Select((body, i) => With(i, body)).ToArray();
        using (var answer = await Post(system, "/capture", Whole(sent)))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Stop));
        }

        // What declares one of them wrong says it in the same names.
        var declared = sent[0].Replace("\"action\"", "\"errorDeclaration\":{\"declarationTime\":\"2026-02-09T00:00:00Z\",\"reason\":\"incorrect_data\"},\"action\"", StringComparison.Ordinal);
        (await Post(system, "/capture", Whole(declared))).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        foreach (var form in new[] { "Never_Translates", "No_Preference" })
        {
            var captured = await Events(system, "/events?orderBy=eventTime&orderDirection=ASC", ("GS1-EPC-Format", form));
            captured.Count.ShouldBe(Spelt.Length + 1);
            captured.Take(1).Concat(captured.Skip(2)).Select(Names).ShouldBe(sent.Select(s => Names(JsonDocument.Parse(s).RootElement)));
            Names(captured[1]).ShouldBe(Names(captured[0]));
            Names((await Events(system, "/events/" + Uri.EscapeDataString(Id(1)), ("GS1-EPC-Format", form)))[0]).ShouldContain("https://example.com/some/path/01/06901234567892/21/B2");
        }

        using var xml = await Get(system, "/events", ("GS1-EPC-Format", "Never_Translates"), ("Accept", "application/xml"));
        var read = EpcisReader.ReadAll(await xml.Content.ReadAsByteArrayAsync(Stop));
        read.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        read.Events.SelectMany(e => e.Members.List("epcList")).OfType<Text>().Select(t => t.Value).ShouldContain("urn:epc:id:sgtin:690123405.6789.A2");

        // All forms tell the same events, and whoever does not ask gets links only.
        var usual = await Events(system, "/events?orderBy=eventTime&orderDirection=ASC");
        usual.SelectMany(e => Names(e).Split('\n')).ShouldNotContain(n => n.Contains("urn:epc:", StringComparison.Ordinal));
        Names(usual[0]).ShouldContain("https://id.gs1.org/01/06901234567892/21/A%2F1");
        Names(usual[2]).ShouldContain("https://id.gs1.org/01/06901234567892/21/B1");
    }

    [Fact]
    public async Task Words_of_the_CBV_come_back_in_XML_as_their_sender_wrote_them()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        var whole = EpcisReader.ReadAll(Encoding.UTF8.GetBytes(Document(Event("1", "W1"), Event("2", "W2"))));
        foreach (var (words, at) in new[] { (WordForm.Web, 0), (WordForm.Urn, 1) })
        {
            var bytes = XmlWriting.Document(whole.Document, [whole.Events[at]], EpcisForm.Xml, "2026-02-08T00:00:00Z", words);
            (await Post(system, "/capture", Encoding.UTF8.GetString(bytes), "application/xml")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        }

        async Task<List<string>> Steps(string format)
        {
            using var answer = await Get(system, "/events?EQ_bizStep=inspecting", ("Accept", "application/xml"), ("GS1-CBV-XML-Format", format));
            return [.. XElement.Parse(await answer.Content.ReadAsStringAsync(Stop)).Descendants("bizStep").Select(e => e.Value).Order(StringComparer.Ordinal)];
        }

        (await Steps("Never_Translates")).ShouldBe(["https://ref.gs1.org/cbv/BizStep-inspecting", "urn:epcglobal:cbv:bizstep:inspecting"]);
        (await Steps("Always_URN")).ShouldBe(["urn:epcglobal:cbv:bizstep:inspecting", "urn:epcglobal:cbv:bizstep:inspecting"]);
        (await Steps("Always_Web_URI")).ShouldBe(["https://ref.gs1.org/cbv/BizStep-inspecting", "https://ref.gs1.org/cbv/BizStep-inspecting"]);
        (await Events(system, "/events")).Select(e => e.GetProperty("bizStep").GetString()).ShouldBe(["inspecting", "inspecting"]);
    }

    // ---- length

    [Fact]
    public async Task Long_events_are_kept_whole_found_and_given_back()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        string Many(int count, Func<int, string> one) => string.Join(',', Enumerable.Range(0, count).Select(one));
        string[] sent =
        [
            // A quarter of a megabyte of somebody's own, sensor data of a day, inputs and orders by the thousand, a year's production spelt in two ways.
            With(0, $$""" "type":"ObjectEvent","action":"OBSERVE","epcList":["urn:epc:id:sgtin:6901234.056789.A1"],"ext:log":[{{Many(4_000, i => $"{{\"ext:line\":\"{i} 一二三四五六七八九十\",\"ext:value\":{i}.5}}")}}] """),
            With(1, $$""" "type":"ObjectEvent","action":"OBSERVE","epcList":["urn:epc:id:sgtin:6901234.056789.A1"],"sensorElementList":[{"sensorReport":[{{Many(1_440, i => $"{{\"type\":\"Temperature\",\"value\":{i % 30}.25,\"uom\":\"CEL\",\"time\":\"2026-02-01T{i / 60:00}:{i % 60:00}:00Z\"}}")}}]}] """),
            With(2, $$""" "type":"TransformationEvent","inputEPCList":[{{Many(5_000, i => $"\"urn:epc:id:sgtin:6901234.056789.I{i}\"")}}],"outputEPCList":["urn:epc:id:sgtin:6901234.056790.O1"] """),
            With(3, $$""" "type":"ObjectEvent","action":"OBSERVE","epcList":["urn:epc:id:sgtin:6901234.056789.A1"],"bizTransactionList":[{{Many(3_000, i => $"{{\"type\":\"po\",\"bizTransaction\":\"urn:example:order:{i}\"}}")}}] """),
            With(4, $$""" "type":"ObjectEvent","action":"OBSERVE","epcList":[{{Many(9_000, i => i % 2 == 0 ? $"\"urn:epc:id:sgtin:6901234.056789.M{i}\"" : $"\"https://id.gs1.org/01/06901234567892/21/M{i}\"")}}] """),
        ];
        for (var i = 0; i < sent.Length; i++)
        {
            using var answer = await Post(system, "/capture", Whole(sent[i]));
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, i + await answer.Content.ReadAsStringAsync(Stop));
            using var again = await Post(system, "/capture", Whole(sent[i]));
            (await Json(again)).GetProperty("results")[0].GetProperty("status").GetString().ShouldBe("known", $"{i}");
            var job = (await system.Ask(answer.Headers.Location!.OriginalString)).Body;
            (job.TryGetProperty("remarks", out var remarks) && remarks.ToString().Contains("epcis.notSpelt", StringComparison.Ordinal)).ShouldBe(i == 4, job.ToString());
        }

        foreach (var accept in new[] { "application/json", "application/xml" })
        {
            using var answer = await Get(system, "/events?orderBy=eventTime&orderDirection=ASC", ("Accept", accept));
            var back = EpcisReader.ReadAll(await answer.Content.ReadAsByteArrayAsync(Stop));
            back.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
            back.Events.Select(e => EventHash.Of(e)).ShouldBe(sent.Select(s => EventHash.Of(EpcisReader.ReadAll(Encoding.UTF8.GetBytes(Whole(s))).Events[0])));
        }

        (await Events(system, "/events?EQ_INNER_ext:line=3 一二三四五六七八九十", ("GS1-Extensions", "ext=https://example.org/ext/"))).Count.ShouldBe(1);
        (await Events(system, "/events?EQ_INNER_ext:line=3999 一二三四五六七八九十", ("GS1-Extensions", "ext=https://example.org/ext/"))).Count.ShouldBe(1);
        (await Events(system, "/events?MATCH_inputEPC=urn:epc:id:sgtin:6901234.056789.I4999")).Count.ShouldBe(1);
        (await Events(system, "/events?EQ_bizTransaction_po=urn:example:order:2999")).Count.ShouldBe(1);
        (await Events(system, "/events?MATCH_epc=urn:epc:id:sgtin:6901234.056789.M8999")).Count.ShouldBe(1);

        // The index told again, and the lives, from what stands beside the entries.
        (await system.Ask("/devices/gs1:01/06901234567908/21/O1")).Status.ShouldBe(200);
        var (status, body) = await Limit(system, FactReader.DetailsMax + 1_000);
        (status, body.GetProperty("findings")[0].GetProperty("code").GetString()).ShouldBe((400, "fact.tooLong"));
        body.GetProperty("findings")[0].ToString().ShouldContain(FactReader.DetailsMax.ToString(CultureInfo.InvariantCulture));
        (await Limit(system, FactReader.DetailsMax - 10_000)).Status.ShouldBe(202);
    }

    private static async Task<(int Status, JsonElement Body)> Limit(HttpClient system, int bytes)
    {
        using var answer = await Post(system, "/capture", Whole(With(bytes % 7 + 20, $$""" "type":"ObjectEvent","action":"OBSERVE","epcList":["urn:epc:id:sgtin:6901234.056789.A1"],"ext:text":["{{string.Join("\",\"", Enumerable.Repeat(new string('x', 997), bytes / 1_000))}}"] """)));
        var body = await answer.Content.ReadAsStringAsync(Stop);
        if (answer.StatusCode == HttpStatusCode.Accepted)
        {
            // Longer than what is answered at once: a job.
            JsonElement job;
            do
            {
                job = (await system.Ask(answer.Headers.Location!.OriginalString)).Body;
                await Task.Yield();
            }
            while (job.GetProperty("running").GetBoolean());
            return job.GetProperty("success").GetBoolean() ? (202, job) : (400, JsonSerializer.SerializeToElement(new { findings = job.GetProperty("errors") }));
        }

        return ((int)answer.StatusCode, JsonDocument.Parse(body).RootElement);
    }

    // ---- order

    [Fact]
    public async Task Events_come_in_the_order_of_a_member_of_somebodys_own()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");

        // Numbers, times, texts, several values, none, and the same name in another namespace (TABLE digit of the id, members).
        string[] members =
        [
            "\"ext:load\":20", "\"ext:load\":-3.5", "\"ext:load\":\"7\"", "\"ext:load\":1e3", "\"ext:load\":\"2026-02-01T08:00:00+08:00\"", "\"ext:load\":\"2026-02-01T00:00:01Z\"",
            "\"ext:load\":\"zebra\"", "\"ext:load\":\"Äpfel\"", "\"ext:load\":[5,1]", "\"other:load\":1", "\"ext:note\":1", "\"ext:load\":20,\"other:load\":0",
        ];
        (await Post(system, "/capture", Whole([.. members.Select((m, i) => With(i, $""" "type":"ObjectEvent","action":"OBSERVE","bizStep":"{(i % 2 == 0 ? "inspecting" : "storing")}","epcList":["urn:epc:id:sgtin:6901234.056789.S{i}"],{m} """))]))).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        // -3.5, 5, 7, 20, 20, 1000, the times, zebra, Äpfel; behind them what has none, as it happened.
        const string Up = "1,8,2,0,11,3,4,5,6,7", Down = "7,6,5,4,3,11,0,2,8,1";
        foreach (var perPage in new[] { 1_000, 1, 4 })
        {
            (await Order(system, $"orderBy=ext:load&orderDirection=ASC&perPage={perPage}")).ShouldBe(Up + ",9,10");
            (await Order(system, $"orderBy=ext:load&perPage={perPage}")).ShouldBe(Down + ",10,9");
            (await Order(system, $"orderBy=https://example.org/ext/%23load&orderDirection=DESC&perPage={perPage}")).ShouldBe(Down + ",10,9");
            (await Order(system, $"orderBy=other:load&orderDirection=ASC&perPage={perPage}")).ShouldStartWith("11,9,");
            (await Order(system, $"orderBy=ext:load&orderDirection=ASC&EQ_bizStep=inspecting&perPage={perPage}")).ShouldBe("8,2,0,4,6,10");
            (await Order(system, $"orderBy=ext:load&orderDirection=ASC&eventCountLimit=3&perPage={perPage}")).ShouldBe("1,8,2");
            (await Order(system, $"orderBy=ext:load&orderDirection=ASC&GE_ext:load=10&perPage={perPage}")).ShouldBe("0,11,3");
            (await Order(system, $"orderBy=ext:load&EXISTS_ext:load&GE_eventTime=2026-02-01T00:07:00Z&perPage={perPage}")).ShouldBe("7,11,8");
        }

        foreach (var wrong in new[] { "orderBy=clew:reason", "orderBy=load", "orderBy=ext:", "orderBy=ILMD_load" })
        {
            var (status, body) = await system.Ask("/events?" + wrong);
            (status, body.GetProperty("findings")[0].GetProperty("code").GetString()).ShouldBe((400, "query.value"), wrong);
        }

        // Under a name, with its own context.
        (await system.Say("/queries", """{"name":"heavy","query":{"@context":[{"e":"https://example.org/ext/"}],"orderBy":"e:load","orderDirection":"ASC"}}""")).Status.ShouldBe(201);
        (await Events(system, "/queries/heavy/events")).Take(3).Select(Number).ShouldBe(["1", "8", "2"]);
    }

    [Fact]
    public async Task The_order_of_a_member_holds_over_many_events_and_pages()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");

        // More than are rare: looked up in the order itself, whatever else is asked.
        var loads = Enumerable.Range(0, 1_500).Select(i => (i * 7_919) % 1_009).ToArray();
        foreach (var chunk in loads.Select((load, i) => (load, i)).Chunk(500))
        {
            (await Post(system, "/capture", Whole([.. chunk.Select(c => With(c.i, $""" "type":"ObjectEvent","action":"OBSERVE","bizStep":"inspecting","epcList":["urn:epc:id:sgtin:6901234.056789.T{c.i}"]{(c.i % 10 == 0 ? "" : $",\"ext:load\":{c.load}")} """))]))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        }

        var expected = loads.Select((load, i) => (load, i)).Where(l => l.i % 10 != 0).OrderBy(l => l.load).ThenBy(l => l.i).Select(l => l.i).Concat(Enumerable.Range(0, 150).Select(i => i * 10));
        (await Order(system, "orderBy=ext:load&orderDirection=ASC&EQ_bizStep=inspecting&perPage=400")).ShouldBe(string.Join(',', expected));
    }

    // ---- what else lies in the ledger

    [Fact]
    public void A_kind_without_a_row_is_an_event_under_a_step_of_its_own()
    {
        var kind = new Kind(999, "moonLanded", "-", Family.Use, 66, Required.Items, Whereabouts.At, LotEffect.None, "other", "Moon landed", "登月");
        EventTime.TryRead("2026-02-01T08:00:00+08:00", out var happened);
        var fact = new Fact { Kind = kind, Id = "m1", Happened = happened, Items = [new Quantified(Identity.Read("gs1:01/06901234567892/21/P1").Value)], Reason = "why" };
        var read = FactAsEvent.Of(fact, "system:x").ShouldNotBeNull();
        (read.TypeName, read.Action, read.BizStep).ShouldBe(("ObjectEvent", "OBSERVE", "urn:clew:bizstep:moonLanded"));
        EventCheck.Of(read, EpcisForm.Json, "").ShouldBeEmpty();
        read.Members.Members.Where(m => m.Name.Prefix == "clew").Select(m => m.Name.Local + "=" + (m.Value as Text)?.Value).ShouldBe(["kind=moonLanded", "reason=why"], ignoreOrder: true);

        // Every kind that there is has one all the same.
        Vocabulary.All.Where(k => EventForms.All.All(f => f.Kind != k)).Select(k => k.Word).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_entry_that_nobody_can_read_holds_up_none_behind_it()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        (await Post(system, "/capture", Document(Event("a", "A1"), Event("b", "A2"), Event("c", "A3")))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var database = house.Services.GetRequiredService<NpgsqlDataSource>();
        var index = house.Services.GetRequiredService<EventIndex>();
        await index.Reach(Stop);
        await using (var connection = await database.OpenConnectionAsync(Stop))
        {
            // Tampered with: half an entry, and one whose fact is none.
            await using var tamper = new NpgsqlCommand("update entry set body = substr(body, 1, 40) where position = 0; update entry set body = convert_to('{\"at\":\"2026-02-01T00:00:00Z\",\"by\":\"x\",\"fact\":{\"kind\":7},\"v\":1}', 'UTF8') where position = 1", connection);
            await tamper.ExecuteNonQueryAsync(Stop);
            await EventIndex.Empty(connection, Stop);
        }

        (await Post(system, "/capture", Document(Event("d", "A4")))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await Events(system, "/events")).Select(e => e.GetProperty("eventID").GetString()![^1]).ShouldBe(['c', 'd'], ignoreOrder: true);
        (await index.Reach(Stop)).ShouldBe(4);
    }

    // ---- how much work

    [Fact]
    public async Task A_page_looks_at_so_many_events_and_ends_early_with_the_address_of_the_next()
    {
        await using var house = await House.Open(ground, builder => builder.Services.AddSingleton(new PageWork(10, TimeSpan.FromSeconds(10))));
        using var system = await house.As("integrator");
        (await Post(system, "/capture", Whole([.. Enumerable.Range(0, 45).Select(i => With(i, $""" "type":"ObjectEvent","action":"OBSERVE","epcList":["urn:epc:id:sgtin:6901234.056789.W{i}"],"ext:load":{(i % 20 == 3 ? 7 : 1)} """))]))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        List<int> sizes = [];
        List<string> found = [];
        for (var next = "/events?GT_ext:load=5&perPage=100"; next is not null;)
        {
            using var page = await Get(system, next, ("GS1-Extensions", "ext=https://example.org/ext/"));
            var events = List(await Json(page));
            sizes.Add(events.Count);
            found.AddRange(events.Select(Number));
            next = Next(page);
        }

        found.ShouldBe(["43", "23", "3"]);
        sizes.Count.ShouldBeGreaterThanOrEqualTo(4);
        PageWork.Usual.ShouldBe(new PageWork(20_000, TimeSpan.FromSeconds(10)));

        // A bound beyond what is looked at at once is met on the way.
        (await system.Ask("/events?maxEventCount=5")).Body.GetProperty("type").GetString().ShouldBe("epcisException:QueryTooLargeException");
        var (status, body) = (0, default(JsonElement));
        var pages = 0;
        for (var next = "/events?maxEventCount=40&perPage=8"; next is not null; pages++)
        {
            using var page = await system.GetAsync(next, Stop);
            (status, body, next) = ((int)page.StatusCode, await Json(page), Next(page));
        }

        (status, body.GetProperty("type").GetString(), pages).ShouldBe((413, "epcisException:QueryTooLargeException", 6));
        (await system.Ask("/events?maxEventCount=45&perPage=8")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_takes_too_long_is_refused_as_too_complex()
    {
        await using var house = await House.Open(ground, builder => builder.Services.AddSingleton(new PageWork(20_000, TimeSpan.FromMilliseconds(300))));
        using var system = await house.As("integrator", language: "zh");
        (await Post(system, "/capture", Document(Event("a", "A1")))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await system.Ask("/events")).Status.ShouldBe(200);
        var database = house.Services.GetRequiredService<NpgsqlDataSource>();
        await using var connection = await database.OpenConnectionAsync(Stop);
        await using (var transaction = await connection.BeginTransactionAsync(Stop))
        {
            await using var hold = new NpgsqlCommand("lock table epcis.event, epcis.posting in access exclusive mode", connection);
            await hold.ExecuteNonQueryAsync(Stop);
            foreach (var path in new[] { "/events", "/events?EQ_bizStep=inspecting", "/epcs/urn%3Aepc%3Aid%3Asgtin%3A6901234.056789.A1", "/bizSteps/inspecting/events" })
            {
                var (status, body) = await system.Ask(path);
                (status, body.GetProperty("type").GetString()).ShouldBe((413, "epcisException:QueryTooComplexException"), path);
                body.GetProperty("title").GetString()!.ShouldContain("0.3");
            }
        }

        (await system.Ask("/events")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Who_follows_the_ledger_is_told_by_the_index_and_reads_only_what_is_meant()
    {
        await using var house = await House.Open(ground, builder => builder.Services.AddSingleton(new PageWork(100, TimeSpan.FromSeconds(10))));
        using var system = await house.As("integrator");
        foreach (var chunk in Enumerable.Range(0, 2_400).Chunk(600))
        {
            (await Post(system, "/capture", Document([.. chunk.Select(i => Event(i.ToString(CultureInfo.InvariantCulture), $"F{i}").Replace("inspecting", i % 800 == 799 ? "packing" : "inspecting", StringComparison.Ordinal))]))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        }

        var events = house.Services.GetRequiredService<EventQueries>();
        var query = EventQuery.Read([new("EQ_bizStep", ["packing"], "")], Contexts.Standard).Value;
        var (found, next, known) = await events.Recorded(query, new Caller("system:x", "integrator", null), 0, 100, Stop);

        // In one look past 2,400 entries, of which 100 may be read.
        (found.Count, next, known).ShouldBe((3, 2_400L, 2_400L));
        (await events.Recorded(query, new Caller("system:x", "integrator", null), 800, 1, Stop)).Next.ShouldBe(1_600);
    }

    // ---- names in short and in full

    [Fact]
    public async Task A_name_with_a_prefix_and_the_same_name_in_full_are_one()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        (await Post(system, "/capture", Whole(
            With(0, """ "type":"ObjectEvent","action":"OBSERVE","bizStep":"ext:polishing","disposition":"ext:shiny","epcList":["urn:epc:id:sgtin:6901234.056789.N1"],"persistentDisposition":{"set":["ext:shiny"]} """),
            With(1, """ "type":"ext:MoonEvent","action":"ADD","bizStep":"https://example.org/ext/polishing","ext:crater":"Tycho" """)))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        foreach (var (query, found) in new[]
        {
            ("EQ_bizStep=ext:polishing", "1,0"), ("EQ_bizStep=https://example.org/ext/polishing", "1,0"), ("EQ_disposition=https://example.org/ext/shiny", "0"), ("EQ_disposition=ext:shiny", "0"),
            ("EQ_persistentDisposition_set=https://example.org/ext/shiny", "0"), ("eventType=ext:MoonEvent", "1"), ("eventType=https://example.org/ext/MoonEvent", "1"), ("EQ_action=ADD", "1"),
        })
        {
            string.Join(',', (await Events(system, "/events?" + query, ("GS1-Extensions", "ext=https://example.org/ext/"))).Select(Number)).ShouldBe(found, query);
        }

        // Without saying what the prefix means, it means whatever its sender meant.
        string.Join(',', (await Events(system, "/events?EQ_bizStep=ext:polishing")).Select(Number)).ShouldBe("0");
        string.Join(',', (await Events(system, "/events?eventType=ext:MoonEvent")).Select(Number)).ShouldBe("1");
    }

    // ---- master data

    [Fact]
    public async Task Places_within_places_and_attributes_of_places_and_words_are_asked_of_the_master_data()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        const string Header = """
            "epcisHeader":{"epcisMasterData":{"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:BusinessLocation","vocabularyElementList":[
              {"id":"urn:epc:id:sgln:6901234.00001.0","attributes":[{"id":"cbvmda:city","attribute":"Suzhou"}],"children":["urn:epc:id:sgln:6901234.00001.7"]},
              {"id":"urn:epc:id:sgln:6901234.00001.7","children":["urn:epc:id:sgln:6901234.00001.8"]},
              {"id":"urn:epc:id:sgln:6901234.00001.8","attributes":[{"id":"cbvmda:city","attribute":"Wuxi"},{"id":"urn:example:mda:cold","attribute":"yes"}]}]},
             {"type":"urn:epcglobal:epcis:vtype:BusinessStep","vocabularyElementList":[{"id":"urn:example:step:steam","attributes":[{"id":"urn:example:mda:hot","attribute":"135"}]}]}]}},"epcisBody"
            """;
        string At(int i, string where) => With(i, $$""" "type":"ObjectEvent","action":"OBSERVE","bizStep":"{{(i == 2 ? "urn:example:step:steam" : "inspecting")}}","epcList":["urn:epc:id:sgtin:6901234.056789.V{{i}}"],"readPoint":{"id":"urn:epc:id:sgln:6901234.00001.{{where}}"},"bizLocation":{"id":"https://id.gs1.org/414/6901234000016{{(where == "0" ? "" : "/254/" + where)}}"} """);
        (await Post(system, "/capture", Whole(At(0, "0"), At(1, "7"), At(2, "8"), At(3, "9")).Replace("\"epcisBody\"", Header, StringComparison.Ordinal))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        foreach (var (query, found) in new[]
        {
            ("WD_bizLocation=urn:epc:id:sgln:6901234.00001.0", "2,1,0"), ("WD_bizLocation=https://id.gs1.org/414/6901234000016/254/7", "2,1"), ("WD_readPoint=urn:epc:id:sgln:6901234.00001.8", "2"), ("WD_readPoint=urn:epc:id:sgln:6901234.00001.9", "3"),
            ("WD_readPoint=urn:epc:id:sgln:6901234.00001.5", ""), ("HASATTR_bizLocation=cbvmda:city", "2,0"), ("HASATTR_readPoint=urn:example:mda:cold", "2"), ("HASATTR_bizLocation=urn:example:mda:none", ""), ("HASATTR_bizStep=urn:example:mda:hot", "2"),
            ("EQATTR_bizLocation_cbvmda:city=Suzhou", "0"), ("EQATTR_bizLocation_cbvmda:city=Suzhou|Wuxi", "2,0"), ("EQ_ATTR_bizLocation_cbvmda:city=Wuxi", "2"), ("EQATTR_readPoint_urn:example:mda:cold=no", ""), ("EQATTR_bizStep_urn:example:mda:hot=135", "2"),
        })
        {
            string.Join(',', (await Events(system, "/events?" + query)).Select(Number)).ShouldBe(found, query);
        }

        foreach (var wrong in new[] { "HASATTR_driver=x", "EQATTR_action_x=y", "WD_epc=urn:x:y" })
        {
            (await system.Ask("/events?" + wrong)).Body.GetProperty("findings")[0].GetProperty("code").GetString().ShouldBe("query.parameter", wrong);
        }
    }

    // ---- forms

    [Fact]
    public async Task What_cannot_be_answered_or_read_in_a_form_is_told_so_at_every_address()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        (await Post(system, "/capture", Document(Event("a", "A1")))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        foreach (var path in new[] { "/", "/events", "/events/" + Uri.EscapeDataString("urn:uuid:00000000-0000-4000-8000-00000000000a"), "/epcs", "/bizSteps", "/bizSteps/inspecting", "/bizSteps/inspecting/events", "/capture", "/queries" })
        {
            using var odd = await Get(system, path, ("Accept", "text/csv"));
            odd.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable, path);
            (await Json(odd)).GetProperty("type").GetString().ShouldBe("epcisException:NotAcceptableException");
            using var old = await Get(system, path, ("GS1-EPCIS-Max", "1.2"));
            old.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable, path);
            foreach (var fine in new[] { "*/*", "application/json", "text/csv, application/*;q=0.1" })
            {
                using var answer = await Get(system, path, ("Accept", fine));
                answer.StatusCode.ShouldBe(HttpStatusCode.OK, path + fine);
                Header(answer, "GS1-EPCIS-Version").ShouldBe("2.0.0");
                Header(answer, "GS1-CBV-Version").ShouldBe("2.0.0");
                answer.Headers.Contains("GS1-Vendor-Version").ShouldBeTrue();
            }
        }

        foreach (var path in new[] { "/capture", "/events", "/queries" })
        {
            using var answer = await Post(system, path, "a,b", "text/csv");
            answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType, path);
            (await Json(answer)).GetProperty("type").GetString().ShouldBe("epcisException:UnsupportedMediaTypeException");
        }
    }

    // ---- helpers

    private static string Id(int n) => $"urn:uuid:00000000-0000-4000-8000-{n:D12}";

    // A minute apart in the order of their numbers.
    private static string With(int n, string body)
    {
        var time = new DateTime(2026, 2, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(n);
        return string.Create(CultureInfo.InvariantCulture, $"{{\"eventID\":\"{Id(n)}\",\"eventTime\":\"{time:yyyy-MM-dd'T'HH:mm:ss}Z\",\"eventTimeZoneOffset\":\"+00:00\",{body}}}");
    }

    private static string Whole(params string[] events) => Document(events).Replace("[\"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld\"]", Own, StringComparison.Ordinal);

    private static string Number(JsonElement read) => int.Parse(read.GetProperty("eventID").GetString()![^12..], CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    private static List<JsonElement> List(JsonElement document) => [.. document.GetProperty("epcisBody").GetProperty("queryResults").GetProperty("resultsBody").GetProperty("eventList").EnumerateArray()];

    private static async Task<HttpResponseMessage> Get(HttpClient system, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await system.SendAsync(request, Stop);
    }

    private static async Task<List<JsonElement>> Events(HttpClient system, string path, params (string Name, string Value)[] headers)
    {
        using var answer = await Get(system, path, headers);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path + await answer.Content.ReadAsStringAsync(Stop));
        return List(await Json(answer));
    }

    private static async Task<string> Order(HttpClient system, string query)
    {
        List<string> numbers = [];
        for (var next = "/events?" + query; next is not null;)
        {
            using var page = await Get(system, next, ("GS1-Extensions", "ext=https://example.org/ext/, other=https://example.org/other/"));
            page.StatusCode.ShouldBe(HttpStatusCode.OK, next + await page.Content.ReadAsStringAsync(Stop));
            numbers.AddRange(List(await Json(page)).Select(Number));
            next = Next(page);
        }

        return string.Join(',', numbers);
    }

    // Every name in the lists, and where the event was, a line each.
    private static string Names(JsonElement read)
    {
        List<string> names = [];
        foreach (var list in new[] { "epcList", "childEPCs", "inputEPCList", "outputEPCList" })
        {
            names.AddRange(read.TryGetProperty(list, out var of) ? of.EnumerateArray().Select(e => $"{list} {e.GetString()}") : []);
        }

        foreach (var list in new[] { "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList" })
        {
            names.AddRange(read.TryGetProperty(list, out var of) ? of.EnumerateArray().Select(e => $"{list} {e.GetProperty("epcClass").GetString()}") : []);
        }

        names.AddRange(read.TryGetProperty("parentID", out var parent) ? [parent.GetString()!] : []);
        names.AddRange(read.TryGetProperty("readPoint", out var point) ? [point.GetProperty("id").GetString()!] : []);
        return string.Join('\n', names);
    }
}
