using System.Globalization;
using System.Text;

namespace Clew.Symbols;

/// <summary>
/// Symbols and text as fields of ZPL II. A symbol is sent as the picture that it is, module by module in whole dots: what comes out is what
/// decoders have read in our tests, and not what a printer's firmware makes of a symbol command. All that text could say to the printer is
/// escaped.
/// </summary>
public static class Zpl
{
    // Not the default, an underscore: serials hold those.
    private const char Hex = '\\';

    /// <summary>The symbol at this place.</summary>
    /// <param name="x">Dots from the left to its first module.</param>
    /// <param name="y">Dots from the top.</param>
    /// <param name="module">Dots of a module.</param>
    /// <param name="barHeight">Dots of a bar's height.</param>
    public static string Of(Symbol symbol, int x, int y, int module, int barHeight)
    {
        var rowHeight = symbol.Height == 1 ? barHeight : module;
        var bytes = ((symbol.Width * module) + 7) / 8;
        var rows = new StringBuilder();
        for (var at = 0; at < symbol.Height; at++)
        {
            var row = new byte[bytes];
            foreach (var (start, length) in symbol.Runs(at))
            {
                for (var dot = start * module; dot < (start + length) * module; dot++)
                {
                    row[dot / 8] |= (byte)(0x80 >> (dot % 8));
                }
            }

            // A hexadecimal digit for four dots; a colon for a line of dots like the one before.
            rows.Append(Convert.ToHexString(row)).Append(':', rowHeight - 1);
        }

        var total = bytes * symbol.Height * rowHeight;
        return string.Create(CultureInfo.InvariantCulture, $"^FO{x},{y}^GFA,{total},{total},{bytes},{rows}^FS");
    }

    /// <summary>A line of text.</summary>
    /// <param name="font">A font of the printer, such as <c>0</c>, or a file in it, such as <c>E:CJK.TTF</c>.</param>
    /// <param name="height">Dots from line to line.</param>
    public static string Text(string text, int x, int y, int height, string font) => string.Create(CultureInfo.InvariantCulture,
        $"^FO{x},{y}{(font.Contains(':', StringComparison.Ordinal) ? $"^A@N,{height},{height},{font}" : $"^A{font}N,{height},{height}")}^FH{Hex}^FD{Escaped(text)}^FS");

    // What begins a command, the escape character itself, and what is not printable ASCII, as UTF-8 bytes (^CI28).
    private static string Escaped(string text)
    {
        var data = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            _ = b is < (byte)' ' or > (byte)'~' or (byte)'^' or (byte)'~' or (byte)Hex ? data.Append(Hex).Append(b.ToString("X2", CultureInfo.InvariantCulture)) : data.Append((char)b);
        }

        return data.ToString();
    }
}
