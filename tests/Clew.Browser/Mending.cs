using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Playwright;

namespace Clew.Browser;

/// <summary>What was refused is corrected by a person and sent again.</summary>
public sealed class Mending(Ground ground, Chromium chromium)
{
    [Fact]
    public async Task A_refused_document_is_corrected_where_its_findings_stand()
    {
        await using var town = await Town.Found(ground);
        var auditor = await town.SignIn(chromium, "wang.fang");
        await auditor.GotoAsync("/exceptions");
        await auditor.ClickAsync("table.lines tbody a");
        (await auditor.InnerTextAsync("main")).ShouldContain("offset");
        (await auditor.Locator("textarea").CountAsync()).ShouldBe(0, "an auditor looks and corrects nothing");

        var page = await town.SignIn(chromium, "li.na", isPhone: true, language: "zh-CN");
        await page.GotoAsync("/exceptions");
        await page.ClickAsync("table.lines tbody a");
        var text = await page.InputValueAsync("textarea");
        text.ShouldContain("2026-03-05T08:00:00");

        // Still wrong: it says so, and what was typed is still there.
        await page.FillAsync("textarea", text.Replace("2026-03-05T08:00:00", "2026-03-05T08:00:00+8", StringComparison.Ordinal));
        await page.ClickAsync("main button.main");
        await Assertions.Expect(page.Locator("main .note.bad").First).ToBeVisibleAsync();
        (await page.InputValueAsync("textarea")).ShouldContain("+8");

        await page.FillAsync("textarea", text.Replace("2026-03-05T08:00:00", "2026-03-05T08:00:00+08:00", StringComparison.Ordinal).Replace("\"items\"", "\"place\":\"gs1:414/6901234000030\",\"to\":\"gs1:414/6901234000047\",\"items\"", StringComparison.Ordinal));
        await page.ClickAsync("main button.main");
        await Assertions.Expect(page.Locator("main .badge").First).ToContainTextAsync("更正");
        (await page.Locator("textarea").CountAsync()).ShouldBe(0);
        using var quality = await town.House.As("qualityManager");
        (await quality.Ask("/exceptions/documents")).Body.GetProperty("documents").EnumerateArray().Select(d => d.GetProperty("document").GetInt64()).ShouldNotContain(long.Parse(page.Url.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
