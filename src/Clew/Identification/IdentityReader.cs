using System.Buffers;
using System.Text;

namespace Clew.Identification;

/// <summary>
/// Any usual way of writing an identity → <see cref="Identity"/>. Nothing is trimmed and nothing guessed.
/// </summary>
internal static class IdentityReader
{
    private const char Fnc1 = '\u001d';

    /// <summary>A Digital Link's primary key: its AI, how its value looks, and what it names.</summary>
    /// <param name="Digits">Length of a numeric key with check digit; 0 for free text.</param>
    /// <param name="Qualifiers">AIs that may follow and make the name finer, in their order.</param>
    private sealed record Key(string Ai, int Digits, Granularity Names, params string[] Qualifiers);

    private static readonly Key[] Keys =
    [
        new("01",   14, Granularity.Product,      "22", "10", "21"),
        new("00",   18, Granularity.LogisticUnit),
        new("414",  13, Granularity.Place,        "254"),
        new("417",  13, Granularity.Party),
        new("8003",  0, Granularity.Unit),
        new("8004",  0, Granularity.Unit),
        new("8006", 18, Granularity.Product,      "22", "10", "21"),
        new("8010",  0, Granularity.Product,      "8011"),
        new("8017", 18, Granularity.Party),
        new("8018", 18, Granularity.Unit),
        new("253",   0, Granularity.Unit),
        new("255",   0, Granularity.Unit),
    ];

    private static readonly string[] OtherAgencies = ["hibcc:", "iccbba:", "ifa:", "ma:", "ahm:", "own:"];

    public static bool IsOurs(string text) => Array.Exists(OtherAgencies, a => text.StartsWith(a, StringComparison.Ordinal));

    public static Reading<Identity> Read(string text, string path, Granularity? expected)
    {
        // The hot path of every capture: a canonical unit of GS1, such as we print ourselves.
        if (IsCanonicalUnit(text))
        {
            return Fitting(Reading<Identity>.Of(new Identity(text, Granularity.Unit, 21)), path, expected);
        }

        return Fitting(ReadAny(text, path, expected), path, expected);
    }

    private static Reading<Identity> ReadAny(string text, string path, Granularity? expected)
    {
        if (text.Length is 0 or > Identity.LengthMax)
        {
            return Unreadable(text, path);
        }

        if (text.StartsWith("gs1:", StringComparison.Ordinal))
        {
            return ReadPath(text[4..], text, path);
        }

        if (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            return ReadDigitalLink(text, path, expected);
        }

        if (text.StartsWith("urn:epc:", StringComparison.OrdinalIgnoreCase))
        {
            return ReadEpcUrn(text, path);
        }

        if (text.StartsWith("urn:udi:", StringComparison.OrdinalIgnoreCase))
        {
            return ReadAny(text[8..], path, expected);
        }

        if (IsOurs(text))
        {
            return ReadOtherAgency(text, path);
        }

        if (text[0] == '(')
        {
            return ReadBracketed(text, path);
        }

        if (CheckDigit.AreDigits(text))
        {
            var key = (text.Length, expected) switch
            {
                (13, Granularity.Place) => "414",
                (13, Granularity.Party) => "417",
                (18, _) => "00",
                (8 or 12 or 13 or 14, _) => "01",
                _ => null,
            };
            if (key is not null)
            {
                return ReadPath($"{key}/{(key == "01" ? text.PadLeft(14, '0') : text)}", text, path);
            }
        }

        if (text.StartsWith(']') || text.StartsWith("01", StringComparison.Ordinal) || text.StartsWith("00", StringComparison.Ordinal))
        {
            return ReadElementString(text, path);
        }

        return Uri.TryCreate(text, UriKind.Absolute, out _) && text.Contains(':', StringComparison.Ordinal)
            ? Reading<Identity>.Of(new Identity(text, expected ?? Granularity.Unit, text.Length))
            : Unreadable(text, path);
    }

