using System.Buffers;
using System.Text;
using Clew.Identification;

namespace Clew.Epcis;

/// <summary>
/// The one Digital Link that the event hash puts in the place of an EPC, an EPC class or any Digital Link: at id.gs1.org, with the
/// finest of what identifies and nothing else. It does not ask whether the number is a good one: what two parties hash must not hang on that.
/// </summary>
public static class Gs1Link
{
    private const string Stem = "https://id.gs1.org/";

    // Allowed in a URN, encoded in the path of a link.
    private static readonly SearchValues<char> Special = SearchValues.Create("!()*+,:");

    // Keys of the path by number or by the word that the first edition of Digital Link allowed.
    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["01"] = "01",
        ["gtin"] = "01",
        ["8006"] = "8006",
        ["itip"] = "8006",
        ["8010"] = "8010",
        ["cpid"] = "8010",
        ["414"] = "414",
        ["gln"] = "414",
        ["417"] = "417",
        ["party"] = "417",
        ["8017"] = "8017",
        ["gsrnp"] = "8017",
        ["8018"] = "8018",
        ["gsrn"] = "8018",
        ["255"] = "255",
        ["gcn"] = "255",
        ["00"] = "00",
        ["sscc"] = "00",
        ["253"] = "253",
        ["gdti"] = "253",
        ["401"] = "401",
        ["ginc"] = "401",
        ["402"] = "402",
        ["gsin"] = "402",
        ["8003"] = "8003",
        ["grai"] = "8003",
        ["8004"] = "8004",
        ["giai"] = "8004",
    };

    private static readonly Dictionary<string, string> Qualifiers = new(StringComparer.Ordinal)
    {
        ["21"] = "21",
        ["ser"] = "21",
        ["10"] = "10",
        ["lot"] = "10",
        ["22"] = "22",
        ["cpv"] = "22",
        ["235"] = "235",
        ["254"] = "254",
        ["8011"] = "8011",
    };

    // Scheme of the URN: key, digits of prefix and reference together (0: free), whether the reference begins with an indicator, what names the instance.
    private static readonly Dictionary<string, (string Key, int Digits, bool HasIndicator, string Instance)> Schemes = new(StringComparer.Ordinal)
    {
        ["id:sgtin"] = ("01", 13, true, "/21/"),
        ["class:lgtin"] = ("01", 13, true, "/10/"),
        ["id:upui"] = ("01", 13, true, "/235/"),
        ["id:itip"] = ("8006", 13, true, "/21/"),
        ["id:sscc"] = ("00", 17, true, ""),
        ["id:sgln"] = ("414", 12, false, "/254/"),
        ["id:pgln"] = ("417", 12, false, ""),
        ["id:grai"] = ("8003", 12, false, "+"),
        ["id:gdti"] = ("253", 12, false, "+"),
        ["id:sgcn"] = ("255", 12, false, "+"),
        ["id:gsrn"] = ("8018", 17, false, ""),
        ["id:gsrnp"] = ("8017", 17, false, ""),
        ["id:gsin"] = ("402", 16, false, ""),
        ["id:giai"] = ("8004", 0, false, ""),
        ["id:ginc"] = ("401", 0, false, ""),
        ["id:cpi"] = ("8010", 0, false, "/8011/"),
    };

    /// <summary>The link, or nothing where the text names nothing by a key of GS1.</summary>
    public static string? Of(string text) =>
        text.StartsWith("urn:epc:", StringComparison.Ordinal) ? OfUrn(text)
        : text.StartsWith("https://", StringComparison.Ordinal) || text.StartsWith("http://", StringComparison.Ordinal) ? OfLink(text)
        : null;

    /// <summary>Whether the event hash takes two texts for one.</summary>
    public static bool AreSame(string text, string other) => text == other || (Of(text) ?? text) is var one && (one == other || one == (Of(other) ?? other));

    private static string? OfUrn(string text)
    {
        var parts = text.Split(':', 5);
        var isPattern = parts.Length == 5 && parts[2] == "idpat";
        if (parts.Length < 5 || !Schemes.TryGetValue((isPattern ? "id" : parts[2]) + ":" + parts[3], out var scheme))
        {
            return null;
        }

        var isItip = parts[3] == "itip";
        var body = parts[4].Split('.', isItip ? 5 : scheme.Instance.Length == 0 ? 2 : 3);
        if (body.Length < (isItip ? 5 : scheme.Instance.Length == 0 ? 2 : 3) || body[0].Length is < 6 or > 12 || !CheckDigit.AreDigits(body[0]))
        {
            return null;
        }

        var key = body[0] + body[1];
        if (scheme.Digits > 0)
        {
            if (key.Length != scheme.Digits || !CheckDigit.AreDigits(key))
            {
                return null;
            }

            var ordered = scheme.HasIndicator ? body[1][0] + body[0] + body[1][1..] : key;
            key = (parts[3] == "grai" ? "0" : "") + ordered + CheckDigit.Of(ordered);
        }
        else
        {
            key = Encoded(key);
        }

        key = Stem + scheme.Key + "/" + key + (isItip ? body[2] + body[3] : "");
        var instance = scheme.Instance.Length == 0 ? "" : body[^1];
        return (isPattern && instance == "*") || instance.Length == 0 || (instance == "0" && parts[3] == "sgln") ? key
            : scheme.Instance == "+" ? key + Encoded(instance)
            : key + scheme.Instance + Encoded(instance);
    }

    private static string? OfLink(string text)
    {
        var end = text.AsSpan().IndexOfAny('?', '#');
        var segments = (end < 0 ? text : text[..end]).TrimEnd('/').Split('/');

        // https: "" domain … key value [qualifier value]…: the last key of the path counts.
        for (var i = segments.Length - 2; i >= 3; i--)
        {
            if (!Keys.TryGetValue(segments[i], out var key) || segments[i + 1].Length < 4 || !CheckDigit.AreDigits(segments[i + 1].AsSpan(0, 4)) || (segments.Length - i) % 2 != 0)
            {
                continue;
            }

            var value = key == "01" && segments[i + 1].Length is 8 or 12 or 13 ? segments[i + 1].PadLeft(14, '0') : segments[i + 1];
            var found = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var q = i + 2; q + 1 < segments.Length; q += 2)
            {
                if (!Qualifiers.TryGetValue(segments[q], out var qualifier))
                {
                    return null;
                }

                found[qualifier] = segments[q + 1];
            }

            // Only the finest: with a serial the lot says nothing more, and a variant never does.
            foreach (var finest in (ReadOnlySpan<string>)["21", "235", "10", "254", "8011"])
            {
                if (found.TryGetValue(finest, out var instance))
                {
                    return finest == "254" && instance == "0" ? $"{Stem}{key}/{value}" : $"{Stem}{key}/{value}/{finest}/{instance}";
                }
            }

            return $"{Stem}{key}/{value}";
        }

        return null;
    }

    private static string Encoded(string value)
    {
        if (!value.AsSpan().ContainsAny(Special))
        {
            return value;
        }

        var text = new StringBuilder();
        foreach (var c in value)
        {
            _ = Special.Contains(c) ? text.Append('%').Append(((int)c).ToString("X2", System.Globalization.CultureInfo.InvariantCulture)) : text.Append(c);
        }

        return text.ToString();
    }
}
