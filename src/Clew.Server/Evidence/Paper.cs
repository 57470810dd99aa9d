using System.Globalization;
using SkiaSharp;

namespace Clew.Server.Evidence;

/// <summary>Pages of text and tables as PDF, A4, in any letters that its font has.</summary>
/// <remarks>
/// The font is the system's: one with Chinese letters is as large as all of the server, so none comes along. Only the letters that are
/// used go into the file.
/// </remarks>
public sealed class Paper : IDisposable
{
    private const float Width = 595;
    private const float Height = 842;
    private const float Margin = 36;
    private const float Line = 1.35f;

    // Debian's fonts-noto-cjk and fonts-wqy-zenhei, Fedora's, the Mac's, Windows'.
    private static readonly string[] Places =
    [
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
        "/System/Library/Fonts/PingFang.ttc", "/System/Library/Fonts/STHeiti Light.ttc", @"C:\Windows\Fonts\msyh.ttc", @"C:\Windows\Fonts\simsun.ttc",
    ];

    // In a collection of several languages the third is simplified Chinese's.
    private static readonly Lazy<SKTypeface?> Letters = new(() => (Environment.GetEnvironmentVariable("CLEW_FONT") is { Length: > 0 } named ? [named] : Places).Where(File.Exists)
        .SelectMany(p => new[] { SKTypeface.FromFile(p, 2), SKTypeface.FromFile(p) }).FirstOrDefault(HasBoth));

    private readonly SKDocument document;
    private readonly SKPaint ink = new() { Color = new SKColor(0x16, 0x20, 0x2A) };
    private readonly SKPaint rule = new() { Color = new SKColor(0xD5, 0xDC, 0xE3), StrokeWidth = 0.5f };
    private readonly string foot;
    private SKCanvas? canvas;
    private float y;
    private int pages;

    /// <summary>Begins.</summary>
    /// <param name="foot">Below each page, before its number.</param>
    public Paper(Stream to, string title, string foot)
    {
        document = SKDocument.CreatePdf(to, new SKDocumentPdfMetadata { Title = title, Producer = "Clew", Creator = "Clew" });
        this.foot = foot;
    }

    /// <summary>Whether there is a font with Chinese letters.</summary>
    public static bool IsPossible => Letters.Value is not null;

    /// <summary>A paragraph.</summary>
    public void Text(string text, float size, float below = 4)
    {
        using var font = new SKFont(Letters.Value, size);
        foreach (var line in Broken(text, font, Width - (2 * Margin)))
        {
            Need(size * Line);
            canvas!.DrawText(line, Margin, y + size, SKTextAlign.Left, font, ink);
            y += size * Line;
        }

        y += below;
    }

    /// <summary>A table whose head stands on each page.</summary>
    /// <param name="shares">Of the width, for each column.</param>
    public void Table(string[] head, float[] shares, IEnumerable<string[]> rows, float size = 7.5f)
    {
        using var font = new SKFont(Letters.Value, size);
        using var bold = new SKFont(Letters.Value, size) { Embolden = true };
        var unit = (Width - (2 * Margin)) / shares.Sum();
        var isHeaded = false;
        foreach (var row in rows.Prepend(head))
        {
            var isHead = ReferenceEquals(row, head);
            var cells = row.Select((c, i) => Broken(c, isHead ? bold : font, (shares[i] * unit) - 4)).ToArray();
            var tall = (cells.Max(c => c.Count) * size * Line) + 4;
            if (isHeaded && y + tall > Height - (2 * Margin))
            {
                EndPage();
                Put(Array.ConvertAll(head, c => Broken(c, bold, 1e6f)), bold);
            }

            Need(tall);
            Put(cells, isHead ? bold : font);
            isHeaded = true;
        }

        void Put(List<string>[] cells, SKFont with)
        {
            Need(0);
            var x = Margin;
            for (var i = 0; i < cells.Length; i++)
            {
                for (var line = 0; line < cells[i].Count; line++)
                {
                    canvas!.DrawText(cells[i][line], x, y + size + (line * size * Line), SKTextAlign.Left, with, ink);
                }

                x += shares[i] * unit;
            }

            y += (cells.Max(c => c.Count) * size * Line) + 2;
            canvas!.DrawLine(Margin, y, Width - Margin, y, rule);
            y += 2;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Need(0);
        EndPage();
        document.Close();
        document.Dispose();
        ink.Dispose();
        rule.Dispose();
    }

    private static bool HasBoth(SKTypeface? letters)
    {
        using var font = new SKFont(letters);
        return letters is not null && font.ContainsGlyph('溯') && font.ContainsGlyph('a');
    }

    private void Need(float tall)
    {
        if (canvas is not null && y + tall > Height - (2 * Margin))
        {
            EndPage();
        }

        if (canvas is null)
        {
            (canvas, y) = (document.BeginPage(Width, Height), Margin);
            pages++;
        }
    }

    private void EndPage()
    {
        using var font = new SKFont(Letters.Value, 7);
        var number = pages.ToString(CultureInfo.InvariantCulture);
        canvas!.DrawText(foot, Margin, Height - Margin, SKTextAlign.Left, font, ink);
        canvas.DrawText(number, Width - Margin, Height - Margin, SKTextAlign.Right, font, ink);
        document.EndPage();
        canvas = null;
    }

    // At blanks where there are some, anywhere in Chinese, and in an identifier that is longer than its column.
    private static List<string> Broken(string text, SKFont font, float width)
    {
        var lines = new List<string>();
        foreach (var paragraph in text.Split('\n'))
        {
            var rest = paragraph.AsSpan().TrimEnd();
            while (rest.Length > 0)
            {
                var count = font.BreakText(rest, width);
                if (count >= rest.Length)
                {
                    lines.Add(rest.ToString());
                    break;
                }

                count = Math.Max(count, 1);
                var blank = rest[..count].LastIndexOf(' ');
                var cut = blank > 0 && rest[count] != ' ' && rest[count] < 0x2E80 ? blank + 1 : count;
                cut = char.IsHighSurrogate(rest[cut - 1]) && cut < rest.Length ? cut + 1 : cut;
                lines.Add(rest[..cut].ToString());
                rest = rest[cut..].TrimStart();
            }

            if (paragraph.Length == 0)
            {
                lines.Add("");
            }
        }

        return lines;
    }
}
