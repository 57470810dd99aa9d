using System.Net;
using System.Text.Json;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using static Clew.Tests.Integration.CaptureInterface;

namespace Clew.Tests.Integration;

/// <summary>GS1's two conformance procedures for EPCIS 2.0 (drafts of 2021), step by step, with REST in the place of poll.</summary>
public sealed class ConformanceProcedures(Ground ground)
{
    private const string Sensor = """{"sensorMetadata":{"time":"2026-02-01T01:00:00Z","startTime":"2026-02-01T00:30:00Z","endTime":"2026-02-01T01:00:00Z","deviceID":"urn:example:device","deviceMetadata":"urn:example:deviceMetadata","rawData":"urn:example:raw","dataProcessingMethod":"urn:example:method","bizRules":"urn:example:rules","ext:m":3},"sensorReport":[{"type":"Temperature","value":26,"uom":"CEL","minValue":20,"maxValue":30,"meanValue":25,"sDev":0.1,"percRank":50,"percValue":12,"ext:r":3},{"type":"Count","microorganism":"urn:example:germ","chemicalSubstance":"urn:example:substance","stringValue":"text","booleanValue":true,"hexBinaryValue":"F0","uriValue":"urn:example:uri"}],"ext:e":3}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TCR_53_sensor_elements()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        var began = DateTimeOffset.UtcNow.AddMinutes(-1);

        // Steps 1 and 2: set1.
        await Taken(system, With("1", Sensor), With("2", null), With("3", """{"sensorReport":[{"type":"Temperature","value":-5,"uom":"CEL"}]}"""));
        (await Found(system, "GE_recordTime=" + Uri.EscapeDataString(began.ToString("O")))).ShouldBe("321");
        (int Step, string Query, string Found)[] steps =
        [
            (3, "EXISTS_sensorElement", "31"), (3, "EXISTS_sensorElementList=true", "31"),
            (4, "GE_time=2026-02-01T01:00:00Z&LT_time=2026-02-01T02:00:00Z", "1"), (4, "GE_time=2026-02-01T02:00:00Z", ""),
            (5, "GE_startTime=2026-02-01T00:30:00Z&LT_startTime=2026-02-01T00:31:00Z", "1"), (5, "LT_startTime=2026-02-01T00:30:00Z", ""),
            (5, "GE_endTime=2026-02-01T01:00:00Z&LT_endTime=2026-02-01T01:01:00Z", "1"), (5, "GE_endTime=2026-02-01T01:01:00Z", ""),
            (6, "EQ_type=gs1:Temperature", "31"), (6, "EQ_type=gs1:Speed", ""),
            (7, "EQ_deviceID=urn:example:device", "1"), (7, "EQ_deviceID=urn:example:other", ""),
            (8, "EQ_dataProcessingMethod=urn:example:method", "1"), (9, "EQ_microorganism=urn:example:germ", "1"), (10, "EQ_chemicalSubstance=urn:example:substance", "1"), (11, "EQ_bizRules=urn:example:rules", "1"),
            (12, "EQ_value_CEL=26", "1"), (12, "GE_value_CEL=26", "1"), (12, "LT_value_CEL=26", "3"),
            (13, "GE_minValue_CEL=20", "1"), (13, "LT_minValue_CEL=20", ""), (14, "GE_maxValue_CEL=30", "1"), (14, "LT_maxValue_CEL=30", ""), (15, "GE_meanValue_CEL=25", "1"), (15, "LT_meanValue_CEL=25", ""),
            (16, "EQ_stringValue=text", "1"), (17, "EQ_booleanValue=true", "1"), (17, "EQ_booleanValue=false", ""), (18, "EQ_hexBinaryValue=F0", "1"), (19, "EQ_uriValue=urn:example:uri", "1"),
            .. Own(20, "SENSORELEMENT_ext:e"), .. Own(21, "SENSORMETADATA_ext:m"), .. Own(22, "SENSORREPORT_ext:r"),
            (23, "GE_sDev=0.1", "1"), (23, "LT_sDev=0.1", ""), (24, "GE_percRank=50", "1"), (24, "LT_percRank=50", ""), (25, "GE_percValue=12", "1"), (25, "LT_percValue=12", ""),
            (26, "EQ_type=gs1:Temperature&GE_value_KEL=299", "1"), (26, "EQ_type=gs1:Temperature&GE_value_KEL=300", ""),
        ];
        foreach (var (step, query, found) in steps)
        {
            (await Found(system, query)).ShouldBe(found, $"step {step}: {query}");
        }

        // Steps 27 and 28: set2, the same said once for all reports and once in the report.
        await Taken(system,
            With("4", """{"sensorMetadata":{"time":"2026-02-01T00:10:00Z","deviceID":"urn:example:d4","deviceMetadata":"urn:example:m4","rawData":"urn:example:r4","dataProcessingMethod":"urn:example:p4"},"sensorReport":[{"type":"Temperature","value":1,"uom":"CEL"}]}"""),
            With("5", """{"sensorReport":[{"type":"Temperature","value":1,"uom":"CEL","time":"2026-02-01T00:15:00Z","deviceID":"urn:example:d5","deviceMetadata":"urn:example:m5","rawData":"urn:example:r5","dataProcessingMethod":"urn:example:p5"}]}"""));
        foreach (var (name, letter) in new[] { ("deviceID", 'd'), ("deviceMetadata", 'm'), ("rawData", 'r'), ("dataProcessingMethod", 'p') })
        {
            (await Found(system, $"EQ_{name}=urn:example:{letter}4")).ShouldBe("4");
            (await Found(system, $"EQ_{name}=urn:example:{letter}5")).ShouldBe("5");
        }

        (await Found(system, "EQ_time=2026-02-01T00:15:00Z")).ShouldBe("5");

        // Step 29: set3 says the same in both places. The procedure, a draft, has it refused and says that the ratified schemas do not; GS1's own examples
        // do it, so that it is taken with a remark (decision 0012), and counts for both of what it says.
        using var both = await Post(system, "/capture", Document(With("6", """{"sensorMetadata":{"deviceID":"urn:example:a"},"sensorReport":[{"type":"Temperature","value":1,"uom":"CEL","deviceID":"urn:example:b"}]}""")));
        both.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await Json(both)).GetProperty("remarks")[0].GetProperty("code").GetString().ShouldBe("epcis.sensorTwice");
        (await system.Ask(both.Headers.Location!.OriginalString)).Body.GetProperty("remarks")[0].GetProperty("code").GetString().ShouldBe("epcis.sensorTwice");
        (await Found(system, "EQ_deviceID=urn:example:a")).ShouldBe("6");
        (await Found(system, "EQ_deviceID=urn:example:b")).ShouldBe("6");
    }

    [Fact]
    public async Task TCR_54_association_events()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        const string Fitted = """{"type":"AssociationEvent","eventID":"urn:uuid:00000000-0000-4000-8000-000000000001","eventTime":"2026-02-01T00:00:00Z","eventTimeZoneOffset":"+08:00","action":"ADD","parentID":"urn:epc:id:sgln:6901234.00001.0","childEPCs":["urn:epc:id:giai:6901234.77"]}""";

        // Steps 1 and 2: tied to a place.
        await Taken(system, Fitted);
        (await Found(system, "MATCH_parentID=urn:epc:id:sgln:6901234.00001.0&eventType=AssociationEvent")).ShouldBe("1");

        // Step 3: without a parent. Step 4: without children.
        foreach (var (action, wrong, path) in new[]
        {
            ("ADD", "\"parentID\":\"urn:epc:id:sgln:6901234.00001.0\",", "/parentID"), ("DELETE", "\"parentID\":\"urn:epc:id:sgln:6901234.00001.0\",", "/parentID"),
            ("ADD", ",\"childEPCs\":[\"urn:epc:id:giai:6901234.77\"]", "/childEPCs"), ("OBSERVE", ",\"childEPCs\":[\"urn:epc:id:giai:6901234.77\"]", "/childEPCs"),
        })
        {
            using var answer = await Post(system, "/capture", Document(Fitted.Replace(wrong, "", StringComparison.Ordinal).Replace("\"ADD\"", $"\"{action}\"", StringComparison.Ordinal)));
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await Json(answer)).GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("path").GetString()).ShouldContain("/epcisBody/eventList/0" + path);
        }

        (await Found(system, "eventType=AssociationEvent")).ShouldBe("1");
    }

    private static (int, string, string)[] Own(int step, string field) => [(step, $"EQ_{field}=3", "1"), (step, $"GT_{field}=2", "1"), (step, $"GT_{field}=3", ""), (step, $"GE_{field}=3", "1"), (step, $"LT_{field}=4", "1"), (step, $"LT_{field}=3", ""), (step, $"LE_{field}=3", "1")];

    private static string With(string id, string? sensor) =>
        $$"""{"@context":[{"ext":"https://example.org/ext/"}],"type":"ObjectEvent","eventID":"urn:uuid:00000000-0000-4000-8000-00000000000{{id}}","eventTime":"2026-02-01T03:00:0{{id}}Z","eventTimeZoneOffset":"+08:00","action":"OBSERVE","epcList":["urn:epc:id:sgtin:6901234.056789.S{{id}}"]{{(sensor is null ? "" : ",\"sensorElementList\":[" + sensor + "]")}} }""";

    private static async Task Taken(HttpClient system, params string[] events)
    {
        using var answer = await Post(system, "/capture", Document(events));
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Stop));
    }

    private static async Task<string> Found(HttpClient system, string query)
    {
        var (status, body) = await system.Ask("/events?" + query);
        status.ShouldBe(200, query + body);
        return string.Concat(body.GetProperty("epcisBody").GetProperty("queryResults").GetProperty("resultsBody").GetProperty("eventList").EnumerateArray().Select(e => e.GetProperty("eventID").GetString()![^1]));
    }
}
