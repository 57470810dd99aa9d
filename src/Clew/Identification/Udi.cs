using Clew.Identification.Gs1;

namespace Clew.Identification;

/// <summary>What reading must be told: the day, and how the scanner is set.</summary>
public sealed record UdiOptions : ScannerSettings
{
    /// <summary>Today: decides the century of two-digit years.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>The syntax, where the sender knows it: settles what a bare text alone leaves open.</summary>
    public UdiKind Kind { get; init; }

    /// <summary>For a scanner that is set like this.</summary>
    public static UdiOptions Of(ScannerSettings scanner, DateOnly today) => new()
    {
        Today = today,
        Separators = scanner.Separators,
        Prefix = scanner.Prefix,
        Suffix = scanner.Suffix,
        FoldsFullWidth = scanner.FoldsFullWidth,
        SendsAim = scanner.SendsAim,
    };
}

/// <summary>
/// Reads whatever stands on a medical device of any country: finds out whose code it is, says what it holds, and what is wrong with it
/// and where. Total: never throws on input, and takes time in proportion to its length.
/// </summary>
public static class Udi
{
    /// <summary>Longer than the largest symbol; a bound for hostile input.</summary>
    public const int LengthMax = 8192;

    /// <summary>AIM's letters of symbologies that may carry a UDI, each with the highest of its modifiers: Code 39, Code 128, DataMatrix, QR and so on.</summary>
    private static readonly Dictionary<char, char> Symbologies = new()
    {
        ['A'] = '7',
        ['C'] = '4',
        ['d'] = '6',
        ['E'] = '4',
        ['e'] = '0',
        ['F'] = '6',
        ['G'] = '0',
        ['h'] = '9',
        ['I'] = '3',
        ['J'] = '5',
        ['K'] = '6',
        ['L'] = '5',
        ['O'] = '9',
        ['P'] = '0',
        ['Q'] = '6',
        ['R'] = '3',
        ['T'] = '0',
        ['U'] = '9',
        ['z'] = '9',
    };

    /// <summary>Reads one symbol or one typed text.</summary>
    public static UdiReading Read(string text, UdiOptions options)
    {
        var reading = new UdiReading(text);
        if (text.Length is 0 or > LengthMax)
        {
            return text.Length == 0 ? reading.Wrong(UdiFindings.Empty, 0, "", "UDI")
                : reading.Wrong(UdiFindings.TooLong, LengthMax, ElementString.Say(text.Length), ElementString.Say(LengthMax));
        }

        if (options is { Separators.Count: 0, Prefix.Length: 0, Suffix.Length: 0, FoldsFullWidth: false })
        {
            ReadNormal(reading, text, options);
            CheckAim(reading, options);
            return reading;
        }

        var normal = options.Undo(text, out var places);
        normal = normal.Length == 0 ? " " : normal;
        reading.Text = normal;
        ReadNormal(reading, normal, options);
        reading.Move(at => places[Math.Clamp(at, 0, places.Length - 1)]);
        CheckAim(reading, options);
        return reading;
    }

    // Text that is no code claims to have come from no scanner.
    private static void CheckAim(UdiReading reading, UdiOptions options)
    {
        if (options.SendsAim is { } sends && reading.Kind != UdiKind.Unknown && sends != reading.Text.StartsWith(']'))
        {
            reading.Wrong(sends ? UdiFindings.AimMissing : UdiFindings.AimUnexpected, 0, reading.Text[..Math.Min(3, reading.Text.Length)]);
        }
    }

