using System.Globalization;
using System.Text.Json;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Tests.Integration.Epcis;

/// <summary>What others say is EPCIS 2.0 is read: every event becomes a fact that can be kept, or it is said why not.</summary>
public sealed class OthersDocuments(ITestOutputHelper output)
{
    private static readonly Dictionary<string, string> NotEvents = new(StringComparer.Ordinal)
    {
        ["gs1-json-bare-events/schemas__sch1.json"] = "a JSON schema, not an event",
        ["gs1-json-bare-events/schemas__sch2.json"] = "a JSON schema, not an event",
    };

    // What is filed as valid and yet is not taken as it is, and how the code of the finding begins that says why.
    private static readonly Dictionary<string, string> Explained = new(StringComparer.Ordinal)
    {
        ["gs1-json-2.0/AssociationEvent__AssociationEvent-h.jsonld"] = "json.memberTwice",
        ["gs1-json-2.0/Example-TransactionEvents-2020_07_03y.jsonld"] = "identity.",
        ["openepcis-2.0-valid/json/Combination_of_different_event.json"] = "identity.",
        ["openepcis-2.0-valid/json/TransactionEvent.json"] = "identity.",
        ["openepcis-2.0-valid/json/epcisDocWithAllGS1Keys.json"] = "identity.",
    };

    [Theory]
    [InlineData("gs1-json-2.0")]
    [InlineData("gs1-json-bare-events")]
    [InlineData("openepcis-2.0-valid/json")]
    [InlineData("openepcis-2.0-bare-events/json")]
    public void Are_read_whole(string folder)
    {
        var (passed, skipped) = (0, 0);
        var failed = new List<string>();
        foreach (var file in Documents.Of(folder))
        {
            var name = $"{folder}/{Path.GetFileName(file)}";
            var bytes = File.ReadAllBytes(file);
            var read = Documents.Read(bytes);
            if (NotEvents.TryGetValue(name, out var why))
            {
                skipped++;
                output.WriteLine($"skipped {name}: {why}");
                read.ShouldAllBe(r => r.Fact == null && r.Findings.Count > 0);
                continue;
            }

            if (Explained.TryGetValue(name, out var code) && read.Exists(r => r.Fact is null))
            {
                skipped++;
                output.WriteLine($"explained {name}: {code}");
                read.ShouldAllBe(r => r.Fact != null || r.Findings.Any(f => f.Code.StartsWith(code, StringComparison.Ordinal)));
                continue;
            }

            var wrong = Wrong(Documents.Events(bytes), read);
            if (wrong is null)
            {
                passed++;
            }
            else
            {
                failed.Add($"{name}: {wrong}");
            }
        }

        output.WriteLine($"{folder}: {passed} passed, {failed.Count} failed, {skipped} skipped");
        failed.ShouldBeEmpty();
        passed.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("openepcis-2.0-invalid/json")]
    [InlineData("openepcis-2.0-query/json")]
    public void What_is_wrong_is_explained_in_both_languages(string folder)
    {
        foreach (var file in Documents.Of(folder))
        {
            var read = Documents.Read(File.ReadAllBytes(file));
            output.WriteLine($"{Path.GetFileName(file)}: {read.Count(r => r.Fact is not null)} facts, {read.Count(r => r.Fact is null)} refused");
            foreach (var finding in read.SelectMany(r => r.Findings))
            {
                output.WriteLine("  " + finding);
                finding.What(CultureInfo.GetCultureInfo("zh")).ShouldNotBeNullOrWhiteSpace();
                finding.Remedy(CultureInfo.GetCultureInfo("zh")).ShouldNotBeNullOrWhiteSpace();
            }

            read.ShouldAllBe(r => r.Fact != null || r.Findings.Any(f => f.Severity == Severity.Error));
        }
    }

    // Nothing, or what is missing: every event a fact, every object an item, every member carried.
    private static string? Wrong(List<JsonElement> events, List<ReadFact> read)
    {
        if (read.Count != events.Count)
        {
            return $"{events.Count} events, {read.Count} read";
        }

        for (var i = 0; i < events.Count; i++)
        {
            if (read[i].Fact is not { } fact)
            {
                return string.Join("; ", read[i].Findings);
            }

            var canonical = Documents.Canonical(fact);
            var again = Documents.Canonical(FactReader.ReadStored(FactWriter.Bytes(fact)));
            if (again != canonical)
            {
                return $"stored as {canonical} and read back as {again}";
            }

            if (Uncarried(events[i], fact, read[i].Findings) is { } lost)
            {
                return $"event {i} loses {lost}";
            }
        }

        return null;
    }

    private static string? Uncarried(JsonElement written, Fact fact, IReadOnlyList<Finding> findings)
    {
        var details = JsonDocument.Parse(fact.Details).RootElement.GetProperty("epcis").GetProperty("event");
        foreach (var member in written.EnumerateObject())
        {
            var isCarried = member.Name switch
            {
                "eventID" => (fact.Corrects?.Id ?? fact.Id) == member.Value.GetString(),
                "eventTime" => fact.Corrects is not null ? details.TryGetProperty("eventTime", out _) : fact.Happened.AsDateTimeOffset() == DateTimeOffset.Parse(member.Value.GetString()!, CultureInfo.InvariantCulture),
                "eventTimeZoneOffset" => details.TryGetProperty("eventTimeZoneOffset", out _) || fact.Happened.AsDateTimeOffset().ToString("zzz", CultureInfo.InvariantCulture) == member.Value.GetString(),
                "epcList" or "quantityList" or "childEPCs" or "childQuantityList" or "outputEPCList" or "outputQuantityList" or "inputEPCList" or "inputQuantityList" =>
                    details.TryGetProperty(member.Name, out _) || member.Value.GetArrayLength() <= (member.Name.StartsWith("input", StringComparison.Ordinal) ? fact.Inputs : fact.Items).Count,
                "parentID" => fact.Parent is not null || fact.Place is not null,
                "bizTransactionList" => fact.References.Count == member.Value.GetArrayLength(),
                "@context" => true,
                _ => details.TryGetProperty(member.Name, out _),
            };
            if (!isCarried)
            {
                return $"{member.Name} ({string.Join("; ", findings)})";
            }
        }

        var count = new[] { "epcList", "quantityList", "childEPCs", "childQuantityList", "outputEPCList", "outputQuantityList" }.Sum(l => written.TryGetProperty(l, out var list) ? list.GetArrayLength() : 0);
        return count == fact.Items.Count || findings.Count > 0 ? null : $"items: {count} objects, {fact.Items.Count} items";
    }
}
