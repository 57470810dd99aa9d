using Clew.Tests.Storage;
using Clew.Tests.Web;

namespace Clew.Browser;

public sealed class Entrance(Ground ground, Chromium chromium)
{
    [Fact]
    public async Task Nobody_gets_in_without_a_password_and_everybody_comes_out_where_they_wanted_to_go()
    {
        await using var town = await Town.Found(ground);
        var page = await chromium.Open(town.House.Address);
        await page.GotoAsync("/recalls?before=9");
        page.Url.ShouldContain("/sign-in?to=%2Frecalls%3Fbefore%3D9");
        await page.FillAsync("input[name=name]", "li.na");
        await page.FillAsync("input[name=password]", "wrong");
        await page.ClickAsync("main button[type=submit]");
        (await page.TextContentAsync("[role=alert]"))!.ShouldContain("do not belong together");
        (await page.InputValueAsync("input[name=name]")).ShouldBe("li.na");
        await page.FillAsync("input[name=password]", Town.Password);
        await page.ClickAsync("main button[type=submit]");
        await page.Arrives(@"/recalls\?before=9$");

        await page.ClickAsync(".account summary");
        await page.ClickAsync(".account button");
        await page.Arrives(@"/sign-in\?to=%2F$");
        await page.GotoAsync("/recalls");
        page.Url.ShouldContain("/sign-in");
    }

    [Fact]
    public async Task The_language_follows_the_browser_until_somebody_chooses()
    {
        await using var town = await Town.Found(ground);
        var page = await chromium.Open(town.House.Address, language: "zh-CN");
        await page.GotoAsync("/sign-in");
        (await page.GetAttributeAsync("html", "lang")).ShouldBe("zh-CN");
        (await page.TextContentAsync("h1")).ShouldBe("登录");
        await page.ClickAsync(".language");
        (await page.TextContentAsync("h1")).ShouldBe("Sign in");
        await page.GotoAsync("/sign-in?to=/trace");
        (await page.TextContentAsync("h1")).ShouldBe("Sign in");
        (await page.GotoAsync("/language/zh?to=//elsewhere.example/"))!.Url.ShouldStartWith(town.House.Address.ToString());
    }

    [Fact]
    public async Task A_browser_gets_pages_and_a_program_gets_problems()
    {
        await using var town = await Town.Found(ground);
        var page = await town.SignIn(chromium, "zhang.wei");
        var missing = await page.GotoAsync("/nowhere");
        missing!.Status.ShouldBe(404);
        (await page.TextContentAsync("h1")).ShouldBe("There is no page at this address.");
        missing.Headers["content-security-policy"].ShouldContain("script-src 'self'");
        (await page.GotoAsync("/recalls"))!.Status.ShouldBe(403);
        (await page.TextContentAsync("h1")).ShouldBe("Your role does not allow this.");

        using var system = await town.House.As("warehouseOperator");
        var (status, problem) = await system.Ask("/nowhere");
        status.ShouldBe(404);
        problem.GetProperty("type").GetString()!.ShouldEndWith("http.notFound");
        (await system.Ask(Town.Page(1))).Body.GetProperty("item").GetProperty("id").GetString().ShouldBe(Town.Pump(1));
        // The cookie of somebody who signed in is as good as a key, but not for another site's forms.
        (await page.EvaluateAsync<int>("fetch('/devices?text=CP0001').then(r => r.status)")).ShouldBe(200);
        using var foreign = new HttpClient { BaseAddress = town.House.Address };
        foreign.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        (await foreign.Say("/recalls", "{}")).Status.ShouldBe(403);
    }
}
