using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Clew.Epcis;
using Clew.Server.Integration.Epcis;
using Clew.Server.Storage;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Npgsql;
using static Clew.Tests.Integration.CaptureInterface;

namespace Clew.Tests.Integration;

/// <summary>The query half of EPCIS 2.0's REST interface: one small world of events, and what each parameter finds in it.</summary>
public sealed class QueryInterface(Ground ground) : IAsyncLifetime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private House house = null!;
    private HttpClient system = null!;

    public async ValueTask InitializeAsync()
    {
        house = await House.Open(ground);
        system = await house.As("integrator");
        using var answer = await Post(system, "/capture", World);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Stop));
    }

    public async ValueTask DisposeAsync()
    {
        system.Dispose();
        await house.DisposeAsync();
    }

    // @formatter:off
#pragma warning disable IDE0055
    // Every parameter and the events that it finds (TABLE query, last letters of the ids in the order of the world, the latest first).
    private static readonly (string Query, string Found)[] Table =
    [
        ("",                                                                          "fedcba"),
        ("eventType=ObjectEvent",                                                     "fba"),
        ("eventType=AggregationEvent|TransformationEvent",                            "dc"),
        ("GE_eventTime=2026-02-03T00:00:00Z",                                         "fedc"),
        ("GE_eventTime=2026-02-03T08:00:00%2B08:00&LT_eventTime=2026-02-05T00:00:00Z", "dc"),
        ("GE_recordTime=2026-01-01T00:00:00Z",                                        "fedcba"),
        ("LT_recordTime=2026-01-01T00:00:00Z",                                        ""),
        ("EQ_action=ADD",                                                             "eca"),
        ("EQ_action=ADD|OBSERVE",                                                     "fecba"),
        ("EQ_bizStep=commissioning",                                                  "a"),
        ("EQ_bizStep=urn:epcglobal:cbv:bizstep:commissioning|https://ref.gs1.org/cbv/BizStep-shipping", "ba"),
        ("EQ_bizStep=https://example.org/steps/x",                                    "e"),
        ("EQ_disposition=active",                                                     "a"),
        ("EQ_persistentDisposition_set=completeness_verified",                        "b"),
        ("EQ_persistentDisposition_unset=completeness_inferred",                      "b"),
        ("EQ_persistentDisposition_set=completeness_inferred",                        ""),
        ("EQ_readPoint=urn:epc:id:sgln:6901234.00001.0",                              "a"),
        ("EQ_readPoint=https://id.gs1.org/414/6901234000016",                         "a"),
        ("EQ_bizLocation=https://id.gs1.org/414/6901234000023",                       "b"),
        ("EQ_transformationID=urn:example:t1",                                        "d"),
        ("MATCH_epc=urn:epc:id:sgtin:6901234.056789.A1",                              "cba"),
        ("MATCH_epc=https://id.gs1.org/01/06901234567892/21/A1",                      "cba"),
        ("MATCH_epc=https://example.com/x/01/06901234567892/21/A1?17=270101",         "cba"),
        ("MATCH_epc=urn:epc:idpat:sgtin:6901234.056789.*",                            "cba"),
        ("MATCH_epc=urn:epc:idpat:sgtin:6901234.*.*",                                 "ecba"),
        ("MATCH_epc=urn:epc:idpat:sgtin:*.*.*",                                       "ecba"),
        ("MATCH_epc=urn:epc:idpat:sgtin:6901235.*.*",                                 ""),
        ("MATCH_epc=urn:epc:id:sscc:6901234.0000000001",                              ""),
        ("MATCH_parentID=urn:epc:id:sscc:6901234.0000000001",                         "c"),
        ("MATCH_parentID=urn:epc:idpat:sscc:6901234.*",                               "c"),
        ("MATCH_inputEPC=urn:epc:id:sgtin:6901234.056789.A1",                         "d"),
        ("MATCH_outputEPC=urn:epc:id:sgtin:6901234.056790.B1",                        "d"),
        ("MATCH_outputEPC=urn:epc:id:sgtin:6901234.056789.A1",                        ""),
        ("MATCH_anyEPC=urn:epc:id:sgtin:6901234.056789.A1",                           "dcba"),
        ("MATCH_anyEPC=urn:epc:id:sscc:6901234.0000000001|urn:epc:id:sgtin:6901234.056789.A2", "cba"),
        ("MATCH_epcClass=urn:epc:class:lgtin:6901234.056000.L7",                      "b"),
        ("MATCH_epcClass=urn:epc:idpat:sgtin:6901234.056111.*",                       "b"),
        ("MATCH_epcClass=urn:epc:class:lgtin:6901234.056000.*",                       "b"),
        ("MATCH_inputEPCClass=urn:epc:class:lgtin:6901234.056000.L8",                 "d"),
        ("MATCH_outputEPCClass=urn:epc:class:lgtin:6901234.056000.L8",                ""),
        ("MATCH_anyEPCClass=urn:epc:class:lgtin:6901234.056000.L8",                   "d"),
        ("EQ_quantity=12.5",                                                          "b"),
        ("GE_quantity=3&LT_quantity=8",                                               "d"),
        ("GE_quantity_GRM=12500",                                                     "b"),
        ("EQ_quantity_GRM=12500",                                                     "b"),
        ("LT_quantity_TNE=0.0125",                                                    ""),
        ("GT_quantity_LTR=1",                                                         ""),
        ("EQ_eventID=urn:uuid:00000000-0000-4000-8000-00000000000b",                  "b"),
        ("EQ_bizTransaction_po=urn:example:po:1",                                     "b"),
        ("EQ_bizTransaction_desadv=urn:example:po:1",                                 ""),
        ("EQ_bizTransaction_urn:epcglobal:cbv:btt:po=urn:example:po:1|urn:example:po:2", "b"),
        ("EQ_source_possessing_party=urn:epc:id:pgln:6901234.00001",                  "b"),
        ("EQ_destination_location=https://id.gs1.org/414/6901234000023",              "b"),
        ("EQ_destination_owning_party=https://id.gs1.org/414/6901234000023",          ""),
        ("EXISTS_errorDeclaration=true",                                              ""),
        ("EXISTS_errorDeclaration=false",                                             "fedcba"),
        ("EXISTS_sensorElementList",                                                  "f"),
        ("EXISTS_sensorElement=true",                                                 "f"),
        ("GE_time=2026-02-05T11:00:00Z",                                              "f"),
        ("LT_time=2026-02-05T11:00:00Z",                                              ""),
        ("GE_startTime=2026-02-05T10:00:00Z&LT_endTime=2026-02-05T11:30:00Z",         "f"),
        ("EQ_type=Temperature",                                                       "f"),
        ("EQ_type=gs1:Temperature|https://gs1.org/voc/Speed",                         "f"),
        ("EQ_type=Speed",                                                             ""),
        ("EQ_deviceID=https://id.gs1.org/8004/401111111",                             "f"),
        ("EQ_dataProcessingMethod=https://example.org/method",                        "f"),
        ("EQ_bizRules=https://example.org/rules",                                     "f"),
        ("EQ_microorganism=https://www.ncbi.nlm.nih.gov/taxonomy/1126011",            "f"),
        ("EQ_chemicalSubstance=urn:example:caffeine",                                 "f"),
        ("EQ_stringValue=SomeText",                                                   "f"),
        ("EQ_booleanValue=true",                                                      "f"),
        ("EQ_booleanValue=false",                                                     ""),
        ("EQ_hexBinaryValue=F0F0F0",                                                  "f"),
        ("EQ_uriValue=urn:example:u",                                                 "f"),
        ("EQ_value_CEL=26",                                                           "f"),
        ("EQ_type=Temperature&GE_value_KEL=299",                                      "f"),
        ("GT_value_KEL=299.15",                                                       ""),
        ("GE_value_KEL=299.15&LE_value_FAH=78.8",                                     "f"),
        ("LT_value_PAL=1000000",                                                      ""),
        ("GE_minValue_CEL=20&LE_maxValue_CEL=30&GE_meanValue_CEL=25&LT_sDev_KEL=0.2", "f"),
        ("GE_percRank=50&GE_percValue_CEL=12.7&GT_sDev=0.05",                         "f"),
        ("EQ_ext:driver=Zhao",                                                        "b"),
        ("EQ_https://example.org/ext/%23driver=Zhao",                                 "b"),
        ("EQ_other:driver=Zhao",                                                      ""),
        ("EXISTS_ext:driver",                                                         "b"),
        ("GT_ext:load=19&LT_ext:load=21",                                             "b"),
        ("EQ_ext:load=20.0",                                                          "b"),
        ("GE_ext:since=2026-02-01T00:00:00Z",                                         "b"),
        ("EQ_ext:seat=A7",                                                            ""),
        ("EQ_INNER_ext:seat=A7",                                                      "b"),
        ("EXISTS_INNER_ext:row",                                                      "b"),
        ("GE_INNER_ext:row=3",                                                        "b"),
        ("EQ_INNER_ext:driver=Zhao",                                                  ""),
        ("EQ_ILMD_cbvmda:lotNumber=L1",                                               "a"),
        ("EQ_ILMD_urn:epcglobal:cbv:mda%23lotNumber=L1",                              "a"),
        ("EQ_ILMD_cbvmda:lotNumber=L2",                                               ""),
        ("EXISTS_ILMD_ext:line&EQ_INNER_ILMD_ext:cell=7",                             "a"),
        ("EQ_cbvmda:lotNumber=L1",                                                    ""),
        ("EQ_SENSORELEMENT_ext:floor=2",                                              "f"),
        ("GE_SENSORMETADATA_ext:level=5",                                             "f"),
        ("EQ_SENSORREPORT_ext:note=ok",                                               "f"),
        ("EQ_SENSORREPORT_ext:floor=2",                                               ""),
        ("EQ_readPoint_ext:gate=G1",                                                  "a"),
        ("EQ_bizLocation_ext:gate=G1",                                                ""),
        ("EQ_bizStep=shipping&MATCH_epc=urn:epc:id:sgtin:6901234.056789.A1&EQ_ext:driver=Zhao", "b"),
        ("EQ_bizStep=commissioning&MATCH_epc=urn:epc:id:sgtin:6901234.056789.A9",     ""),
        ("orderBy=eventTime&orderDirection=ASC",                                      "abcdef"),
        ("orderBy=recordTime&orderDirection=ASC",                                     "fbcade"),
        ("orderBy=recordTime&eventType=ObjectEvent",                                  "abf"),
        ("orderBy=eventTime&eventCountLimit=2",                                       "fe"),
        ("orderBy=eventTime&orderDirection=ASC&eventCountLimit=2&eventType=ObjectEvent", "ab"),
        ("maxEventCount=6",                                                           "fedcba"),
    ];

    // What is no query (TABLE query, code).
    private static readonly (string Query, string Code)[] Wrong =
    [
        ("MATCH_EPC=urn:x:1",                          "query.parameter"),
        ("bizStep=shipping",                           "query.parameter"),
        ("GT_bizStep=shipping",                        "query.parameter"),
        ("EQ_nonsense=1",                              "query.parameter"),
        ("EQ_bizStep=transforming",                    "query.value"),
        ("EQ_action=SEE",                              "query.value"),
        ("eventType=Objects",                          "query.value"),
        ("GE_eventTime=yesterday",                     "query.value"),
        ("GE_quantity=many",                           "query.value"),
        ("GE_quantity=1|2",                            "query.value"),
        ("orderBy=bizStep",                            "query.value"),
        ("orderBy=eventTime&orderDirection=UP",        "query.value"),
        ("eventCountLimit=5",                          "query.needsOrder"),
        ("orderBy=eventTime&eventCountLimit=5&maxEventCount=10", "query.twoLimits"),
        ("EQ_bizStep=shipping&EQ_bizStep=receiving",   "query.twice"),
        ("perPage=0",                                  "query.value"),
        ("nextPageToken=%21",                          "query.token"),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    [Fact]
    public async Task Each_parameter_finds_what_the_standard_says()
    {
        List<string> differences = [];
        foreach (var (query, expected) in Table)
        {
            var (status, found) = await Ids("/events?" + query);
            if (status != 200 || found != expected)
            {
                differences.Add($"{query} → {found}, not {expected}");
            }
        }

        differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_query_is_refused_with_the_standards_exception_in_both_languages()
    {
        using var zh = await house.As("qualityManager", language: "zh");
        foreach (var (query, code) in Wrong)
        {
            var (status, body) = await system.Ask("/events?" + query);
            status.ShouldBe(400, query + body);
            body.GetProperty("type").GetString().ShouldBe("epcisException:QueryParameterException");
            body.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("code").GetString()).ShouldContain(code, query);
            (await zh.Ask("/events?" + query)).Body.GetProperty("title").GetString()!.Any(c => c > 0x4E00).ShouldBeTrue(query);
        }

        var (tooLarge, problem) = await system.Ask("/events?maxEventCount=5");
        (tooLarge, problem.GetProperty("type").GetString()).ShouldBe((413, "epcisException:QueryTooLargeException"));
    }

    [Fact]
    public async Task Each_parameter_means_the_same_under_a_name()
    {
        var n = 0;
        foreach (var (query, expected) in Table.Where(t => t.Query.Length > 0))
        {
            var body = query.Split('&').Select(p => p.Split('=', 2)).Select(p => (Name: Uri.UnescapeDataString(p[0]), Value: p.Length > 1 ? Uri.UnescapeDataString(p[1]) : ""))
                .ToDictionary(p => p.Name, p => p.Name.StartsWith("EXISTS_", StringComparison.Ordinal) ? (object?)(p.Value == "false" ? false : null) : p.Value.Contains('|', StringComparison.Ordinal) || p.Name.StartsWith("MATCH_", StringComparison.Ordinal) ? p.Value.Split('|') : p.Value, StringComparer.Ordinal);
            body["@context"] = new object[] { Contexts.StandardAddress, new Dictionary<string, string>(StringComparer.Ordinal) { ["ext"] = "https://example.org/ext/" } };
            var (created, answer) = await system.Say("/queries", JsonSerializer.Serialize(new { name = $"q{++n}", query = body }));
            created.ShouldBe(201, query + answer);
            var (status, found) = await Ids($"/queries/q{n}/events");
            (status, found).ShouldBe((200, expected), query);
        }

        var listed = new List<string>();
        for (var next = "/queries?perPage=7"; next is not null;)
        {
            using var page = await system.GetAsync(next, Stop);
            listed.AddRange((await Json(page)).EnumerateArray().Select(q => q.GetProperty("name").GetString()!));
            next = Next(page);
        }

        listed.Count.ShouldBe(n);
        listed.ShouldBeUnique();
        (await system.Say("/queries", """{"name":"q1","query":{}}""")).Status.ShouldBe(409);
        var (bad, findings) = await system.Say("/queries", """{"name":"bad","query":{"EQ_bizStep":["shiping"],"MATCH_epcs":["urn:x:y"]}}""");
        bad.ShouldBe(400);
        findings.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("path").GetString()).ShouldBe(["/query/EQ_bizStep", "/query/MATCH_epcs"]);
        using var other = await house.As("warehouseOperator");
        (await other.DeleteAsync("/queries/q1", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await system.DeleteAsync("/queries/q1", Stop)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await system.Ask("/queries/q1/events")).Body.GetProperty("type").GetString().ShouldBe("epcisException:NoSuchNameException");
        (await Ids("/queries/q2/events?EQ_action=ADD")).Found.ShouldBe("c");
    }

    [Fact]
    public async Task Pages_join_to_one_state_while_others_write()
    {
        for (var i = 0; i < 40; i++)
        {
            await Post(system, "/capture", Document(Event($"1{i:x3}", $"P{i % 3}").Replace("2026-02-01", $"2026-03-{(i % 28) + 1:D2}", StringComparison.Ordinal)));
        }

        foreach (var query in new[] { "perPage=7", "perPage=7&EQ_bizStep=inspecting", "perPage=4&MATCH_epc=urn:epc:id:sgtin:6901234.056789.P1", "perPage=5&orderBy=recordTime&orderDirection=ASC", "perPage=3&EQ_action=OBSERVE|ADD&orderBy=eventTime&eventCountLimit=20", "perPage=6&orderBy=recordTime&MATCH_epc=urn:epc:idpat:sgtin:6901234.*.*" })
        {
            var (_, whole) = await Long("/events?" + query.Replace(query[..9], "perPage=1000", StringComparison.Ordinal));
            List<string> pages = [];
            for (var next = "/events?" + query; next is not null;)
            {
                using var page = await system.GetAsync(next, Stop);
                page.StatusCode.ShouldBe(HttpStatusCode.OK);
                var events = List(await Json(page));
                events.Count.ShouldBeInRange(1, 7);
                pages.AddRange(events);
                next = Next(page);
                await Post(system, "/capture", Document(Event($"2{pages.Count:x4}{query.Length:x4}", "P1").Replace("2026-02-01", "2026-03-15", StringComparison.Ordinal)));
            }

            pages.ShouldBe(whole, query);
        }
    }

    [Fact]
    public async Task What_was_said_in_our_own_form_is_found_as_an_event_and_outsiders_see_their_own()
    {
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        (await system.Say("/capture", Stories.Pumps)).Status.ShouldBe(201);
        var (_, found) = await Long("/events?MATCH_epc=urn:epc:id:sgtin:6901234.056789.P1&EQ_bizStep=shipping|receiving");
        found.Count.ShouldBe(2);
        var shipped = (await system.Ask($"/events/{Uri.EscapeDataString(found[1])}")).Body.GetProperty("epcisBody").GetProperty("queryResults").GetProperty("resultsBody").GetProperty("eventList")[0];
        (shipped.GetProperty("type").GetString(), shipped.GetProperty("bizStep").GetString(), shipped.GetProperty("epcList")[0].GetString()).ShouldBe(("ObjectEvent", "shipping", "https://id.gs1.org/01/06901234567892/21/P1"));
        (await Long("/events?MATCH_parentID=urn:epc:id:sgtin:6901234.056789.P1")).Found.Count.ShouldBe(1);
        (await Long("/events?MATCH_epcClass=urn:epc:class:lgtin:6901234.056000.B17&EQ_action=ADD")).Found.Count.ShouldBe(2);
        var events = EpcisReader.ReadAll(await system.GetByteArrayAsync("/events?perPage=100", Stop));
        events.Findings.Where(f => f.Severity == Clew.Identification.Severity.Error).ShouldBeEmpty();
        using var hospital = await house.As("hospital", "gs1:417/6901234000023");
        var (_, seen) = await hospital.Ask("/events?perPage=100");
        // What was shipped to it and received, and two events of things that it held then; not what the maker did before.
        List(seen).Count.ShouldBe(4);
        (await hospital.Ask($"/events/{Uri.EscapeDataString(found[1])}")).Status.ShouldBe(200);
        (await hospital.Ask("/events/urn%3Auuid%3A00000000-0000-4000-8000-00000000000a")).Status.ShouldBe(404);
        (await hospital.Ask("/epcs")).Body.GetProperty("member").EnumerateArray().Select(e => e.GetString()!).Where(e => e.Contains("/21/P", StringComparison.Ordinal)).ShouldBe(["https://id.gs1.org/01/06901234567892/21/P1"]);
    }

    [Fact]
    public async Task An_event_and_what_declares_it_wrong_are_both_answered()
    {
        var wrong = Event("e1", "X1");
        await Post(system, "/capture", Document(wrong));
        var declared = wrong.Replace("\"action\"", "\"errorDeclaration\":{\"declarationTime\":\"2026-02-09T00:00:00Z\",\"reason\":\"incorrect_data\",\"correctiveEventIDs\":[\"urn:uuid:00000000-0000-4000-8000-0000000000e2\"],\"ext:who\":\"Li\"},\"action\"", StringComparison.Ordinal);
        using var answer = await Post(system, "/events", Bare(declared).Replace("epcis-context.jsonld\"]", "epcis-context.jsonld\",{\"ext\":\"https://example.org/ext/\"}]", StringComparison.Ordinal));
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Stop));
        var both = (await system.Ask(answer.Headers.Location!.OriginalString)).Body.GetProperty("epcisBody").GetProperty("queryResults").GetProperty("resultsBody").GetProperty("eventList");
        both.GetArrayLength().ShouldBe(2);
        both.EnumerateArray().Count(e => e.TryGetProperty("errorDeclaration", out _)).ShouldBe(1);
        both.EnumerateArray().Select(e => e.GetProperty("epcList")[0].GetString()).Distinct().ShouldBe(["https://id.gs1.org/01/06901234567892/21/X1"]);
        foreach (var (query, count) in new[] { ("MATCH_epc=urn:epc:id:sgtin:6901234.056789.X1", 2), ("EXISTS_errorDeclaration=true", 1), ("EQ_errorReason=incorrect_data", 1), ("EQ_errorReason=did_not_occur", 0), ("GE_errorDeclarationTime=2026-02-09T00:00:00Z", 1), ("LT_errorDeclaration_Time=2026-02-09T00:00:00Z", 0), ("EQ_correctiveEventID=urn:uuid:00000000-0000-4000-8000-0000000000e2", 1), ("EQ_ERROR_DECLARATION_ext:who=Li", 1), ("EXISTS_ERROR_DECLARATION_ext:who", 1), ("EQ_eventID=urn:uuid:00000000-0000-4000-8000-0000000000e1", 2) })
        {
            (await Long("/events?" + query)).Found.Count.ShouldBe(count, query);
        }
    }

    [Fact]
    public async Task Answers_come_in_the_form_that_is_asked_for()
    {
        async Task<HttpResponseMessage> Get(string path, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            return await system.SendAsync(request, Stop);
        }

        using var json = await Get("/events?EQ_bizStep=shipping");
        var text = await json.Content.ReadAsStringAsync(Stop);
        text.ShouldContain("https://id.gs1.org/01/06901234567892/21/A1");
        text.ShouldContain("\"bizStep\":\"shipping\"");
        text.ShouldContain("\"ext:driver\":\"Zhao\"");
        Header(json, "GS1-EPC-Format").ShouldBe("Always_GS1_Digital_Link");
        using var urn = await Get("/events?EQ_bizStep=shipping", ("GS1-EPC-Format", "Always_EPC_URN"));
        var asUrn = await urn.Content.ReadAsStringAsync(Stop);
        asUrn.ShouldContain("urn:epc:id:sgtin:6901234.056789.A1");
        asUrn.ShouldContain("urn:epc:class:lgtin:6901234.056000.L7");
        asUrn.ShouldContain("urn:epc:id:sgln:6901234.00002.0");
        asUrn.ShouldNotContain("id.gs1.org");
        using var xml = await Get("/events?EQ_bizStep=shipping", ("Accept", "application/xml"));
        xml.Content.Headers.ContentType!.MediaType.ShouldBe("application/xml");
        var asXml = await xml.Content.ReadAsStringAsync(Stop);
        asXml.ShouldContain("<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>");
        using var web = await Get("/events?EQ_bizStep=shipping", ("Accept", "application/xml"), ("GS1-CBV-XML-Format", "Always_Web_URI"));
        (await web.Content.ReadAsStringAsync(Stop)).ShouldContain("<bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>");

        // All forms tell the same events.
        var hashes = new List<string>();
        foreach (var headers in new (string, string)[][] { [], [("GS1-EPC-Format", "Always_EPC_URN")], [("Accept", "application/xml")], [("Accept", "application/xml"), ("GS1-CBV-XML-Format", "Always_Web_URI")] })
        {
            using var answer = await Get("/events?EQ_action=OBSERVE|ADD|DELETE", headers);
            var whole = EpcisReader.ReadAll(await answer.Content.ReadAsByteArrayAsync(Stop));
            whole.Findings.Where(f => f.Severity == Clew.Identification.Severity.Error).ShouldBeEmpty();
            hashes.Add(string.Join('\n', whole.Events.Select(e => EventHash.Of(e))));
        }

        hashes.Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        using var none = await Get("/events", ("Accept", "text/csv"));
        none.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable);
        using var odd = await Get("/events", ("GS1-EPC-Format", "Runes"));
        odd.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Lists_hold_the_standards_words_and_what_events_name()
    {
        var (_, root) = await system.Ask("/");
        root.GetProperty("member").EnumerateArray().Select(m => m.GetString()).ShouldContain("eventTypes");
        foreach (var (list, some, query) in new[]
        {
            ("eventTypes", "ObjectEvent", "fba"), ("epcs", "https://id.gs1.org/01/06901234567892/21/A1", "dcba"), ("bizSteps", "https://example.org/steps/x", "e"), ("bizSteps", "shipping", "b"),
            ("bizLocations", "https://id.gs1.org/414/6901234000023", "b"), ("readPoints", "https://id.gs1.org/414/6901234000016", "a"), ("dispositions", "active", "a"),
        })
        {
            List<string> members = [];
            for (var next = $"/{list}?perPage=9"; next is not null;)
            {
                using var page = await system.GetAsync(next, Stop);
                members.AddRange((await Json(page)).GetProperty("member").EnumerateArray().Select(m => m.GetString()!));
                next = Next(page);
            }

            members.ShouldContain(some);
            members.ShouldBeUnique();
            var one = $"/{list}/{Uri.EscapeDataString(some)}";
            (await system.Ask(one)).Body.GetProperty("member")[0].GetString().ShouldBe("events");
            (await Ids(one + "/events")).Found.ShouldBe(query);
            (await Ids(one + "/events?perPage=1")).Found.Length.ShouldBe(1);
            (await system.Ask($"/{list}/urn%3Aexample%3Anone")).Status.ShouldBe(404);
            using var options = await system.SendAsync(new HttpRequestMessage(HttpMethod.Options, one + "/events"), Stop);
            options.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public async Task The_index_told_again_from_the_ledger_is_the_same()
    {
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        (await system.Say("/capture", Stories.Pumps)).Status.ShouldBe(201);
        var (database, _) = (house.Services.GetService(typeof(NpgsqlDataSource)) as NpgsqlDataSource, 0);
        var index = (EventIndex)house.Services.GetService(typeof(EventIndex))!;
        var reached = await index.Reach(Stop);
        var before = await Rows(database!);
        before.Length.ShouldBeGreaterThan(1_000);
        await using (var connection = await database!.OpenConnectionAsync(Stop))
        {
            await EventIndex.Empty(connection, Stop);
        }

        (await index.Reach(Stop)).ShouldBe(reached);
        (await Rows(database)).ShouldBe(before);
    }

    private static async Task<string> Rows(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("""
            select string_agg(r, E'\n' order by r) from (
                select 'e' || e::text r from epcis.event e union all select 'p' || p::text from epcis.posting p union all select 'm' || m::text from epcis.mention m
                union all select 'c' || c::text from epcis.company_prefix c union all select 'l' || l::text from epcis.element l union all select 'a' || a::text from epcis.attribute a union all select 'k' || k::text from epcis.child k) x
            """);
        return (string)(await command.ExecuteScalarAsync(Stop))!;
    }

    private async Task<(int Status, string Found)> Ids(string path)
    {
        var (status, body) = await system.Ask(path);
        return (status, status == 200 ? string.Concat(List(body).Select(id => id[^1])) : body.ToString());
    }

    private async Task<(int Status, List<string> Found)> Long(string path)
    {
        var (status, body) = await system.Ask(path);
        status.ShouldBe(200, body.ToString());
        return (status, List(body));
    }

    private static List<string> List(JsonElement document) =>
        [.. document.GetProperty("epcisBody").GetProperty("queryResults").GetProperty("resultsBody").GetProperty("eventList").EnumerateArray().Select(e => e.GetProperty("eventID").GetString()!)];

    // Recorded in another order than they happened in: f, b, c, a, d, e.
    private static readonly string World = """
        {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ext":"https://example.org/ext/","other":"https://example.org/other/"}],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-02-08T00:00:00Z","epcisBody":{"eventList":[
         {"type":"ObjectEvent","eventID":"urn:uuid:00000000-0000-4000-8000-00000000000f","eventTime":"2026-02-05T12:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"sensor_reporting","readPoint":{"id":"urn:epc:id:sgln:6901234.00003.0"},
          "sensorElementList":[{"sensorMetadata":{"time":"2026-02-05T11:00:00Z","startTime":"2026-02-05T10:00:00Z","endTime":"2026-02-05T11:00:00Z","deviceID":"https://id.gs1.org/8004/401111111","dataProcessingMethod":"https://example.org/method","bizRules":"https://example.org/rules","ext:level":7},
            "sensorReport":[{"type":"Temperature","value":26.0,"uom":"CEL","minValue":20,"maxValue":30,"meanValue":25.5,"sDev":0.1,"percRank":50,"percValue":12.7,"ext:note":"ok"},
             {"type":"MassConcentration","microorganism":"https://www.ncbi.nlm.nih.gov/taxonomy/1126011","chemicalSubstance":"urn:example:caffeine","stringValue":"SomeText","booleanValue":true,"hexBinaryValue":"F0F0F0","uriValue":"urn:example:u"}],"ext:floor":"2"}]},
         {"type":"ObjectEvent","eventID":"urn:uuid:00000000-0000-4000-8000-00000000000b","eventTime":"2026-02-02T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"shipping","disposition":"in_transit","epcList":["urn:epc:id:sgtin:6901234.056789.A1","urn:epc:id:sgtin:6901234.056789.A2"],
          "quantityList":[{"epcClass":"urn:epc:class:lgtin:6901234.056000.L7","quantity":12.5,"uom":"KGM"},{"epcClass":"urn:epc:idpat:sgtin:6901234.056111.*"}],"bizLocation":{"id":"urn:epc:id:sgln:6901234.00002.0"},
          "persistentDisposition":{"set":["completeness_verified"],"unset":["completeness_inferred"]},"bizTransactionList":[{"type":"po","bizTransaction":"urn:example:po:1"}],
          "sourceList":[{"type":"possessing_party","source":"urn:epc:id:pgln:6901234.00001"}],"destinationList":[{"type":"location","destination":"urn:epc:id:sgln:6901234.00002.0"}],
          "ext:driver":"Zhao","ext:load":20,"ext:since":"2026-02-01T12:00:00Z","ext:truck":{"ext:seat":["A7","B8"],"ext:row":3}},
         {"type":"AggregationEvent","eventID":"urn:uuid:00000000-0000-4000-8000-00000000000c","eventTime":"2026-02-03T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"packing","parentID":"urn:epc:id:sscc:6901234.0000000001","childEPCs":["urn:epc:id:sgtin:6901234.056789.A1"]},
         {"type":"ObjectEvent","eventID":"urn:uuid:00000000-0000-4000-8000-00000000000a","eventTime":"2026-02-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"commissioning","disposition":"active","epcList":["urn:epc:id:sgtin:6901234.056789.A1","urn:epc:id:sgtin:6901234.056789.A2"],"readPoint":{"id":"urn:epc:id:sgln:6901234.00001.0","ext:gate":"G1"},"ilmd":{"cbvmda:lotNumber":"L1","ext:line":{"ext:cell":7}}},
         {"type":"TransformationEvent","eventID":"urn:uuid:00000000-0000-4000-8000-00000000000d","eventTime":"2026-02-04T00:00:00Z","eventTimeZoneOffset":"+08:00","bizStep":"creating_class_instance","transformationID":"urn:example:t1","inputEPCList":["urn:epc:id:sgtin:6901234.056789.A1"],"inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:6901234.056000.L8","quantity":5,"uom":"EA"}],"outputEPCList":["urn:epc:id:sgtin:6901234.056790.B1"]},
         {"type":"AssociationEvent","eventID":"urn:uuid:00000000-0000-4000-8000-00000000000e","eventTime":"2026-02-05T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","bizStep":"https://example.org/steps/x","parentID":"urn:epc:id:giai:6901234.77","childEPCs":["urn:epc:id:sgtin:6901234.056790.B1"]}
        ]}}
        """;
}
