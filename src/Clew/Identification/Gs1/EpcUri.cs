using System.Buffers;
using System.Globalization;

namespace Clew.Identification.Gs1;

/// <summary>
/// EPC URNs and the element strings they stand for, both ways (EPC Tag Data Standard, chapter 6.3). A URN shows where the company
/// prefix ends, an element string does not: to write one, its length must be told.
/// </summary>
public static class EpcUri
{
    private static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh");

    /// <summary>The shortest company prefix.</summary>
    public const int PrefixMin = 6;

    /// <summary>The longest.</summary>
    public const int PrefixMax = 12;

    // What a URN component may hold unescaped; the rest of GS1's 82 characters is percent-encoded.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!'()*+,-.:;=_");

    /// <summary>How a scheme lays out its key.</summary>
    private enum Layout
    {
        /// <summary>Indicator digit moved to the front, check digit behind: GTIN, SSCC.</summary>
        Indicator,

        /// <summary>Prefix and reference, check digit behind: GLN, GRAI, GDTI, GCN, GSRN, GSIN.</summary>
        Straight,

        /// <summary>Prefix and free text: GIAI, CPID, GINC.</summary>
        Free,
    }

    /// <summary>A scheme: its name, the element of the key, its layout, and the element of what makes one of a kind.</summary>
    /// <param name="Digits">Of prefix and reference together; 0 for free text.</param>
    /// <param name="Instance">The AI of the last component; the key itself where the serial is a part of its value; empty for none.</param>
    /// <param name="CanBeEmpty">Whether the last component may be missing.</param>
    private sealed record Scheme(string Form, string Name, string Ai, Layout Layout, int Digits, string Instance, bool CanBeEmpty = false, string Lead = "");

    private static readonly Scheme[] Schemes =
    [
        //   form     name     key     layout            digits  instance
        new("id",    "sgtin", "01",   Layout.Indicator, 13,     "21"),
        new("class", "lgtin", "01",   Layout.Indicator, 13,     "10"),
        new("id",    "upui",  "01",   Layout.Indicator, 13,     "235"),
        new("id",    "sscc",  "00",   Layout.Indicator, 17,     ""),
        new("id",    "sgln",  "414",  Layout.Straight,  12,     "254", CanBeEmpty: true),
        new("id",    "pgln",  "417",  Layout.Straight,  12,     ""),
        new("id",    "grai",  "8003", Layout.Straight,  12,     "8003", Lead: "0"),
        new("id",    "gdti",  "253",  Layout.Straight,  12,     "253"),
        new("id",    "sgcn",  "255",  Layout.Straight,  12,     "255"),
        new("id",    "gsrn",  "8018", Layout.Straight,  17,     ""),
        new("id",    "gsrnp", "8017", Layout.Straight,  17,     ""),
        new("id",    "gsin",  "402",  Layout.Straight,  16,     ""),
        new("id",    "giai",  "8004", Layout.Free,      0,      ""),
        new("id",    "ginc",  "401",  Layout.Free,      0,      ""),
        new("id",    "cpi",   "8010", Layout.Free,      0,      "8011"),
        new("id",    "itip",  "8006", Layout.Indicator, 13,     "21"),
    ];

