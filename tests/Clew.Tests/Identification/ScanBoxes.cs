using System.Text.RegularExpressions;
using Clew.Identification;
using Clew.Server.Identification;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Tests.Identification;

/// <summary>The pages with a scan box: all of them read codes, and say what is wrong and what is known.</summary>
public sealed partial class ScanBoxes(Ground ground)
{
    [Fact]
    public async Task A_wrong_check_digit_warns_on_what_we_receive_and_blocks_what_we_print()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        using var client = await house.As("warehouseOperator");
        await system.Say("/capture", Stories.Company);

        // It stands so on the label that came in: kept, with a warning.
        const string Wrong = "(01)06901234567893(21)W1";
        var (status, receipt) = await system.Say("/capture", $$"""{"kind":"observed","id":"o1","happened":"2026-02-01T08:00:00+08:00","items":["{{Wrong}}"],"place":"gs1:414/6901234000016"}""");
        (status, receipt.ToString().Contains("identity.checkDigit", StringComparison.Ordinal)).ShouldBe((201, true));
        var page = await Page(client, "/scan?text=" + Uri.EscapeDataString(Wrong));
        Weight().Match(page).Groups["weight"].Value.ShouldBe("warn");
        page.ShouldContain("The check digit of (01) '06901234567893' should be 2");
        page.ShouldContain("/devices/gs1:01/06901234567893/21/W1");

        // The same is not printed.
        (await client.Say("/print/jobs", $$"""{"id":"x","template":"device","labels":["{{Wrong}}"]}""")).ShouldBeRefused(400, "udi.checkDigit", "/labels/0");
        (await client.Say("/print/jobs", """{"id":"x","template":"device","labels":["gs1:01/06901234567893/21/W1"]}""")).ShouldBeRefused(400, "udi.checkDigit", "/labels/0");
    }

    [Fact]
    public async Task A_scan_of_what_nobody_reported_says_product_regulator_and_faults()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await system.Say("/capture", Stories.Company);
        using var records = new StringContent("device,name,manufacturer,lotOnLabel\n06901234567892,Infusion pump,Huayang,yes\n", System.Text.Encoding.UTF8, "text/csv");
        (await system.PostAsync(new Uri("/regulators/nmpa", UriKind.Relative), records, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        using var client = await house.As("warehouseOperator", language: "zh");
        foreach (var address in (string[])["/scan?text=", "/search?text=", "/identify?text="])
        {
            var page = await Page(client, address + Uri.EscapeDataString("(01)06901234567892(21)N9"));
            page.ShouldContain("输液泵", customMessage: address);
            page.ShouldContain("Infusion pump");
            page.ShouldContain("按其记录,标签应含“标签含批号”");
        }

        // Words are no codes: nothing is made of them.
        (await Page(client, "/search?text=zzz")).ShouldNotContain("udi.syntax");
    }

    [Fact]
    public async Task A_station_with_a_profile_is_told_when_its_scanner_sends_otherwise()
    {
        await using var house = await House.Open(ground);
        using var system = await house.As("integrator");
        await system.Say("/capture", Stories.Company);
        await system.Say("/capture", Stories.Pumps);
        await house.Services.GetRequiredService<Scanners>().Put(new Scanner("dock-3", new ScannerSettings { Separators = ["|"], SendsAim = true }), "user:admin", TestContext.Current.CancellationToken);
        using var client = await house.As("warehouseOperator");
        client.DefaultRequestHeaders.Add("Cookie", Scanners.Cookie + "=dock-3");
        var right = await Page(client, "/scan?text=" + Uri.EscapeDataString("]d2010690123456789210L1|21P3"));
        Weight().Match(right).Groups["weight"].Value.ShouldBe("good");
        var without = await Page(client, "/scan?text=" + Uri.EscapeDataString("010690123456789210L1|21P3"));
        Weight().Match(without).Groups["weight"].Value.ShouldBe("warn");
        without.ShouldContain("No AIM identifier came");

        // A bare serial is typed by hand and claims to be no scan.
        Weight().Match(await Page(client, "/scan?text=P3")).Groups["weight"].Value.ShouldBe("good");
    }

    [Fact]
    public void Nothing_that_nobody_can_see_stands_in_a_sentence()
    {
        foreach (var text in (string[])["(01)0690123\u001d", "]d201069\u001d12", "MA.156.M0.100204.13351764.S1\u001d.\u0004", "=+99000=/A9999XYZ100T0944\u001e", "\u0002\u007f", "[)>\u001e06\u001d9NX\u001e", "gs1:01/\u001d", "+A123\u001d", "MF1*S\u001d", "https://a/01/\u001d"])
        {
            var findings = Udi.Read(text, new UdiOptions { Today = new DateOnly(2026, 11, 25) }).Diagnostics.Select(d => d.At("")).Concat(Identity.Read(text).Findings).ToList();
            findings.ShouldNotBeEmpty();
            findings.ShouldAllBe(f => !f.What(System.Globalization.CultureInfo.InvariantCulture).Any(char.IsControl), text);
        }

        Udi.Read("+A123\u001dX", new UdiOptions { Today = new DateOnly(2026, 11, 25) }).Diagnostics[0].At("").What(System.Globalization.CultureInfo.GetCultureInfo("zh")).ShouldContain("<GS>");
    }

    private static async Task<string> Page(HttpClient client, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var page = System.Net.WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        response.IsSuccessStatusCode.ShouldBeTrue(page);
        return page;
    }

    [GeneratedRegex("data-weight=\"(?<weight>[a-z]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Weight();
}
