using System.Text;
using System.Text.Json;
using Clew.Facts;
using Clew.Server.Capture;

namespace Clew.Tests.Integration.Epcis;

/// <summary>The standard's own documents and others', beside the checkout; and how a document is read.</summary>
internal static class Documents
{
    /// <summary>Files of a folder of the EPCIS data, or nothing where the data is not there.</summary>
    public static IReadOnlyList<string> Of(string folder)
    {
        for (var above = new DirectoryInfo(AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            var found = Path.Combine(above.FullName, "shared", "data", "epcis", folder);
            if (Directory.Exists(found))
            {
                return [.. Directory.EnumerateFiles(found).Where(f => f.EndsWith(".json", StringComparison.Ordinal) || f.EndsWith(".jsonld", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
            }
        }

        Assert.Skip($"skipped: ../shared/data/epcis/{folder} is not there");
        return [];
    }

    /// <summary>As an endpoint would.</summary>
    public static List<ReadFact> Read(ReadOnlyMemory<byte> document, string mediaType = "application/ld+json")
    {
        var source = Readers.For(mediaType, document);
        var all = new List<ReadFact>();
        while (source.TryNext(out var next))
        {
            all.Add(next);
        }

        source.Progress.ShouldBeInRange(0, 1);
        return all;
    }

    public static List<ReadFact> Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    public static string Canonical(Fact fact) => Encoding.UTF8.GetString(FactWriter.Bytes(fact));

    /// <summary>The events of a document, found without our reader.</summary>
    public static List<JsonElement> Events(byte[] document)
    {
        using var json = JsonDocument.Parse(document);
        var root = json.RootElement.Clone();
        if (root.ValueKind == JsonValueKind.Array)
        {
            return [.. root.EnumerateArray()];
        }

        if (!root.TryGetProperty("epcisBody", out var body))
        {
            return [root];
        }

        body = body.TryGetProperty("queryResults", out var results) ? results.GetProperty("resultsBody") : body;
        return body.TryGetProperty("eventList", out var list) ? [.. list.EnumerateArray()] : [body.GetProperty("event")];
    }
}
