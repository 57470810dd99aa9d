using System.Globalization;
using System.Security;
using System.Text;
using Clew.Identification;
using Clew.Symbols;

namespace Clew.Labels;

/// <summary>What can be wrong with a label.</summary>
public static class LabelFindings
{
    /// <summary>A symbol wider than the label.</summary>
    public static readonly FindingKind TooWide = new("label.tooWide", Severity.Error,
        "The symbol is {0} mm wide and the label has room for {1}.", "Choose a larger template, or carry fewer elements.",
        "符号宽 {0} 毫米，而标签只有 {1} 毫米。", "请选择更大的模板，或减少元素。");

    /// <summary>More lines than the label is high.</summary>
    public static readonly FindingKind TooManyLines = new("label.tooManyLines", Severity.Error,
        "The label has room for {1} lines and {0} are needed.", "Choose a larger template, or carry fewer elements.",
        "标签只能容纳 {1} 行，而需要 {0} 行。", "请选择更大的模板，或减少元素。");

    /// <summary>A pallet without SSCC, or an SSCC on a device.</summary>
    public static readonly FindingKind Kind = new("label.kind", Severity.Error,
        "'{0}' does not belong on the template '{1}'.", "A pallet carries its SSCC, (00); devices and cases carry their product, (01).",
        "“{0}”不适用于模板“{1}”。", "托盘应使用 SSCC (00);器械和箱应使用产品标识 (01)。");
}

/// <summary>One label: a template, its symbol, the names in both languages, and the lines for people (HRI).</summary>
public sealed record Label(LabelTemplate Template, Carrier Carrier, string NameZh, string NameEn)
{
    // What a character of a sans-serif face takes of its height; wide enough to be safe.
    private const decimal LatinWidth = 0.58m;

    /// <summary>The label of an identifier, which must have no error.</summary>
    /// <param name="qr">Builds QR codes.</param>
    public static Reading<Label> Of(LabelTemplate template, string text, string nameZh, string nameEn, DateOnly today, Func<string, Reading<Symbol>>? qr = null)
    {
        var carrier = Carrier.Of(text, template.Symbology, today, qr: qr);
        if (!carrier.IsRead)
        {
            return Reading<Label>.Wrong(carrier.Findings);
        }

        var isSscc = carrier.Value.Reading.Elements.Any(e => e.Key == "00");
        if (isSscc != (template.Symbology == Symbology.Code128))
        {
            return Reading<Label>.Wrong(new Finding(LabelFindings.Kind, "", text, template.Word));
        }

        // Beside the symbol begin the lines, if they do not stand below it.
        var symbol = carrier.Value.Symbol;
        var (needed, room) = (symbol.Width * template.Module, symbol.Height > 1 ? Math.Min(template.TextX - LabelTemplate.Margin - (symbol.QuietX * template.Module), template.Height - (2 * LabelTemplate.Margin)) : template.Width - (20 * template.Module));
        if (needed > room)
        {
            return Reading<Label>.Wrong(new Finding(LabelFindings.TooWide, "", needed.ToString(CultureInfo.InvariantCulture), room.ToString(CultureInfo.InvariantCulture)));
        }

        var label = new Label(template, carrier.Value, nameZh, nameEn);
        var (lines, most) = (label.Lines.Count, (int)((template.Height - template.TextY) / template.Line));
        return lines > most
            ? Reading<Label>.Wrong(new Finding(LabelFindings.TooManyLines, "", lines.ToString(CultureInfo.InvariantCulture), most.ToString(CultureInfo.InvariantCulture)))
            : Reading<Label>.Of(label);
    }

    /// <summary>
    /// The lines: names, cut where they would run off the label, and what the symbol says, which is never cut but goes on in the next line.
    /// </summary>
    public IReadOnlyList<string> Lines => [.. new[] { NameZh, NameEn }.Where(n => n.Length > 0).Select(Cut), .. Carrier.Lines.SelectMany(Folded)];

    /// <summary>As SVG in its true size.</summary>
    public string ToSvg()
    {
        var symbol = Carrier.Symbol;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Template.Width}mm" height="{Template.Height}mm" viewBox="0 0 {Template.Width} {Template.Height}" role="img" aria-label="{SecurityElement.Escape(string.Concat(Carrier.Lines))}"><path fill="#fff" d="M0 0h{Template.Width}v{Template.Height}h-{Template.Width}z"/>""");

        // The path begins with its quiet zone.
        var (x, y) = (SymbolX - (symbol.QuietX * Template.Module), LabelTemplate.Margin - (symbol.QuietY * Template.Module));
        svg.Append(CultureInfo.InvariantCulture, $"""<path shape-rendering="crispEdges" transform="translate({x} {y}) scale({Template.Module})" d="{Svg.Path(symbol, Template.BarHeight / Template.Module)}"/><g font-family="Noto Sans CJK SC, sans-serif" font-size="{FontSize}" fill="#000">""");
        foreach (var (line, at) in Placed)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{Template.TextX}" y="{at + FontSize}">{SecurityElement.Escape(line)}</text>""");
        }

        return svg.Append("</g></svg>").ToString();
    }

    /// <summary>As ZPL II: one label, printed once.</summary>
    /// <param name="dotsPerMm">8 of a printer with 203 dpi, 12 with 300, 24 with 600.</param>
    /// <param name="font">A font of the printer; for Chinese one that has it.</param>
    public string ToZpl(int dotsPerMm, string font)
    {
        int Dots(decimal mm) => (int)Math.Round(mm * dotsPerMm);
        var zpl = new StringBuilder();
        zpl.Append(CultureInfo.InvariantCulture, $"^XA^CI28^PW{Dots(Template.Width)}^LL{Dots(Template.Height)}^LH0,0")
            .Append(Zpl.Of(Carrier.Symbol, Dots(SymbolX), Dots(LabelTemplate.Margin), Math.Max(1, Dots(Template.Module)), Dots(Template.BarHeight)));
        foreach (var (line, at) in Placed)
        {
            zpl.Append(Zpl.Text(line, Dots(Template.TextX), Dots(at), Dots(FontSize), font));
        }

        return zpl.Append("^PQ1^XZ\n").ToString();
    }

    private decimal FontSize => Template.Line * 0.8m;

    // Bars stand in the middle, their quiet zone is the margin; a matrix stands in the corner.
    private decimal SymbolX => Carrier.Symbol.Height == 1 ? (Template.Width - (Carrier.Symbol.Width * Template.Module)) / 2 : LabelTemplate.Margin;

    private IEnumerable<(string Line, decimal At)> Placed => Lines.Select((line, i) => (line, Template.TextY + (i * Template.Line)));

    // In heights of a letter.
    private decimal Room => (Template.Width - Template.TextX - LabelTemplate.Margin) / FontSize;

    private IEnumerable<string> Folded(string line) => line.Chunk((int)(Room / LatinWidth)).Select(part => new string(part));

    private string Cut(string name)
    {
        var room = Room;
        for (var i = 0; i < name.Length; i++)
        {
            room -= name[i] >= 0x2E80 ? 1 : LatinWidth;
            if (room < 1 && i + 2 < name.Length)
            {
                return name[..i] + "…";
            }
        }

        return name;
    }
}
