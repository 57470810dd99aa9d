using System.Security.Cryptography;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Playwright;

namespace Clew.Browser;

public sealed class Recalling(Ground ground, Chromium chromium)
{
    [Fact]
    public async Task From_a_bad_lot_to_a_locked_list_that_reconciles()
    {
        await using var town = await Town.Found(ground);
        var page = await town.SignIn(chromium, "li.na");

        // Who types only what stands on the label sees the trace of the one lot that is meant.
        await page.GotoAsync("/trace");
        await page.FillAsync("input[name=lot]", "B17");
        await page.ClickAsync("main form button.main");
        (await Figures(page)).ShouldBe(["29 Contain it now", "1 Cannot be excluded", "2 Contained it before", "31 Ever contained it"]);
        (await page.Locator(".picture svg a").CountAsync()).ShouldBeGreaterThan(60);
        (await page.TextContentAsync("main"))!.ShouldContain("No Power pack was ever reported in it.");
        (await page.Locator("tr.sum td").AllTextContentsAsync()).ShouldBe(["Sum", "", "", "29", "1", "2"]);
        (await page.Locator("tr", new() { HasText = "CP0031" }).Locator(".path").TextContentAsync())!.Replace("\n", "", StringComparison.Ordinal).ShouldContain("PP031");

        await page.ClickAsync("text=Open a recall of this");
        await page.FillAsync("input[name=case]", "R-2026-007");
        await page.FillAsync("input[name=reason]", "Swelling cells");
        await page.ClickAsync("main button[type=submit]");
        await page.Arrives("/recalls/R-2026-007$");
        (await page.Locator("a.button.bad").CountAsync()).ShouldBe(0, "nobody locks what is not frozen");

        await page.ClickAsync("text=Freeze the scope");
        await page.ClickAsync("main form[method=post] button.main");
        await Assertions.Expect(page.Locator("main .badge.warn").First).ToHaveTextAsync("Scope frozen");
        await page.ClickAsync("a.button.bad");
        (await page.TextContentAsync("main form.note"))!.ShouldContain("wherever it is");
        await page.ClickAsync("main form.note button.bad");
        await Assertions.Expect(page.Locator(".head .badge")).ToHaveTextAsync("Locked");

        // The list that is downloaded is the list that was hashed, and has as many lines as the sets say.
        var frozen = await Download(page, "a:text-is('Download')");
        Convert.ToHexStringLower(SHA256.HashData(frozen)).ShouldBe((await page.TextContentAsync("dd code"))!);
        System.Text.Encoding.UTF8.GetString(frozen).Trim().Split('\n').Length.ShouldBe(1 + 29 + 1 + 2 + 1);
        (await Download(page, "a:text-is('XLSX')"))[..2].ShouldBe("PK"u8.ToArray());

        await page.GotoAsync(Town.Page(20));
        (await page.TextContentAsync("main .note"))!.ShouldContain("R-2026-007");

        // Pump 20 turns out to be good.
        await page.GotoAsync("/recalls/R-2026-007?set=containsNow");
        await page.CheckAsync("input[aria-label=CP0020]");
        await page.FillAsync("#release input[name=reason]", "Cell replaced");
        await page.ClickAsync("#release button");
        await Assertions.Expect(page.Locator("tr", new() { HasText = "CP0020" })).ToContainTextAsync("Recall cleared");
        using var quality = await town.House.As("qualityManager");
        (await quality.Ask(Town.Page(20))).Body.GetProperty("item").GetProperty("hold").GetString().ShouldBe("recallCleared");
    }

    [Fact]
    public async Task A_scope_can_be_seen_as_it_was_known()
    {
        await using var town = await Town.Found(ground);
        var page = await town.SignIn(chromium, "li.na");
        await page.GotoAsync($"/trace?lot={Town.BadLot}&happened=2026-02-15T12:00");
        (await Figures(page))[0].ShouldBe("30 Contain it now");
        await page.GotoAsync(Town.Page(1) + "?happened=2026-02-08T00:00");
        (await page.TextContentAsync(".head .badge")).ShouldBe("In transit");
        await page.GotoAsync($"/trace?lot={Town.BadLot}&known=5");
        (await Figures(page))[0].ShouldBe("0 Contain it now");
        (await page.TextContentAsync(".empty h2"))!.ShouldContain("No unit");
    }

    [Fact]
    public async Task An_auditor_looks_and_does_not_touch()
    {
        await using var town = await Town.Found(ground);
        using var quality = await town.House.As("qualityManager");
        await quality.Say("/recalls", $$"""{"case":"R-1","lots":["{{Town.BadLot}}"]}""");
        var page = await town.SignIn(chromium, "wang.fang");
        await page.GotoAsync("/recalls/R-1");
        (await page.Locator("main form[method=post]").CountAsync()).ShouldBe(0);
        (await page.Locator("a[href*='step=']").CountAsync()).ShouldBe(0);
        (await page.GotoAsync("/recalls/R-2"))!.Status.ShouldBe(404);

        // Not by hand either: the form of somebody who may, sent by somebody who may not.
        var token = await page.InputValueAsync("input[name=__RequestVerificationToken]");
        var answer = await page.Context.APIRequest.PostAsync("/recalls/R-1", new()
        {
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Accept"] = "text/html", ["Content-Type"] = "application/x-www-form-urlencoded" },
            DataByte = System.Text.Encoding.UTF8.GetBytes($"_handler=act&step=freeze&__RequestVerificationToken={Uri.EscapeDataString(token)}"),
        });
        answer.Status.ShouldBeGreaterThanOrEqualTo(400);
        (await quality.Ask("/recalls/R-1")).Body.TryGetProperty("frozen", out _).ShouldBeFalse();
    }

    private static async Task<string[]> Figures(IPage page) =>
        [.. (await page.Locator(".sets .figure").AllInnerTextsAsync()).Select(t => string.Join(' ', t.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))];

    private static async Task<byte[]> Download(IPage page, string link)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync(link));
        return await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
    }
}