    /// <summary>
    /// Reads the two symbols of one label, in either order: a HIBC primary with its secondary, which its link character proves to belong
    /// together, or two GS1 symbols, whose rules hold over both.
    /// </summary>
    public static UdiReading Read(string first, string second, UdiOptions options)
    {
        var (one, two) = (Read(first, options), Read(second, options));
        if (one.Kind == UdiKind.HibcSecondary && two.Kind == UdiKind.HibcPrimary)
        {
            (one, two) = (two, one);
        }

        if (one.Kind == UdiKind.HibcPrimary && two.Kind == UdiKind.HibcSecondary)
        {
            return Hibcc.Join(one, two);
        }

        // Judged again over both: what stood alone in one symbol may have its companion in the other.
        var both = new UdiReading(one.Text) { Agency = one.Agency, Kind = one.Kind, SymbologyIdentifier = one.SymbologyIdentifier };
        foreach (var (reading, symbol) in (ReadOnlySpan<(UdiReading, int)>)[(one, 0), (two, 1)])
        {
            foreach (var element in reading.Elements)
            {
                both.Add(element.In((byte)symbol));
            }

            both.BareGtin ??= reading.BareGtin;

            foreach (var diagnostic in reading.Diagnostics.Where(d => d.Kind != UdiFindings.MissingRequiredAi))
            {
                both.Say(diagnostic with { Symbol = symbol });
            }
        }

        // What cannot be read has said so already.
        if (!one.IsUsable || !two.IsUsable)
        {
            return both;
        }

        if (one.Kind == UdiKind.Isbt128 && two.Kind == UdiKind.Isbt128)
        {
            Iccbba.Join(both, one, two);
            CheckTwice(both);
            return both;
        }

        if (one.Agency != two.Agency || one.Elements.Any(e => e.Ai is null) || two.Elements.Any(e => e.Ai is null))
        {
            return both.Wrong(UdiFindings.NotTogether, 0, UdiWords.Of(one.Kind), UdiWords.Of(two.Kind));
        }

        both.DeviceIdentifier = both.BareGtin;
        Meaning.Tell(both, options.Today);
        Meaning.CheckTogether(both);
        return both;
    }

    private static void ReadNormal(UdiReading reading, string text, UdiOptions options)
    {
        ReadAny(reading, text, options);
        if (reading.Agency is Agency.Hibcc or Agency.Iccbba or Agency.Ifa or Agency.Ma)
        {
            CheckTwice(reading);
        }
    }

    // Of what names a thing there is one of each; GS1 has its own rule for all elements. Dates may be said twice in two forms.
    private static readonly string[] NamingKeys = ["9N", "8P", "S", "1T", "L", "=/", "=)", "=,", "=", "&,1", "&)"];

    private static void CheckTwice(UdiReading reading)
    {
        var all = reading.Span;
        foreach (var key in NamingKeys)
        {
            var first = -1;
            for (var i = 0; i < all.Length; i++)
            {
                if (all[i].Key != key)
                {
                    continue;
                }

                first = first < 0 ? i : first;
                if (!all[first].Span.SequenceEqual(all[i].Span))
                {
                    reading.Wrong(UdiFindings.DuplicateAi, all[i], all[i].Value, key);
                    return;
                }
            }
        }
    }

    private static void ReadAny(UdiReading reading, string text, UdiOptions options)
    {
        var at = 0;
        if (text[0] == ']')
        {
            if (text.Length < 3 || !Symbologies.TryGetValue(text[1], out var highest) || text[2] < '0' || text[2] > highest)
            {
                reading.Kind = UdiKind.Gs1Scan;
                reading.Wrong(UdiFindings.SymbologyIdentifier, 0, ElementString.Shown(text.AsSpan(0, Math.Min(3, text.Length))));
                return;
            }

            reading.SymbologyIdentifier = text[..3];
            at = 3;
            // FNC1 in first position: GS1 says what the data are.
            if (text.AsSpan(1, 2) is "C1" or "e0" or "d2" or "Q3" or "J1")
            {
                ReadScanned(reading, text, at, options.Today);
                return;
            }

            if (text[1] == 'E')
            {
                ReadRetail(reading, text, options.Today);
                return;
            }
        }

        Detect(reading, text, at, options);
        if (at > 0 && reading.Kind == UdiKind.Gs1Scan)
        {
            reading.Wrong(UdiFindings.NotFlagged, 0, text[..3]);
        }

        if (at > 0 && reading.Kind is UdiKind.Gs1DigitalLink or UdiKind.Unknown)
        {
            reading.Kind = UdiKind.Gs1Scan;
        }
    }

