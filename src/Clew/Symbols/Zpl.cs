using System.Globalization;
using System.Text;

namespace Clew.Symbols;

/// <summary>
/// Symbols and text as fields of ZPL II. Symbols are told in the printer's own commands, which prints them sharply at any resolution;
/// all that the data could say to the printer is escaped.
/// </summary>
public static class Zpl
{
    // Not the default: in a field with ^FH the underscore already means ^BX's FNC1.
    private const char Hex = '\\';

    /// <summary>The symbol at this place.</summary>
    /// <param name="x">Dots from the left to its first module.</param>
    /// <param name="y">Dots from the top.</param>
    /// <param name="module">Dots of a module.</param>
    /// <param name="barHeight">Dots of a bar's height.</param>
    public static string Of(Symbol symbol, int x, int y, int module, int barHeight)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"^FO{x},{y}");
        return symbol.Symbology switch
        {
            Symbology.DataMatrix => string.Create(CultureInfo.InvariantCulture,
                $"{at}^BXN,{module},200,{symbol.Width},{symbol.Height},,_,{(symbol.Width == symbol.Height ? 1 : 2)}^FH{Hex}^FD{Escaped(MatrixData(symbol))}^FS"),
            Symbology.Code128 => string.Create(CultureInfo.InvariantCulture,
                $"{at}^BY{module}^BCN,{barHeight},N,N,N,N^FH{Hex}^FD{Escaped(BarData(symbol))}^FS"),
            _ => at + Graphic(symbol, module),
        };
    }

    /// <summary>A line of text.</summary>
    /// <param name="font">A font of the printer, such as <c>0</c>, or a file in it, such as <c>E:CJK.TTF</c>.</param>
    /// <param name="height">Dots from line to line.</param>
    public static string Text(string text, int x, int y, int height, string font) => string.Create(CultureInfo.InvariantCulture,
        $"^FO{x},{y}{(font.Contains(':', StringComparison.Ordinal) ? $"^A@N,{height},{height},{font}" : $"^A{font}N,{height},{height}")}^FH{Hex}^FD{Escaped(text)}^FS");

    // Behind the escape character 1 is FNC1, d and three digits any character, the escape character itself among them.
    private static string MatrixData(Symbol symbol)
    {
        var data = new StringBuilder(symbol.IsGs1 ? "_1" : "");
        foreach (var c in symbol.Text)
        {
            _ = symbol.IsGs1 && c == '\u001d' ? data.Append("_1")
                : c is '_' or < ' ' or > '~' ? data.Append(CultureInfo.InvariantCulture, $"_d{(int)c:000}")
                : data.Append(c);
        }

        return data.ToString();
    }

    // The very symbol characters that we chose: start, changes of code set and FNC1 behind '>', sets A and C as pairs of digits.
    private static string BarData(Symbol symbol)
    {
        var data = new StringBuilder();
        var set = 'B';
        foreach (var value in symbol.Words.Take(symbol.Words.Count - 2))
        {
            switch (value)
            {
                case Code128.StartA or Code128.CodeA when value == Code128.StartA || set != 'A':
                    data.Append(value == Code128.StartA ? ">9" : ">7");
                    set = 'A';
                    break;
                case Code128.StartA + 1:
                    data.Append(">:");
                    set = 'B';
                    break;
                case Code128.StartA + 2:
                    data.Append(">;");
                    set = 'C';
                    break;
                case Code128.CodeB when set != 'B':
                    data.Append(">6");
                    set = 'B';
                    break;
                case Code128.CodeC when set != 'C':
                    data.Append(">5");
                    set = 'C';
                    break;
                case Code128.Fnc1:
                    data.Append(">8");
                    break;
                default:
                    var c = (char)(value + ' ');
                    _ = set != 'B' ? data.Append(CultureInfo.InvariantCulture, $"{value:00}")
                        : c switch { '>' => data.Append(">0"), '^' => data.Append("><"), '~' => data.Append(">="), '\u007f' => data.Append(">1"), _ => data.Append(c) };
                    break;
            }
        }

        return data.ToString();
    }

    // A picture, a hexadecimal digit for four dots.
    private static string Graphic(Symbol symbol, int module)
    {
        var bytes = ((symbol.Width * module) + 7) / 8;
        var rows = new StringBuilder();
        for (var y = 0; y < symbol.Height; y++)
        {
            var row = new byte[bytes];
            foreach (var (x, length) in symbol.Runs(y))
            {
                for (var dot = x * module; dot < (x + length) * module; dot++)
                {
                    row[dot / 8] |= (byte)(0x80 >> (dot % 8));
                }
            }

            rows.Insert(rows.Length, Convert.ToHexString(row), module);
        }

        var total = bytes * symbol.Height * module;
        return string.Create(CultureInfo.InvariantCulture, $"^GFA,{total},{total},{bytes},{rows}^FS");
    }

    // What begins a command, the escape character itself, and what is not printable ASCII, as UTF-8 bytes (^CI28).
    private static string Escaped(string text)
    {
        var data = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            _ = b is (byte)'^' or (byte)'~' or (byte)Hex or < 0x20 or > 0x7E ? data.Append(Hex).Append(b.ToString("X2", CultureInfo.InvariantCulture)) : data.Append((char)b);
        }

        return data.ToString();
    }
}
