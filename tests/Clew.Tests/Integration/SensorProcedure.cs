using System.Globalization;
using Clew.Tests.Storage;
using Clew.Tests.Web;

namespace Clew.Tests.Integration;

/// <summary>GS1's conformance procedure TCR-53 (SensorElement), step by step over HTTP.</summary>
public sealed class SensorProcedure(Ground ground, ITestOutputHelper output)
{
    private const string Context = """["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ext":"https://example.org/ext/"}]""";

    // Set 1: all attributes of a sensor element (1), an event without one (2), another reading in degrees Celsius (3).
    private static readonly string Set1 = Document(
        Event(1, """
            [{"ext:rack":"R7","sensorMetadata":{"time":"2026-02-01T00:00:00Z","startTime":"2026-01-31T22:00:00Z","endTime":"2026-01-31T23:00:00Z","deviceID":"urn:epc:id:giai:6901234.S1","deviceMetadata":"https://id.gs1.org/8004/6901234S1",
              "rawData":"https://example.org/raw/1","dataProcessingMethod":"https://example.org/method/a","bizRules":"urn:epc:id:gdti:6901234.00001.9","ext:firmware":3},
              "sensorReport":[{"type":"Temperature","value":26.0,"uom":"CEL","minValue":24.5,"maxValue":27.5,"meanValue":25.9,"sDev":0.4,"percRank":50,"percValue":26.1,"component":"x","ext:channel":2},
                {"type":"AbsoluteHumidity","stringValue":"SomeString","booleanValue":true,"hexBinaryValue":"F0F0F0","uriValue":"https://id.gs1.org/8004/6901234V1"},
                {"type":"Dimensionless","microorganism":"https://www.ncbi.nlm.nih.gov/taxonomy/1126011","chemicalSubstance":"https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N","value":0.18,"uom":"C62"}]}]
            """),
        Event(2, null),
        Event(3, """[{"sensorMetadata":{"time":"2026-01-15T00:00:00Z","startTime":"2026-01-14T00:00:00Z","endTime":"2026-01-14T12:00:00Z","deviceID":"urn:epc:id:giai:6901234.S2","dataProcessingMethod":"https://example.org/method/b"},"sensorReport":[{"type":"Temperature","value":4,"uom":"CEL","minValue":2,"maxValue":6,"meanValue":4,"sDev":2.5,"percRank":10,"percValue":3}]}]"""));

    // Set 2: the same attributes in the metadata of one event and in the report of the other.
    private static readonly string Set2 = Document(
        Event(4, """[{"sensorMetadata":{"time":"2025-06-01T00:00:00Z","deviceID":"urn:epc:id:giai:6901234.M4","deviceMetadata":"https://example.org/device/4","rawData":"https://example.org/raw/4","dataProcessingMethod":"https://example.org/method/4"},"sensorReport":[{"type":"Pressure","value":1,"uom":"BAR"}]}]"""),
        Event(5, """[{"sensorReport":[{"type":"Pressure","value":1,"uom":"BAR","time":"2025-07-01T00:00:00Z","deviceID":"urn:epc:id:giai:6901234.M5","deviceMetadata":"https://example.org/device/5","rawData":"https://example.org/raw/5","dataProcessingMethod":"https://example.org/method/5"}]}]"""));

    // Set 3: in both.
    private static readonly string Set3 = Document(
        Event(6, """[{"sensorMetadata":{"time":"2026-01-01T00:00:00Z","deviceID":"urn:epc:id:giai:6901234.M6"},"sensorReport":[{"type":"Pressure","value":1,"uom":"BAR","time":"2026-01-02T00:00:00Z","deviceID":"urn:epc:id:giai:6901234.M7"}]}]"""));

