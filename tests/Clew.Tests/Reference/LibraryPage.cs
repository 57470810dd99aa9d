using System.Text;
using Clew.Identification;
using Clew.Identification.Gs1;

namespace Clew.Tests.Reference;

/// <summary>Prints into the library's page an example that runs here, and a sample of everything that it reads.</summary>
public sealed class LibraryPage
{
    private const string Page = "docs/identification.md";

    private static readonly (string Text, UdiKind Kind)[] Samples =
    [
        ("]d201069012345678921729103110L1\u001d21CP0001", UdiKind.Gs1Scan),
        ("(01)06901234567892(10)L1(21)CP0001", UdiKind.Gs1Bracketed),
        ("https://id.gs1.org/01/06901234567892/21/CP0001?17=291031", UdiKind.Gs1DigitalLink),
        ("06901234567892", UdiKind.Gs1Key),
        ("290131", UdiKind.Gs1Date),
        ("urn:epc:id:sgtin:6901234.056789.CP0001", UdiKind.EpcUrn),
        ("+A123BJC5D6E71G", UdiKind.HibcPrimary),
        ("+$$52001510X3GD", UdiKind.HibcSecondary),
        ("+A99912345/$$52001510X33", UdiKind.HibcConcatenated),
        ("=/A9999XYZ100T0944=,000025=A99971312345600=>014032", UdiKind.Isbt128),
        ("=+04000=/A9997XYZ100T0479=A99991712345600=,000012=>019031", UdiKind.Isbt128Compound),
        ("[)>\u001e06\u001d9N110375286414\u001d1T12345ABC\u001dD150600\u001e\u0004", UdiKind.Iso15434),
        ("MA.156.M0.100204.13351764.M20261123.LB1", UdiKind.MaIdCode),
        ("MF1234567890123BNB2611A*SN0001", UdiKind.Ahm),
        ("++A999MODELIDENTIFIER11S8", UdiKind.BasicUdiDi),
    ];

    [Fact]
    public void An_example_that_runs_stands_on_the_page()
    {
        // <example>
        var options = new UdiOptions { Today = new DateOnly(2026, 11, 25) };
        var reading = Udi.Read("]d201069012345678921729103110L1\u001d21CP0001", options);

        _ = (reading.IsValid, reading.DeviceIdentifier, reading.Lot, reading.Serial, reading.Expires);
        // (True, 06901234567892, L1, CP0001, 2029-10-31)

        _ = Canonical.Identity(reading);
        // gs1:01/06901234567892/21/CP0001

        _ = DigitalLink.Write(reading.Elements.ToList());
        // https://id.gs1.org/01/06901234567892/10/L1/21/CP0001?17=291031

        _ = Udi.Read("(01)06901234567893(21)CP 1", options).Diagnostics;
        // udi.checkDigit at 17: The check digit of (01) '06901234567893' should be 2.
        // udi.invalidCharacter at 24: ' ' is not allowed in (21).
        // </example>

        // What the comments of the example promise is what comes out.
        object[] said =
        [
            (reading.IsValid, reading.DeviceIdentifier, reading.Lot, reading.Serial, reading.Expires), Canonical.Identity(reading)!, DigitalLink.Write(reading.Elements.ToList())!,
            .. Udi.Read("(01)06901234567893(21)CP 1", options).Diagnostics,
        ];
        var lines = File.ReadAllLines(Checkout.Path("tests/Clew.Tests/Reference/LibraryPage.cs"));
        var example = lines.SkipWhile(l => l.Trim() != "// <example>").Skip(1).TakeWhile(l => l.Trim() != "// </example>").Select(l => l.Length > 8 ? l[8..] : "").ToList();
        example.Where(l => l.StartsWith("// ", StringComparison.Ordinal)).Select(l => l[3..]).ShouldBe(said.Select(s => s.ToString()!));
        PrintedPage.CheckStretch(Page, "example", "```csharp\n" + string.Join('\n', example) + "\n```\n");
    }

    [Fact]
    public void Everything_that_is_read_stands_on_the_page_with_a_sample()
    {
        Samples.Select(s => s.Kind).Append(UdiKind.HibcPair).Order().ShouldBe(Enum.GetValues<UdiKind>().Where(k => k != UdiKind.Unknown).Order());
        var rows = new List<string?[]>();
        foreach (var (text, kind) in Samples)
        {
            var reading = Udi.Read(text, new UdiOptions { Today = new DateOnly(2026, 11, 25) });
            reading.Kind.ShouldBe(kind, text);
            (reading.IsWellFormed || kind == UdiKind.HibcSecondary).ShouldBeTrue(text + " " + string.Join("; ", reading.Diagnostics));
            rows.Add([UdiWords.Of(reading.Agency), $"`{UdiWords.Of(kind)}`", $"`{Visible.Of(text)}`", Canonical.Identity(reading)?.Text is { } name ? $"`{name}`" : ""]);
        }

        var table = new StringBuilder(PrintedPage.Table(["agency", "kind", "sample", "names"], rows)).Append("\nBesides: `hibc-pair` of two symbols; GTIN-8, -12 and -13; UDIs behind the last `=` or `/` of a web address; MA in XML.\n");
        PrintedPage.CheckStretch(Page, "kinds", table.ToString());
    }
}