    internal static void Read(UdiReading reading, string text, int at, DateOnly today)
    {
        reading.Agency = Agency.Gs1;
        var parts = text[at..].Split(':', 5);
        var pattern = parts.Length == 5 && parts[2] == "idpat";
        var scheme = parts.Length < 5 ? null : Array.Find(Schemes, s => s.Name == parts[3] && (s.Form == parts[2] || (pattern && s.Form == "id")));
        if (scheme is null)
        {
            Wrong(reading, text, at, "no scheme that we know", "未知的编码方案");
            return;
        }

        // A serial may hold dots, so the body is cut from the left only.
        var body = parts[4];
        var itip = scheme.Name == "itip";
        var fields = body.Split('.', itip ? 5 : scheme.Instance.Length == 0 ? 2 : 3);
        var (prefix, reference) = (fields[0], fields.Length > 1 ? fields[1] : "");
        if (fields.Length < (itip ? 5 : scheme.Instance.Length == 0 ? 2 : 3))
        {
            Wrong(reading, text, at, "a component is missing", "缺少组成部分");
            return;
        }

        if (prefix.Length is < PrefixMin or > PrefixMax || !CheckDigit.AreDigits(prefix))
        {
            Wrong(reading, text, at, "the company prefix has 6 to 12 digits", "厂商识别代码应为 6 至 12 位数字");
            return;
        }

        var instance = fields.Length > 2 ? fields[^1] : null;
        if (pattern && instance is not "*")
        {
            Wrong(reading, text, at, "only patterns that leave the serial open name something", "只有序列号为通配的模式才指明对象");
            return;
        }

        instance = pattern ? null : instance;
        string key;
        if (scheme.Layout == Layout.Free)
        {
            if (!TryPlain(reference, out var plain) || plain.Length == 0)
            {
                Wrong(reading, text, at, "the reference is empty or badly encoded", "参考代码为空或编码有误");
                return;
            }

            key = prefix + plain;
        }
        else
        {
            var digits = prefix + reference;
            if (digits.Length != scheme.Digits || !CheckDigit.AreDigits(digits))
            {
                Wrong(reading, text, at, $"prefix and reference have {scheme.Digits} digits together", $"厂商识别代码与参考代码合计应为 {scheme.Digits} 位数字");
                return;
            }

            var ordered = scheme.Layout == Layout.Indicator ? reference[0] + prefix + reference[1..] : digits;
            key = scheme.Lead + ordered + CheckDigit.Of(ordered);
        }

        if (itip)
        {
            key += fields[2] + fields[3];
        }

        reading.CompanyPrefixLength = prefix.Length;
        if (instance is null || (instance is "" or "0" && scheme.CanBeEmpty))
        {
            Add(reading, at, scheme.Ai, key);
        }
        else if (!TryPlain(instance, out var serial) || serial.Length == 0)
        {
            Wrong(reading, text, at, "the serial is empty or badly encoded", "序列号为空或编码有误");
            return;
        }
        else if (scheme.Instance == scheme.Ai)
        {
            Add(reading, at, scheme.Ai, key + serial);
        }
        else
        {
            Add(reading, at, scheme.Ai, key);
            Add(reading, at, scheme.Instance, serial);
        }

        // Whatever breaks the rules of the elements breaks those of the URN that stands for them.
        var before = reading.Diagnostics.Count;
        foreach (ref readonly var element in reading.Span)
        {
            if (!ElementString.Fits(reading, element, at))
            {
                break;
            }
        }

        ElementString.CheckAll(reading, today);
        if (reading.Diagnostics.Count > before)
        {
            var shown = ElementString.Shown(text.AsSpan(at));
            reading.Change(d => d.Severity < Severity.Error ? d : new Diagnostic(UdiFindings.EpcSyntax, at, shown, Clause(d, CultureInfo.InvariantCulture))
            {
                ArgumentsZh = [shown, Clause(d, Chinese)],
            });
        }
    }

    /// <summary>The elements as an EPC URN, where it is known how long the prefix in their key is.</summary>
    /// <param name="prefixLength">Told what stands in the key from the prefix on, says how many digits of it are the prefix; nothing where nobody knows.</param>
    public static string? Write(IReadOnlyCollection<UdiElement> elements, Func<string, int?> prefixLength)
    {
        foreach (var scheme in Schemes)
        {
            if (elements.FirstOrDefault(e => e.Key == scheme.Ai) is { Key: not null } key)
            {
                return prefixLength(key.Value[(scheme.Layout == Layout.Indicator ? 1 : scheme.Lead.Length)..]) is { } length ? Write(elements, length) : null;
            }
        }

        return null;
    }

