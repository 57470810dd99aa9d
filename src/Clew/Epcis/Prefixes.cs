namespace Clew.Epcis;

/// <summary>The namespaces that a document's names are in, each with one prefix.</summary>
internal sealed class Prefixes
{
    private readonly Dictionary<string, string> byNamespace = new(StringComparer.Ordinal);
    private readonly HashSet<string> taken = new(StringComparer.Ordinal) { "xml", "xmlns", "epcis", "epcisq", "sbdh0" };

    /// <summary>In the order in which they were met.</summary>
    public List<(string Prefix, string Namespace)> All { get; } = [];

    /// <summary>Those of a document and of these events: the ones that are used, and the ones that it declares for its values.</summary>
    public static Prefixes Of(EpcisDocument document, IReadOnlyList<EpcisEvent> events)
    {
        var prefixes = new Prefixes();
        foreach (var (prefix, meaning) in document.Contexts.Prefixes.Concat(events.SelectMany(e => e.Contexts.Prefixes)))
        {
            prefixes.Take(prefix, meaning);
        }

        prefixes.Walk(document.Members);
        foreach (var read in events)
        {
            prefixes.Walk(read.Members);
        }

        return prefixes;
    }

    /// <summary>The prefix of a name's namespace.</summary>
    public string For(Name name) => byNamespace[Namespace(name)];

    /// <summary>The namespace of a name; one of ours for a prefix that nobody defined, since XML has no name without one.</summary>
    public static string Namespace(Name name) => name.Namespace is { Length: > 0 } known ? known : "urn:clew:undeclared:" + name.Prefix;

    private void Walk(Node node)
    {
        switch (node)
        {
            case Group group:
                foreach (var member in group.Members)
                {
                    if (!member.Name.IsStandard)
                    {
                        Take(member.Name.Prefix ?? "ns", Namespace(member.Name));
                    }

                    if (member.Name != new Name("@context"))
                    {
                        Walk(member.Value);
                    }
                }

                break;
            case Items items:
                foreach (var item in items.All)
                {
                    Walk(item);
                }

                break;
            default:
                break;
        }
    }

    private void Take(string prefix, string meaning)
    {
        if (meaning.Length == 0)
        {
            return;
        }

        var isFree = IsName(prefix) && !taken.Contains(prefix);
        if (byNamespace.ContainsKey(meaning))
        {
            // A second prefix for the same: values may be written with it.
            if (isFree)
            {
                taken.Add(prefix);
                All.Add((prefix, meaning));
            }

            return;
        }

        var stem = IsName(prefix) ? prefix : "ns";
        var (wanted, n) = (stem, 1);
        while (!taken.Add(wanted))
        {
            wanted = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{stem}{++n}");
        }

        byNamespace[meaning] = wanted;
        All.Add((wanted, meaning));
    }

    private static bool IsName(string prefix) => prefix.Length > 0 && !Contexts.IsScheme(prefix) && System.Xml.XmlConvert.EncodeLocalName(prefix) == prefix;
}
