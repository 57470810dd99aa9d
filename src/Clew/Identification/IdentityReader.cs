using System.Buffers;

namespace Clew.Identification;

/// <summary>
/// Any usual way of writing an identity → <see cref="Identity"/>. Nothing is trimmed and nothing guessed.
/// </summary>
internal static class IdentityReader
{
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
        new("8010",  0, Granularity.Product,      "8011", "21"),
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
        if (text.Length is 0 or > Udi.LengthMax)
        {
            return Unreadable(text, path);
        }

        if (text.StartsWith("gs1:", StringComparison.Ordinal))
        {
            return text.Length > Identity.LengthMax ? Unreadable(text, path) : ReadPath(text[4..], text, path);
        }

        if (text.StartsWith("urn:udi:", StringComparison.OrdinalIgnoreCase))
        {
            return IsOurs(text[8..]) && text.Length <= Identity.LengthMax ? ReadOtherAgency(text[8..], path) : Unreadable(text, path);
        }

        if (IsOurs(text))
        {
            return text.Length > Identity.LengthMax ? Unreadable(text, path) : ReadOtherAgency(text, path);
        }

        if (text.Length == 13 && expected is Granularity.Place or Granularity.Party && CheckDigit.AreDigits(text))
        {
            return ReadPath($"{(expected == Granularity.Place ? "414" : "417")}/{text}", text, path);
        }

        var reading = Udi.Read(text.StartsWith("URN:EPC:", StringComparison.OrdinalIgnoreCase) ? "urn:epc:" + text[8..] : text, AnyDay);
        var named = reading.IsUsable ? Name(reading, text, path) : (Reading<Identity>?)null;
        if (named is { IsRead: true } read)
        {
            return read;
        }

        // A URI of somebody else's, perhaps an address that only looks like a Digital Link: it names what it names.
        if (reading.Kind is UdiKind.Unknown or UdiKind.Gs1DigitalLink && text.Length <= Identity.LengthMax && char.IsAsciiLetter(text[0])
            && text.Contains(':', StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out _))
        {
            return Reading<Identity>.Of(new Identity(text, expected ?? Granularity.Unit, text.Length));
        }

