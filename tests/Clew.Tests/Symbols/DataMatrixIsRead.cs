using Clew.Identification;
using Clew.Symbols;
using CsCheck;

namespace Clew.Tests.Symbols;

/// <summary>Data Matrix by the standard's own example, and by a decoder that somebody else wrote.</summary>
public sealed class DataMatrixIsRead
{
    private const string Gs = "\u001d";

    [Fact]
    public void The_worked_example_of_the_standard()
    {
        // ISO/IEC 16022:2006, annex O: "123456" is 142 164 186, its check words are 114 25 5 88 102, in 10×10.
        var symbol = DataMatrix.Encode("123456").Value;
        symbol.Words.ShouldBe([142, 164, 186, 114, 25, 5, 88, 102]);

        // As zint 2.11 draws it.
        Drawn(symbol).ShouldBe(["# # # # # ", "##  # ## #", "##     #  ", "##   ### #", "##    #   ", "#     ####", "### ##    ", "#### ##  #", "#  ### #  ", "##########"]);
    }

    [Fact]
    public async Task Every_size_is_read_without_a_correction()
    {
        foreach (var size in DataMatrixSize.All.Where(s => s.Rows < 144))
        {
            // Filled to the last word, and with half of it padded.
            foreach (var digits in new[] { size.Data * 2, size.Data })
            {
                var text = new string([.. Enumerable.Range(0, digits).Select(i => (char)('0' + ((i * i / 7) % 10)))]);
                var symbol = DataMatrix.Encode(text, size: size).Value;
                (symbol.Height, symbol.Width).ShouldBe((size.Rows, size.Columns));
                (await Decoder.DataMatrix(symbol)).ShouldBe(text, size.ToString());
            }
        }
    }

