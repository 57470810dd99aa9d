using System.Globalization;
using System.Text;

namespace Clew.Identification;

/// <summary>
/// HIBC, the supplier labeling standard of HIBCC (ANSI/HIBC 2): primary, secondary, both in one symbol, and the two symbols of one label.
/// </summary>
/// <remarks>
/// The last character is cut off first: <c>/ + $ - .</c> and the space are legal check and link characters, so splitting at a slash or
/// trimming breaks labels. Asterisks around the printed line are no data.
/// </remarks>
public static class Hibcc
{
    private const int ProductMax = 18;
    private const int InstanceMax = 18;

    internal static void Read(UdiReading reading, string text, int at, DateOnly today)
    {
        reading.Agency = Agency.Hibcc;
        var parts = reading.Hibcc = new HibccParts();
        var end = text.Length;
        if (text[at] == '*')
        {
            at++;
            end -= text[^1] == '*' && end - 1 > at ? 1 : 0;
        }

        // + and the check character at least; text[at] is the plus.
        if (end - at < 3)
        {
            reading.Kind = UdiKind.HibcPrimary;
            reading.Wrong(UdiFindings.PrimarySyntax, at, ElementString(text, at, end));
            return;
        }

        var check = text[end - 1];
        parts.CheckCharacter = check;
        var right = CheckCharacters.Hibc(text.AsSpan(at, end - 1 - at));
        if (right is null)
        {
            reading.Wrong(UdiFindings.InvalidCharacter, at, ElementString(text, at, end), "HIBC");
        }
        else if (right != check)
        {
            reading.RightCheck = right.ToString();
            reading.Wrong(UdiFindings.CheckCharacter, end - 1, check.ToString(), right.Value.ToString());
        }

        end--;
        if (char.IsAsciiDigit(text[at + 1]) || text[at + 1] == '$')
        {
            reading.Kind = UdiKind.HibcSecondary;
            parts.LinkCharacter = text[end - 1];
            ReadSecondary(reading, text, at + 1, end - 1, today);
            return;
        }

        var slash = text.IndexOf('/', at, end - at);
        reading.Kind = slash < 0 ? UdiKind.HibcPrimary : UdiKind.HibcConcatenated;
        ReadPrimary(reading, text, at + 1, slash < 0 ? end : slash);
        if (slash >= 0)
        {
            ReadSecondary(reading, text, slash + 1, end, today);
        }
    }

    /// <summary>Two readings of the symbols of one label become one; the link must fit.</summary>
    internal static UdiReading Join(UdiReading primary, UdiReading secondary)
    {
        var pair = new UdiReading(primary.Text)
        {
            Agency = Agency.Hibcc,
            Kind = UdiKind.HibcPair,
            SymbologyIdentifier = primary.SymbologyIdentifier,
            DeviceIdentifier = primary.DeviceIdentifier,
            Lot = secondary.Lot,
            Serial = secondary.Serial,
            Manufactured = secondary.Manufactured,
            Expires = secondary.Expires,
            Quantity = secondary.Quantity,
            RightCheck = primary.RightCheck,
            Hibcc = primary.Hibcc! with { LinkCharacter = secondary.Hibcc!.LinkCharacter, ExpiryAsWritten = secondary.Hibcc.ExpiryAsWritten },
        };
        foreach (var diagnostic in primary.Diagnostics.Concat(secondary.Diagnostics.Select(d => d with { Symbol = 1 })))
        {
            pair.Say(diagnostic);
        }

        foreach (var element in primary.Elements.Concat(secondary.Elements))
        {
            pair.Add(element);
        }

        // As one symbol: no second plus, no link, a check character of its own.
        var printed = Canonical.Text(secondary)!;
        pair.Joined = primary.DeviceIdentifier is { } device && printed.Length > 3 ? Checked($"+{device}/{printed[1..^2]}") : null;
        var (link, check) = (secondary.Hibcc.LinkCharacter, primary.Hibcc.CheckCharacter);
        if (link != check)
        {
            pair.Say(new Diagnostic(UdiFindings.LinkCharacter, secondary.Text.Length - 2, link.ToString()!, check.ToString()!) { Symbol = 1 });
        }

        return pair;
    }

    private static void ReadPrimary(UdiReading reading, string text, int from, int end)
    {
        var code = text.AsSpan(from, end - from);
        var product = code.Length - 5;
        if (product is < 1 or > ProductMax || !char.IsAsciiLetterUpper(code[0]) || !AreAlphanumeric(code) || !char.IsAsciiDigit(code[^1]))
        {
            reading.Wrong(UdiFindings.PrimarySyntax, from, ElementString(text, from, end));
            return;
        }

        reading.DeviceIdentifier = code.ToString();
        var parts = reading.Hibcc!;
        (parts.Lic, parts.Pcn, parts.UnitOfMeasure) = (code[..4].ToString(), code[4..^1].ToString(), code[^1] - '0');
        reading.Add(new UdiElement("+", text, from, code.Length));
    }

