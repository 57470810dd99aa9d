using Clew.Tests.Storage;

namespace Clew.Browser;

public sealed class TryingEpcis(Ground ground, Chromium chromium)
{
    private const string Two = """
        { "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ext": "https://example.org/ext/"}], "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-01T00:00:00Z",
          "epcisBody": {"eventList": [
            {"type": "ObjectEvent", "eventID": "urn:uuid:0b9c3d0e-0000-4000-8000-000000000001", "action": "OBSERVE", "bizStep": "shipping", "disposition": "in_transit", "eventTime": "2026-02-05T00:00:00Z", "eventTimeZoneOffset": "+08:00",
             "epcList": ["https://id.gs1.org/01/06901234567892/21/P1"], "readPoint": {"id": "https://id.gs1.org/414/6901234000016"}, "destinationList": [{"type": "location", "destination": "https://id.gs1.org/414/6901234000023"}],
             "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 26.0, "uom": "CEL"}]}], "ext:driver": "Zhao"},
            {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "recieving", "eventTime": "2026-02-06T00:00:00", "eventTimeZoneOffset": "+08:00", "epcList": ["https://id.gs1.org/01/06901234567892/21/P1"]}]}}
        """;

    [Theory]
    [InlineData("en-GB", false, "Shipped", "Would be refused", "The same as XML 2.0")]
    [InlineData("zh-CN", true, "出库发运", "将被拒收", "等价的 XML 2.0")]
    public async Task An_integrator_pastes_a_document_and_sees_what_would_become_of_it(string language, bool isPhone, string shipped, string refused, string other)
    {
        await using var town = await Town.Empty(await Clew.Tests.Web.House.Open(ground));
        var page = await town.SignIn(chromium, "li.na", isPhone, language);
        await page.GotoAsync("/epcis");
        await page.FillAsync("textarea[name=document]", Two);
        await page.ClickAsync("main form[enctype] button[type=submit]");
        await page.Locator("#verdict").WaitForAsync();
        (await page.TextContentAsync("#verdict"))!.ShouldContain(refused);
        (await page.Locator("section.event").CountAsync()).ShouldBe(2);
        (await page.Locator("section.event").First.TextContentAsync())!.ShouldContain(shipped);
        (await page.Locator("section.event").First.TextContentAsync())!.ShouldContain("Zhao");
        (await page.Locator("section.event").First.TextContentAsync())!.ShouldContain("ni:///sha-256;");
        (await page.TextContentAsync(".note[data-code='epcis.word'] code")).ShouldBe("/epcisBody/eventList/1/bizStep");
        (await page.TextContentAsync(".note[data-code='time.noOffset'] code")).ShouldBe("/epcisBody/eventList/1/eventTime");
        (await page.TextContentAsync("main"))!.ShouldContain(other);
        if (Environment.GetEnvironmentVariable("CLEW_PICTURES") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"epcis-tried-{(isPhone ? "phone" : "desk")}-{language[..2]}.png"), FullPage = true });
        }

        // Mended where it was said to be wrong, and as a file this time.
        var mended = Path.GetTempFileName();
        await File.WriteAllTextAsync(mended, Two.Replace("recieving", "receiving", StringComparison.Ordinal).Replace("06T00:00:00\"", "06T00:00:00Z\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await page.FillAsync("textarea[name=document]", "");
        await page.SetInputFilesAsync("input[name=file]", mended);
        await page.ClickAsync("main form[enctype] button[type=submit]");
        await page.Locator("#verdict[data-taken=True][data-valid=True]").WaitForAsync();
        File.Delete(mended);
    }
}
