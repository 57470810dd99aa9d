using System.Buffers;

namespace Clew.Symbols;

/// <summary>
/// Text as code words of Data Matrix (ISO/IEC 16022:2006, 5.2), as few as the encodations ASCII, C40, Text and Base 256 allow: for each
/// place the cheapest way to have got there, over all ways of cutting the text into stretches.
/// </summary>
/// <remarks>X12 and EDIFACT are left out: what stands on devices gains at most a word by them.</remarks>
internal static class DataMatrixWords
{
    /// <summary>More characters than the largest symbol holds digits.</summary>
    public const int TextMax = 2 * DataMatrixSize.DataMax;

    private const byte Pad = 129;
    private const byte DigitPair = 130;
    private const byte LatchC40 = 230;
    private const byte LatchBase256 = 231;
    private const byte Fnc1 = 232;
    private const byte UpperShift = 235;
    private const byte Macro06 = 237;
    private const byte LatchText = 239;
    private const byte Unlatch = 254;

    private const char Separator = '\u001d';
    private const string Macro06Begin = "[)>\u001e06\u001d";
    private const string Macro06End = "\u001e\u0004";

    private enum Encodation : byte
    {
        Ascii,
        C40,
        Text,
        Base256,
    }

    // A stretch of the text in one encodation.
    private readonly record struct Stretch(int Start, Encodation Encodation, int Words);

    /// <summary>The code words without padding. A GS is FNC1 where <paramref name="isGs1"/>, which also puts FNC1 in front.</summary>
    /// <param name="mayOmitUnlatch">Whether the symbol would be full with this many words: a last C40 or Text stretch then needs no return.</param>
    public static byte[] Of(string text, bool isGs1, Func<int, bool> mayOmitUnlatch)
    {
        var words = new List<byte>();
        if (isGs1)
        {
            words.Add(Fnc1);
        }
        else if (text.StartsWith(Macro06Begin, StringComparison.Ordinal) && text.EndsWith(Macro06End, StringComparison.Ordinal) && text.Length >= Macro06Begin.Length + Macro06End.Length)
        {
            // The envelope of ISO/IEC 15434 format 06 in one word; the scanner writes it out again.
            words.Add(Macro06);
            text = text[Macro06Begin.Length..^Macro06End.Length];
        }

        foreach (var (start, end, encodation) in Cut(text, isGs1))
        {
            Write(words, text.AsSpan(start, end - start), encodation, isGs1);
        }

        if (words[^1] == Unlatch && mayOmitUnlatch(words.Count - 1))
        {
            words.RemoveAt(words.Count - 1);
        }

        return [.. words];
    }

    /// <summary>Fills a symbol: the first pad word plainly, the others disguised so that no pattern arises (annex B.1).</summary>
    public static byte[] Padded(byte[] words, int length)
    {
        var padded = new byte[length];
        words.CopyTo(padded, 0);
        for (var i = words.Length; i < length; i++)
        {
            var disguised = Pad + (149 * (i + 1) % 253) + 1;
            padded[i] = i == words.Length ? Pad : (byte)(disguised > 254 ? disguised - 254 : disguised);
        }

        return padded;
    }