    private static bool IsCanonicalUnit(string text)
    {
        // gs1:01/ 14 digits /21/ serial
        if (text.Length is < 26 or > 80 || !text.StartsWith("gs1:01/", StringComparison.Ordinal) || !text.AsSpan(21).StartsWith("/21/", StringComparison.Ordinal))
        {
            return false;
        }

        var gtin = text.AsSpan(7, 14);
        return CheckDigit.AreDigits(gtin) && CheckDigit.IsRight(gtin) && text.AsSpan(25).IndexOfAnyExcept(Unreserved) < 0;
    }

    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    // What is printable ASCII and yet outside the 82 characters of GS1 General Specifications, figure 7.11-1.
    private static readonly SearchValues<char> OutsideSet82 = SearchValues.Create("#$@[\\]^`");

    private static Reading<Identity> Fitting(Reading<Identity> reading, string path, Granularity? expected)
    {
        if (expected is null || !reading.IsRead || reading.Value.Granularity == expected)
        {
            return reading;
        }

        var named = reading.Value;
        return Reading<Identity>.Wrong(new Finding(IdentificationFindings.WrongGranularity, path, named.Text, named.Granularity.ToString(), expected.Value.ToString()));
    }

    // "01/06901234567892/21/A1": the path of a Digital Link, from its primary key on
    private static Reading<Identity> ReadPath(string keyPath, string source, string path)
    {
        var parts = keyPath.Split('/');
        var key = Array.Find(Keys, k => k.Ai == parts[0]);
        if (key is null || parts.Length < 2 || parts.Length % 2 != 0)
        {
            return Unreadable(source, path);
        }

        var values = new List<(string Ai, string Value)>();
        var order = -1;
        for (var i = 0; i < parts.Length; i += 2)
        {
            if (i > 0)
            {
                var place = Array.IndexOf(key.Qualifiers, parts[i]);
                if (place <= order)
                {
                    return Unreadable(source, path);
                }

                order = place;
            }

            values.Add((parts[i], Uri.UnescapeDataString(parts[i + 1])));
        }

        return Of(key, values, source, path);
    }

    private static Reading<Identity> Of(Key key, List<(string Ai, string Value)> values, string source, string path)
    {
        var warnings = new List<Finding>();
        foreach (var (ai, value) in values)
        {
            var wrong = ai == key.Ai ? WrongKey(key, value) : WrongText(value, ai is "254" or "10" or "21" or "22" ? 20 : 30);
            if (wrong is not null)
            {
                return Reading<Identity>.Wrong(new Finding(IdentificationFindings.Malformed, path, value, ai, wrong));
            }
        }

        var main = values[0].Value;
        if (key.Digits > 0 && key.Ai != "8006" && !CheckDigit.IsRight(main))
        {
            warnings.Add(new Finding(IdentificationFindings.CheckDigitWrong, path, main, CheckDigit.Of(main.AsSpan(0, main.Length - 1)).ToString()));
        }

        var product = $"gs1:{key.Ai}/{Uri.EscapeDataString(main)}";
        var finest = values.FindLast(v => v.Ai is "21" or "8011" or "254");
        if (finest.Ai is null)
        {
            finest = values.Find(v => v.Ai == "10");
        }

        return Reading<Identity>.Of(finest.Ai switch
        {
            "21" or "8011" => Identity.Unit(product, finest.Value),
            "10" => Identity.Lot(product, finest.Value),
            "254" => new Identity($"{product}/254/{Uri.EscapeDataString(finest.Value)}", Granularity.Place, product.Length),
            _ => new Identity(product, key.Names, product.Length),
        }, warnings);
    }

    private static string? WrongKey(Key key, string value) =>
        key.Digits == 0 ? WrongText(value, 60)
        : !CheckDigit.AreDigits(value) ? "only digits are allowed"
        : value.Length != key.Digits ? $"{key.Digits} digits are needed"
        : null;

    private static string? WrongText(string value, int max) =>
        value.Length == 0 ? "it is empty"
        : value.Length > max ? $"at most {max} characters are allowed"
        : value.AsSpan().IndexOfAnyExceptInRange('!', 'z') >= 0 || value.AsSpan().ContainsAny(OutsideSet82) ? "a character outside GS1's set 82"
        : null;

