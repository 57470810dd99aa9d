using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Clew.Symbols;

namespace Clew.Tests.Symbols;

/// <summary>The same modules in every form that they are drawn in.</summary>
public sealed partial class Renderings
{
    private static readonly DateOnly Today = new(2026, 11, 25);

    [Theory]
    [InlineData(Symbology.DataMatrix)]
    [InlineData(Symbology.Code128)]
    public void Svg_holds_exactly_the_dark_modules_and_a_quiet_zone(Symbology symbology)
    {
        var symbol = Carrier.Of("(01)06901234567892(21)A1", symbology, Today).Value.Symbol;
        var svg = XDocument.Parse(Svg.Of(symbol, 0.5m, 20)).Root!;
        var width = symbol.Width + (2 * symbol.QuietX);
        var height = symbol.Height == 1 ? 40 : symbol.Height + 2;
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
    [InlineData("(01)06901234567892(10)L7(21)A_1", "^FO10,20^BXN,6,200,18,18,,_,1^FH\\^FD_1010690123456789210L7_121A_d0951^FS")]
    [InlineData("(01)06901234567892(10)L7(21)A%1", "^FO10,20^BXN,6,200,18,18,,_,1^FH\\^FD_1010690123456789210L7_121A%1^FS")]
    public void A_matrix_in_ZPL_is_the_printers_own(string elements, string zpl) => Zpl.Of(Carrier.Of(elements, Symbology.DataMatrix, Today).Value.Symbol, 10, 20, 6, 0).ShouldBe(zpl);

    [Theory]
    [InlineData("(00)006901234000000018", "^FO10,20^BY3^BCN,200,N,N,N,N^FH\\^FD>;>800006901234000000018^FS")]
    [InlineData("(01)06901234567892(10)L7(21)1234", "^FO10,20^BY3^BCN,200,N,N,N,N^FH\\^FD>;>8010690123456789210>6L7>8>5211234^FS")]
    public void Bars_in_ZPL_are_the_very_symbol_characters_that_we_chose(string elements, string zpl) => Zpl.Of(Carrier.Of(elements, Symbology.Code128, Today).Value.Symbol, 10, 20, 3, 200).ShouldBe(zpl);

    [Fact]
    public void Nothing_in_a_field_can_be_taken_for_a_command()
    {
        // Set B says '>' as >0; set A is written as numbers; a caret and a tilde never stand bare.
        Zpl.Of(Code128.Encode("a>b^c~d\\").Value, 0, 0, 2, 50).ShouldBe("^FO0,0^BY2^BCN,50,N,N,N,N^FH\\^FD>:a>0b><c>=d\\5C^FS");
        Zpl.Of(Code128.Encode("AB\u0001\u0002").Value, 0, 0, 2, 50).ShouldContain("^FD>933346566^FS");
        Zpl.Of(DataMatrix.Encode("^XZ~JA_\\").Value, 0, 0, 2, 0).ShouldContain("^FD\\5EXZ\\7EJA_d095\\5C^FS");
        Zpl.Text("批号 ^XA_", 1, 2, 24, "E:CJK.TTF").ShouldBe("^FO1,2^A@N,24,24,E:CJK.TTF^FH\\^FD\\E6\\89\\B9\\E5\\8F\\B7 \\5EXA_^FS");
    }

    [GeneratedRegex(@"M(?<x>\d+) (?<y>\d+)h(?<wide>\d+)v(?<high>\d+)h-\d+z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Run();
}