    private static void Detect(UdiReading reading, string text, int at, UdiOptions options)
    {
        var today = options.Today;
        var rest = text.AsSpan(at);
        if (options.Kind == UdiKind.BasicUdiDi && text.Length > 2)
        {
            BasicUdiDi.Read(reading, text, 0, BasicUdiDi.Shape(text) is var known and not Agency.None ? known : Agency.Gs1);
        }
        else if (options.Kind == UdiKind.Gs1Date)
        {
            ReadDate(reading, text, at, today);
        }
        else if (rest.IsEmpty)
        {
            reading.Wrong(UdiFindings.Empty, at, "", "UDI");
        }
        else if (rest[0] == '(')
        {
            reading.Kind = UdiKind.Gs1Bracketed;
            ElementString.ReadBracketed(reading, text, at, today);
            Close(reading, today);
        }
        else if (rest.StartsWith("[)>", StringComparison.Ordinal))
        {
            Ifa.Read(reading, text, at, today);
        }
        else if (DigitalLink.IsWebAddress(rest))
        {
            ReadWebAddress(reading, text, at, today);
        }
        else if (rest.StartsWith("urn:epc:", StringComparison.Ordinal))
        {
            reading.Kind = UdiKind.EpcUrn;
            EpcUri.Read(reading, text, at, today);
            Close(reading, today);
        }
        else if (rest.StartsWith("++", StringComparison.Ordinal) && BasicUdiDi.Shape(rest) == Agency.Hibcc)
        {
            BasicUdiDi.Read(reading, text, at, Agency.Hibcc);
        }
        else if (rest[0] == '+' || rest.StartsWith("*+", StringComparison.Ordinal))
        {
            Hibcc.Read(reading, text, at, today);
        }
        else if (rest[0] is '=' or '&')
        {
            Iccbba.Read(reading, text, at);
        }
        else if (rest.StartsWith("MA.", StringComparison.Ordinal))
        {
            Ma.Read(reading, text, at, today);
        }
        else if (rest.StartsWith("<UDI", StringComparison.Ordinal))
        {
            Ma.ReadXml(reading, text, at, today);
        }
        else if (rest.Length > 2 && rest.StartsWith("MF", StringComparison.Ordinal) && char.IsAsciiDigit(rest[2]))
        {
            Ahm.Read(reading, text, at, today);
        }
        else if (CheckDigit.AreDigits(rest) && rest.Length is 8 or 12 or 13 or 14 or 18)
        {
            ReadKey(reading, text, at);
        }
        else if (CheckDigit.AreDigits(rest) && rest.Length == 6)
        {
            ReadDate(reading, text, at, today);
        }
        else if (LooksScanned(rest))
        {
            ReadScanned(reading, text, at, today);
        }
        else if (BasicUdiDi.Shape(rest) is var agency and not Agency.None)
        {
            BasicUdiDi.Read(reading, text, at, agency);
        }
        else if (ReadsAsScanned(text, at, today))
        {
            ReadScanned(reading, text, at, today);
        }
        else
        {
            reading.Wrong(UdiFindings.Syntax, at, ElementString.Shown(rest), "");
        }
    }

    // Without an AIM identifier: digits of a GTIN or SSCC at their place, or a separator, tell an element string from other codes.
    private static bool LooksScanned(ReadOnlySpan<char> text) =>
        (text.Length >= 16 && text.StartsWith("01", StringComparison.Ordinal) && CheckDigit.AreDigits(text.Slice(2, 14)))
        || (text.Length >= 20 && text.StartsWith("00", StringComparison.Ordinal) && CheckDigit.AreDigits(text.Slice(2, 18)))
        || (text.Contains(ElementString.Separator) && ApplicationIdentifiers.At(text) is not null);

    // A bare 10LOT7 is a lot to a scanner that sends no AIM identifier, and mere text to everybody else: taken only where it reads without a flaw.
    private static bool ReadsAsScanned(string text, int at, DateOnly today)
    {
        if (ApplicationIdentifiers.At(text.AsSpan(at)) is null)
        {
            return false;
        }

        var trial = new UdiReading(text);
        ReadScanned(trial, text, at, today);
        return trial.IsWellFormed;
    }

    private static void ReadScanned(UdiReading reading, string text, int at, DateOnly today)
    {
        reading.Kind = UdiKind.Gs1Scan;
        ElementString.ReadScanned(reading, text, at, today);
        Close(reading, today);
    }

    private static void Close(UdiReading reading, DateOnly today)
    {
        Meaning.Tell(reading, today);

        // Companions are judged of what was wholly read: where a place was lost, what is missing says nothing.
        if (reading.Diagnostics.Count == 0 || reading.IsUsable)
        {
            Meaning.CheckTogether(reading);
        }
    }