    // @formatter:off
#pragma warning disable IDE0055
    // What each step asks, and which events it finds (TABLE).
    private static readonly (int Step, string Query, string Found)[] Steps =
    [
        (2,  "GE_recordTime=" + Before,                                                   "123"),
        (3,  "EXISTS_sensorElementList=true",                                             "13"),
        (4,  "GE_time=2026-01-31T00:00:00Z&LT_time=2026-02-02T00:00:00Z",                 "1"),
        (4,  "GE_time=2027-01-01T00:00:00Z",                                              ""),
        (5,  "GE_startTime=2026-01-31T00:00:00Z&LT_startTime=2026-02-01T00:00:00Z",       "1"),
        (5,  "LT_startTime=2026-01-01T00:00:00Z",                                         ""),
        (5,  "GE_endTime=2026-01-14T00:00:00Z&LT_endTime=2026-01-15T00:00:00Z",           "3"),
        (6,  "EQ_type=AbsoluteHumidity",                                                  "1"),
        (6,  "EQ_type=gs1:Temperature",                                                   "13"),
        (6,  "EQ_type=Speed",                                                             ""),
        (7,  "EQ_deviceID=urn:epc:id:giai:6901234.S2",                                    "3"),
        (8,  "EQ_dataProcessingMethod=https://example.org/method/a",                      "1"),
        (9,  "EQ_microorganism=https://www.ncbi.nlm.nih.gov/taxonomy/1126011",            "1"),
        (10, "EQ_chemicalSubstance=https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N", "1"),
        (11, "EQ_bizRules=urn:epc:id:gdti:6901234.00001.9",                               "1"),
        (12, "EQ_value_CEL=26",                                                           "1"),
        (12, "GE_value_CEL=4&LT_value_CEL=5",                                             "3"),
        (13, "GE_minValue_CEL=24&LT_minValue_CEL=25",                                     "1"),
        (14, "GE_maxValue_CEL=6&LT_maxValue_CEL=7",                                       "3"),
        (15, "GE_meanValue_CEL=25.9&LT_meanValue_CEL=26",                                 "1"),
        (16, "EQ_stringValue=SomeString",                                                 "1"),
        (17, "EQ_booleanValue=true",                                                      "1"),
        (17, "EQ_booleanValue=false",                                                     ""),
        (18, "EQ_hexBinaryValue=F0F0F0",                                                  "1"),
        (19, "EQ_uriValue=https://id.gs1.org/8004/6901234V1",                             "1"),
        (20, "EQ_SENSORELEMENT_ext:rack=R7",                                              "1"),
        (20, "EQ_SENSORELEMENT_ext:rack=R8",                                              ""),
        (21, "GE_SENSORMETADATA_ext:firmware=3&LT_SENSORMETADATA_ext:firmware=4",         "1"),
        (21, "GT_SENSORMETADATA_ext:firmware=3",                                          ""),
        (22, "LE_SENSORREPORT_ext:channel=2",                                             "1"),
        (22, "LT_SENSORREPORT_ext:channel=2",                                             ""),
        (23, "GE_sDev_CEL=2&LT_sDev_CEL=3",                                               "3"),
        (24, "GE_percRank=40&LT_percRank=60",                                             "1"),
        (25, "GE_percValue_CEL=3&LT_percValue_CEL=4",                                     "3"),
        (26, "EQ_type=gs1:Temperature&GE_value_KEL=299",                                  "1"),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    private const string Before = "{before}";

    [Fact]
    public async Task GS1_TCR_53_sensor_elements()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        system.DefaultRequestHeaders.Add("GS1-Extensions", "ext=https://example.org/ext/");
        var before = DateTimeOffset.UtcNow.AddMinutes(-1).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);

        // Step 1
        (await system.Say("/capture", Set1, "application/ld+json")).Status.ShouldBe(202);
        var fallen = new List<string>();
        foreach (var (step, query, found) in Steps)
        {
            var met = await Found(system, query.Replace(Before, before, StringComparison.Ordinal));
            output.WriteLine($"step {step}: {query} → {met}");
            if (met != found)
            {
                fallen.Add($"step {step}: {query} → {met}, not {found}");
            }
        }

        // Steps 27 and 28
        (await system.Say("/capture", Set2, "application/ld+json")).Status.ShouldBe(202);
        foreach (var number in (string[])["4", "5"])
        {
            var time = number == "4" ? "GE_time=2025-06-01T00:00:00Z&LT_time=2025-06-02T00:00:00Z" : "GE_time=2025-07-01T00:00:00Z&LT_time=2025-07-02T00:00:00Z";
            foreach (var query in (string[])[$"EQ_deviceID=urn:epc:id:giai:6901234.M{number}", $"EQ_dataProcessingMethod=https://example.org/method/{number}", time])
            {
                var met = await Found(system, query);
                output.WriteLine($"step 28: {query} → {met}");
                if (met != number)
                {
                    fallen.Add($"step 28: {query} → {met}, not {number}");
                }
            }
        }

        fallen.ShouldBeEmpty();

        // Step 29 asks to refuse what GS1's own examples and those of two open repositories hold (25 documents of the reference data): it is taken,
        // and said to be wrong. The event counts for both of what it says.
        var (_, tried) = await system.Say("/epcis/check", Set3, "application/ld+json");
        tried.GetProperty("events")[0].GetProperty("findings").EnumerateArray().Select(f => $"{f.GetProperty("code").GetString()} {f.GetProperty("severity").GetString()} {f.GetProperty("path").GetString()}")
            .ShouldContain("epcis.sensorTwice warning /epcisBody/eventList/0/sensorElementList/0/sensorMetadata/deviceID");
    }

    private static async Task<string> Found(HttpClient client, string query)
    {
        var (status, body) = await client.Ask("/events?" + query.Replace("#", "%23", StringComparison.Ordinal));
        status.ShouldBe(200, query + body);
        return string.Concat(body.GetProperty("epcisBody").GetProperty("queryResults").GetProperty("resultsBody").GetProperty("eventList").EnumerateArray().Select(e => e.GetProperty("eventID").GetString()![^1]).Order());
    }

    private static string Event(int number, string? sensors) =>
        $$"""{"type":"ObjectEvent","eventID":"urn:test:sensor:{{number}}","eventTime":"2026-02-0{{number}}T08:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE","bizStep":"{{(sensors is null ? "inspecting" : "sensor_reporting")}}","epcList":["urn:epc:id:sgtin:6901234.056789.A{{number}}"],"readPoint":{"id":"urn:epc:id:sgln:6901234.00001.0"}"""
        + (sensors is null ? "" : ",\"sensorElementList\":" + sensors) + "}";

    private static string Document(params string[] events) => "{\"@context\":" + Context + ""","type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-02-08T00:00:00Z","epcisBody":{"eventList":[""" + string.Join(',', events) + "]}}";
}
