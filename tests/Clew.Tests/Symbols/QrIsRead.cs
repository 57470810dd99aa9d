using Clew.Identification;
using Clew.Labels;
using Clew.Server.Symbols;
using Clew.Symbols;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using CsCheck;

namespace Clew.Tests.Symbols;

/// <summary>QR Codes by a decoder that somebody else wrote; as pictures, on labels, and over HTTP.</summary>
public sealed class QrIsRead(Ground ground)
{
    private static readonly DateOnly Today = new(2026, 11, 25);

    [Theory]
    [InlineData("(01)06901234567892(21)A1", "https://id.gs1.org/01/06901234567892/21/A1")]
    [InlineData("(01)06901234567892(17)271231(10)L/7(21)A+1", "https://id.gs1.org/01/06901234567892/10/L%2F7/21/A%2B1?17=271231")]
    [InlineData("gs1:01/06901234567892/21/A%2F1", "https://id.gs1.org/01/06901234567892/21/A%2F1")]
    [InlineData("urn:epc:id:sgtin:6901234.056789.A1", "https://id.gs1.org/01/06901234567892/21/A1")]
    [InlineData("+A123BJC5D6E71G", "+A123BJC5D6E71G")]
    [InlineData("MA.156.M0.100204.13351764.SX1", "MA.156.M0.100204.13351764.SX1")]
    [InlineData("[)>\u001e06\u001d9N110375286414\u001d1T12345ABCD\u001e\u0004", "[)>\u001e06\u001d9N110375286414\u001d1T12345ABCD\u001e\u0004")]
    public async Task An_identifier_is_carried_as_a_link_or_as_its_agency_writes_it(string text, string carried)
    {
        var carrier = Carrier.Of(text, Symbology.Qr, Today, qr: Qr.Encode).Value;
        carrier.Symbol.Text.ShouldBe(carried);
        (await Decoder.Bars(Png.Of(carrier.Symbol, 4), "qrcode")).ShouldBe(carried);

        // And says the same as what was to be carried.
        Canonical.Identity(Udi.Read(carried, new UdiOptions { Today = Today })).ShouldBe(Identity.Read(text).Value);
    }

    [Fact]
    public async Task Any_link_up_to_the_largest_symbol()
    {
        foreach (var length in (int[])[1, 20, 100, 400, 1500])
        {
            var text = new string(Gen.Char["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:?=&%+-._~"].Array[length].Single());
            (await Decoder.Bars(Png.Of(Qr.Encode(text).Value, 4), "qrcode")).ShouldBe(text);
        }

        Qr.Encode(new string('a', 2331)).Value.Width.ShouldBe(177);
        Qr.Encode(new string('a', 2332)).Findings.ShouldHaveSingleItem().Kind.ShouldBe(SymbolFindings.TooLong);
        Qr.Encode("批").Findings.ShouldHaveSingleItem().Kind.ShouldBe(SymbolFindings.Character);
        Qr.Encode("").Findings.ShouldHaveSingleItem().Kind.ShouldBe(SymbolFindings.Empty);
    }

    [Theory]
    [InlineData("deviceLink")]
    [InlineData("caseLink")]
    public async Task A_label_carries_its_web_address(string template)
    {
        const string Elements = "(01)06901234567892(17)271231(10)L7(21)ABCDEFGHIJKLMNOPQRST";
        var label = Label.Of(LabelTemplate.Find(template)!, Elements, "输液泵", "Pump", Today, Qr.Encode).Value;
        label.Lines.Take(2).ShouldBe(["输液泵", "Pump"]);
        string.Concat(label.Lines.Skip(2)).ShouldBe(Elements);
        (await Decoder.Bars(PaperOf.Label(label, 12), "qrcode")).ShouldBe("https://id.gs1.org/01/06901234567892/10/L7/21/ABCDEFGHIJKLMNOPQRST?17=271231");

        // A QR code that would not leave its quiet zone is refused, and what has no place in an address as well.
        Label.Of(LabelTemplate.Find(template)!, Elements + "(240)" + new string('%', 30) + "(250)" + new string('%', 30), "", "", Today, Qr.Encode).Findings.Select(f => f.Code).ShouldBe(["label.tooWide"]);
        Carrier.Of("(02)06901234567892(37)1(00)006901234000000018", Symbology.Qr, Today, qr: Qr.Encode).IsRead.ShouldBeTrue();
    }

    [Fact]
    public async Task Symbols_are_drawn_over_HTTP_in_every_form()
    {
        await using var house = await House.Open(ground);
        using var client = await house.As("warehouseOperator");
        const string Text = "text=(01)06901234567892(21)A%2B1";
        foreach (var symbology in (string[])["dataMatrix", "dataMatrixRectangle", "code128", "qr"])
        {
            var png = await client.GetByteArrayAsync(new Uri($"/symbol?{Text}&symbology={symbology}&form=png", UriKind.Relative), TestContext.Current.CancellationToken);
            var zpl = await client.GetStringAsync(new Uri($"/symbol?{Text}&symbology={symbology}&form=zpl&dotsPerMm=8", UriKind.Relative), TestContext.Current.CancellationToken);
            foreach (var picture in (byte[][])[png, PaperOf.Fields(zpl)])
            {
                if (symbology is "qr" or "code128")
                {
                    (await Decoder.Bars(picture, symbology == "qr" ? "qrcode" : symbology)).ShouldBe(symbology == "qr" ? "https://id.gs1.org/01/06901234567892/21/A%2B1" : "010690123456789221A+1");
                }
                else
                {
                    (await Decoder.DataMatrix(picture)).Trim('\u001d', '\n').ShouldBe("010690123456789221A+1", symbology);
                }
            }

            using var svg = await client.GetAsync(new Uri($"/symbol?{Text}&symbology={symbology}", UriKind.Relative), TestContext.Current.CancellationToken);
            svg.Content.Headers.ContentType!.MediaType.ShouldBe("image/svg+xml");
            System.Xml.Linq.XDocument.Parse(await svg.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Root!.Name.LocalName.ShouldBe("svg");
        }

        (await client.Ask("/symbol?text=(01)06901234567893")).ShouldBeRefused(400, "udi.checkDigit", "?text");
        (await client.Ask("/symbol?text=own:7/21/1")).ShouldBeRefused(400, "symbol.none", "?text");
        (await client.Ask("/symbol?symbology=aztec&module=7&dotsPerMm=x")).ShouldBeRefused(400, "question.parameter", "?symbology");
        using var auditor = await house.As("auditor");
        (await auditor.Ask("/symbol?" + Text)).Status.ShouldBe(403);
    }
}
