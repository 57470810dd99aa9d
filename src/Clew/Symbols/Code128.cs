using Clew.Identification;

namespace Clew.Symbols;

/// <summary>Code 128 (ISO/IEC 15417): the shortest way through the code sets A, B and C, and the bars.</summary>
public static class Code128
{
    /// <summary>Characters of data in one GS1-128 symbol, application identifiers and FNC1 between elements counted (GS1 General Specifications 5.4).</summary>
    public const int Gs1Max = 48;

    /// <summary>Characters of data in any; the standard sets no limit, scanners and labels do.</summary>
    public const int TextMax = 80;

    internal const byte CodeC = 99;
    internal const byte CodeB = 100;
    internal const byte CodeA = 101;
    internal const byte Fnc1 = 102;
    internal const byte StartA = 103;
    internal const byte Stop = 106;

    private const char Separator = '\u001d';

    // The widths of bars and spaces in turn, by value (table 1); behind 102: starts A, B and C, and the stop.
    private static readonly string[] Widths = (
        "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 " + //   0
        "221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 " + //  10
        "221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 " + //  20
        "212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 " + //  30
        "231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 " + //  40
        "231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 " + //  50
        "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 " + //  60
        "112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 " + //  70
        "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 " + //  80
        "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 " + //  90
        "114131 311141 411131 211412 211214 211232 2331112").Split(' ');          // 100

    /// <summary>The symbol with the fewest symbol characters.</summary>
    /// <param name="isGs1">Whether FNC1 stands first, and stands for each GS of the text.</param>
    public static Reading<Symbol> Encode(string text, bool isGs1 = false)
    {
        var max = isGs1 ? Gs1Max : TextMax;
        if (text.Length == 0)
        {
            return Reading<Symbol>.Wrong(new Finding(SymbolFindings.Empty, ""));
        }

        if (text.Length > max)
        {
            return Reading<Symbol>.Wrong(new Finding(SymbolFindings.TooLong, "", text[..Math.Min(60, text.Length)],
                text.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), isGs1 ? "GS1-128" : "Code 128", max.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        if (text.Any(c => c > 127))
        {
            return Reading<Symbol>.Wrong(new Finding(SymbolFindings.Character, "", text.First(c => c > 127).ToString(), "Code 128"));
        }

        var values = Values(text, isGs1);
        values.Add((byte)(values.Select((v, i) => v * Math.Max(1, i)).Sum() % 103));
        values.Add(Stop);
        var modules = new List<bool>();
        foreach (var value in values)
        {
            for (var i = 0; i < Widths[value].Length; i++)
            {
                modules.AddRange(Enumerable.Repeat(i % 2 == 0, Widths[value][i] - '0'));
            }
        }

        return Reading<Symbol>.Of(new Symbol(Symbology.Code128, text, isGs1, modules.Count, [.. modules], values));
    }

    /// <summary>The value of a character in code set A or B; nothing where the set has it not.</summary>
    internal static byte? Value(char c, char set) => c switch
    {
        >= ' ' and <= '_' => (byte)(c - ' '),
        < ' ' when set == 'A' => (byte)(c + 64),
        > '_' when set == 'B' => (byte)(c - ' '),
        _ => null,
    };

    // Backwards: how many symbol characters are needed from here when one stands in this set, and which is the first of them. A code
    // set is changed by one character; the shift, which changes it for one character, saves nothing that a label ever carries.
    private static List<byte> Values(string text, bool isGs1)
    {
        const string Sets = "ABC";
        byte[] changes = [CodeA, CodeB, CodeC];
        var needed = new int[text.Length + 1, 3];
        var step = new (byte Value, int To, int Set)[text.Length, 3];
        for (var at = text.Length - 1; at >= 0; at--)
        {
            for (var set = 0; set < 3; set++)
            {
                needed[at, set] = int.MaxValue / 2;
                if (isGs1 && text[at] == Separator)
                {
                    Offer(Fnc1, at + 1);
                }
                else if (set == 2 && at + 1 < text.Length && char.IsAsciiDigit(text[at]) && char.IsAsciiDigit(text[at + 1]))
                {
                    Offer((byte)(((text[at] - '0') * 10) + text[at + 1] - '0'), at + 2);
                }
                else if (set < 2 && Value(text[at], Sets[set]) is { } value)
                {
                    Offer(value, at + 1);
                }

                void Offer(byte value, int to)
                {
                    needed[at, set] = 1 + needed[to, set];
                    step[at, set] = (value, to, set);
                }
            }

            // B before A: what is printable stays readable in every scanner's own view of it.
            foreach (var to in (ReadOnlySpan<int>)[1, 0, 2])
            {
                for (var set = 0; set < 3; set++)
                {
                    if (needed[at, to] + 1 < needed[at, set] && step[at, to].Set == to)
                    {
                        needed[at, set] = 1 + needed[at, to];
                        step[at, set] = (changes[to], at, to);
                    }
                }
            }
        }

        var (place, now) = (0, new[] { 1, 0, 2 }.MinBy(set => needed[0, set]));
        List<byte> values = isGs1 ? [(byte)(StartA + now), Fnc1] : [(byte)(StartA + now)];
        while (place < text.Length)
        {
            (var value, place, now) = step[place, now];
            values.Add(value);
        }

        return values;
    }
}
