using static Clew.Identification.Gs1.ElementString;

namespace Clew.Identification;

/// <summary>
/// ISO/IEC 15434 format 06 with the data identifiers of ANSI MH10.8.2, as IFA lays it out: <c>9N</c> the PPN (or <c>8P</c> a GTIN),
/// <c>1T</c> lot, <c>S</c> serial, <c>D</c> expiry, <c>16D</c> manufacture.
/// </summary>
public static class Ifa
{
    private const char Record = '\u001e';
    private const char EndOfTransmission = '\u0004';
    private const string Opening = "[)>\u001e06\u001d";

    internal static void Read(UdiReading reading, string text, int at, DateOnly today)
    {
        reading.Agency = Agency.Ifa;
        reading.Kind = UdiKind.Iso15434;
        if (string.CompareOrdinal(text, at, Opening, 0, Opening.Length) != 0)
        {
            reading.Wrong(UdiFindings.Envelope, at, "", "[)> RS 06 GS …");
            return;
        }

        var from = at + Opening.Length;
        if (text[^1] != EndOfTransmission || text.Length - 2 < from || text[^2] != Record)
        {
            reading.Wrong(UdiFindings.Envelope, text.Length, "", "… RS EOT");
            return;
        }

        var end = text.Length - 2;
        while (from <= end)
        {
            var gap = text.IndexOf(Separator, from, end - from);
            var stop = gap < 0 ? end : gap;
            ReadField(reading, text, from, stop, today);
            from = stop + 1;
        }

        if (reading["9N"] is not null && reading["8P"] is not null)
        {
            reading.Wrong(UdiFindings.TwoProductIdentifiers, at);
        }
    }

    private static void ReadField(UdiReading reading, string text, int from, int end, DateOnly today)
    {
        // Up to three digits and one letter.
        var at = from;
        while (at < end && char.IsAsciiDigit(text[at]) && at - from < 3)
        {
            at++;
        }

        if (at >= end || !char.IsAsciiLetterUpper(text[at]))
        {
            reading.Wrong(from == end ? UdiFindings.Empty : UdiFindings.UnknownDataIdentifier, from, Shown(text.AsSpan(from, end - from)), "06");
            return;
        }

        var key = text[from..++at];
        var value = text[at..end];
        if (value.Length == 0)
        {
            reading.Wrong(UdiFindings.Empty, at, "", key);
            return;
        }

        reading.Add(new UdiElement(key, text, at, value.Length));
        switch (key)
        {
            case "9N": ReadPpn(reading, value, at); break;
            case "8P":
                reading.DeviceIdentifier ??= value;
                if (value.Length != 14 || !CheckDigit.AreDigits(value))
                {
                    reading.Wrong(UdiFindings.Length, at, value, key, Say(value.Length), "14");
                }
                else if (!CheckDigit.IsRight(value))
                {
                    reading.Wrong(UdiFindings.CheckDigit, end - 1, value, key, CheckDigit.Of(value.AsSpan(0, 13)).ToString());
                }

                break;
            case "1T": reading.Lot = value; break;
            case "S": reading.Serial = value; break;
            case "D": reading.Expires = Date(UdiDate.Short(value, today, zeroDay: true)); break;
            case "14D": reading.Expires = Date(UdiDate.Long(value)); break;
            case "16D": reading.Manufactured = Date(UdiDate.Long(value)); break;
            default: break;
        }

        UdiDate? Date(UdiDate? date)
        {
            if (date is null)
            {
                reading.Wrong(UdiFindings.Date, at, value, key);
            }

            return date;
        }
    }

    // Two characters of the agency, 1 to 18 of the product, two check digits.
    private static void ReadPpn(UdiReading reading, string ppn, int at)
    {
        reading.DeviceIdentifier = ppn;
        var foreign = ppn.AsSpan().IndexOfAnyExcept(Letters);
        if (foreign >= 0)
        {
            reading.Wrong(UdiFindings.InvalidCharacter, at + foreign, Shown(ppn.AsSpan(foreign, 1)), "9N");
        }
        else if (ppn.Length is < 5 or > 22)
        {
            reading.Wrong(UdiFindings.Length, at, ppn, "9N", Say(ppn.Length), "5–22");
        }
        else if (CheckCharacters.Mod97(ppn.AsSpan(0, ppn.Length - 2)) is var right && !ppn.EndsWith(right, StringComparison.Ordinal))
        {
            reading.Wrong(UdiFindings.CheckDigits, at + ppn.Length - 2, ppn, right);
        }

        if (ppn.Length == 12 && ppn.StartsWith("11", StringComparison.Ordinal))
        {
            reading.Pzn = ppn[2..10];
        }
    }

    /// <summary>A PPN from Germany's eight-digit number.</summary>
    public static string Ppn(string pzn) => $"11{pzn}{CheckCharacters.Mod97("11" + pzn)}";

    /// <summary>The envelope with its fields in the given order.</summary>
    public static string Write(IEnumerable<UdiElement> fields) =>
        $"{Opening}{string.Join(Separator, fields.Select(f => f.Key + f.Value))}{Record}{EndOfTransmission}";

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}
