using Clew.Identification;
using Clew.Server.Identification;
using CsCheck;

namespace Clew.Tests.Identification;

/// <summary>Whatever a scanner adds to a symbol of the card, the test finds the settings that take it off again.</summary>
public sealed class ScannerProfiles
{
    private static readonly Gen<string> Added = Gen.Char["#!~|^<>{}\u0002\r\n\t"].Array[0, 3].Select(c => new string(c));

    private static readonly string[] Separators = ["\u001d", "|", "<GS>", "~~"];

    [Fact]
    public void The_settings_that_the_test_finds_give_back_what_the_symbol_holds() =>
        Gen.Select(Gen.Int[0, ScannerCard.Count - 1], Added, Added, Gen.Int[0, 3].Select(i => Separators[i]), Gen.Bool, Gen.Bool).Sample((which, prefix, suffix, separator, aim, wide) =>
        {
            var symbol = ScannerCard[which];
            var came = prefix + (aim ? symbol.Aim : "") + symbol.Holds.Replace("\u001d", separator, StringComparison.Ordinal) + suffix;
            came = wide ? Widened(came) : came;
            var test = ScannerTest.Of(symbol.Aim, symbol.Holds, came);
            test.LostSeparator.ShouldBeFalse();
            (test.SendsAim, test.Settings!.SendsAim).ShouldBe((aim, aim));
            test.Settings.ShouldNotBeNull(came).FoldsFullWidth.ShouldBe(wide);
            test.Settings!.Undo(came).ShouldBe((aim ? symbol.Aim : "") + symbol.Holds);
        });

    [Fact]
    public void What_no_profile_can_mend_is_said_and_not_guessed()
    {
        var gs1 = ScannerCard[0];
        var lost = ScannerTest.Of(gs1.Aim, gs1.Holds, gs1.Holds.Replace("\u001d", "", StringComparison.Ordinal));
        lost.LostSeparator.ShouldBeTrue();
        lost.Settings!.Separators.ShouldBeEmpty();

        // A German keyboard swaps Y and Z.
        var swapped = gs1.Aim + gs1.Holds.Replace('Z', 'Y');
        var layout = ScannerTest.Of(gs1.Aim, gs1.Holds, swapped);
        (layout.Settings, layout.FirstDifference).ShouldBe((null, swapped.IndexOf('Y', StringComparison.Ordinal)));

        var hibc = ScannerCard[2];
        var trimmed = ScannerTest.Of(hibc.Aim, hibc.Holds, hibc.Holds.TrimEnd());
        (trimmed.Settings, trimmed.FirstDifference).ShouldBe((null, hibc.Holds.Length - 1));
    }

    [Theory]
    [InlineData(true, "]d20106901234567892", "")]
    [InlineData(true, "0106901234567892", "udi.aimMissing")]
    [InlineData(true, "+A123BJC5D6E71G", "udi.aimMissing")]
    [InlineData(true, "CP0032", "udi.syntax")]
    [InlineData(false, "]C1(10", "udi.unknownAi udi.aimUnexpected")]
    [InlineData(false, "]d20106901234567892", "udi.aimUnexpected")]
    [InlineData(false, "0106901234567892", "")]
    [InlineData(null, "0106901234567892", "")]
    [InlineData(null, "]d20106901234567892", "")]
    public void What_a_profile_says_of_the_AIM_identifier_is_held_against_what_comes(bool? sends, string came, string codes) =>
        string.Join(' ', Udi.Read(came, new UdiOptions { Today = new DateOnly(2026, 11, 25), SendsAim = sends }).Diagnostics.Select(d => d.Code)).ShouldBe(codes);

    [Fact]
    public void Nothing_is_undone_that_no_setting_names()
    {
        const string came = "\u0002０１ |x\r";
        new ScannerSettings().Undo(came).ShouldBe(came);
        new ScannerSettings { Prefix = "y", Suffix = "\n", Separators = ["~"] }.Undo(came).ShouldBe(came);
    }

    [Fact]
    public void Every_symbol_of_the_card_reads_without_a_word()
    {
        foreach (var symbol in ScannerCard)
        {
            Udi.Read(symbol.Aim + symbol.Holds, new UdiOptions { Today = new DateOnly(2026, 11, 25) }).Diagnostics.ShouldBeEmpty(symbol.Word);
        }
    }

    private static IReadOnlyList<CardSymbol> ScannerCard => CardSymbol.Card;

    private static string Widened(string text) => string.Concat(text.Select(c => c is >= '!' and <= '~' ? (char)(c + 0xfee0) : c == ' ' ? '\u3000' : c));
}