    // EAN-13, UPC-A and EAN-8 carry a GTIN and no element; a composite symbol beside it may carry some.
    private static void ReadRetail(UdiReading reading, string text, DateOnly today)
    {
        (reading.Agency, reading.Kind) = (Agency.Gs1, UdiKind.Gs1Scan);
        var length = text[2] == '4' ? 8 : 13;
        var composite = text.IndexOf("|]e0", StringComparison.Ordinal);
        var gtin = text.AsSpan(3, (composite < 0 ? text.Length : composite) - 3);
        if (text[2] is not ('0' or '4'))
        {
            reading.Wrong(UdiFindings.SymbologyIdentifier, 0, text[..3]);
            return;
        }

        if (gtin.Length != length)
        {
            reading.Wrong(UdiFindings.Length, 3, ElementString.Shown(gtin), "GTIN", ElementString.Say(gtin.Length), ElementString.Say(length));
            return;
        }

        if (gtin.IndexOfAnyExceptInRange('0', '9') is var foreign and >= 0)
        {
            reading.Wrong(UdiFindings.InvalidCharacter, 3 + foreign, ElementString.Shown(gtin.Slice(foreign, 1)), "GTIN");
            return;
        }

        reading.DeviceIdentifier = gtin.ToString().PadLeft(14, '0');
        reading.BareGtin = reading.DeviceIdentifier;
        if (!CheckDigit.IsRight(gtin))
        {
            reading.Wrong(UdiFindings.CheckDigit, 2 + length, gtin.ToString(), "GTIN", CheckDigit.Of(gtin[..^1]).ToString());
        }

        if (composite >= 0)
        {
            ReadScanned(reading, text, composite + 4, today);
        }
    }

    private static void ReadKey(UdiReading reading, string text, int at)
    {
        (reading.Agency, reading.Kind) = (Agency.Gs1, UdiKind.Gs1Key);
        var key = text.AsSpan(at);
        var name = key.Length == 18 ? "SSCC" : "GTIN-" + ElementString.Say(key.Length);
        reading.RightCheck = CheckDigit.Of(key[..^1]).ToString();
        if (key.Length == 18)
        {
            reading.Add(new UdiElement("00", text, at, 18, ApplicationIdentifiers.Find("00")));
        }
        else
        {
            reading.DeviceIdentifier = key.ToString().PadLeft(14, '0');
            reading.Add(new UdiElement("01", reading.DeviceIdentifier));
        }

        if (!CheckDigit.IsRight(key))
        {
            reading.Wrong(UdiFindings.CheckDigit, text.Length - 1, key.ToString(), name, reading.RightCheck);
        }
    }

    private static void ReadDate(UdiReading reading, string text, int at, DateOnly today)
    {
        (reading.Agency, reading.Kind) = (Agency.Gs1, UdiKind.Gs1Date);
        reading.Date = UdiDate.Short(text.AsSpan(at), today, zeroDay: true);
        if (reading.Date is null)
        {
            reading.Wrong(UdiFindings.Date, at, ElementString.Shown(text.AsSpan(at)), "YYMMDD");
        }
    }

    // A Digital Link, or any page's address that carries a code behind its last = or /, as Chinese labels do.
    private static void ReadWebAddress(UdiReading reading, string text, int at, DateOnly today)
    {
        reading.Kind = UdiKind.Gs1DigitalLink;
        if (!DigitalLink.HasKey(text, at))
        {
            var mark = text.AsSpan(at).LastIndexOfAny('=', '/');
            var carried = DigitalLink.Unescape(text.AsSpan(at + mark + 1), plusIsSpace: false);
            if (carried.StartsWith("MA.", StringComparison.Ordinal))
            {
                Ma.Read(reading, carried, 0, today);
                Shift();
                return;
            }

            if (text[at + mark] == '=' && (carried.StartsWith("(01)", StringComparison.Ordinal) || (carried.Length >= 16 && LooksScanned(carried))))
            {
                if (carried[0] == '(')
                {
                    ElementString.ReadBracketed(reading, carried, 0, today);
                }
                else
                {
                    ElementString.ReadScanned(reading, carried, 0, today);
                }

                Close(reading, today);
                Shift();
                return;
            }

            void Shift() => reading.Move(p => Math.Min(text.Length, at + mark + 1 + p));
        }

        DigitalLink.Read(reading, text, at, today);
        Close(reading, today);
    }
}
