namespace Clew.Identification;

/// <summary>The modulo-10 check digit of GTIN, SSCC, GLN and the other numeric GS1 keys (GS1 General Specifications 7.9.1).</summary>
public static class CheckDigit
{
    /// <summary>The digit that belongs behind <paramref name="body"/>: weights 3, 1, 3… from the right.</summary>
    /// <param name="body">Decimal digits without the check digit.</param>
    public static char Of(ReadOnlySpan<char> body)
    {
        var sum = 0;
        for (var i = body.Length - 1; i >= 0; i--)
        {
            sum += (body[i] - '0') * (((body.Length - 1 - i) & 1) == 0 ? 3 : 1);
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    /// <summary>Whether the last digit of <paramref name="key"/> is the one that belongs there.</summary>
    public static bool IsRight(ReadOnlySpan<char> key) => key.Length > 1 && Of(key[..^1]) == key[^1];

    /// <summary>Whether every character is a decimal digit of ASCII.</summary>
    public static bool AreDigits(ReadOnlySpan<char> text) => text.Length > 0 && text.IndexOfAnyExceptInRange('0', '9') < 0;
}
