using System.Globalization;
using System.Text;

namespace Clew.Identification.Gs1;

/// <summary>
/// Element strings of GS1: as scanned (FNC1 as GS), as printed (identifiers in brackets), and back. Nothing is trimmed and no split is
/// guessed: a value that runs on because a separator was lost is reported where it starts.
/// </summary>
public static class ElementString
{
    /// <summary>FNC1 as scanners transmit it.</summary>
    public const char Separator = '\u001d';

    /// <summary>More elements than any label carries; a bound for hostile input.</summary>
    public const int ElementsMax = 64;

    /// <summary>The scanned form, from <paramref name="at"/> on.</summary>
    internal static void ReadScanned(UdiReading reading, string text, int at, DateOnly today)
    {
        reading.Agency = Agency.Gs1;
        if (at >= text.Length)
        {
            reading.Wrong(UdiFindings.Empty, at, "", "GS1");
            return;
        }

        var start = at;
        while (at < text.Length)
        {
            var ai = ApplicationIdentifiers.At(text.AsSpan(at));
            if (ai is null)
            {
                reading.Wrong(text[at] == Separator ? UdiFindings.Empty : UdiFindings.UnknownAi, at, Shown(text.AsSpan(at, Math.Min(4, text.Length - at))), "AI");
                return;
            }

            if (reading.Span.Length == ElementsMax)
            {
                reading.Wrong(UdiFindings.TooLong, at, Say(text.Length), Say(ElementsMax));
                return;
            }

            var from = at + ai.Code.Length;
            var gap = text.AsSpan(from).IndexOf(Separator);
            var end = gap < 0 ? text.Length : from + gap;
            if (ai.IsFixed)
            {
                end = Math.Min(end, from + ai.LengthMax);
            }

            var element = new UdiElement(ai.Code, text, from, end - from, ai);
            reading.Add(element);
            if (!Check(reading, element, from, today))
            {
                return;
            }

            at = end < text.Length && text[end] == Separator ? end + 1 : end;
        }

        SuspectLostSeparator(reading, text, start, today);
    }

    /// <summary>The printed form: <c>(01)…(10)…</c>; a bracket within a value is written <c>\(</c>.</summary>
    internal static void ReadBracketed(UdiReading reading, string text, int at, DateOnly today)
    {
        reading.Agency = Agency.Gs1;
        while (at < text.Length)
        {
            var close = text.IndexOf(')', at);
            if (text[at] != '(' || close < 0)
            {
                reading.Wrong(UdiFindings.Syntax, at, Shown(text.AsSpan(at)), "");
                return;
            }

            var ai = ApplicationIdentifiers.Find(text.AsSpan(at + 1, close - at - 1));
            if (ai is null)
            {
                reading.Wrong(UdiFindings.UnknownAi, at + 1, Shown(text.AsSpan(at + 1, close - at - 1)));
                return;
            }

            if (close + 1 == text.Length)
            {
                reading.Wrong(UdiFindings.Syntax, close, Shown(text.AsSpan(at)), "");
                return;
            }

            if (reading.Span.Length == ElementsMax)
            {
                reading.Wrong(UdiFindings.TooLong, at, Say(text.Length), Say(ElementsMax));
                return;
            }

            var (from, end, escaped) = (close + 1, close + 1, false);
            while (end < text.Length && (text[end] != '(' || text[end - 1] == '\\'))
            {
                escaped |= text[end] == '(';
                end++;
            }

            UdiElement element;
            if (escaped)
            {
                var value = text[from..end].Replace("\\(", "(", StringComparison.Ordinal);
                element = new UdiElement(ai.Code, value, 0, value.Length, ai, from);
            }
            else
            {
                element = new UdiElement(ai.Code, text, from, end - from, ai);
            }

            reading.Add(element);
            if (!Fits(reading, element, from))
            {
                return;
            }

            at = end;
        }

        CheckAll(reading, today);
    }

    // Lengths of the whole label first, then what stands in them: a reader learns of a lost bracket before of its consequences.
    internal static void CheckAll(UdiReading reading, DateOnly today)
    {
        foreach (ref readonly var element in reading.Span)
        {
            Check(reading, element, element.Position, today);
        }
    }

    internal static bool Fits(UdiReading reading, in UdiElement element, int position)
    {
        var ai = element.Ai!;
        if (element.Length >= ai.LengthMin && element.Length <= ai.LengthMax)
        {
            return true;
        }

        reading.Wrong(UdiFindings.Length, position, Shown(element.Span), ai.Code, Say(element.Length), Allowed(ai));
        return false;
    }

