using System.Buffers;
using System.Globalization;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Epcis;

/// <summary>Whether a text has the form of a URI, or of a time.</summary>
internal static class Uris
{
    // RFC 3986: unreserved, gen-delims, sub-delims, percent
    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    // XML's anyURI has room for characters that a URI writes encoded; not for blanks, which would fall out of it.
    private static readonly SearchValues<char> Blanks = SearchValues.Create(" \t\r\n\"<>");

    /// <summary>A scheme, or a prefix, and something behind it.</summary>
    public static bool IsUri(ReadOnlySpan<char> text, bool isStrict)
    {
        var colon = text.IndexOf(':');
        if (colon <= 0 || !char.IsAsciiLetter(text[0]) || text[..colon].ContainsAnyExceptInRange('+', 'z'))
        {
            return false;
        }

        foreach (var c in text[..colon])
        {
            // A prefix may have an underscore, a scheme may not: JSON-LD's names are taken for what they are.
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.' or '_'))
            {
                return false;
            }
        }

        if (!isStrict)
        {
            return !text.ContainsAny(Blanks);
        }

        if (text.ContainsAnyExcept(Characters))
        {
            return false;
        }

        for (var i = text.IndexOf('%'); i >= 0 && i < text.Length; i++)
        {
            if (text[i] == '%' && (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>yyyy-MM-ddThh:mm:ss, a fraction perhaps, and Z or an offset (xsd:dateTimeStamp).</summary>
    public static bool IsTime(string text) =>
        text.Length >= 20 && text[10] == 'T' && text[13] == ':' && text[16] == ':' && CheckDigit.AreDigits(text.AsSpan(0, 4)) && CheckDigit.AreDigits(text.AsSpan(17, 2))
        && EventTime.TryRead(text, out _);

    /// <summary>The instant in UTC to the millisecond, as the event hash writes it; the text itself where it is no time.</summary>
    public static string Millisecond(string text)
    {
        if (!EventTime.TryRead(text, out var time))
        {
            return text;
        }

        // Rounded, not cut (CBV 2.0, 8.9.2).
        var milliseconds = (long)Math.Round(time.Microseconds / 1000m, MidpointRounding.ToEven);
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }
}
