using System.Xml;
using System.Xml.Linq;
using static Clew.Identification.Gs1.ElementString;

namespace Clew.Identification;

/// <summary>
/// China's MA code (IDcode, ISO/IEC 15459 issuing agency "MA"): <c>MA.156.M0.{registrant}.{level, item, check}</c>, then tagged production
/// identifiers, all separated by dots. Also as XML and within a web address.
/// </summary>
/// <remarks>Its check digits are known from public code only, and that contradicts itself: a misfit is a warning.</remarks>
public static class Ma
{
    /// <summary>Level, one of item, check: an item code has six characters by the manual and more in practice.</summary>
    private const int CodeMin = 3;

    // Longer than any seen by far; keeps an identity within its bounds.
    private const int CodeMax = 64;

    internal static void Read(UdiReading reading, string text, int at, DateOnly today)
    {
        reading.Agency = Agency.Ma;
        reading.Kind = UdiKind.MaIdCode;
        var parts = text[at..].Split('.');
        if (parts.Length < 5 || parts[0] != "MA" || parts[1].Length != 3 || !CheckDigit.AreDigits(parts[1]) || parts[2].Length != 2 || !AreLetters(parts[2])
            || parts[3].Length != 6 || !AreLetters(parts[3]) || parts[4].Length is < CodeMin or > CodeMax || !AreLetters(parts[4]))
        {
            reading.Wrong(UdiFindings.Syntax, at, Shown(text.AsSpan(at)), ": MA.156.M0.######.…");
            return;
        }

        var code = parts[4];
        var device = string.Join('.', parts[..5]);
        reading.DeviceIdentifier = device;
        reading.Add(new UdiElement("DI", text, at, device.Length));
        var ma = reading.Ma = new MaParts
        {
            Registrant = parts[3],
            PackagingLevel = code[..1],
            Item = code[1..^1],
            DiCheck = code[^1..],
        };
        if (CheckCharacters.Ma(device.AsSpan(0, device.Length - 1)) is { } right && right != device[^1])
        {
            reading.Wrong(UdiFindings.DiCheck, at + device.Length - 1, ma.DiCheck, right.ToString());
        }

        var from = at + device.Length + 1;
        foreach (var part in parts.AsSpan(5))
        {
            ReadTag(reading, ma, text, from, part, at + device.Length, today);
            from += part.Length + 1;
        }
    }

    private static void ReadTag(UdiReading reading, MaParts ma, string text, int from, string part, int pi, DateOnly today)
    {
        if (part.Length < 2)
        {
            reading.Wrong(part.Length == 0 ? UdiFindings.Syntax : UdiFindings.Empty, from, part, part);
            return;
        }

        var (tag, value) = (part[0], part[1..]);
        switch (tag)
        {
            case 'S': reading.Serial = value; break;
            case 'L': reading.Lot = value; break;
            case 'D': ma.SterilizationLot = value; break;
            case 'M' or 'P': reading.Manufactured = Date(); break; // P is the older tag
            case 'E': reading.Expires = Date(); break;
            case 'V': ma.ValidUntil = Date(); break;
            case 'C':
                ma.PiCheck = value;
                if (CheckCharacters.Ma(text.AsSpan(pi, from - 1 - pi)) is { } right && value != right.ToString())
                {
                    reading.Wrong(UdiFindings.PiCheck, from + 1, value, right.ToString());
                }

                break;
            default:
                reading.Wrong(UdiFindings.UnknownPiTag, from, Shown(part));
                return;
        }

        reading.Add(new UdiElement(part[..1], text, from + 1, value.Length));

        UdiDate? Date()
        {
            var date = value.Length == 8 ? UdiDate.Long(value) : UdiDate.Short(value, today, zeroDay: false);
            if (date is null)
            {
                reading.Wrong(UdiFindings.Date, from + 1, value, tag.ToString());
            }

            return date;
        }
    }

    /// <summary><c>&lt;UDI IAC="MA"&gt;&lt;DI/&gt;&lt;SN/&gt;…&lt;/UDI&gt;</c>, as some QR codes carry it: put back into dots and read.</summary>
    internal static void ReadXml(UdiReading reading, string text, int at, DateOnly today)
    {
        reading.Agency = Agency.Ma;
        reading.Kind = UdiKind.MaIdCode;
        try
        {
            using var xml = XmlReader.Create(new System.IO.StringReader(text[at..]), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = Udi.LengthMax });
            var root = XElement.Load(xml);
            var dotted = (string?)root.Element("DI") ?? "";
            foreach (var (name, tag) in (ReadOnlySpan<(string, char)>)[("SN", 'S'), ("MFG", 'M'), ("LOT", 'L'), ("EXP", 'E'), ("VAL", 'V')])
            {
                dotted += (string?)root.Element(name) is { Length: > 0 } value ? $".{tag}{value.Replace("-", "", StringComparison.Ordinal)}" : "";
            }

            Read(reading, dotted, 0, today);
            reading.Move(_ => at);
        }
        catch (XmlException broken)
        {
            reading.Wrong(UdiFindings.Syntax, at + Math.Max(0, broken.LinePosition - 1), Shown(text.AsSpan(at)), ": XML");
        }
    }

    private static bool AreLetters(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }

        return text.Length > 0;
    }
}
