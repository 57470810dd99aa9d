using Clew.Identification;
using Clew.Symbols;
using CsCheck;

namespace Clew.Tests.Symbols;

/// <summary>Code 128 by known symbols, and by a decoder that somebody else wrote.</summary>
public sealed class Code128IsRead
{
    private const string Gs = "\u001d";

    [Theory]
    // GS1 General Specifications 5.4.3.1: (01)03453120000011 with its check character; Wikipedia's PJJ123C.
    [InlineData("0103453120000011", true, new byte[] { 105, 102, 1, 3, 45, 31, 20, 0, 0, 11 })]
    [InlineData("PJJ123C", false, new byte[] { 104, 48, 42, 42, 17, 18, 19, 35 })]
    [InlineData("12345", false, new byte[] { 104, 17, 99, 23, 45 })]
    [InlineData("AB\u0001\u0002", false, new byte[] { 103, 33, 34, 65, 66 })]
    [InlineData("ab1234567890", false, new byte[] { 104, 65, 66, 99, 12, 34, 56, 78, 90 })]
    public void The_fewest_symbol_characters(string text, bool isGs1, byte[] values) => Code128.Encode(text, isGs1).Value.Words.SkipLast(2).ShouldBe(values);

    [Fact]
    public void The_table_of_bars_agrees_with_itself()
    {
        // Every character is 11 modules wide (the stop 13), its bars together an even number of modules, and no two are alike.
        var all = Enumerable.Range(0, 128).Select(c => Code128.Encode(((char)c).ToString()).Value).Concat(Enumerable.Range(0, 100).Select(n => Code128.Encode(n.ToString("00", null)).Value)).ToList();
        all.ShouldAllBe(s => s.Width == (11 * (s.Words.Count - 1)) + 13);
        var patterns = new Dictionary<byte, string>();
        foreach (var symbol in all)
        {
            for (var i = 0; i < symbol.Words.Count - 1; i++)
            {
                var bars = new string([.. Enumerable.Range(i * 11, 11).Select(x => symbol.IsDark(x, 0) ? '1' : '0')]);
                (bars[0], bars[^1], bars.Count(b => b == '1') % 2).ShouldBe(('1', '0', 0));
                patterns[symbol.Words[i]] = bars;
            }
        }

        patterns.Values.Distinct(StringComparer.Ordinal).Count().ShouldBe(patterns.Count);
        patterns.Count.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task Any_text_of_ASCII()
    {
        // ZBar reads all of code set A but gives NUL as the end of a text.
        foreach (var text in Gen.OneOf(Gen.Char['\u0001', '\u007f'], Gen.Char['0', '9'], Gen.Char['A', 'Z']).Array[2, 30].Select(c => new string(c)).Array[60].Single())
        {
            (await Decoder.Bars(Png.Of(Code128.Encode(text).Value, 3), "code128")).ShouldBe(text);
        }
    }

    [Fact]
    public async Task Element_strings_with_FNC1_in_the_middle()
    {
        foreach (var elements in new[] { "(00)006901234000000018", "(01)06901234567892(10)L7(21)A-9", "(01)06901234567892(17)271231(10)ABC123" })
        {
            var carrier = Carrier.Of(elements, Symbology.Code128, new DateOnly(2026, 11, 25)).Value;
            carrier.Symbol.Words[1].ShouldBe((byte)102);
            (await Decoder.Bars(Png.Of(carrier.Symbol, 2), "code128")).ShouldBe(carrier.Symbol.Text);
            string.Concat(carrier.Lines).ShouldBe(elements);
        }
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        Code128.Encode(new string('1', 49), isGs1: true).Findings.Single().Kind.ShouldBe(SymbolFindings.TooLong);
        Code128.Encode(new string('1', 48), isGs1: true).IsRead.ShouldBeTrue();
        Code128.Encode("é").Findings.Single().Kind.ShouldBe(SymbolFindings.Character);
        Carrier.Of("(00)006901234000000019", Symbology.Code128, new DateOnly(2026, 11, 25)).Findings.Select(f => f.Code).ShouldBe(["symbol.notPrintable", "udi.checkDigit"]);
    }
}
