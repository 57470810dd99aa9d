using System.Globalization;

namespace Clew.Epcis;

/// <summary>Numbers as texts, so that none loses a digit on its way through.</summary>
internal static class Numbers
{
    /// <summary>A number of XML as JSON writes it: 05 and +5 are 5, .5 is 0.5; otherwise digit for digit.</summary>
    public static bool TryRead(string text, out string digits)
    {
        digits = text;
        if (text.Length == 0 || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value) || text.AsSpan().ContainsAny(' ', '\t'))
        {
            return false;
        }

        var (sign, rest) = text[0] == '-' ? ("-", text[1..]) : ("", text[0] == '+' ? text[1..] : text);
        rest = rest.TrimStart('0');
        rest = rest.Length == 0 || !char.IsAsciiDigit(rest[0]) ? "0" + rest : rest;
        var end = rest.AsSpan().IndexOfAny('e', 'E') is >= 0 and var e ? e : rest.Length;
        digits = sign + (rest[end - 1] == '.' ? rest.Remove(end - 1, 1) : rest);
        return true;
    }

    /// <summary>As the event hash writes it: no zeros that say nothing. Texts that are no number stay as they are.</summary>
    public static string Canonical(string text)
    {
        if (text.Length == 0 || text[0] is not (>= '0' and <= '9' or '+' or '-' or '.')
            || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            return text;
        }

        if (Math.Floor(number) == number)
        {
            return new System.Numerics.BigInteger(number).ToString(CultureInfo.InvariantCulture);
        }

        var shown = number.ToString("R", CultureInfo.InvariantCulture);
        return shown.Contains('E', StringComparison.Ordinal) ? shown.ToLowerInvariant() : shown;
    }
}
