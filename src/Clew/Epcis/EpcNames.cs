using System.Buffers;
using Clew.Identification;

namespace Clew.Epcis;

/// <summary>Whether two texts name the same thing, and whether a text is one of those that a pattern means.</summary>
internal static class EpcNames
{
    private const string Stem = "https://id.gs1.org/";

    // Written encoded in one form and plain in another.
    private static readonly SearchValues<char> Doubtful = SearchValues.Create("%!'()*+,;=:@&$");

    /// <summary>The one spelling of a name: the canonical Digital Link of what GS1 names, any other text as it is.</summary>
    public static string Of(string text)
    {
        if (Gs1Link.Of(text) is not { } link)
        {
            return text;
        }

        var end = link.LastIndexOf('/') + 1;
        return link.AsSpan(end).ContainsAny(Doubtful) ? link[..end] + Uri.EscapeDataString(Uri.UnescapeDataString(link[end..])) : link;
    }

    /// <summary>The product of an instance or lot; nothing where the name has none.</summary>
    public static string? Product(string name)
    {
        if (!name.StartsWith(Stem, StringComparison.Ordinal))
        {
            return null;
        }

        var slash = name.IndexOf('/', Stem.Length);
        var end = slash < 0 ? -1 : name.IndexOf('/', slash + 1);
        return end < 0 ? null : name[..end];
    }
}

/// <summary>What a MATCH parameter asks for: one name, everything of a product, or everything of a company.</summary>
internal sealed class EpcPattern
{
    private readonly string start;
    private readonly string prefix;
    private readonly int at;
    private readonly bool isExact;
    private readonly string mark;

    private EpcPattern(string start, bool isExact, string prefix = "", int at = 0, string mark = "") => (this.start, this.isExact, this.prefix, this.at, this.mark) = (start, isExact, prefix, at, mark);

    /// <summary>The one name that is meant.</summary>
    public string? Name => isExact ? start : null;

    /// <summary>The product of which any instance is meant.</summary>
    public string? Product => !isExact && prefix.Length == 0 && mark.Length > 0 && start.Length > "https://id.gs1.org/01/".Length ? start : null;

    /// <summary>Reads a value of a parameter.</summary>
    /// <param name="isClass">It asks for classes: then the name of a product is a class itself, and not all that is made of it.</param>
    public static EpcPattern Read(string text, bool isClass)
    {
        var parts = text.Split(':', 5);
        if (text.StartsWith("urn:epc:", StringComparison.Ordinal) && parts.Length == 5 && parts[4].Contains('*', StringComparison.Ordinal))
        {
            var scheme = parts[3];
            var body = parts[4].Split('.');
            var known = Array.IndexOf(body, "*");
            if (body[known..].All(p => p == "*") && Schemes.TryGetValue(scheme, out var layout))
            {
                // A class of the product itself has the form of a pattern.
                if (isClass && scheme == "sgtin" && known == 2)
                {
                    return new EpcPattern(EpcNames.Of(text), isExact: true);
                }

                var end = scheme == "lgtin" ? "/10/" : scheme is "sgtin" or "itip" ? "/21/" : scheme == "upui" ? "/235/" : "";
                return known switch
                {
                    0 => new EpcPattern($"https://id.gs1.org/{layout.Ai}/", isExact: false, mark: end),
                    1 => new EpcPattern($"https://id.gs1.org/{layout.Ai}/", isExact: false, body[0], layout.At, end),
                    _ => OfProduct(scheme, string.Join('.', body[..known]), end),
                };
            }
        }

        var name = EpcNames.Of(text);
        return !isClass && name.StartsWith("https://id.gs1.org/01/", StringComparison.Ordinal) && EpcNames.Product(name) is null
            ? new EpcPattern(name, isExact: false, mark: "/21/")
            : new EpcPattern(name, isExact: true);
    }

    // All instances of one product, asset type, document type or place.
    private static EpcPattern OfProduct(string scheme, string body, string mark)
    {
        var one = EpcNames.Of($"urn:epc:id:{(scheme == "lgtin" ? "sgtin" : scheme)}:{body}.1");
        return scheme is "grai" or "gdti" or "sgcn" ? new EpcPattern(one[..^1], isExact: false)
            : EpcNames.Product(one) is { } product ? new EpcPattern(product, isExact: false, mark: mark.Length > 0 ? mark : "/")
            : new EpcPattern(one, isExact: true);
    }

    /// <summary>Whether this name, in its one spelling, is meant.</summary>
    public bool Matches(string name)
    {
        if (isExact)
        {
            return name == start;
        }

        if (!name.StartsWith(start, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = name.AsSpan(start.Length);
        if (prefix.Length > 0 && !(rest.Length > at + prefix.Length && rest[at..].StartsWith(prefix, StringComparison.Ordinal)))
        {
            return false;
        }

        // Behind a whole product comes the mark at once; behind the beginning of a number it may come later.
        return mark.Length == 0 || (Product is not null ? rest.StartsWith(mark, StringComparison.Ordinal) : rest.Contains(mark, StringComparison.Ordinal));
    }

    // Which key a scheme's name stands under, and how many digits come before the company prefix there.
    private static readonly Dictionary<string, (string Ai, int At)> Schemes = new(StringComparer.Ordinal)
    {
        ["sgtin"] = ("01", 1),
        ["lgtin"] = ("01", 1),
        ["upui"] = ("01", 1),
        ["itip"] = ("8006", 1),
        ["sscc"] = ("00", 1),
        ["sgln"] = ("414", 0),
        ["pgln"] = ("417", 0),
        ["grai"] = ("8003", 1),
        ["gdti"] = ("253", 0),
        ["sgcn"] = ("255", 0),
        ["gsrn"] = ("8018", 0),
        ["gsrnp"] = ("8017", 0),
        ["gsin"] = ("402", 0),
        ["giai"] = ("8004", 0),
        ["ginc"] = ("401", 0),
        ["cpi"] = ("8010", 0),
    };
}