    /// <summary>
    /// The elements as an EPC URN. Null where no EPC scheme names what they name, or <paramref name="prefixLength"/> does not fit.
    /// </summary>
    /// <param name="prefixLength">Digits of the GS1 company prefix, 6 to 12, from the manufacturer's record.</param>
    public static string? Write(IReadOnlyCollection<UdiElement> elements, int prefixLength)
    {
        if (prefixLength is < PrefixMin or > PrefixMax)
        {
            return null;
        }

        string? Value(string ai) => elements.FirstOrDefault(e => e.Key == ai) is { Key: not null } e ? e.Value : null;
        foreach (var scheme in Schemes)
        {
            if (Value(scheme.Ai) is not { } value)
            {
                continue;
            }

            var split = scheme.Instance.Length > 0 && scheme.Instance != scheme.Ai;
            var instance = split ? Value(scheme.Instance) : null;
            if (split && instance is null && !scheme.CanBeEmpty)
            {
                continue;
            }

            if (scheme.Layout == Layout.Free)
            {
                if (value.Length <= prefixLength || !CheckDigit.AreDigits(value.AsSpan(0, prefixLength)))
                {
                    return null;
                }

                return $"urn:epc:id:{scheme.Name}:{value[..prefixLength]}.{Escaped(value[prefixLength..])}" + (split ? "." + Escaped(instance!) : "");
            }

            var key = value[scheme.Lead.Length..];
            if (key.Length < scheme.Digits + 1 || !CheckDigit.IsRight(key.AsSpan(0, scheme.Digits + 1)))
            {
                return null;
            }

            var (digits, tail) = (key[..scheme.Digits], key[(scheme.Digits + 1)..]);
            var two = scheme.Layout == Layout.Indicator
                ? $"{digits.AsSpan(1, prefixLength)}.{digits[0]}{digits.AsSpan(1 + prefixLength)}"
                : $"{digits.AsSpan(0, prefixLength)}.{digits.AsSpan(prefixLength)}";
            if (scheme.Name == "itip")
            {
                two += $".{tail[..2]}.{tail[2..]}";
            }

            if (scheme.Instance == scheme.Ai)
            {
                // a class of assets or documents, without its serial
                return tail.Length == 0 ? $"urn:epc:idpat:{scheme.Name}:{two}.*" : $"urn:epc:id:{scheme.Name}:{two}.{Escaped(tail)}";
            }

            return $"urn:epc:{scheme.Form}:{scheme.Name}:{two}" + (!split ? "" : "." + (instance is null ? "0" : Escaped(instance)));
        }

        return Value("01") is { Length: 14 } gtin && CheckDigit.IsRight(gtin)
            ? $"urn:epc:idpat:sgtin:{gtin.AsSpan(1, prefixLength)}.{gtin[0]}{gtin.AsSpan(1 + prefixLength, 12 - prefixLength)}.*"
            : null;
    }

    private static string Escaped(string value)
    {
        if (value.AsSpan().IndexOfAnyExcept(Plain) < 0)
        {
            return value;
        }

        var text = new System.Text.StringBuilder();
        foreach (var c in value)
        {
            _ = Plain.Contains(c) ? text.Append(c) : text.Append('%').Append(((int)c).ToString("X2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private static bool TryPlain(string encoded, out string plain)
    {
        plain = DigitalLink.Unescape(encoded, plusIsSpace: false);
        return !plain.Contains('%', StringComparison.Ordinal) || encoded.Contains("%25", StringComparison.Ordinal);
    }

    private static void Add(UdiReading reading, int at, string ai, string value) =>
        reading.Add(new UdiElement(ai, value, 0, value.Length, ApplicationIdentifiers.Find(ai), at));

    // A sentence within a sentence ends with that one.
    private static string Clause(Diagnostic diagnostic, CultureInfo reader) => diagnostic.At("").What(reader).TrimEnd('.', '。');

    private static void Wrong(UdiReading reading, string text, int at, string why, string whyZh) =>
        reading.WrongBecause(UdiFindings.EpcSyntax, at, ElementString.Shown(text.AsSpan(at)), why, whyZh);
}