    private static List<(int Start, int End, Encodation Encodation)> Cut(string text, bool isGs1)
    {
        // best[i]: the cheapest way to have told the first i characters and stand in ASCII again.
        var best = new Stretch[text.Length + 1];
        Array.Fill(best, new Stretch(0, Encodation.Ascii, int.MaxValue));
        best[0] = default;
        for (var start = 0; start < text.Length; start++)
        {
            var before = best[start].Words;
            var isPair = start + 1 < text.Length && char.IsAsciiDigit(text[start]) && char.IsAsciiDigit(text[start + 1]);
            Offer(start + 1, Encodation.Ascii, text[start] > 127 ? 2 : 1);
            if (isPair)
            {
                Offer(start + 2, Encodation.Ascii, 1);
            }

            foreach (var encodation in (ReadOnlySpan<Encodation>)[Encodation.C40, Encodation.Text])
            {
                var values = 0;
                for (var end = start; end < text.Length && text[end] <= 127; end++)
                {
                    values += Values(text[end], encodation, isGs1).Length;
                    if (values % 3 == 0)
                    {
                        Offer(end + 1, encodation, 2 + (values / 3 * 2));
                    }
                }
            }

            for (var end = start; end < text.Length && !(isGs1 && text[end] == Separator); end++)
            {
                var length = end + 1 - start;
                Offer(end + 1, Encodation.Base256, 1 + (length < 250 ? 1 : 2) + length);
            }

            void Offer(int end, Encodation encodation, int words)
            {
                if (before + words < best[end].Words)
                {
                    best[end] = new Stretch(start, encodation, before + words);
                }
            }
        }

        var cuts = new List<(int Start, int End, Encodation Encodation)>();
        for (var end = text.Length; end > 0; end = best[end].Start)
        {
            cuts.Add((best[end].Start, end, best[end].Encodation));
        }

        cuts.Reverse();
        return cuts;
    }

    private static void Write(List<byte> words, ReadOnlySpan<char> stretch, Encodation encodation, bool isGs1)
    {
        switch (encodation)
        {
            case Encodation.Ascii when stretch.Length == 2:
                words.Add((byte)(DigitPair + ((stretch[0] - '0') * 10) + stretch[1] - '0'));
                break;
            case Encodation.Ascii when stretch[0] > 127:
                words.AddRange([UpperShift, (byte)(stretch[0] - 127)]);
                break;
            case Encodation.Ascii:
                words.Add(isGs1 && stretch[0] == Separator ? Fnc1 : (byte)(stretch[0] + 1));
                break;
            case Encodation.Base256:
                words.Add(LatchBase256);
                if (stretch.Length >= 250)
                {
                    words.Add(Disguised(249 + (stretch.Length / 250), words.Count));
                }

                words.Add(Disguised(stretch.Length % 250, words.Count));
                foreach (var c in stretch)
                {
                    words.Add(Disguised(c, words.Count));
                }

                break;
            default:
                words.Add(encodation == Encodation.C40 ? LatchC40 : LatchText);
                var values = new List<byte>();
                foreach (var c in stretch)
                {
                    values.AddRange(Values(c, encodation, isGs1));
                }

                // Three values of base 40 in two words.
                for (var i = 0; i < values.Count; i += 3)
                {
                    var three = (1600 * values[i]) + (40 * values[i + 1]) + values[i + 2] + 1;
                    words.AddRange([(byte)(three >> 8), (byte)(three & 0xFF)]);
                }

                words.Add(Unlatch);
                break;
        }
    }

    // Annex B.2, by the place of the word in the symbol.
    private static byte Disguised(int value, int count) => (byte)((value + (149 * (count + 1) % 255) + 1) & 0xFF);

    private static readonly byte[][][] ValuesOf = [MakeValues(isText: false), MakeValues(isText: true)];
    private static readonly byte[] ValuesOfFnc1 = [1, 27];

    private static byte[] Values(char c, Encodation encodation, bool isGs1) => isGs1 && c == Separator ? ValuesOfFnc1 : ValuesOf[encodation == Encodation.Text ? 1 : 0][c];

    // Table C.1 and C.2: one value for the basic set, a shift and a value for the others. Text is C40 with the cases changed.
    private static byte[][] MakeValues(bool isText)
    {
        var all = new byte[128][];
        for (var i = 0; i < 128; i++)
        {
            var c = (char)i;
            c = !isText ? c : char.IsAsciiLetterLower(c) ? char.ToUpperInvariant(c) : char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c;
            all[i] = c switch
            {
                ' ' => [3],
                >= '0' and <= '9' => [(byte)(c - '0' + 4)],
                >= 'A' and <= 'Z' => [(byte)(c - 'A' + 14)],
                < ' ' => [0, (byte)c],
                <= '/' => [1, (byte)(c - '!')],
                <= '@' => [1, (byte)(c - ':' + 15)],
                <= '_' => [1, (byte)(c - '[' + 22)],
                _ => [2, (byte)(c - '`')],
            };
        }

        return all;
    }
}
