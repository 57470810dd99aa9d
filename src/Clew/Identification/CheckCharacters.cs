using System.Globalization;

namespace Clew.Identification;

/// <summary>
/// The other check algorithms of the trade, each as its issuing agency defines it. Every method wants the body without the check,
/// made of the agency's alphabet; null says that a foreign character stands in it.
/// </summary>
public static class CheckCharacters
{
    /// <summary>GS1's 82 characters in the order of their values (General Specifications, figure 7.11-1).</summary>
    internal const string Set82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    private const string Set32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const string Set43 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
    private const string Set37 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";

    private static readonly int[] Primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83];

    /// <summary>The longest body of a model number: 25 characters with its pair.</summary>
    public const int PairBodyMax = 23;

    /// <summary>The pair of a GMN, a Master UDI-DI and HIBCC's Basic UDI-DI (General Specifications 7.9.5): prime weights from the right, modulo 1021.</summary>
    public static string? Pair(ReadOnlySpan<char> body)
    {
        if (body.Length is 0 or > PairBodyMax)
        {
            return null;
        }

        var sum = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var value = Set82.IndexOf(body[i], StringComparison.Ordinal);
            if (value < 0)
            {
                return null;
            }

            sum += value * Primes[body.Length - 1 - i];
        }

        sum %= 1021;
        return string.Create(2, sum, static (two, s) => (two[0], two[1]) = (Set32[s / 32], Set32[s % 32]));
    }

    /// <summary>Whether the two characters can be such a pair at all.</summary>
    internal static bool IsPair(ReadOnlySpan<char> two) => two.Length == 2 && Set32.Contains(two[0], StringComparison.Ordinal) && Set32.Contains(two[1], StringComparison.Ordinal);

    /// <summary>HIBC: the sum of all characters, modulo 43.</summary>
    public static char? Hibc(ReadOnlySpan<char> body)
    {
        var sum = 0;
        foreach (var c in body)
        {
            var value = Set43.IndexOf(c, StringComparison.Ordinal);
            if (value < 0)
            {
                return null;
            }

            sum += value;
        }

        return Set43[sum % 43];
    }

    /// <summary>PPN and IFA's Basic UDI-DI: code points weighted 2, 3, 4… from the left, modulo 97.</summary>
    public static string Mod97(ReadOnlySpan<char> body)
    {
        var sum = 0L;
        for (var i = 0; i < body.Length; i++)
        {
            sum = (sum + ((long)body[i] * (i + 2))) % 97;
        }

        return sum.ToString("00", CultureInfo.InvariantCulture);
    }

    /// <summary>ISO/IEC 7064 mod 37-2 (ISBT 128): 0 to 36.</summary>
    public static int? Mod37(ReadOnlySpan<char> body)
    {
        var sum = 0;
        foreach (var c in body)
        {
            var value = Set37.IndexOf(c, StringComparison.Ordinal);
            if (value < 0)
            {
                return null;
            }

            sum = (sum + value) * 2 % 37;
        }

        return (38 - sum) % 37;
    }

    /// <summary>
    /// MA: every character becomes a decimal number, the numbers are strung together, and every second digit from the right is doubled.
    /// Gathered from public code, not from a standard: good for a warning, never for a refusal.
    /// </summary>
    public static char? Ma(ReadOnlySpan<char> body)
    {
        var (sum, doubled) = (0, false);
        for (var i = body.Length - 1; i >= 0; i--)
        {
            var value = MaValue(body[i]);
            if (value < 0)
            {
                return null;
            }

            Add(value % 10);
            if (value > 9)
            {
                Add(value / 10);
            }
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));

        void Add(int digit)
        {
            var counted = doubled ? digit * 2 : digit;
            sum += (counted / 10) + (counted % 10);
            doubled = !doubled;
        }
    }

    private static int MaValue(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'A' and <= 'Z' => c - 'A' + 10,
        >= 'a' and <= 'g' => c - 'a' + 36,
        >= 'h' and <= 'z' => c - 'h' + 45, // 43 and 44 are not given out
        _ => "-.@$,*+%/#!^~".IndexOf(c, StringComparison.Ordinal) is var mark and >= 0 ? mark + 64 : -1,
    };
}
