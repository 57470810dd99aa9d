namespace Clew.Epcis;

/// <summary>
/// What the prefixes of a document stand for: JSON-LD's <c>@context</c> and XML's namespace declarations, as one thing. The standard's
/// own context is known by its address; no address is ever fetched, so that no document can make us call somebody.
/// </summary>
public sealed class Contexts
{
    /// <summary>The standard's context, as we write it.</summary>
    public const string StandardAddress = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

    /// <summary>Attributes of instance and lot: in JSON its prefix ends in a colon, in XML the namespace does not.</summary>
    public const string CbvMasterData = "urn:epcglobal:cbv:mda";

    /// <summary>Comments of RDF, which say nothing of the event.</summary>
    public const string Rdfs = "http://www.w3.org/2000/01/rdf-schema#";

    /// <summary>Names that stand in no namespace, which EPCIS 1.x allows inside its extensions.</summary>
    public const string Local = "urn:clew:local:";

    /// <summary>Only the standard's.</summary>
    public static Contexts Standard { get; } = new([], []);

    // Those of the EPCIS 2.0 context.
    private static readonly Dictionary<string, string> StandardPrefixes = new(StringComparer.Ordinal)
    {
        ["epcis"] = "https://ref.gs1.org/epcis/",
        ["cbv"] = "https://ref.gs1.org/cbv/",
        ["cbvmda"] = CbvMasterData,
        ["gs1"] = "https://gs1.org/voc/",
        ["rdfs"] = Rdfs,
        ["owl"] = "http://www.w3.org/2002/07/owl#",
        ["xsd"] = "http://www.w3.org/2001/XMLSchema#",
        ["dcterms"] = "http://purl.org/dc/terms/",
    };

    // What stands before a colon in a whole URI.
    private static readonly HashSet<string> Schemes = new(StringComparer.Ordinal) { "http", "https", "urn", "ni", "tag", "did", "geo", "ftp" };

    private readonly Dictionary<string, string> prefixes;

    private Contexts(Dictionary<string, string> prefixes, IReadOnlyList<Node> own) => (this.prefixes, Own) = (prefixes, own);

    /// <summary>The sender's own entries, without the standard's address.</summary>
    public IReadOnlyList<Node> Own { get; }

    /// <summary>Whether an entry is an address of somebody else's: what it defines is not known here.</summary>
    public bool HasForeignAddress => Own.Any(n => n is Text);

    /// <summary>The sender's own prefixes and what they stand for.</summary>
    public IReadOnlyDictionary<string, string> Prefixes => prefixes;

    /// <summary>These and what another <c>@context</c> adds.</summary>
    public Contexts With(Node? context)
    {
        IReadOnlyList<Node> entries = context switch { null => [], Items items => items.All, _ => [context] };
        var added = entries.Where(e => e is not Text { Value: var address } || !IsStandardAddress(address)).ToList();
        if (added.Count == 0)
        {
            return this;
        }

        var more = new Dictionary<string, string>(prefixes, StringComparer.Ordinal);
        foreach (var term in added.OfType<Group>().SelectMany(g => g.Members))
        {
            // {"ext": "https://…"} or {"ext": {"@id": "https://…", "@prefix": true}}
            if ((term.Value as Text ?? (term.Value as Group)?["@id"] as Text) is { } meaning)
            {
                more[term.Name.ToString()] = MasterDataPrefix(meaning.Value);
            }
        }

        return new Contexts(more, [.. Own, .. added]);
    }

    /// <summary>A name as JSON writes it, with its prefix read.</summary>
    public Name Read(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            return new Name(name);
        }

        if (name[0] == '@')
        {
            var attribute = Read(name[1..]);
            return attribute with { Local = "@" + attribute.Local };
        }

        var prefix = name[..colon];
        if (Find(prefix) is { } meaning)
        {
            return new Name(name[(colon + 1)..], prefix, meaning);
        }

        if (!Schemes.Contains(prefix))
        {
            return new Name(name[(colon + 1)..], prefix);
        }

        var cut = name.LastIndexOfAny(['/', '#', ':']) + 1;
        return cut == name.Length ? new Name(name, null, "") : new Name(name[cut..], null, name[..cut]);
    }

    /// <summary>A name in full, where somebody said what its prefix stands for; otherwise as it is.</summary>
    public string Expand(string name) => prefixes.Count > 0 && name.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && prefixes.TryGetValue(name[..colon], out var meaning) ? meaning + name[(colon + 1)..] : name;

    /// <summary>What a prefix stands for.</summary>
    public string? Find(string prefix) => prefixes.TryGetValue(prefix, out var mine) ? mine : StandardPrefixes.GetValueOrDefault(prefix);

    /// <summary>Whether JSON readers know this prefix with this meaning without being told.</summary>
    public static bool IsStandard(string prefix, string meaning) => StandardPrefixes.TryGetValue(prefix, out var known) && known == meaning;

    /// <summary>Whether it is a scheme, which no prefix may hide.</summary>
    public static bool IsScheme(string prefix) => Schemes.Contains(prefix);

    /// <summary>Whether the part before a colon is a scheme or a prefix that somebody defined.</summary>
    public bool IsKnown(string prefix) => Find(prefix) is not null || Schemes.Contains(prefix);

    /// <summary>Whether this is the address of the standard's context: at GS1, with or without a version, or where it was while a draft.</summary>
    public static bool IsStandardAddress(string address) =>
        address.EndsWith("epcis-context.jsonld", StringComparison.Ordinal)
        && (address.StartsWith("https://ref.gs1.org/standards/epcis/", StringComparison.Ordinal) || address.StartsWith("https://gs1.github.io/EPCIS/", StringComparison.Ordinal) || address == "epcis-context.jsonld");

    private static string MasterDataPrefix(string meaning) => meaning == CbvMasterData + ":" ? CbvMasterData : meaning;
}