    private static Reading<Identity> ReadDigitalLink(string text, string path, Granularity? expected)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out _))
        {
            return Unreadable(text, path);
        }

        var start = text.IndexOf('/', text.IndexOf("//", StringComparison.Ordinal) + 2);
        var end = text.AsSpan().IndexOfAny('?', '#');
        var segments = start < 0 ? [] : text[(start + 1)..(end < 0 ? text.Length : end)].Split('/');

        // GS1 Digital Link 1.3: the right-most primary key of the path wins; what stands before it is the resolver's own.
        for (var i = segments.Length - 2; i >= 0; i--)
        {
            var key = Array.Find(Keys, k => k.Ai == segments[i]);
            if (key is null || (segments.Length - i) % 2 != 0 || (key.Digits > 0 && !CheckDigit.AreDigits(segments[i + 1])))
            {
                continue;
            }

            var read = ReadPath(string.Join('/', segments[i..]), text, path);
            if (read.IsRead)
            {
                return read;
            }
        }

        return Reading<Identity>.Of(new Identity(text, expected ?? Granularity.Unit, text.Length));
    }

    private static Reading<Identity> ReadEpcUrn(string text, string path)
    {
        // urn:epc:id:sgtin:0614141.812345.6789 → scheme sgtin, fields [0614141, 812345, 6789]; a serial may hold dots
        var parts = text.Split(':', 5);
        if (parts.Length < 5)
        {
            return Unreadable(text, path);
        }

        var (form, scheme) = (parts[2], parts[3]);
        var fields = parts[4].Split('.', 3);
        string Field(int i) => i < fields.Length ? fields[i] : "";
        static string Plain(string encoded) => Uri.UnescapeDataString(encoded);
        static string WithCheck(string body) => body + CheckDigit.Of(body);
        var digits = fields.Length >= 2 && CheckDigit.AreDigits(Field(0)) && CheckDigit.AreDigits(Field(1));

        string Gtin() => WithCheck(Field(1)[0] + Field(0) + Field(1)[1..]);
        var keyPath = (form, scheme) switch
        {
            ("id", "sgtin") when digits && fields.Length == 3 && Field(0).Length + Field(1).Length == 13 => $"01/{Gtin()}/21/{Field(2)}",
            ("class", "lgtin") when digits && fields.Length == 3 && Field(0).Length + Field(1).Length == 13 => $"01/{Gtin()}/10/{Field(2)}",
            ("idpat", "sgtin") when digits && Field(2) == "*" && Field(0).Length + Field(1).Length == 13 => $"01/{Gtin()}",
            ("id", "sscc") when digits && Field(0).Length + Field(1).Length == 17 => $"00/{WithCheck(Field(1)[0] + Field(0) + Field(1)[1..])}",
            ("id", "sgln") when CheckDigit.AreDigits(Field(0) + Field(1)) && (Field(0) + Field(1)).Length == 12 =>
                $"414/{WithCheck(Field(0) + Field(1))}" + (Field(2) is "" or "0" ? "" : $"/254/{Field(2)}"),
            ("id", "pgln") when CheckDigit.AreDigits(Field(0) + Field(1)) && (Field(0) + Field(1)).Length == 12 => $"417/{WithCheck(Field(0) + Field(1))}",
            ("id", "grai") when CheckDigit.AreDigits(Field(0) + Field(1)) && (Field(0) + Field(1)).Length == 12 =>
                $"8003/0{WithCheck(Field(0) + Field(1))}{Field(2)}",
            ("id", "giai") when fields.Length >= 2 => $"8004/{Uri.EscapeDataString(Plain(parts[4].Remove(parts[4].IndexOf('.', StringComparison.Ordinal), 1)))}",
            ("id", "cpi") when fields.Length == 3 => $"8010/{Uri.EscapeDataString(Plain(Field(0) + Field(1)))}/8011/{Field(2)}",
            _ => null,
        };

        return keyPath is null ? Unreadable(text, path) : ReadPath(keyPath, text, path);
    }

    private static Reading<Identity> ReadOtherAgency(string text, string path)
    {
        var parts = text.Split('/');
        var product = parts[0];
        return parts.Length switch
        {
            1 when product[^1] != ':' => Reading<Identity>.Of(new Identity(product, Granularity.Product, product.Length)),
            3 when parts[1] == "21" && parts[2].Length > 0 => Reading<Identity>.Of(Identity.Unit(product, Uri.UnescapeDataString(parts[2]))),
            3 when parts[1] == "10" && parts[2].Length > 0 => Reading<Identity>.Of(Identity.Lot(product, Uri.UnescapeDataString(parts[2]))),
            2 when parts[0] == "own:414" && parts[1].Length > 0 => Reading<Identity>.Of(new Identity(text, Granularity.Place, text.Length)),
            2 when parts[0] == "own:417" && parts[1].Length > 0 => Reading<Identity>.Of(new Identity(text, Granularity.Party, text.Length)),
            _ => Unreadable(text, path),
        };
    }

    private static Reading<Identity> ReadBracketed(string text, string path)
    {
        var values = new List<(string, string)>();
        for (var at = 0; at < text.Length;)
        {
            var close = text.IndexOf(')', at);
            if (text[at] != '(' || close < 0)
            {
                return Unreadable(text, path);
            }

            var next = text.IndexOf('(', close);
            var end = next < 0 ? text.Length : next;
            values.Add((text[(at + 1)..close], text[(close + 1)..end]));
            at = end;
        }

        return OfElements(values, text, path);
    }

    // AIs whose length is fixed by the first two digits (GS1 General Specifications 7.8.5); the others end at FNC1 or the end.
    private static int PredefinedLength(string text, int at) => text.AsSpan(at).Length < 2 ? 0 : text.AsSpan(at, 2) switch
    {
        "00" => 18,
        "01" or "02" or "03" => 14,
        "11" or "12" or "13" or "15" or "16" or "17" => 6,
        "20" => 2,
        _ => 0,
    };

    private static Reading<Identity> ReadElementString(string text, string path)
    {
        var data = text[0] == ']' && text.Length > 3 ? text[3..] : text;
        var values = new List<(string, string)>();
        for (var at = 0; at < data.Length;)
        {
            if (data[at] == Fnc1)
            {
                at++;
                continue;
            }

            var length = PredefinedLength(data, at);
            var aiLength = length > 0 || data.AsSpan(at).StartsWith("10", StringComparison.Ordinal) || data.AsSpan(at).StartsWith("21", StringComparison.Ordinal) ? 2
                : data.AsSpan(at).StartsWith("24", StringComparison.Ordinal) || data.AsSpan(at).StartsWith("25", StringComparison.Ordinal) || data.AsSpan(at).StartsWith("41", StringComparison.Ordinal) ? 3
                : data.AsSpan(at).StartsWith("80", StringComparison.Ordinal) ? 4
                : 2;
            if (at + aiLength > data.Length)
            {
                return Unreadable(text, path);
            }

            var end = length > 0 ? at + aiLength + length : data.IndexOf(Fnc1, at);
            end = end < 0 ? data.Length : end;
            if (end > data.Length)
            {
                return Unreadable(text, path);
            }

            values.Add((data.Substring(at, aiLength), data[(at + aiLength)..end]));
            at = end;
        }

        return OfElements(values, text, path);
    }

    private static Reading<Identity> OfElements(List<(string Ai, string Value)> values, string source, string path)
    {
        foreach (var key in Keys)
        {
            var main = values.Find(v => v.Ai == key.Ai);
            if (main.Ai is null)
            {
                continue;
            }

            List<(string, string)> named = [main];
            named.AddRange(key.Qualifiers.Select(q => values.Find(v => v.Ai == q)).Where(v => v.Ai is not null));
            return Of(key, named, source, path);
        }

        return Unreadable(source, path);
    }

    private static Reading<Identity> Unreadable(string text, string path) =>
        Reading<Identity>.Wrong(new Finding(IdentificationFindings.Unreadable, path, Shortened(text)));

    private static string Shortened(string text)
    {
        var shown = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, 80)))
        {
            shown.Append(char.IsControl(c) ? (char)(0x2400 + (c & 0x3f)) : c);
        }

        return shown.ToString();
    }
}