        return named ?? (reading.Kind == UdiKind.Unknown ? Unreadable(text, path) : Reading<Identity>.Wrong([.. Findings(reading, path)]));
    }

    // Dates do not name anything, so any day will do.
    private static readonly UdiOptions AnyDay = new() { Today = new DateOnly(2026, 1, 1) };

    // What the world sends is kept where only its checks or companions are wrong, and says so.
    private static IEnumerable<Finding> Findings(UdiReading reading, string path) =>
        reading.Diagnostics.Where(d => d.Severity > Severity.Note).Select(d =>
            d.Kind == UdiFindings.CheckDigit ? new Finding(IdentificationFindings.CheckDigitWrong, path, d.Arguments[0], d.Arguments[2])
            : UdiReading.IsForgivable(d.Kind) ? d.At(path) with { Severity = Severity.Warning }
            : d.At(path));

    internal static Reading<Identity> NameOf(UdiReading reading) =>
        reading.IsUsable && reading.Kind is not (UdiKind.BasicUdiDi or UdiKind.Gs1Date) ? Name(reading, reading.Text, "") : NamesNothing(reading.Text, "");

    /// <summary>What a reading names: the finest thing that its elements tell.</summary>
    private static Reading<Identity> Name(UdiReading reading, string text, string path)
    {
        var product = reading.Agency switch
        {
            Agency.Hibcc => "hibcc:",
            Agency.Iccbba => "iccbba:",
            Agency.Ifa when reading["8P"] is not null => "gs1:01/",
            Agency.Ifa => "ifa:",
            Agency.Ma => "ma:",
            Agency.Ahm => "ahm:",
            _ => null,
        };
        IReadOnlyList<Finding> findings = reading.Diagnostics.Count == 0 ? [] : [.. Findings(reading, path)];
        if (product is null)
        {
            return OfElements(reading, text, path, findings);
        }

        if (reading.DeviceIdentifier is not { } device || reading.Kind == UdiKind.BasicUdiDi)
        {
            return NamesNothing(text, path);
        }

        product += Uri.EscapeDataString(device);

        // Tissue: a division counts within its donation, so both together make one of a kind. The flags behind the number do not.
        var serial = reading.Iccbba?.Din13 is { } donation ? (reading.Serial is { } division ? $"{donation}.{division}" : donation) : reading.Serial;
        var named = serial is not null ? Identity.Unit(product, serial)
            : reading.Lot is { } lot ? Identity.Lot(product, lot)
            : new Identity(product, Granularity.Product, product.Length);
        return named.Text.Length > Identity.LengthMax ? Unreadable(text, path) : Reading<Identity>.Of(named, findings);
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
        var (met, needed) = (Names(named.Granularity), Names(expected.Value));
        return Reading<Identity>.Wrong(new Finding(IdentificationFindings.WrongGranularity, path, named.Text, met.En, needed.En) { ArgumentsZh = [named.Text, met.Zh, needed.Zh] });
    }

    private static (string En, string Zh) Names(Granularity granularity) => granularity switch
    {
        Granularity.Product => ("product", "产品"),
        Granularity.Lot => ("lot", "批次"),
        Granularity.Unit => ("unit", "单件"),
        Granularity.LogisticUnit => ("logistic unit", "物流单元"),
        Granularity.Place => ("place", "地点"),
        _ => ("party", "机构"),
    };

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

        return Judged(key, values, path);
    }

    private static Reading<Identity> Judged(Key key, List<(string Ai, string Value)> values, string path)
    {
        foreach (var (ai, value) in values)
        {
            var wrong = ai == key.Ai ? WrongKey(key, value) : WrongText(value, ai is "254" or "10" or "21" or "22" ? 20 : 30);
            if (wrong is not null)
            {
                return Reading<Identity>.Wrong(new Finding(IdentificationFindings.Malformed, path, value, ai, wrong.Value.En) { ArgumentsZh = [value, ai, wrong.Value.Zh] });
            }
        }

        var main = values[0].Value;
        return Of(key, values, path, key.Digits == 0 || key.Ai == "8006" || CheckDigit.IsRight(main) ? []
            : [new Finding(IdentificationFindings.CheckDigitWrong, path, main, CheckDigit.Of(main.AsSpan(0, main.Length - 1)).ToString())]);
    }

    private static Reading<Identity> Of(Key key, List<(string Ai, string Value)> values, string path, IReadOnlyList<Finding> findings)
    {
        var product = $"gs1:{key.Ai}/{Uri.EscapeDataString(values[0].Value)}";
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
        }, findings);
    }

    private static (string En, string Zh)? WrongKey(Key key, string value) =>
        key.Digits == 0 ? WrongText(value, 60)
        : !CheckDigit.AreDigits(value) ? ("only digits are allowed", "只允许数字")
        : value.Length != key.Digits ? ($"{key.Digits} digits are needed", $"应为 {key.Digits} 位数字")
        : null;

    private static (string En, string Zh)? WrongText(string value, int max) =>
        value.Length == 0 ? ("it is empty", "值为空")
        : value.Length > max ? ($"at most {max} characters are allowed", $"最多 {max} 个字符")
        : value.AsSpan().IndexOfAnyExceptInRange('!', 'z') >= 0 || value.AsSpan().ContainsAny(OutsideSet82) ? ("a character outside GS1's set 82", "含有 GS1 字符集 82 以外的字符")
        : null;

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

    private static Reading<Identity> OfElements(UdiReading reading, string source, string path, IReadOnlyList<Finding> findings)
    {
        // A Digital Link is about its path; what the query adds is said of it, and does not name it.
        var all = reading.Said;
        all = reading.PathElements > 0 ? all[..reading.PathElements] : all;
        foreach (var key in Keys)
        {
            if (ValueOf(all, key.Ai) is not { } main)
            {
                continue;
            }

            List<(string, string)> named = [(key.Ai, main)];
            foreach (var qualifier in key.Qualifiers)
            {
                if (ValueOf(all, qualifier) is { } value)
                {
                    named.Add((qualifier, value));
                }
            }

            return Of(key, named, path, findings);
        }

        return ValueOf(all, "03") is { } madeToOrder
            ? Of(Keys[0], ValueOf(all, "21") is { } serial ? [("01", madeToOrder), ("21", serial)] : [("01", madeToOrder)], path, findings)
            : NamesNothing(source, path);
    }

    private static string? ValueOf(ReadOnlySpan<UdiElement> elements, string ai)
    {
        foreach (ref readonly var element in elements)
        {
            if (element.Key == ai)
            {
                return element.Value;
            }
        }

        return null;
    }

    private static Reading<Identity> NamesNothing(string text, string path) =>
        Reading<Identity>.Wrong(new Finding(IdentificationFindings.NamesNothing, path, Shortened(text)));

    private static Reading<Identity> Unreadable(string text, string path) =>
        Reading<Identity>.Wrong(new Finding(IdentificationFindings.Unreadable, path, Shortened(text)));

    private static string Shortened(string text) => Visible.Of(text, 80);
}
