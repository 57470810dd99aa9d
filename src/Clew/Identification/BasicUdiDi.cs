using static Clew.Identification.Gs1.ElementString;

namespace Clew.Identification;

/// <summary>
/// The EU's Basic UDI-DI: the key of a device model in EUDAMED, never on a label. GS1's is a Global Model Number, HIBCC's starts with
/// <c>++</c>, IFA's with <c>PP</c>, ICCBBA's is a device identifier of 16 characters with two check digits.
/// </summary>
public static class BasicUdiDi
{
    private const int LengthMax = 25;

    /// <summary>Whose it could be by its shape; none if it has no such shape.</summary>
    internal static Agency Shape(ReadOnlySpan<char> text)
    {
        if (text.Length is < 6 or > LengthMax)
        {
            return Agency.None;
        }

        if (text.StartsWith("++", StringComparison.Ordinal))
        {
            return Agency.Hibcc;
        }

        if (text.StartsWith("PP", StringComparison.Ordinal) && text.Length >= 10 && CheckDigit.AreDigits(text.Slice(2, 5)) && CheckDigit.AreDigits(text[^2..]))
        {
            return Agency.Ifa;
        }

        if (text.Length == 18 && char.IsAsciiLetterUpper(text[0]) && CheckDigit.AreDigits(text[^2..]) && CheckCharacters.Mod37(text) is not null)
        {
            return Agency.Iccbba;
        }

        return CheckDigit.AreDigits(text[..4]) && CheckCharacters.Pair(text[..^2]) is not null && CheckCharacters.IsPair(text[^2..]) ? Agency.Gs1 : Agency.None;
    }

    internal static void Read(UdiReading reading, string text, int at, Agency agency)
    {
        reading.Agency = agency;
        reading.Kind = UdiKind.BasicUdiDi;
        var code = at == 0 ? text : text[at..];
        reading.BasicUdiDi = code;
        reading.Add(new UdiElement("basic", text, at, code.Length));
        var right = Check(agency, code.AsSpan(0, code.Length - 2));
        reading.RightCheck = right;
        if (right is null)
        {
            reading.Wrong(UdiFindings.InvalidCharacter, at, Shown(code), "Basic UDI-DI");
        }
        else if (!text.EndsWith(right, StringComparison.Ordinal))
        {
            reading.Wrong(UdiFindings.CheckCharacters, text.Length - 2, code, "Basic UDI-DI", right);
        }
    }

    /// <summary>The two check characters that <paramref name="agency"/> puts behind <paramref name="body"/>.</summary>
    public static string? Check(Agency agency, ReadOnlySpan<char> body) => agency switch
    {
        Agency.Gs1 or Agency.Hibcc => CheckCharacters.Pair(body),
        Agency.Ifa => CheckCharacters.Mod97(body),
        Agency.Iccbba => CheckCharacters.Mod37(body)?.ToString("00", System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };
}
