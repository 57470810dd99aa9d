using Clew.Tests.Storage;
using Clew.Tests.Web;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace Clew.Browser;

/// <summary>What must hold of every page, whoever looks at it and on what.</summary>
public sealed class Looks(Ground ground, Chromium chromium)
{
    [Theory]
    [InlineData(false, "en-GB", false)]
    [InlineData(false, "zh-CN", true)]
    [InlineData(true, "zh-CN", false)]
    [InlineData(true, "en-GB", true)]
    public async Task Every_page_fits_can_be_read_by_everybody_and_asks_nobody_else(bool isPhone, string language, bool isDark)
    {
        await using var town = await Town.Found(ground);
        await town.Recall();
        var page = await town.SignIn(chromium, "li.na", isPhone, language, isDark);
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(town.House.Address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                complaints.Add(request.Url);
            }
        };
        foreach (var (name, address) in Pictures.Addresses.Append(("administrator", "")).Concat(Pictures.OfTheAdministrator))
        {
            if (address.Length == 0)
            {
                await page.ClickAsync(".account summary");
                await page.ClickAsync(".account button");
                await page.GotoAsync("/sign-in");
                await page.FillAsync("input[name=name]", "admin");
                await page.FillAsync("input[name=password]", Town.Password);
                await page.ClickAsync("main button[type=submit]");
                await page.Arrives("^(?!.*/sign-in)");
                continue;
            }

            await page.GotoAsync(address);
            var (scroll, width) = (await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("innerWidth"));
            scroll.ShouldBeLessThanOrEqualTo(width, $"{name} is wider than the screen");
            (await page.Locator("h1, .empty h2").CountAsync()).ShouldBeGreaterThan(0, name);
            (await page.GetAttributeAsync("html", "lang")).ShouldBe(language == "zh-CN" ? "zh-CN" : "en");
            var found = await page.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa") });
            complaints.AddRange(found.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{name}: {v.Id} {v.Help} {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"));
        }

        // A 404 is told to the console by the browser itself.
        complaints.Where(c => !c.Contains("status of 404", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_house_tells_what_to_do_next()
    {
        await using var town = await Town.Empty(await House.Open(ground));
        var page = await town.SignIn(chromium, "li.na");
        foreach (var (address, says) in new[]
        {
            ("/", "Nothing has been recorded yet."), ("/recalls", "There is no recall."), ("/trace", "Give a lot, serials"), ("/scan", "Ready"),
            ("/exceptions", "Nothing waits for you"), ("/search?text=x", "Nothing is found for"), (Town.Page(1), "Nothing is known of"),
        })
        {
            await page.GotoAsync(address);
            (await page.TextContentAsync("main"))!.ShouldContain(says);
        }
    }

    [Fact]
    public async Task Text_that_a_stranger_sent_stays_text()
    {
        await using var town = await Town.Found(ground);
        using var system = await town.House.As("integrator");
        (await system.Say("/capture", $$"""
            [{"kind":"observed","id":"<img src=x onerror=alert(1)>","happened":"2026-03-05T08:00:00+08:00","items":["{{Town.Pump(1)}}"],"reason":"<script>document.title='taken'</script>"}]
            """)).Status.ShouldBe(201);
        var page = await town.SignIn(chromium, "li.na");
        await page.GotoAsync(Town.Page(1));
        (await page.TextContentAsync("main"))!.ShouldContain("<script>document.title='taken'</script>");
        (await page.TitleAsync()).ShouldNotBe("taken");
        (await page.Locator("main script, main img[src=x]").CountAsync()).ShouldBe(0);
    }
}
