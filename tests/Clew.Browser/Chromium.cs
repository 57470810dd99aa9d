using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Clew.Browser.Chromium))]

namespace Clew.Browser;

/// <summary>One headless browser for all tests of the run: the system's own, so that nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>How long a page may take on a machine that does other things as well, in milliseconds: a test that waits longer has failed.</summary>
    internal const int Patience = 30_000;

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        });
    }

    /// <summary>A browser of somebody who has never been here.</summary>
    public async Task<IPage> Open(Uri address, bool isPhone = false, string language = "en-GB", bool isDark = false)
    {
        var context = await browser!.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            Locale = language,
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = isPhone ? new() { Width = 375, Height = 800 } : new() { Width = 1280, Height = 800 },
        });
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }
}

/// <summary>What tests wait for.</summary>
internal static class Arrival
{
    /// <summary>
    /// Waits until the page is at such an address and has loaded whole. It asks the page itself: the browser's own word that a page has
    /// loaded can come before the word that it has moved, and whoever waits for both in that order waits for ever.
    /// </summary>
    public static async Task Arrives(this IPage page, [StringSyntax(StringSyntaxAttribute.Regex)] string address)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(address, RegexOptions.None, TimeSpan.FromSeconds(1)), new() { Timeout = Chromium.Patience });
        await page.WaitForFunctionAsync("document.readyState === 'complete'");
    }
}
