using System.Globalization;
using static Clew.Identification.Gs1.ElementString;

namespace Clew.Identification;

/// <summary>
/// ISBT 128 as far as devices and tissue need it (ICCBBA ST-001, ST-017): data structures one behind the other without separators,
/// each as long as its data identifier says, or a compound message that counts them.
/// </summary>
/// <remarks>What a product code means stands in ICCBBA's licensed tables and is not told here.</remarks>
public static class Iccbba
{
    /// <summary>A data structure: its identifier, the length of what follows, and its letters by position.</summary>
    /// <param name="Letters">P prefix letter or digit (no O), A letter or digit, L letter, 9 digit.</param>
    private sealed record Structure(string Identifier, string Letters, string Says);

    private static readonly Structure[] Structures =
    [
        new("=/",  "PPPPPAAAAAALAAAA",   "device"),
        new("=)",  "AAAAAAAAAA",         "container"),
        new("=,",  "AAAAAA",             "serial"),
        new("&,1", "AAAAAAAAAAAAAAAAAA", "lot"),
        new("&)",  "AAAAAAAAAA",         "lot"),
        new("=>",  "999999",             "expiry"),
        new("&>",  "9999999999",         "expiry"),
        new("=}",  "999999",             "manufacture"),
        new("&}",  "9999999999",         "manufacture"),
        new("=*",  "999999",             "collection"),
        new("&*",  "9999999999",         "collection"),
        new("=%",  "AAAA",               "blood group"),
        new("=<",  "AAAAAAAA",           "product"),
        new("=+",  "99999",              "compound"),
    ];

    // = and then the number itself: its first letter tells it from the others.
    private static readonly Structure Donation = new("=", "FPPPP99999999AA", "donation");

    internal static void Read(UdiReading reading, string text, int at)
    {
        reading.Agency = Agency.Iccbba;
        reading.Kind = text.AsSpan(at).StartsWith("=+", StringComparison.Ordinal) ? UdiKind.Isbt128Compound : UdiKind.Isbt128;
        var parts = reading.Iccbba = new IccbbaParts();
        var (announced, found, start) = (-1, 0, at);
        while (at < text.Length)
        {
            var rest = text.AsSpan(at);
            Structure? structure = null;
            foreach (var one in Structures)
            {
                if (rest.StartsWith(one.Identifier, StringComparison.Ordinal))
                {
                    structure = one;
                    break;
                }
            }

            structure ??= rest.Length > 1 && rest[0] == '=' && char.IsAsciiLetterOrDigit(rest[1]) ? Donation : null;
            if (structure is null || (structure.Says == "compound" && at > start))
            {
                reading.Wrong(UdiFindings.UnknownDataIdentifier, at, Shown(rest[..Math.Min(3, rest.Length)]));
                return;
            }

            at += structure.Identifier.Length;
            var value = text.AsSpan(at, Math.Min(structure.Letters.Length, text.Length - at));
            for (var i = 0; i < value.Length; i++)
            {
                if (!Fits(structure.Letters[i], value[i]))
                {
                    reading.Wrong(UdiFindings.InvalidCharacter, at + i, Shown(value.Slice(i, 1)), structure.Identifier);
                    return;
                }
            }

            if (value.Length < structure.Letters.Length)
            {
                reading.Wrong(UdiFindings.Length, at, Shown(value), structure.Identifier, Say(value.Length), Say(structure.Letters.Length));
                return;
            }

            var said = value.ToString();
            if (structure.Says == "compound")
            {
                announced = UdiDate.Two(said, 0);
                parts.CompoundReference = said[2..];
            }
            else
            {
                found++;
                reading.Add(new UdiElement(structure.Identifier, text, at, said.Length));
                Tell(reading, parts, structure, said, at);
            }

            at += said.Length;
        }

        if (announced >= 0 && announced != found)
        {
            reading.Wrong(UdiFindings.CompoundCount, start, text[start..], Say(announced), Say(found));
        }
    }

    /// <summary>Two symbols of one label: the structures of the second stand behind those of the first.</summary>
    internal static void Join(UdiReading both, UdiReading one, UdiReading two)
    {
        var (first, second) = (one.Iccbba!, two.Iccbba!);
        both.DeviceIdentifier = one.DeviceIdentifier ?? two.DeviceIdentifier;
        both.Lot = one.Lot ?? two.Lot;
        both.Serial = one.Serial ?? two.Serial;
        both.Expires = one.Expires ?? two.Expires;
        both.Manufactured = one.Manufactured ?? two.Manufactured;
        both.Iccbba = new IccbbaParts
        {
            Din = first.Din ?? second.Din,
            DinChecksumIsRight = first.DinChecksumIsRight ?? second.DinChecksumIsRight,
            IsContainer = first.IsContainer || second.IsContainer,
            ExpiryAsWritten = first.ExpiryAsWritten ?? second.ExpiryAsWritten,
            ManufactureAsWritten = first.ManufactureAsWritten ?? second.ManufactureAsWritten,
        };
        both.Joined = Canonical.Text(one) + Canonical.Text(two);
    }

    private static void Tell(UdiReading reading, IccbbaParts parts, Structure structure, string said, int at)
    {
        switch (structure.Says)
        {
            case "device": reading.DeviceIdentifier = said; break;
            case "container": (reading.DeviceIdentifier, parts.IsContainer) = (said, true); break;
            case "serial": reading.Serial = said; break;
            case "lot": reading.Lot = said; break;
            case "expiry": (reading.Expires, parts.ExpiryAsWritten) = (Date(reading, structure, said, at), said); break;
            case "manufacture": (reading.Manufactured, parts.ManufactureAsWritten) = (Date(reading, structure, said, at), said); break;
            case "collection": Date(reading, structure, said, at); break;
            case "donation":
                parts.Din = said;
                // Flags 60 to 96 (type 3) are 60 and the check of the number; others say what the process wants.
                if (int.TryParse(said.AsSpan(13), NumberStyles.None, CultureInfo.InvariantCulture, out var flags) && flags is >= 60 and <= 96)
                {
                    parts.DinChecksumIsRight = CheckCharacters.Mod37(said.AsSpan(0, 13)) == flags - 60;
                }

                break;
            default: break;
        }
    }

    // cyyjjj, perhaps hhmm: the century's last digit counts from 2000, and 9 means 19.
    private static UdiDate? Date(UdiReading reading, Structure structure, string said, int at)
    {
        var century = said[0] == '9' ? 1900 : 2000 + ((said[0] - '0') * 100);
        var date = UdiDate.Julian(century + UdiDate.Two(said, 1), int.Parse(said.AsSpan(3, 3), NumberStyles.None, CultureInfo.InvariantCulture))?.At(said.AsSpan(6));
        if (date is null)
        {
            reading.Wrong(UdiFindings.Date, at, said, structure.Identifier);
        }

        return date;
    }

    private static bool Fits(char letter, char c) => letter switch
    {
        '9' => char.IsAsciiDigit(c),
        'L' => char.IsAsciiLetterUpper(c),
        'A' => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c),
        'F' => (char.IsAsciiLetterUpper(c) && c != 'O') || c is >= '1' and <= '9',
        _ => (char.IsAsciiLetterUpper(c) && c != 'O') || char.IsAsciiDigit(c),
    };
}
