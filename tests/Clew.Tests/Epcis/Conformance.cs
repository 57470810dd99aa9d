using System.Text.Json;
using Clew.Epcis;
using Clew.Identification;
using Clew.Server.Integration.Epcis;

namespace Clew.Tests.Epcis;

/// <summary>Every document of the reference data, by folder: how many pass, how many fail, how many are skipped and why (TABLE).</summary>
public sealed class Conformance(ITestOutputHelper output)
{
    private const string Created = "2026-01-01T00:00:00Z";

    // No capture document, whatever folder it lies in.
    private static readonly (string Part, string Why)[] Others =
    [
        ("CaptureJob__", "a capture job, not a document"),
        ("Queries__", "a query, not a document"),
        ("v1_2__Queries__", "a query of the SOAP interface"),
        ("v1_2__CallbackRequests__", "an answer of the SOAP interface"),
        ("v1_2__MasterData__", "a fragment"),
        ("v1_2__Requests__InvalidRequest", "a fragment that is meant to be wrong"),
        ("Request_ObjectEvent_WithMasterdata.json", "made for another parser: 'test' where a URI must stand"),
        ("v1_2__Events__ObjectEvent_Full.xml", "made for another parser: '1234' where a URI must stand"),
        ("event_with_identical_hash_id_7.json", "URNs of the CBV in JSON, which the ratified schema refuses"),
    ];

    private static readonly string[] Folders =
    [
        "gs1-json-2.0", "gs1-json-bare-events", "gs1-xml-2.0", "gs1-xml-1.2", "openepcis-2.0-valid/json", "openepcis-2.0-valid/xml", "openepcis-2.0-bare-events/json", "openepcis-2.0-bare-events/xml",
        "openepcis-2.0-invalid/json", "openepcis-2.0-invalid/xml", "openepcis-2.0-query/json", "openepcis-2.0-query/xml", "openepcis-1.2-xml", "oliot-xml-2.0-examples", "fastnt-test-resources",
        "event-hash/vectors", "event-hash/expected-equal", "soap-interop-1.0/setup",
    ];

