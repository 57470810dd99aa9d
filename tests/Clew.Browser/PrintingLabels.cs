using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Clew.Tests.Storage;
using Clew.Tests.Web;

namespace Clew.Browser;

/// <summary>Labels made, printed and confirmed in the browser.</summary>
public sealed partial class PrintingLabels(Ground ground, Chromium chromium)
{
    [Fact]
    public async Task A_job_is_made_printed_in_true_size_and_confirmed()
    {
        await using var town = await Town.Empty(await House.Open(ground));
        var page = await town.SignIn(chromium, "zhang.wei");
        await page.GotoAsync("/labels");

        // A wrong check digit makes no job, and what was typed is still there.
        await page.FillAsync("[name=id]", "shift 1");
        await page.FillAsync("[name=labels]", "(01)06901234567893(21)A1");
        await page.ClickAsync("main button.main");
        (await page.InnerTextAsync("main")).ShouldContain("check digit");
        (await page.InputValueAsync("[name=labels]")).ShouldBe("(01)06901234567893(21)A1");

        await page.FillAsync("[name=labels]", "(01)06901234567892(21)A1\n(01)06901234567892(21)A2\n(01)06901234567892(21)A3");
        await page.ClickAsync("main button.main");
        await page.ClickAsync("main button.main");
        (await page.InnerTextAsync(".badge")).ShouldBe("Sent, not confirmed");

        // On paper: one label a page, as large as the label is.
        var pdf = Encoding.Latin1.GetString(await page.PdfAsync(new() { PreferCSSPageSize = true }));
        var sizes = Box().Matches(pdf).Select(m => (Millimetres(m, "width"), Millimetres(m, "height"))).ToList();
        sizes.Count.ShouldBe(3);
        sizes.ShouldAllBe(s => Math.Abs(s.Item1 - 60) < 0.5 && Math.Abs(s.Item2 - 30) < 0.5);

        // What the browser draws is read back.
        await page.EvaluateAsync("(() => { const s = document.querySelector('.sheet svg'); s.setAttribute('width', '1200'); s.setAttribute('height', '600'); s.style.maxWidth = 'none'; })()");
        (await Clew.Tests.Symbols.Decoder.DataMatrix(await page.Locator(".sheet svg").First.ScreenshotAsync())).Trim('\u001d', '\n').ShouldBe("010690123456789221A1");

        // One is torn: from there on again, with the reason; then all are there.
        await page.FillAsync("[name=from]", "2");
        await page.FillAsync("[name=reason]", "label 2 torn");

        // Pressed twice: the second finds that the job was started again meanwhile.
        var statuses = await page.EvaluateAsync<int[]>("""
            async () => {
              const form = document.querySelector('form.stack');
              const send = () => fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { Accept: 'text/html' } }).then(r => r.status);
              return (await Promise.all([send(), send(), send()])).sort();
            }
            """);
        statuses.ShouldBe([200, 409, 409]);
        await page.ReloadAsync();
        (await page.InnerTextAsync("main")).ShouldContain("label 2 torn");
        await page.ClickAsync("text=All 3 labels are there");
        (await page.InnerTextAsync(".badge")).ShouldBe("Confirmed");
    }

    private static double Millimetres(Match match, string name) => double.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture) / 72 * 25.4;

    [GeneratedRegex(@"/MediaBox\s*\[0 0 (?<width>[\d.]+) (?<height>[\d.]+)\]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Box();
}
