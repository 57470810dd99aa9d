using Clew.Identification;

namespace Clew.Epcis;

/// <summary>
/// How the names in a list were spelt by their sender, told so shortly that each can be spelt so again: as EPC URNs, or as Digital Links
/// behind one stem. A list that keeps to no one spelling has none.
/// </summary>
public static class EpcSpelling
{
    private const string Canonical = "https://id.gs1.org";
    private const string Urn = "urn";

    /// <summary>The one spelling of all these names: empty where it is ours, nothing where there is none.</summary>
    /// <param name="prefixLength">Of the company prefixes that the event's own URNs show.</param>
    public static string? Of(IReadOnlyList<(string Text, Identity Item)> names, Func<string, int> prefixLength)
    {
        string? all = null;
        foreach (var (text, item) in names)
        {
            all ??= Of(text, item);
            if (all is null || Write(item, all, prefixLength) != text)
            {
                return null;
            }
        }

        return all ?? "";
    }

    /// <summary>A name as it was spelt.</summary>
    public static string Write(Identity item, string spelling, Func<string, int> prefixLength)
    {
        var link = item.ToUri();
        return spelling.Length == 0 ? link : spelling == Urn ? EpcForms.ToUrn(link, prefixLength) : string.Concat(spelling, link.AsSpan(Math.Min(link.Length, Canonical.Length)));
    }

    private static string? Of(string text, Identity item)
    {
        var link = item.ToUri();
        return text == link ? ""
            : text.StartsWith("urn:epc:", StringComparison.Ordinal) ? Urn
            : link.StartsWith(Canonical, StringComparison.Ordinal) && text.EndsWith(link[Canonical.Length..], StringComparison.Ordinal) ? text[..^(link.Length - Canonical.Length)]
            : null;
    }
}
