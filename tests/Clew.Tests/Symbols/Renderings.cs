using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Clew.Labels;
using Clew.Server.Symbols;
using Clew.Symbols;

namespace Clew.Tests.Symbols;

/// <summary>The same modules in every form that they are drawn in.</summary>
public sealed partial class Renderings
{
    private static readonly DateOnly Today = new(2026, 11, 25);

    [Theory]
    [InlineData(Symbology.DataMatrix)]
    [InlineData(Symbology.Code128)]
    [InlineData(Symbology.Qr)]
    public void Svg_holds_exactly_the_dark_modules_and_a_quiet_zone(Symbology symbology)
    {
        var symbol = Carrier.Of("(01)06901234567892(21)A1", symbology, Today, qr: Qr.Encode).Value.Symbol;
        var svg = XDocument.Parse(Svg.Of(symbol, 0.5m, 20)).Root!;
        var width = symbol.Width + (2 * symbol.QuietX);
        var height = symbol.Height == 1 ? 40 : symbol.Height + (2 * symbol.QuietY);
        ((string)svg.Attribute("viewBox")!).ShouldBe($"0 0 {width} {height}");
        ((string)svg.Attribute("width")!).ShouldBe((width * 0.5m).ToString("0.####", CultureInfo.InvariantCulture) + "mm");
        var drawn = new HashSet<(int, int)>();
        foreach (Match run in Run().Matches((string)svg.Elements().Last().Attribute("d")!))
        {
            int Number(string name) => int.Parse(run.Groups[name].Value, CultureInfo.InvariantCulture);
            Number("high").ShouldBe(symbol.Height == 1 ? 40 : 1);
            for (var x = Number("x"); x < Number("x") + Number("wide"); x++)
            {
                drawn.Add((x - symbol.QuietX, Number("y") - symbol.QuietY)).ShouldBeTrue();
            }
        }

        drawn.Order().ShouldBe(from x in Enumerable.Range(0, symbol.Width) from y in Enumerable.Range(0, symbol.Height) where symbol.IsDark(x, y) select (x, y));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(24)]
    public async Task What_a_printer_puts_on_paper_is_read(int dotsPerMm)
    {
        foreach (var (template, identifier, read) in ((string, string, string)[])
        [
            ("device", "(01)06901234567892(10)L7(21)A_1", "010690123456789210L7\u001d21A_1"),
            ("device", "+A123BJC5D6E71G", "+A123BJC5D6E71G"),
            ("case", "(01)16901234567899(10)L7(30)12", "011690123456789910L7\u001d3012"),
            ("pallet", "(00)006901234000000018", "00006901234000000018"),
        ])
        {
            var label = Label.Of(LabelTemplate.Find(template)!, identifier, "泵", "Pump", Today);
            var paper = PaperOf.Label(label.IsRead ? label.Value : throw new InvalidOperationException(label.Findings[0].ToString()), dotsPerMm);
            var said = template == "pallet" ? await Decoder.Bars(paper, "code128") : (await Decoder.DataMatrix(paper)).Trim('\u001d', '\n');
            said.ShouldBe(read, identifier);
        }
    }

    [Fact]
    public void Lines_of_dots_that_are_alike_are_sent_once()
    {
        var bars = Code128.Encode("1").Value;
        Zpl.Of(bars, 7, 8, 2, 5).ShouldEndWith("::::^FS");
        Zpl.Of(bars, 7, 8, 2, 5).ShouldStartWith($"^FO7,8^GFA,{5 * (((bars.Width * 2) + 7) / 8)},");
    }

    [Fact]
    public void Nothing_that_stands_on_a_label_speaks_to_the_printer() =>
        Zpl.Text("批号 ^XA_~\\", 1, 2, 24, "E:CJK.TTF").ShouldBe("^FO1,2^A@N,24,24,E:CJK.TTF^FH\\^FD\\E6\\89\\B9\\E5\\8F\\B7 \\5EXA_\\7E\\5C^FS");

    [GeneratedRegex(@"M(?<x>\d+) (?<y>\d+)h(?<wide>\d+)v(?<high>\d+)h-\d+z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Run();
}
