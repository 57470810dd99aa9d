using System.Globalization;
using Clew.Identification;
using Clew.Identification.Gs1;
using CsCheck;

namespace Clew.Tests.Identification;

/// <summary>What we write we read, and the same thing named in any syntax is one identity.</summary>
public sealed class RoundTrips
{
    private static readonly UdiOptions Options = new() { Today = new DateOnly(2026, 11, 23) };
    private const string Set82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    private static readonly Gen<string> Gtin = Gen.Char['0', '9'].Array[13].Select(d => new string(d)).Where(d => d[1..5].All(char.IsAsciiDigit)).Select(d => d + CheckDigit.Of(d));
    private static readonly Gen<string> Text20 = Gen.Char[Set82].Array[1, 20].Select(c => new string(c));
    private static readonly Gen<string> Alphanumeric = Gen.Char["0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"].Array[1, 18].Select(c => new string(c));
    private static readonly Gen<DateOnly> Day = Gen.Int[0, 36500].Select(d => new DateOnly(1977, 1, 1).AddDays(d)).Where(d => d.Year < 2077);

    private static readonly Gen<UdiElement[]> Label = Gen.Select(Gtin, Text20.Null(), Text20.Null(), Day.Nullable(), Day.Nullable(), (gtin, lot, serial, made, expires) => (UdiElement[])
    [
        new("01", gtin),
        .. made is { } m ? [new UdiElement("11", m.ToString("yyMMdd", CultureInfo.InvariantCulture))] : Array.Empty<UdiElement>(),
        .. expires is { } e ? [new UdiElement("17", e.ToString("yyMMdd", CultureInfo.InvariantCulture))] : Array.Empty<UdiElement>(),
        .. lot is not null ? [new UdiElement("10", lot)] : Array.Empty<UdiElement>(),
        .. serial is not null ? [new UdiElement("21", serial)] : Array.Empty<UdiElement>(),
    ]);

    [Fact]
    public void Every_form_of_a_gs1_label_says_the_same() => Label.Sample(label =>
    {
        var said = label.Select(e => e.ToString()).Order().ToList();
        foreach (var text in (string[])["]d2" + ElementString.Scanned(label), ElementString.Bracketed(label), DigitalLink.Write(label)!])
        {
            // A value that ends in a backslash cannot be told from an escaped bracket in the printed form: GS1's own limit, and no character of set 82.
            var reading = Udi.Read(text, Options);
            reading.Diagnostics.Where(d => d.Severity == Severity.Error).ShouldBeEmpty(text);
            reading.Elements.Select(e => e.ToString()).Order().ShouldBe(said);
            Udi.Read(Canonical.Text(reading)!, Options).Elements.Select(e => e.ToString()).Order().ShouldBe(said);
        }

        var names = ((string[])["]d2" + ElementString.Scanned(label), ElementString.Bracketed(label), DigitalLink.Write(label)!]).Select(t => Identity.Read(t).Value.Text).Distinct();
        var name = names.ShouldHaveSingleItem();
        Identity.Read(name).Value.Text.ShouldBe(name);
        Identity.Read(Identity.Read(name).Value.ToUri()).Value.Text.ShouldBe(name);
    });

    [Fact]
    public void An_epc_urn_comes_back() => Gen.Select(Gtin, Text20, Gen.Int[6, 12]).Sample((gtin, serial, prefix) =>
    {
        UdiElement[] label = [new("01", gtin), new("21", serial)];
        var urn = EpcUri.Write(label, prefix)!;
        var reading = Udi.Read(urn, Options);
        reading.IsValid.ShouldBeTrue(urn + " " + string.Join("; ", reading.Diagnostics));
        reading.CompanyPrefixLength.ShouldBe(prefix);
        reading.Elements.Select(e => e.ToString()).ShouldBe(label.Select(e => e.ToString()));
        Identity.Read(urn).Value.ShouldBe(Identity.Unit("gs1:01/" + gtin, serial));
    });

    [Theory]
    [InlineData("(00)069012340000000016", 7)]
    [InlineData("(01)06901234567892(10)L/7", 7)]
    [InlineData("(01)06901234567892", 8)]
    [InlineData("(01)06901234567892(235)TPX1", 8)]
    [InlineData("(414)6901234000016", 7)]
    [InlineData("(414)6901234000016(254)OR3", 12)]
    [InlineData("(417)6901234000016", 7)]
    [InlineData("(8003)06901234000016SET1", 7)]
    [InlineData("(8003)06901234000016", 7)]
    [InlineData("(8004)6901234ASSET/1", 7)]
    [InlineData("(8006)069012345678920102(21)S1", 7)]
    [InlineData("(8010)6901234PART-1(8011)12", 7)]
    [InlineData("(8017)690123400000000016", 7)]
    [InlineData("(253)6901234000016DOC", 7)]
    [InlineData("(402)69012340000000015", 7)]
    public void Every_scheme_of_epc_goes_both_ways(string bracketed, int prefix)
    {
        // The check digits of the samples are put right first: they are not the matter here.
        var elements = Udi.Read(bracketed, Options).Elements.Select(Righted).ToList();
        var urn = EpcUri.Write(elements, prefix).ShouldNotBeNull();
        var back = Udi.Read(urn, Options);
        back.IsValid.ShouldBeTrue(urn + " " + string.Join("; ", back.Diagnostics));
        back.Elements.Select(e => e.ToString()).ShouldBe(elements.Select(e => e.ToString()));
        EpcUri.Write([.. back.Elements], prefix).ShouldBe(urn);

        static UdiElement Righted(UdiElement e)
        {
            var at = e.Ai!.Components[0].Lints.Contains(Lint.Mod10) ? e.Ai.Components[0].Most : e.Key == "8003" ? 14 : 0;
            return at == 0 ? e : new UdiElement(e.Key, e.Value[..(at - 1)] + CheckDigit.Of(e.Value.AsSpan(e.Key == "8003" ? 1 : 0, at - 1 - (e.Key == "8003" ? 1 : 0))) + e.Value[at..]);
        }
    }

