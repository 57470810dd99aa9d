using System.Globalization;
using Clew.Identification;

namespace Clew.Numbering;

/// <summary>
/// How serials of a product look, as data: <c>PX-######?</c> with the alphabet <c>0123456789</c>. Each <c>#</c> is a place of the number,
/// written in the alphabet; <c>?</c> is its check character; all else stands as it is.
/// </summary>
/// <param name="Alphabet">The characters of a place, the one for nought first.</param>
/// <param name="First">The first number of the range.</param>
/// <param name="Count">How many numbers the range has.</param>
/// <param name="IsRandom">Whether they come in an order that nobody can guess, or one after the other.</param>
public sealed record SerialRule(string Pattern, string Alphabet, long First, long Count, bool IsRandom)
{
    /// <summary>The longest serial that GS1 carries in AI (21).</summary>
    public const int LengthMax = 20;

    private const char Place = '#';
    private const char Check = '?';

    /// <summary>Reads a rule. Without a range, every number that the pattern has places for.</summary>
    public static Reading<SerialRule> Read(string? pattern, string? alphabet, long? first, long? count, bool isRandom)
    {
        var findings = new List<Finding>();
        pattern ??= "";
        alphabet ??= "0123456789";
        var places = pattern.Count(c => c == Place);
        if (places == 0 || pattern.Length > LengthMax || pattern.Count(c => c == Check) > 1 || pattern.Any(c => c is not (Place or Check) && !IsSerialCharacter(c)))
        {
            findings.Add(new Finding(NumberingFindings.Pattern, "/pattern", pattern, LengthMax.ToString(CultureInfo.InvariantCulture)));
        }

        // An odd number of characters would let the check miss a wrong one.
        if (alphabet.Length < 2 || alphabet.Distinct().Count() != alphabet.Length || !alphabet.All(IsSerialCharacter) || (pattern.Contains(Check, StringComparison.Ordinal) && alphabet.Length % 2 != 0))
        {
            findings.Add(new Finding(NumberingFindings.Alphabet, "/alphabet", alphabet));
        }

        if (findings.Count > 0)
        {
            return Reading<SerialRule>.Wrong(findings);
        }

        var most = 1L;
        for (var i = 0; i < places; i++)
        {
            most = most > Permutation.SizeMax / alphabet.Length ? Permutation.SizeMax : most * alphabet.Length;
        }

        var from = first ?? 0;
        var many = count ?? Math.Max(1, most - Math.Clamp(from, 0, most));
        return from < 0 || from >= most || many < 1 || many > most - from
            ? Reading<SerialRule>.Wrong(new Finding(NumberingFindings.Range, "/first", from.ToString(CultureInfo.InvariantCulture), many.ToString(CultureInfo.InvariantCulture), most.ToString(CultureInfo.InvariantCulture)))
            : Reading<SerialRule>.Of(new SerialRule(pattern, alphabet, from, many, isRandom));
    }

    /// <summary>The serials at these places of the range, from <paramref name="start"/> on.</summary>
    /// <param name="key">Decides the order of a random rule.</param>
    public IEnumerable<string> Serials(long start, int count, ReadOnlySpan<byte> key)
    {
        var order = IsRandom ? new Permutation(key, Count) : null;
        return Enumerable.Range(0, count).Select(i => Write(First + (order?.At(start + i) ?? start + i)));
    }

    private string Write(long number)
    {
        var serial = Pattern.ToCharArray();
        var sum = 0;
        var doubled = true;
        for (var i = serial.Length - 1; i >= 0; i--)
        {
            if (Pattern[i] == Place)
            {
                (number, var digit) = Math.DivRem(number, Alphabet.Length);
                serial[i] = Alphabet[(int)digit];

                // Luhn's sum in base N: every second place from the right counts twice, its digits added.
                var counted = doubled ? (int)digit * 2 : (int)digit;
                sum += (counted / Alphabet.Length) + (counted % Alphabet.Length);
                doubled = !doubled;
            }
        }

        var at = Pattern.IndexOf(Check, StringComparison.Ordinal);
        if (at >= 0)
        {
            serial[at] = Alphabet[(Alphabet.Length - (sum % Alphabet.Length)) % Alphabet.Length];
        }

        return new string(serial);
    }

    // GS1's 82 characters but the two that a pattern uses.
    private static bool IsSerialCharacter(char c) => c is not (Place or Check) && CheckCharacters.Set82.Contains(c, StringComparison.Ordinal);
}
