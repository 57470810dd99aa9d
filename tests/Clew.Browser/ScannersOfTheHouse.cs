using Clew.Server.Identification;
using Clew.Tests.Storage;

namespace Clew.Browser;

public sealed class ScannersOfTheHouse(Ground ground, Chromium chromium)
{
    [Fact]
    public async Task An_administrator_tries_a_scanner_keeps_its_profile_and_a_station_scans_with_it()
    {
        await using var town = await Town.Found(ground);
        var admin = await town.SignIn(chromium, "admin");
        await admin.GotoAsync("/scanners");
        (await admin.Locator(".symbols svg").CountAsync()).ShouldBe(4);
        await admin.FillAsync("input[name=came]", "#" + CardSymbol.Card[0].Holds.Replace("\u001d", "|", StringComparison.Ordinal) + "!");
        await admin.Keyboard.PressAsync("Enter");
        var said = await admin.Locator("#result").TextContentAsync();
        said.ShouldNotBeNull();
        said.ShouldContain("“|” in place of the separator");
        said.ShouldContain("“#” in front");
        said.ShouldContain("“!” behind");
        said.ShouldContain("sends no AIM identifier");
        await admin.FillAsync("main input[name=name]", "Zebra dock 3");
        await admin.ClickAsync("main button.main");
        await admin.Arrives("/scanners$");
        (await admin.TextContentAsync("table.lines"))!.ShouldContain("Zebra dock 3");

        await admin.FillAsync("input[name=came]", CardSymbol.Card[0].Holds.Replace("\u001d", "", StringComparison.Ordinal));
        await admin.Keyboard.PressAsync("Enter");
        (await admin.Locator("#result").TextContentAsync())!.ShouldContain("FNC1) is lost");
        (await admin.Locator("main input[name=name][required]").CountAsync()).ShouldBe(0);

        // The same text names nothing at a station without the profile, and the pump at one with it.
        var page = await town.SignIn(chromium, "zhang.wei");
        await page.GotoAsync("/scan?text=" + Uri.EscapeDataString("#010690123456789210L1|21CP0032!"));
        (await page.GetAttributeAsync("#verdict", "data-weight")).ShouldBe("bad");
        await page.GotoAsync("/scan");
        await page.ClickAsync("text=Zebra dock 3");
        await page.GotoAsync("/scan?text=" + Uri.EscapeDataString("#010690123456789210L1|21CP0032!"));
        (await page.GetAttributeAsync("#verdict", "data-weight")).ShouldBe("good");
        await page.GotoAsync("/identify?text=" + Uri.EscapeDataString("#010690123456789210L1|21CP0032!"));
        (await page.TextContentAsync(".verdict"))!.ShouldContain("CP0032");

        // Only an administrator sets scanners.
        (await page.GotoAsync("/scanners"))!.Status.ShouldBe(403);
        if (Environment.GetEnvironmentVariable("CLEW_PICTURES") is { Length: > 0 } folder)
        {
            await admin.ScreenshotAsync(new() { Path = Path.Combine(folder, "scanners-desk-en.png"), FullPage = true });
            var phone = await town.SignIn(chromium, "admin", isPhone: true, language: "zh-CN");
            await phone.GotoAsync("/scanners?came=" + Uri.EscapeDataString("＃" + CardSymbol.Card[0].Holds));
            await phone.ScreenshotAsync(new() { Path = Path.Combine(folder, "scanners-phone-zh.png"), FullPage = true });
        }
    }
}