    [Fact]
    public void A_hibc_symbol_comes_back() =>
        Gen.Select(Gen.Select(Alphanumeric, Alphanumeric.Null(), Alphanumeric.Null()), Gen.Select(Day.Nullable(), Day.Nullable(), Gen.Int[1, 99999].Nullable())).Sample((texts, rest) =>
    {
        var (product, lot, serial) = texts;
        var (expires, made, quantity) = rest;
        var symbol = Hibcc.Write($"A123{product}1", lot, serial, expires, made, quantity).ShouldNotBeNull();
        var reading = Udi.Read(symbol, Options);
        reading.IsValid.ShouldBeTrue(symbol);
        reading.DeviceIdentifier.ShouldBe($"A123{product}1");
        reading.Lot.ShouldBe(lot);
        reading.Serial.ShouldBe(serial);
        reading.Expires?.Day.ShouldBe(expires!.Value);
        reading.Manufactured?.Day.ShouldBe(made!.Value);
        reading.Quantity.ShouldBe(quantity);
        Canonical.Text(reading).ShouldBe(symbol);
    });

    [Fact]
    public void A_ppn_comes_back() => Gen.Select(Gen.Char['0', '9'].Array[8], Text20.Where(t => !t.Contains('\u001d')), Day).Sample((pzn, lot, day) =>
    {
        var text = Ifa.Write([new("9N", Ifa.Ppn(new string(pzn))), new("1T", lot), new("D", day.ToString("yyMMdd", CultureInfo.InvariantCulture))]);
        var reading = Udi.Read(text, Options);
        reading.IsValid.ShouldBeTrue(text);
        (reading.Pzn, reading.Lot, reading.Expires?.Day).ShouldBe((new string(pzn), lot, day));
    });

    [Fact]
    public void Isbt_128_and_ma_come_back_from_their_canonical_form()
    {
        Gen.Select(Gen.Char["0123456789ABCDEFGHIJKLMNPQRSTUVWXYZ"].Array[6], Gen.Int[1, 365], Gen.Int[0, 99]).Sample((serial, day, year) =>
        {
            var text = $"=/A9999XYZ100T0944=,{new string(serial)}=>0{year:D2}{day:D3}";
            var reading = Udi.Read("]C0" + text, Options);
            reading.IsValid.ShouldBeTrue(text);
            Canonical.Text(reading).ShouldBe(text);
            (reading.Serial, reading.Expires?.Day).ShouldBe((new string(serial), new DateOnly(2000 + year, 1, 1).AddDays(day - 1)));
        });
        Gen.Select(Alphanumeric, Day).Sample((serial, day) =>
        {
            var text = $"MA.156.M0.100204.13351764.S{serial}.E{day:yyyyMMdd}";
            var reading = Udi.Read("]Q1" + text, Options);
            reading.IsValid.ShouldBeTrue(text);
            Canonical.Text(reading).ShouldBe(text);
            (reading.Serial, reading.Expires?.Day).ShouldBe((serial, day));
        });
    }

    [Fact]
    public void The_canonical_form_of_every_vector_reads_as_the_vector_did()
    {
        Assert.SkipWhen(Vectors.Folder is null, "skipped: ../shared/data/udi is not beside this checkout");
        var told = 0;
        foreach (var line in Vectors.Folder!.GetFiles("*.jsonl").SelectMany(f => File.ReadLines(f.FullName)))
        {
            var input = System.Text.Json.Nodes.JsonNode.Parse(line)!["input"]!;
            var reading = input is System.Text.Json.Nodes.JsonArray two ? Udi.Read(two[0]!.GetValue<string>(), two[1]!.GetValue<string>(), Options) : Udi.Read(input.GetValue<string>(), Options);
            if (!reading.IsValid || Canonical.Text(reading) is not { } canonical || reading.Kind is UdiKind.Gs1Date || reading.SymbologyIdentifier is [']', 'E', ..])
            {
                continue;
            }

            var again = Udi.Read(canonical, Options);
            again.IsValid.ShouldBeTrue(line);
            Canonical.Text(again).ShouldBe(canonical);
            (again.Agency, again.DeviceIdentifier, again.Lot, again.Serial, again.Expires, again.Manufactured, again.BasicUdiDi, again.SoftwareVersion, again.Quantity)
                .ShouldBe((reading.Agency, reading.DeviceIdentifier, reading.Lot, reading.Serial, reading.Expires, reading.Manufactured, reading.BasicUdiDi, reading.SoftwareVersion, reading.Quantity), canonical);
            told++;
        }

        told.ShouldBeGreaterThan(200);
    }
}
