using System.Text.Json;

namespace Clew.Server.Integration.Epcis;

/// <summary>
/// What a JSON-LD <c>@context</c> says of prefixes and terms of the sender's own. The standard's own context is known by its
/// address; no address is ever fetched.
/// </summary>
internal sealed class Namespaces
{
    /// <summary>Only the standard's.</summary>
    public static Namespaces Standard { get; } = new();

    // Those of the EPCIS 2.0 context.
    private static readonly Dictionary<string, string> StandardPrefixes = new(StringComparer.Ordinal)
    {
        ["epcis"] = "https://ref.gs1.org/epcis/",
        ["cbv"] = "https://ref.gs1.org/cbv/",
        ["cbvmda"] = "urn:epcglobal:cbv:mda:",
        ["gs1"] = "https://gs1.org/voc/",
        ["rdfs"] = "http://www.w3.org/2000/01/rdf-schema#",
        ["owl"] = "http://www.w3.org/2002/07/owl#",
        ["xsd"] = "http://www.w3.org/2001/XMLSchema#",
        ["dcterms"] = "http://purl.org/dc/terms/",
    };

    // What stands before a colon in a whole URI.
    private static readonly HashSet<string> Schemes = new(StringComparer.Ordinal) { "http", "https", "urn", "ni", "tag", "did", "geo" };

    private Dictionary<string, JsonElement> own = new(StringComparer.Ordinal);
    private List<string> addresses = [];

    private Namespaces()
    {
    }

    /// <summary>Contexts at addresses of somebody else's: what they define is not known here.</summary>
    public IReadOnlyList<string> Addresses => addresses;

    /// <summary>These and what another context adds.</summary>
    public Namespaces With(JsonElement context)
    {
        // A context with a broken character in it defines nothing; where its prefixes are used, they are unknown.
        if (!JsonText.IsWhole(context))
        {
            return this;
        }

        var more = new Namespaces { own = new(own, StringComparer.Ordinal), addresses = [.. addresses] };
        foreach (var entry in context.ValueKind == JsonValueKind.Array ? [.. context.EnumerateArray()] : (IReadOnlyList<JsonElement>)[context])
        {
            more.Add(entry);
        }

        return more.own.Count + more.addresses.Count == 0 ? Standard : more;
    }

    /// <summary>What the sender's own context says of a prefix or term.</summary>
    public bool TryFind(string term, out JsonElement defined) => own.TryGetValue(term, out defined);

    /// <summary>Whether the part before a colon is a scheme or one of the standard's prefixes.</summary>
    public static bool IsKnown(string prefix) => StandardPrefixes.ContainsKey(prefix) || Schemes.Contains(prefix);

    /// <summary>A name with its prefix written out; as it is where there is none.</summary>
    public string Whole(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 ? name
            : own.TryGetValue(name[..colon], out var mine) && mine.ValueKind == JsonValueKind.String ? mine.GetString() + name[(colon + 1)..]
            : StandardPrefixes.TryGetValue(name[..colon], out var standard) ? standard + name[(colon + 1)..]
            : name;
    }

    private void Add(JsonElement entry)
    {
        if (entry.ValueKind == JsonValueKind.String)
        {
            var address = entry.GetString()!;
            if (!address.EndsWith("epcis-context.jsonld", StringComparison.Ordinal))
            {
                addresses.Add(address);
            }
        }
        else if (entry.ValueKind == JsonValueKind.Object)
        {
            foreach (var term in entry.EnumerateObject())
            {
                own[term.Name] = term.Value;
            }
        }
    }
}
