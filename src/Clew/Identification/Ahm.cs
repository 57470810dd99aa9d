using static Clew.Identification.Gs1.ElementString;

namespace Clew.Identification;

/// <summary>
/// Alibaba Health's code. No specification is public: the code behind <c>MF</c> is opaque, the fields are a best effort, and the answer
/// says so.
/// </summary>
public static class Ahm
{
    private const int CodeMax = 13;

    internal static void Read(UdiReading reading, string text, int at, DateOnly today)
    {
        reading.Agency = Agency.Ahm;
        reading.Kind = UdiKind.Ahm;
        reading.Wrong(UdiFindings.Unverified, at);
        var end = at + 2;
        while (end < text.Length && char.IsAsciiDigit(text[end]) && end - at - 2 < CodeMax)
        {
            end++;
        }

        reading.DeviceIdentifier = text[at..end];
        reading.Add(new UdiElement("MF", text, at, end - at));
        while (end < text.Length)
        {
            var from = text[end] == '*' ? end + 1 : end;
            var star = text.IndexOf('*', from);
            var stop = star < 0 ? text.Length : star;
            if (stop - from < 3)
            {
                reading.Wrong(UdiFindings.Syntax, from, Shown(text.AsSpan(from)), "");
                return;
            }

            var (key, value) = (text.Substring(from, 2), text[(from + 2)..stop]);
            reading.Add(new UdiElement(key, text, from + 2, value.Length));
            switch (key)
            {
                case "BN" or "BA": reading.Lot = value; break;
                case "SN": reading.Serial = value; break;
                case "MD": reading.Manufactured = Date(value); break;
                case "ED": reading.Expires = Date(value); break;
                default: break;
            }

            end = stop;
        }

        UdiDate? Date(string value) => value.Length == 8 ? UdiDate.Long(value) : UdiDate.Short(value, today, zeroDay: false);
    }
}
