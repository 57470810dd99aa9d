using Clew.Tests.Storage;

namespace Clew.Browser;

public sealed class Identifying(Ground ground, Chromium chromium)
{
    [Fact]
    public async Task What_is_this_marks_the_place_in_the_input_and_a_scanners_separator_arrives()
    {
        await using var town = await Town.Found(ground);
        await town.Recall();
        var page = await town.SignIn(chromium, "zhang.wei");
        await page.GotoAsync("/identify");
        await page.Locator("input[name=text]:focus").WaitForAsync();

        // As a scanner that is a keyboard sends it: the separator as Ctrl+].
        await page.Keyboard.TypeAsync("]d2010690123456789210L1");
        await page.Keyboard.PressAsync("Control+BracketRight");
        await page.Keyboard.TypeAsync("21CP0020");
        await page.Keyboard.PressAsync("Enter");
        await page.Arrives("text=");
        (await page.TextContentAsync(".verdict"))!.ShouldContain("Recall lock R-2026-007");
        (await page.Locator("table.lines").First.Locator("tbody tr").CountAsync()).ShouldBe(3);
        (await page.TextContentAsync("main"))!.ShouldContain("Serial number");
        (await page.TextContentAsync("main"))!.ShouldContain("国械注准20260001");

        await page.GotoAsync("/identify?text=" + Uri.EscapeDataString("(01)06901234567893(21)CP 1"));
        var notes = page.Locator(".note");
        (await notes.CountAsync()).ShouldBe(2);
        (await page.TextContentAsync(".note[data-code='udi.checkDigit'] mark")).ShouldBe("3");
        (await page.TextContentAsync(".note[data-code='udi.invalidCharacter'] mark")).ShouldBe("·");

        // A HIBC symbol whose check character is a blank is read whole; cut off it is said to be wrong.
        await page.GotoAsync("/identify?text=" + Uri.EscapeDataString("+A123AA40 "));
        (await page.Locator(".note").CountAsync()).ShouldBe(0);
        await page.GotoAsync("/identify?text=" + Uri.EscapeDataString("+A123BJC5D6E71G") + "&second=" + Uri.EscapeDataString("+$$52001510X3GD"));
        (await page.GetAttributeAsync(".verdict", "data-kind")).ShouldBe("hibc-pair");
    }
}
