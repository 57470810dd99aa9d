using Clew.Identification;
using Clew.Identification.Gs1;

namespace Clew.Epcis;

/// <summary>How an answer writes what GS1 names (EPCIS 2.0's header <c>GS1-EPC-Format</c>).</summary>
public enum EpcForm
{
    /// <summary>As their senders wrote them.</summary>
    AsCaptured,

    /// <summary>As GS1 Digital Links.</summary>
    DigitalLink,

    /// <summary>As EPC URNs, as far as the company prefix is known.</summary>
    Urn,
}

/// <summary>Writes the names in an event in one form.</summary>
public static class EpcForms
{
    // Members that hold names of things, classes, places, parties and documents; ids of events are no such names.
    private static readonly HashSet<string> Lists = new(StringComparer.Ordinal) { "epcList", "childEPCs", "inputEPCList", "outputEPCList" };
    private static readonly HashSet<string> Single = new(StringComparer.Ordinal) { "parentID", "epcClass", "id", "source", "destination", "bizTransaction", "deviceID" };
    private static readonly HashSet<string> Within = new(StringComparer.Ordinal) { "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList", "readPoint", "bizLocation", "sourceList", "destinationList", "bizTransactionList", "sensorElementList", "sensorMetadata", "sensorReport" };

    /// <summary>Company prefixes that the event's URNs show.</summary>
    public static IEnumerable<string> CompanyPrefixes(EpcisEvent read)
    {
        List<string> found = [];
        if (!IsWritten(read.Members, "urn:epc:"))
        {
            return found;
        }

        Walk(read.Members, text =>
        {
            if (text.StartsWith("urn:epc:", StringComparison.Ordinal) && text.LastIndexOf(':') is var start && text.IndexOf('.', start) is var end && end - start is > 6 and <= 13 && CheckDigit.AreDigits(text.AsSpan(start + 1, end - start - 1)))
            {
                found.Add(text[(start + 1)..end]);
            }

            return text;
        });
        return found;
    }

    /// <summary>The event with its names in this form.</summary>
    /// <param name="prefixLength">Digits of the company prefix with which a key's digits begin; 0 where nobody knows.</param>
    public static EpcisEvent Write(EpcisEvent read, EpcForm form, Func<string, int> prefixLength) =>
        form == EpcForm.AsCaptured || !IsWritten(read.Members, form == EpcForm.DigitalLink ? "urn:epc:" : "http") ? read : new EpcisEvent(Walk(read.Members, form == EpcForm.DigitalLink ? ToLink : text => ToUrn(text, prefixLength)), read.Contexts);

    // Most events name everything in one form already, and need not be put together anew.
    private static bool IsWritten(Node node, string start)
    {
        switch (node)
        {
            case Text text:
                return text.Value.StartsWith(start, StringComparison.Ordinal);
            case Items items:
                for (var i = 0; i < items.All.Count; i++)
                {
                    if (IsWritten(items.All[i], start))
                    {
                        return true;
                    }
                }

                return false;
            case Group group:
                for (var i = 0; i < group.Members.Count; i++)
                {
                    if (IsWritten(group.Members[i].Value, start))
                    {
                        return true;
                    }
                }

                return false;
            default:
                return false;
        }
    }

    private static string ToLink(string text) => text.StartsWith("urn:epc:", StringComparison.Ordinal) ? EpcNames.Of(text) : text;

    /// <summary>How many digits of a key are its company prefix, where one of these is.</summary>
    public static Func<string, int> PrefixLength(HashSet<string> known) => digits => Enumerable.Range(6, 7).LastOrDefault(n => digits.Length > n && known.Contains(digits[..n]));

    internal static string ToUrn(string text, Func<string, int> prefixLength)
    {
        if (!text.StartsWith("http", StringComparison.Ordinal) || EpcNames.Of(text) is not { } link || !link.StartsWith("https://id.gs1.org/", StringComparison.Ordinal))
        {
            return text;
        }

        var parts = link["https://id.gs1.org/".Length..].Split('/');
        if (parts.Length is not (2 or 4))
        {
            return text;
        }

        // Before the company prefix stands an indicator, or the nought that fills a GRAI up.
        var digits = parts[0] is "01" or "00" or "8006" or "8003" ? parts[1][1..] : parts[1];
        var length = prefixLength(digits);
        List<UdiElement> elements = [];
        for (var i = 0; i < parts.Length; i += 2)
        {
            var value = Uri.UnescapeDataString(parts[i + 1]);
            elements.Add(new UdiElement(parts[i], value, 0, value.Length, ApplicationIdentifiers.Find(parts[i]), 0));
        }

        return (length > 0 ? EpcUri.Write(elements, length) : null) ?? text;
    }

    private static Group Walk(Group group, Func<string, string> write) => new([.. group.Members.Select(m => m.Name.IsStandard ? m with { Value = Member(m.Name.Local, m.Value, write) } : m)]) { At = group.At };

    private static Node Member(string name, Node value, Func<string, string> write) => value switch
    {
        Items items when Lists.Contains(name) => new Items([.. items.All.Select(i => i is Text text ? new Text(write(text.Value)) : i)]),
        Items items when Within.Contains(name) => new Items([.. items.All.Select(i => i is Group group ? Walk(group, write) : i)]),
        Group group when Within.Contains(name) => Walk(group, write),
        Text text when Single.Contains(name) => new Text(write(text.Value)),
        _ => value,
    };
}
