using Clew.Tests.Access;
using Clew.Tests.Storage;
using Microsoft.Playwright;

namespace Clew.Browser;

/// <summary>An administrator lets somebody in; the newcomer sets a password, turns a second factor on and comes in with it; then is kept out.</summary>
public sealed class ComingIn(Ground ground, Chromium chromium)
{
    private const string Password = "a quiet river at night";

    [Fact]
    public async Task From_the_invitation_to_the_last_day()
    {
        await using var town = await Town.Found(ground);
        var admin = await town.SignIn(chromium, "admin");
        await admin.GotoAsync("/people");
        await admin.FillAsync("input[name=name]", "wu.lei");
        await admin.FillAsync("input[name=nameEn]", "Wu Lei");
        await admin.FillAsync("input[name=nameZh]", "吴磊");
        await admin.SelectOptionAsync("select[name=role]", "hospital");
        await admin.FillAsync("input[name=reason]", "Nurse in charge of pumps");
        await admin.ClickAsync("form .main");
        (await admin.TextContentAsync("[role=alert]"))!.ShouldContain("sees what its organisation holds");
        (await admin.InputValueAsync("input[name=nameZh]")).ShouldBe("吴磊", "what was right need not be typed again");
        await admin.FillAsync("input[name=party]", Town.Hospital);
        await admin.FillAsync("input[name=reason]", "Nurse in charge of pumps");
        await admin.ClickAsync("form .main");
        var link = (await admin.TextContentAsync("[role=status] code"))!;

        var page = await chromium.Open(town.House.Address, isPhone: true, language: "zh-CN");
        await page.GotoAsync(link);
        (await page.TextContentAsync("h1")).ShouldBe("设置密码", link);
        await page.FillAsync("input[name=password]", Password);
        await page.FillAsync("input[name=again]", Password);
        await page.ClickAsync("main button[type=submit]");
        await page.Arrives("/account$");
        var key = (await page.TextContentAsync(".otp code"))!;
        (await page.Locator(".otp svg").BoundingBoxAsync())!.Width.ShouldBeGreaterThan(100);
        await page.FillAsync("input[name=code]", Otp.Code(key, -1));
        await page.ClickAsync(".otp button");
        (await page.TextContentAsync(".codes"))!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(10);

        // She sees what her hospital holds, and comes in again with the phone in her hand.
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync(Town.Page(1));
        await page.FillAsync("input[name=name]", "wu.lei");
        await page.FillAsync("input[name=password]", Password);
        await page.ClickAsync("main button[type=submit]");
        await page.Arrives("/sign-in/code");
        await page.FillAsync("input[name=code]", Otp.Code(key));
        await page.ClickAsync("main button[type=submit]");
        await page.Arrives(Town.Page(1).Replace("(", "\\(", StringComparison.Ordinal) + "$");
        (await page.GotoAsync(Town.Page(20)))!.Status.ShouldBe(404, "another's pump");

        await admin.GotoAsync("/people/wu.lei");
        (await admin.TextContentAsync("main"))!.ShouldContain("Chrome");
        await admin.CheckAsync("input[name=out]");
        await admin.FillAsync("form:has(input[name=out]) input[name=reason]", "Left the hospital");
        await admin.ClickAsync("form:has(input[name=out]) .main");
        await Assertions.Expect(admin.Locator("dl.facts")).ToContainTextAsync("Kept out");
        await page.GotoAsync("/");
        page.Url.ShouldContain("/sign-in");

        // Nobody gives rights to themselves.
        await admin.GotoAsync("/people/admin");
        (await admin.Locator("select[name=role]").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_is_made_seen_once_and_withdrawn()
    {
        await using var town = await Town.Found(ground);
        var admin = await town.SignIn(chromium, "admin");
        await admin.GotoAsync("/keys");
        await admin.FillAsync("input[name=name]", "mes-suzhou");
        await admin.SelectOptionAsync("select[name=role]", "integrator");
        await admin.CheckAsync("input[value=Look]");
        await admin.FillAsync("form.stack:has(select) input[name=reason]", "Line 1 goes live");
        await admin.ClickAsync("form.stack:has(select) .main");
        var key = (await admin.TextContentAsync("[role=status] code"))!;
        using var client = new HttpClient { BaseAddress = town.House.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        (await client.GetAsync(new Uri("/devices?text=CP0001", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        await admin.GotoAsync("/keys");
        (await admin.ContentAsync()).ShouldNotContain(key);
        var row = admin.Locator("tr", new() { HasText = "mes-suzhou" });
        await row.Locator("summary").ClickAsync();
        await row.Locator("input[name=reason]").FillAsync("Exchanged");
        await row.Locator("button").ClickAsync();
        await Assertions.Expect(admin.Locator("tr", new() { HasText = "mes-suzhou" })).ToContainTextAsync("Withdrawn");
        (await client.GetAsync(new Uri("/devices?text=CP0001", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
    }
}