    // Component by component, each taking what it may; the first flaw ends the element. Says whether the next element's place is known.
    private static bool Check(UdiReading reading, in UdiElement element, int position, DateOnly today)
    {
        var ai = element.Ai!;
        var value = element.Span;
        if (value.IsEmpty)
        {
            reading.Wrong(UdiFindings.Empty, position, "", ai.Code);
            return true;
        }

        var at = 0;
        foreach (var component in ai.Components)
        {
            var length = Math.Min(component.Most, value.Length - at);
            if (length == 0 && component.IsOptional)
            {
                continue;
            }

            if (length < component.Least)
            {
                reading.Wrong(UdiFindings.Length, position, Shown(value), ai.Code, Say(value.Length), Allowed(ai));
                return !ai.IsFixed;
            }

            var part = value.Slice(at, length);
            if (Linters.Foreign(component.Alphabet, part) is { } foreign)
            {
                reading.Wrong(foreign.Kind, position + at + foreign.At, Shown(part.Slice(Math.Min(foreign.At, part.Length - 1), 1)), ai.Code);
                return true;
            }

            foreach (var lint in component.Lints)
            {
                if (Linters.Check(lint, part, today) is { } flaw)
                {
                    var whole = flaw.Kind == UdiFindings.CheckDigit || flaw.Kind == UdiFindings.CheckCharacters;
                    reading.Wrong(flaw.Kind, position + at + flaw.At, Shown(whole || flaw.Length == 0 ? part : part.Slice(flaw.At, flaw.Length)), ai.Code, flaw.Extra, "");
                    if (flaw.Kind.Severity == Severity.Error)
                    {
                        // A wrong check is forgiven in what we receive: it must not hide what cannot be, behind it.
                        if (!UdiReading.IsForgivable(flaw.Kind))
                        {
                            return true;
                        }

                        break;
                    }
                }
            }

            at += length;
        }

        if (at < value.Length)
        {
            reading.Wrong(UdiFindings.Length, position, Shown(value), ai.Code, Say(value.Length), Allowed(ai));
        }

        return true;
    }

    // The last field of a string without any separator, which holds a date field's look: …10LOT17260630. The label may well mean it so.
    private static void SuspectLostSeparator(UdiReading reading, string text, int start, DateOnly today)
    {
        if (reading.Span.IsEmpty || text.AsSpan(start).Contains(Separator))
        {
            return;
        }

        ref readonly var last = ref reading.Span[^1];
        if (last.Ai!.IsFixed || last.Length < 9)
        {
            return;
        }

        var value = last.Span;
        for (var i = 1; i + 8 <= value.Length; i++)
        {
            if (value.Slice(i, 2) is "11" or "17" && UdiDate.Short(value.Slice(i + 2, 6), today, zeroDay: true) is { } date
                && Math.Abs(date.Moment.Year - today.Year) <= 15
                && (i + 8 == value.Length || value[(i + 8)..] is ['1' or '2', '0' or '1' or '7', ..]))
            {
                reading.Wrong(UdiFindings.SeparatorSuspected, last.Position + i, Shown(value[i..]), last.Key);
                return;
            }
        }
    }

    /// <summary>The elements as printed beside a symbol, and as our canonical text of element strings: identifiers in brackets, in the given order.</summary>
    public static string Bracketed(IEnumerable<UdiElement> elements)
    {
        var text = new StringBuilder();
        foreach (var element in elements)
        {
            text.Append('(').Append(element.Key).Append(')').Append(element.Value.Replace("(", "\\(", StringComparison.Ordinal));
        }

        return text.ToString();
    }

    /// <summary>
    /// The elements as a symbol carries them: predefined lengths first (in the given order), a separator only where it is needed.
    /// An FNC1 in first position belongs to the symbol, not to this text.
    /// </summary>
    public static string Scanned(IEnumerable<UdiElement> elements)
    {
        var text = new StringBuilder();
        var open = false;
        foreach (var element in elements.OrderBy(e => e.Ai?.IsFixed == true ? 0 : 1))
        {
            if (open)
            {
                text.Append(Separator);
            }

            text.Append(element.Key).Append(element.Value);
            open = element.Ai?.IsFixed != true;
        }

        return text.ToString();
    }

    /// <summary>The lines printed beside a symbol: one element a line, identifiers in brackets, values as they are.</summary>
    public static IReadOnlyList<string> HumanReadable(IEnumerable<UdiElement> elements) => [.. elements.Select(e => e.ToString())];

    // As much of it as a sentence can hold.
    internal static string Shown(ReadOnlySpan<char> text) => Visible.Of(text, 60);

    internal static string Say(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Allowed(ApplicationIdentifier ai) => ai.LengthMin == ai.LengthMax ? Say(ai.LengthMax) : $"{ai.LengthMin}–{ai.LengthMax}";
}
