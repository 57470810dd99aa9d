using System.Globalization;
using System.Text;

namespace Clew.Identification;

/// <summary>Text for people: control characters by their names, which every font has. GS is shown as <c>&lt;GS&gt;</c>.</summary>
public static class Visible
{
    private static readonly string[] Names =
    [
        "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI",
        "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
    ];

    /// <summary>The text itself where it has no control character.</summary>
    public static string Of(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && text.AsSpan().IndexOfAnyInRange('\u007f', '\u009f') < 0 ? text : Of(text.AsSpan());

    /// <summary>The text, and no more of it than this.</summary>
    public static string Of(ReadOnlySpan<char> text, int max = int.MaxValue)
    {
        var shown = new StringBuilder();
        foreach (var c in text[..Math.Min(text.Length, max)])
        {
            _ = c < ' ' ? shown.Append('<').Append(Names[c]).Append('>')
                : c is >= '\u007f' and <= '\u009f' ? shown.Append(CultureInfo.InvariantCulture, $"<{(int)c:X2}>")
                : shown.Append(c);
        }

        return text.Length > max ? shown.Append('…').ToString() : shown.ToString();
    }
}
