using Clew.Server.Proof;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Npgsql;

namespace Clew.Browser;

public sealed class Proving(Ground ground, Chromium chromium)
{
    private const string Device = "/devices/gs1:01/06901234567892/21/P1";

    [Fact]
    public async Task The_button_says_that_all_is_as_it_was_until_somebody_alters_the_database()
    {
        await using var signing = await SigningTown.Found(ground);
        var page = await signing.Town.SignIn(chromium, "wang.fang");
        await page.GotoAsync(Device);
        await page.ClickAsync(".head a.button:text-is('Verify')");
        await page.Arrives("/verify");
        await Assertions.Expect(page.Locator(".note.good")).ToContainTextAsync("entries are as they were recorded");
        (await page.TextContentAsync("main"))!.ShouldContain(signing.Signer.Key.ToString());
        var download = page.WaitForDownloadAsync();
        await page.ClickAsync("text=Download the evidence pack");
        (await download).SuggestedFilename.ShouldEndWith(".zip");

        await page.GotoAsync("/proof");
        (await page.Locator("table.lines tbody tr").CountAsync()).ShouldBeGreaterThan(0);

        await signing.Do("update ledger.entry set body = convert_to(replace(convert_from(body, 'UTF8'), '\"productReleased\"', '\"productreleased\"'), 'UTF8')");
        await page.GotoAsync("/verify?item=gs1:01/06901234567892/21/P1");
        await Assertions.Expect(page.Locator(".note.bad")).ToContainTextAsync("is not what was recorded");
        await page.GotoAsync("/verify?item=gs1:01/06901234567892/21/NONE");
        await Assertions.Expect(page.Locator(".empty h2")).ToContainTextAsync("nothing here to verify");
    }

    [Theory]
    [InlineData(false, "en-GB", false)]
    [InlineData(true, "zh-CN", false)]
    [InlineData(false, "zh-CN", true)]
    public async Task The_pages_fit_and_can_be_read_by_everybody(bool isPhone, string language, bool isDark)
    {
        await using var signing = await SigningTown.Found(ground);
        var page = await signing.Town.SignIn(chromium, "wang.fang", isPhone, language, isDark);
        foreach (var (name, address) in new[] { ("proof", "/proof"), ("verify", "/verify?item=gs1:01/06901234567892/21/P1"), ("verify-entry", "/verify?entry=9"), ("verify-device", Device), ("audit", "/audit"), ("audit-none", "/audit?by=nobody&reason=x"), ("changes", "/changes?item=gs1:01/06901234567892/21/P1") })
        {
            await page.GotoAsync(address);
            (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(await page.EvaluateAsync<int>("innerWidth"), name);
            (await page.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa") })).Violations
                .Where(v => v.Impact is "serious" or "critical").Select(v => $"{name}: {v.Id} {v.Help} {v.Nodes[0].Html}").ShouldBeEmpty();
            if (Environment.GetEnvironmentVariable("CLEW_PICTURES") is { Length: > 0 } folder)
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{(isPhone ? "phone" : "desk")}-{language[..2]}.png"), FullPage = true });
            }
        }
    }

    /// <summary>A company of which four pumps are told, on a server that signs.</summary>
    private sealed class SigningTown(Town town, Signer signer, string folder, NpgsqlDataSource database) : IAsyncDisposable
    {
        public Town Town => town;

        public Signer Signer => signer;

        public static async Task<SigningTown> Found(Ground ground)
        {
            var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            var signer = Signer.Open(folder, null, TimeProvider.System.GetUtcNow());
            var (database, _) = await ground.NewDatabase();
            var town = await Town.Empty(await House.Open(database, proof: new ProofSettings(signer, TimeSpan.FromHours(1))));
            using var system = await town.House.As("integrator");
            (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
            (await system.Say("/capture", Stories.Pumps)).Status.ShouldBe(201);
            return new SigningTown(town, signer, folder, database);
        }

        public async Task Do(string sql)
        {
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await town.DisposeAsync();
            signer.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }
}