    private static void ReadSecondary(UdiReading reading, string text, int from, int end, DateOnly today)
    {
        // The secondary proper, then supplements behind slashes. It may be missing: a supplement can follow the primary at once.
        var first = true;
        while (from <= end)
        {
            var slash = text.IndexOf('/', from, Math.Max(0, end - from));
            var stop = slash < 0 ? end : slash;
            var field = text.AsSpan(from, Math.Max(0, stop - from));
            if (!first || !ReadDataField(reading, text, from, stop, today, out var understood))
            {
                understood = ReadSupplement(reading, text, from, stop);
            }

            if (!understood)
            {
                reading.Wrong(UdiFindings.SecondarySyntax, from, ElementString(text, from, from + field.Length));
                return;
            }

            first = false;
            if (slash < 0)
            {
                return;
            }

            from = slash + 1;
        }
    }

    // Says whether it is a secondary at all; understood is false where it begins like one and goes wrong.
    private static bool ReadDataField(UdiReading reading, string text, int from, int end, DateOnly today, out bool understood)
    {
        var field = text.AsSpan(from, end - from);
        understood = true;
        if (field.StartsWith("$$+", StringComparison.Ordinal))
        {
            understood = ReadDated(reading, text, from + 3, end, today, serial: true);
        }
        else if (field.StartsWith("$$", StringComparison.Ordinal))
        {
            var at = from + 2;
            if (at < end && text[at] is '8' or '9')
            {
                var digits = text[at] == '8' ? 2 : 5;
                if (end - at - 1 < digits || !CheckDigit.AreDigits(text.AsSpan(at + 1, digits)))
                {
                    understood = false;
                    return true;
                }

                reading.Quantity = int.Parse(text.AsSpan(at + 1, digits), NumberStyles.None, CultureInfo.InvariantCulture);
                reading.Add(new UdiElement("Q", text, at + 1, digits));
                at += digits + 1;
            }

            understood = at == end ? at > from + 2 : ReadDated(reading, text, at, end, today, serial: false);
        }
        else if (field.StartsWith("$+", StringComparison.Ordinal))
        {
            ReadInstance(reading, text, from + 2, end, serial: true);
        }
        else if (field.StartsWith("$", StringComparison.Ordinal))
        {
            ReadInstance(reading, text, from + 1, end, serial: false);
        }
        else if (field.Length >= 5 && CheckDigit.AreDigits(field[..5]))
        {
            ReadDate(reading, text, from, 5, "YYJJJ", today);
            ReadInstance(reading, text, from + 5, end, serial: false);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static bool ReadDated(UdiReading reading, string text, int at, int end, DateOnly today, bool serial)
    {
        if (at >= end)
        {
            return false;
        }

        var (skip, form) = text[at] switch
        {
            '0' or '1' => (0, "MMYY"),
            '2' => (1, "MMDDYY"),
            '3' => (1, "YYMMDD"),
            '4' => (1, "YYMMDDHH"),
            '5' => (1, "YYJJJ"),
            '6' => (1, "YYJJJHH"),
            '7' => (1, ""),
            _ => (-1, ""),
        };
        if (skip < 0 || end - at - skip < form.Length || (form.Length > 0 && !CheckDigit.AreDigits(text.AsSpan(at + skip, form.Length))))
        {
            return false;
        }

        if (form.Length > 0)
        {
            ReadDate(reading, text, at + skip, form.Length, form, today);
        }

        ReadInstance(reading, text, at + skip + form.Length, end, serial);
        return true;
    }

    private static void ReadDate(UdiReading reading, string text, int from, int length, string form, DateOnly today)
    {
        var digits = text.AsSpan(from, length);
        int At(string part, ReadOnlySpan<char> d)
        {
            var at = form.IndexOf(part, StringComparison.Ordinal);
            return at < 0 ? 0 : int.Parse(d.Slice(at, part.Length), NumberStyles.None, CultureInfo.InvariantCulture);
        }

        var year = UdiDate.Year(At("YY", digits), today.Year);
        UdiDate? day = form.Contains("JJJ", StringComparison.Ordinal) ? UdiDate.Julian(year, At("JJJ", digits))
            : form == "MMYY" ? UdiDate.Of(year, At("MM", digits), 0, zeroDay: true) is { } month ? month with { DayIsDefined = false } : null
            : UdiDate.Of(year, At("MM", digits), At("DD", digits), zeroDay: false);
        var date = form.EndsWith("HH", StringComparison.Ordinal) ? day?.At(digits[^2..]) : day;
        Keep(reading, date, text, from, length, expiry: true, "HIBC");
    }

    private static void Keep(UdiReading reading, UdiDate? date, string text, int from, int length, bool expiry, string key)
    {
        if (date is null)
        {
            reading.Wrong(UdiFindings.Date, from, text.Substring(from, length), key);
        }
        else if (expiry)
        {
            reading.Expires = date;
            reading.Hibcc!.ExpiryAsWritten = text.Substring(from, length);
        }
        else
        {
            reading.Manufactured = date;
        }

        reading.Add(new UdiElement(expiry ? "14D" : "16D", text, from, length));
    }

    private static void ReadInstance(UdiReading reading, string text, int from, int end, bool serial)
    {
        var value = text.AsSpan(from, end - from);
        if (value.IsEmpty)
        {
            return;
        }

        var key = serial ? "S" : "1T";
        if (value.Length > InstanceMax)
        {
            reading.Wrong(UdiFindings.Length, from, value.ToString(), key, value.Length.ToString(CultureInfo.InvariantCulture), "1–18");
        }
        else if (!AreAlphanumeric(value))
        {
            reading.Wrong(UdiFindings.InvalidCharacter, from, value.ToString(), key);
        }

        (reading.Serial, reading.Lot) = serial ? (value.ToString(), reading.Lot) : (reading.Serial, value.ToString());
        reading.Add(new UdiElement(key, text, from, value.Length));
    }

    private static bool ReadSupplement(UdiReading reading, string text, int from, int end)
    {
        var field = text.AsSpan(from, end - from);
        if (field.Length > 1 && field[0] == 'S')
        {
            ReadInstance(reading, text, from + 1, end, serial: true);
            return true;
        }

        if (field.StartsWith("14D", StringComparison.Ordinal) || field.StartsWith("16D", StringComparison.Ordinal))
        {
            Keep(reading, UdiDate.Long(field[3..]), text, from + 3, field.Length - 3, field[1] == '4', field[..3].ToString());
            return true;
        }

        if (field.Length is >= 2 and <= 6 && field[0] == 'Q' && CheckDigit.AreDigits(field[1..]))
        {
            reading.Quantity = int.Parse(field[1..], NumberStyles.None, CultureInfo.InvariantCulture);
            reading.Add(new UdiElement("Q", text, from + 1, field.Length - 1));
            return true;
        }

        return false;
    }

    /// <summary>
    /// A HIBC symbol with its check character: the primary alone, or with lot, serial and dates behind it. Null where a part does not fit
    /// the standard.
    /// </summary>
    /// <param name="device">LIC, PCN and unit of measure.</param>
    public static string? Write(string device, string? lot = null, string? serial = null, DateOnly? expires = null, DateOnly? manufactured = null, int? quantity = null)
    {
        var text = new StringBuilder("+").Append(device.ToUpperInvariant());
        if (lot is not null || serial is not null || expires is not null || manufactured is not null || quantity is not null)
        {
            // $$ opens with the quantity; the serial has a field of its own there, for $$+ holds either a quantity or a serial.
            text.Append("/$$");
            if (quantity is { } q)
            {
                _ = q < 100 ? text.Append('8').Append(q.ToString("00", CultureInfo.InvariantCulture)) : text.Append('9').Append(q.ToString("00000", CultureInfo.InvariantCulture));
            }

            _ = expires is { } day ? text.Append('3').Append(day.ToString("yyMMdd", CultureInfo.InvariantCulture)) : text.Append('7');
            text.Append(lot?.ToUpperInvariant());
            if (serial is not null)
            {
                text.Append("/S").Append(serial.ToUpperInvariant());
            }

            if (manufactured is { } made)
            {
                text.Append("/16D").Append(made.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
            }
        }

        var symbol = Checked(text.ToString());
        return symbol is not null && Udi.Read(symbol, new UdiOptions { Today = expires ?? manufactured ?? new DateOnly(2026, 1, 1) }).IsValid ? symbol : null;
    }

    /// <summary>The text with the check character that belongs behind it.</summary>
    public static string? Checked(string body) => CheckCharacters.Hibc(body) is { } check ? body + check : null;

    private static bool AreAlphanumeric(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c) && !char.IsAsciiLetterUpper(c))
            {
                return false;
            }
        }

        return true;
    }

    private static string ElementString(string text, int from, int end) => Gs1.ElementString.Shown(text.AsSpan(from, Math.Max(0, end - from)));
}