    [Fact]
    public void The_largest_is_drawn_as_most_readers_want_it()
    {
        // libdmtx reads the standard's annex on 144×144 in the other way; this is the picture that zint 2.11 draws of the same digits.
        var symbol = DataMatrix.Encode(new string([.. Enumerable.Range(0, 3116).Select(i => (char)('0' + ((i * i / 7) % 10)))])).Value;
        var bits = string.Concat(Drawn(symbol)).Replace('#', '1').Replace(' ', '0');
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(bits))).ShouldBe("6c44a3870e4d280f3e108f2e3d1baf637a1f3c4fcae20f7d128ac520e5b0f07f");
    }

    [Fact]
    public async Task What_libdmtx_reads_as_words_is_what_we_wrote()
    {
        var symbol = DataMatrix.Encode("0106901234567892" + "10L7" + Gs + "21A-9", isGs1: true).Value;
        (await Decoder.DataMatrix(symbol, "-c")).Split((char[])[' ', '\n', ':'], StringSplitOptions.RemoveEmptyEntries).ShouldContain("232");
    }

    [Fact]
    public async Task Element_strings_with_FNC1_in_the_middle()
    {
        var all = Gen.Select(Gen.Char["0123456789"].Array[13], Lot, Lot, Gen.Int[0, 99]).Array[60].Single();
        foreach (var (body, lot, code, day) in all)
        {
            var serial = code;
            var gtin = new string(body) + CheckDigit.Of(body);
            var elements = $"(01){gtin}(17)27{(day % 12) + 1:00}{(day % 28) + 1:00}(10){lot}(21){serial}";
            foreach (var shape in lot.Length + serial.Length < 20 ? Enum.GetValues<DataMatrixShape>() : [DataMatrixShape.Square])
            {
                var carrier = Carrier.Of(elements, Symbology.DataMatrix, new DateOnly(2026, 11, 25), shape).Value;
                carrier.Symbol.IsGs1.ShouldBeTrue();
                carrier.Symbol.Words[0].ShouldBe((byte)232);
                (await Decoder.DataMatrix(carrier.Symbol)).TrimStart(Gs[0]).ShouldBe(carrier.Symbol.Text, elements);
                carrier.Symbol.Text.ShouldBe($"01{gtin}17{elements.Split("(17)")[1][..6]}10{lot}{Gs}21{serial}");
            }
        }
    }

    [Fact]
    public async Task Any_text_of_the_standards_alphabet_in_few_words()
    {
        // Pieces that make the encoder change between its encodations.
        string[] pieces = ["0123456789", "ABCDEFGHIJ KLMNOP", "abcdefghijklmnop", "+$/%*-.", "Aa1!", "{|}~", "\u0001\u001e\u0004", "äöüßéÿ\u0080", "é", "7", "Z9"];
        foreach (var text in Gen.OneOf([.. pieces.Select(Gen.Const)]).Array[1, 12].Select(string.Concat).Array[120].Single())
        {
            var symbol = DataMatrix.Encode(text).Value;
            (await Decoder.DataMatrix(symbol)).ShouldBe(text);
        }
    }

    [Theory]
    [InlineData("123456", 3)]                      // digits in pairs
    [InlineData("A1B2C3D4E5F6", 9)]                // ISO/IEC 16022, annex P: C40, two words for three characters
    [InlineData("aimaimaimaim", 9)]                // Text
    [InlineData("\u00a1\u00a2\u00a3\u00a4\u00a5\u00a6", 8)] // Base 256 instead of twelve words of upper shift
    public void The_shortest_encodation_is_chosen(string text, int words) =>
        DataMatrix.Encode(text, size: DataMatrixSize.All[10]).Value.Words.ToList().IndexOf(129).ShouldBe(words == 9 ? 10 : words);

    [Fact]
    public async Task A_PPN_in_format_06_is_carried_in_a_macro()
    {
        const string Ppn = "[)>\u001e06\u001d9N110375286414\u001d1T12345ABCD\u001dD150617\u001dS12345ABCDEF98765\u001e\u0004";
        var carrier = Carrier.Of(Ppn, Symbology.DataMatrix, new DateOnly(2026, 11, 25)).Value;
        carrier.Symbol.Words[0].ShouldBe((byte)237);
        (await Decoder.DataMatrix(carrier.Symbol)).ShouldBe(Ppn);
    }

    [Theory]
    [InlineData("+A123BJC5D6E71G")]
    [InlineData("+A99912345/$$52001510X3")]
    public async Task HIBC_is_carried_without_FNC1(string hibc)
    {
        var carrier = Carrier.Of(hibc.StartsWith("+A999", StringComparison.Ordinal) ? hibc + CheckCharacters.Hibc(hibc) : hibc, Symbology.DataMatrix, new DateOnly(2026, 11, 25)).Value;
        carrier.Symbol.IsGs1.ShouldBeFalse();
        (await Decoder.DataMatrix(carrier.Symbol)).ShouldBe(carrier.Symbol.Text);
    }

    [Theory]
    [InlineData("(01)06901234567893(21)A1", "symbol.notPrintable udi.checkDigit")]
    [InlineData("+A123BJC5D6E71H", "symbol.notPrintable udi.checkCharacter")]
    [InlineData("(01)06901234567892(10)批号", "symbol.notPrintable udi.invalidCharacter")]
    [InlineData("nonsense", "symbol.notPrintable udi.syntax")]
    public void What_is_wrong_is_not_printed(string text, string codes) =>
        string.Join(' ', Carrier.Of(text, Symbology.DataMatrix, new DateOnly(2026, 11, 25)).Findings.Select(f => f.Code)).ShouldBe(codes);

    [Fact]
    public void What_does_not_fit_is_said()
    {
        DataMatrix.Encode(new string('1', 3117)).Findings.Single().Kind.ShouldBe(SymbolFindings.TooLong);
        DataMatrix.Encode(new string('1', 3116)).Value.Width.ShouldBe(144);
        DataMatrix.Encode(new string('1', 99), shape: DataMatrixShape.Rectangle).Findings.Single().Kind.ShouldBe(SymbolFindings.TooLong);
        DataMatrix.Encode(new string('1', 98), shape: DataMatrixShape.Rectangle).Value.Width.ShouldBe(48);
        DataMatrix.Encode("批").Findings.Single().Kind.ShouldBe(SymbolFindings.Character);
        DataMatrix.Encode("").Findings.Single().Kind.ShouldBe(SymbolFindings.Empty);
    }

    [Fact]
    public void The_table_of_sizes_agrees_with_itself()
    {
        DataMatrixSize.All.Count.ShouldBe(30);
        foreach (var size in DataMatrixSize.All)
        {
            (size.Rows % (size.RegionRows + 2), size.Columns % (size.RegionColumns + 2)).ShouldBe((0, 0), size.ToString());

            // A last corner of four modules, or none, is left over.
            ((size.MappingRows * size.MappingColumns) - (8 * (size.Data + size.Checks))).ShouldBeOneOf(0, 4);
            (size.Checks % size.Blocks).ShouldBe(0);
        }

        foreach (var shape in DataMatrixSize.All.GroupBy(s => s.Shape))
        {
            shape.Select(s => s.Data).ShouldBeInOrder();
        }
    }

    private static Gen<string> Lot => Gen.Char["0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-/._%&'()*+,!\"<>=?;:"].Array[1, 20].Select(c => new string(c))
        .Where(t => !t.Contains('(', StringComparison.Ordinal));

    private static string[] Drawn(Symbol symbol) => [.. Enumerable.Range(0, symbol.Height).Select(y => new string([.. Enumerable.Range(0, symbol.Width).Select(x => symbol.IsDark(x, y) ? '#' : ' ')]))];
}