    // GS1's TCR-53, a draft, would refuse them in its step 29; they are GS1's own, and others'.
    [Fact]
    public void What_step_29_of_TCR_53_would_refuse_stands_in_the_ratified_examples_and_is_taken_with_a_remark()
    {
        var twice = new List<string>();
        foreach (var folder in Folders.Where(f => !f.Contains("invalid", StringComparison.Ordinal)))
        {
            twice.AddRange(Documents(folder).Where(file => EpcisReader.ReadAll(File.ReadAllBytes(file)).Findings.Any(f => f.Code == EpcisFindings.SensorTwice.Code && f.Severity == Severity.Warning)).Select(file => $"{folder}/{Path.GetFileName(file)}"));
        }

        twice.ForEach(output.WriteLine);
        twice.Count(t => t.StartsWith("gs1-", StringComparison.Ordinal)).ShouldBeGreaterThan(0);
        twice.Count.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Valid_documents_are_accepted_and_invalid_ones_refused()
    {
        var fallen = new List<string>();
        var schema = Derived("derived-jsonschema-2.0.1-validity.json", "valid_with_format_uri").Concat(Derived("derived-xsd-validity-dotnet.json", "xsd_valid")).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        foreach (var folder in Folders)
        {
            var (passed, failed) = (0, 0);
            var skipped = new List<string>();
            foreach (var file in Documents(folder))
            {
                var name = Path.GetFileName(file);
                var isMeant = !folder.Contains("invalid", StringComparison.Ordinal) && !name.Contains("Invalid__", StringComparison.Ordinal);
                var reason = Others.FirstOrDefault(o => name.Contains(o.Part, StringComparison.Ordinal)).Why
                    ?? (isMeant && schema.TryGetValue($"{folder}/{name}", out var isValid) && !isValid && folder.Contains("xml", StringComparison.Ordinal) ? "not valid by the XML schema" : null);
                if (reason is not null)
                {
                    skipped.Add($"{name} ({reason})");
                    continue;
                }

                // What the ratified schema refuses is to be refused, whatever the folder is called.
                isMeant &= !schema.TryGetValue($"{folder}/{name}", out var agreed) || agreed || folder.Contains("xml", StringComparison.Ordinal) || name.EndsWith(".xml", StringComparison.Ordinal);
                var whole = EpcisReader.ReadAll(File.ReadAllBytes(file));
                if (whole.IsValid == isMeant)
                {
                    passed++;
                }
                else
                {
                    failed++;
                    fallen.Add($"{folder}/{name}: {string.Join("; ", whole.Findings.Take(4))}");
                }
            }

            output.WriteLine($"{folder}: {passed} passed, {failed} failed, {skipped.Count} skipped{(skipped.Count > 0 ? ": " : "")}{string.Join(", ", skipped)}");
        }

        fallen.ForEach(output.WriteLine);
        fallen.ShouldBeEmpty();
    }

    [Fact]
    public void Every_hash_vector_is_met()
    {
        var contested = JsonDocument.Parse(File.ReadAllBytes(ReferenceData.Files("epcis/event-hash", "derived-order-contested.json")[0])).RootElement.EnumerateArray()
            .ToDictionary(c => c.GetProperty("python_reference_hash").GetString()!, c => c.GetProperty("table_order_hash").GetString()!, StringComparer.Ordinal);
        var fallen = new List<string>();
        var (passed, byReference) = (0, 0);
        foreach (var file in ReferenceData.Files("epcis/event-hash/vectors").Where(f => f.EndsWith(".xml", StringComparison.Ordinal) || f.EndsWith(".jsonld", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var expected = File.ReadAllLines(Path.ChangeExtension(file, ".hashes")).Where(l => l.Length > 0).ToList();
            var events = EpcisReader.ReadAll(File.ReadAllBytes(file)).Events;
            var prehashes = Path.ChangeExtension(file, ".prehashes");
            var texts = File.Exists(prehashes) ? File.ReadAllLines(prehashes) : [];
            if (events.Count != expected.Count)
            {
                fallen.Add($"{Path.GetFileName(file)}: {events.Count} events, {expected.Count} hashes");
            }

            for (var i = 0; i < Math.Min(events.Count, expected.Count); i++)
            {
                var (table, reference) = (EventHash.Of(events[i]), EventHash.Of(events[i], HashOrder.Reference));
                if (table == expected[i])
                {
                    passed++;
                }
                else if (reference == expected[i] && (!contested.TryGetValue(expected[i], out var other) || other == table))
                {
                    byReference++;
                }
                else
                {
                    fallen.Add($"{Path.GetFileName(file)} {i}\n  expected  {(i < texts.Length ? texts[i] : expected[i])}\n  reference {EventHash.Text(events[i], HashOrder.Reference)}\n  table     {EventHash.Text(events[i])}");
                }
            }
        }

        output.WriteLine($"event-hash/vectors: {passed} in the order of the table, {byReference} in that of the reference, {fallen.Count} failed");
        fallen.ForEach(output.WriteLine);
        fallen.ShouldBeEmpty();
        (passed + byReference).ShouldBeGreaterThanOrEqualTo(42);
    }

    [Fact]
    public void Representations_of_one_event_hash_alike()
    {
        var fallen = new List<string>();
        foreach (var file in ReferenceData.Files("epcis/event-hash/expected-equal"))
        {
            var hashes = EpcisReader.ReadAll(File.ReadAllBytes(file)).Events.Select(e => EventHash.Text(e)).Distinct(StringComparer.Ordinal).ToList();
            if (hashes.Count != 1)
            {
                fallen.Add(Path.GetFileName(file) + "\n  " + string.Join("\n  ", hashes));
            }
        }

        var pairs = JsonDocument.Parse(File.ReadAllBytes(ReferenceData.Files("epcis/event-hash", "derived-xml-json-equal-pairs.json")[0])).RootElement.EnumerateArray().ToList();
        foreach (var pair in pairs)
        {
            var (json, xml) = (Texts(pair.GetProperty("json").GetString()!), Texts(pair.GetProperty("xml").GetString()!));
            if (!json.SequenceEqual(xml, StringComparer.Ordinal))
            {
                fallen.Add($"{pair.GetProperty("json")}\n  json {string.Join("\n  json ", json.Except(xml))}\n  xml  {string.Join("\n  xml  ", xml.Except(json))}");
            }
        }

        output.WriteLine($"pairs: {pairs.Count}");
        fallen.ForEach(output.WriteLine);
        fallen.ShouldBeEmpty();

        static List<string> Texts(string file) => [.. EpcisReader.ReadAll(File.ReadAllBytes(ReferenceData.Files("epcis/" + Path.GetDirectoryName(file), Path.GetFileName(file))[0])).Events.Select(e => EventHash.Text(e))];
    }

    [Theory]
    [InlineData("json")]
    [InlineData("xml")]
    [InlineData("xml12")]
    public void What_is_written_in_another_form_says_the_same(string to)
    {
        var fallen = new List<string>();
        var written = 0;
        foreach (var file in Folders.Where(f => !f.Contains("invalid", StringComparison.Ordinal)).SelectMany(f => Documents(f)))
        {
            var whole = EpcisReader.ReadAll(File.ReadAllBytes(file));
            if (whole.Events.Count == 0 || !whole.IsValid || (to == "json" && whole.Document.Form != EpcisForm.Json && whole.Events.Any(HasReportWithoutType)))
            {
                continue;
            }

            written++;
            var other = EpcisReader.ReadAll(EpcisCommands.Written(whole, to, Created));
            var (before, after) = (whole.Events.Select(Told).ToList(), other.Events.Select(Told).ToList());
            if (!before.SequenceEqual(after, StringComparer.Ordinal) || other.Findings.Any(f => f.Severity == Severity.Error && f.Code != EpcisFindings.Twice.Code))
            {
                var (a, b) = before.Zip(after).FirstOrDefault(p => p.First != p.Second);
                fallen.Add($"{Path.GetFileName(file)}: {before.Count} → {after.Count} {string.Join("; ", other.Findings.Take(3))}\n  before {a}\n  after  {b}");
            }
        }

        output.WriteLine($"to {to}: {written} documents written, {fallen.Count} failed");
        fallen.ForEach(output.WriteLine);
        fallen.ShouldBeEmpty();
        written.ShouldBeGreaterThan(100);

        // The hash text leaves out the id, the record time and the declaration: they are looked at besides.
        static string Told(EpcisEvent e) => EventHash.Text(e) + e.Id + e.Members.Text("recordTime") + (e.ErrorDeclaration is { } d ? d.Text("declarationTime") + Cbv.ErrorReason.AsWord(d.Text("reason") ?? "") + string.Join(',', d.List("correctiveEventIDs").OfType<Text>().Select(t => t.Value)) : "");
    }

    // XML lets a report go without a type; JSON has no way to say that.
    private static bool HasReportWithoutType(EpcisEvent e) => e.Members.List("sensorElementList").OfType<Group>().SelectMany(g => g.List("sensorReport")).OfType<Group>().Any(r => r["type"] is null);

    private static Dictionary<string, bool> Derived(string file, string flag) => JsonDocument.Parse(File.ReadAllBytes(ReferenceData.Files("epcis", file)[0])).RootElement.EnumerateObject()
        .ToDictionary(p => p.Name, p => p.Value.GetProperty(flag).GetBoolean(), StringComparer.Ordinal);

    private static IEnumerable<string> Documents(string folder) => ReferenceData.Files("epcis/" + folder)
        .Where(f => (f.EndsWith(".json", StringComparison.Ordinal) || f.EndsWith(".jsonld", StringComparison.Ordinal) || f.EndsWith(".xml", StringComparison.Ordinal)) && !Path.GetFileName(f).StartsWith("schemas__", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);
}
