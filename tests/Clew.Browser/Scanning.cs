using Clew.Tests.Storage;
using Microsoft.Playwright;

namespace Clew.Browser;

public sealed class Scanning(Ground ground, Chromium chromium)
{
    [Fact]
    public async Task Scan_after_scan_is_judged_and_the_box_never_loses_the_focus()
    {
        await using var town = await Town.Found(ground);
        await town.Recall();
        var page = await town.SignIn(chromium, "zhang.wei");
        await page.GotoAsync("/scan");
        // No click: a scanner types wherever the focus is.
        (await Scan(page, "CP0032")).ShouldBe("good");
        (await Scan(page, "(01)06901234567892(21)CP0020")).ShouldBe("bad");
        (await page.TextContentAsync("#verdict"))!.ShouldContain("Recall lock R-2026-007");
        (await Scan(page, "CP0040")).ShouldBe("bad");
        await page.ClickAsync("#verdict .say");
        (await Scan(page, "nonsense")).ShouldBe("bad");
        await page.ClickAsync("h1");
        (await Scan(page, "B18")).ShouldBe("good");
        await page.SelectOptionAsync("select[name=for]", "installed");
        (await Scan(page, "CP0033")).ShouldBe("bad");
        (await page.TextContentAsync("#verdict"))!.ShouldContain("does not follow");
        (await page.EvaluateAsync<string>("document.activeElement.id")).ShouldBe("box");
        (await page.Locator("#session li").CountAsync()).ShouldBe(6);
        (await page.TextContentAsync("#tally")).ShouldBe("✓ 2  ! 0  ✕ 4");
        (await page.InputValueAsync("#box")).ShouldBe("");

        // Faster than the server answers: none is lost, and they stay in order.
        foreach (var serial in new[] { "CP0034", "CP0035", "CP0036" })
        {
            await page.Keyboard.TypeAsync(serial);
            await page.Keyboard.PressAsync("Enter");
        }

        await Assertions.Expect(page.Locator("#session li")).ToHaveCountAsync(9);
        (await page.Locator("#session li .id").AllTextContentsAsync()).Take(3).ShouldBe(["CP0036", "CP0035", "CP0034"]);
    }

    [Fact]
    public async Task A_hospital_is_told_nothing_of_what_it_never_had()
    {
        await using var town = await Town.Found(ground);
        var page = await town.SignIn(chromium, "city.one", isPhone: true, language: "zh-CN");
        await page.GotoAsync("/scan");
        (await Scan(page, "CP0003")).ShouldBe("good");
        (await Scan(page, "CP0020")).ShouldBe("bad");
        (await page.TextContentAsync("#verdict .say")).ShouldBe("未知");
        (await page.GotoAsync(Town.Page(20)))!.Status.ShouldBe(404);
        (await page.GotoAsync(Town.Page(3)))!.Status.ShouldBe(200);
        (await page.TextContentAsync("main"))!.ShouldNotContain("苏州工厂");
    }

    private static async Task<string?> Scan(IPage page, string text)
    {
        await page.Keyboard.TypeAsync(text);
        await page.Keyboard.PressAsync("Enter");
        var verdict = page.Locator($"#verdict[data-text='{text}']");
        await verdict.WaitForAsync();
        return await verdict.GetAttributeAsync("data-weight");
    }
}
