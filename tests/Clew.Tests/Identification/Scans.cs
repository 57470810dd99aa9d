using Clew.Identification;

namespace Clew.Tests.Identification;

/// <summary>What a scan station meets.</summary>
public sealed class Scans
{
    private static readonly UdiOptions Options = new() { Today = new DateOnly(2026, 11, 23) };

    [Theory]
    [InlineData("]d20106901234567892" + "10L7\u001d21S1", "gs1:01/06901234567892/21/S1")]
    [InlineData("(01)06901234567892(10)L7", "gs1:01/06901234567892/10/L7")]
    [InlineData("https://id.gs1.org/01/06901234567892/10/L7/21/A%2F1?17=291031", "gs1:01/06901234567892/21/A%2F1")]
    [InlineData("https://id.gs1.org/8004/6901234SET1?01=06901234567892", "gs1:8004/6901234SET1")]
    [InlineData("urn:epc:id:sgtin:6901234.056789.S1", "gs1:01/06901234567892/21/S1")]
    [InlineData("urn:epc:idpat:sgtin:6901234.056789.*", "gs1:01/06901234567892")]
    [InlineData("6901234567892", "gs1:01/06901234567892")]
    [InlineData("]E06901234567892", "gs1:01/06901234567892")]
    [InlineData("+J123AQ3451/$$1125BC34567/S4012L", "hibcc:J123AQ3451/21/4012")]
    [InlineData("+A123BJC5D6E71G", "hibcc:A123BJC5D6E71")]
    [InlineData("=/A9999XYZ100T0944=,000025=A99971312345600", "iccbba:A9999XYZ100T0944/21/A999713123456.000025")]
    [InlineData("=)1TE123456A&)RZ12345678", "iccbba:1TE123456A/10/RZ12345678")]
    [InlineData("[)>\u001e06\u001d9N110375286414\u001dSX1\u001e\u0004", "ifa:110375286414/21/X1")]
    [InlineData("[)>\u001e06\u001d8P03574661451947\u001e\u0004", "gs1:01/03574661451947")]
    [InlineData("MA.156.M0.100204.13351764.M20261123.LB1", "ma:MA.156.M0.100204.13351764/10/B1")]
    [InlineData("https://example.cn/udi?code=MA.156.M0.100204.13351764.SX9", "ma:MA.156.M0.100204.13351764/21/X9")]
    [InlineData("MF1234567890123BNB2611A*SN0001", "ahm:MF1234567890123/21/0001")]
    [InlineData("https://example.com/building/7", "https://example.com/building/7")]
    [InlineData("(03)06901234567892(21)M1", "gs1:01/06901234567892/21/M1")]
    public void Any_carrier_names_its_thing(string text, string identity)
    {
        Identity.Read(text).Value.Text.ShouldBe(identity);
        Identity.Read(identity).Value.Text.ShouldBe(identity);
    }

    [Fact]
    public void Two_donations_with_the_same_division_are_two_things() =>
        Identity.Read("=/A9999XYZ100T0944=,000000=A99971312345600").Value.ShouldNotBe(Identity.Read("=/A9999XYZ100T0944=,000000=A99971312345700").Value);

    [Theory]
    [InlineData("(10)L7")]
    [InlineData("250200")]
    [InlineData("PP12345ABCD.12345678.9004")]
    [InlineData("+$$52001510X3GD")]
    public void What_names_nothing_says_so(string text) => Identity.Read(text).Findings.ShouldHaveSingleItem().Code.ShouldBe("identity.namesNothing");

    [Fact]
    public void A_wrong_check_digit_is_received_with_a_warning_and_never_valid()
    {
        var read = Identity.Read("(01)06901234567893(21)S1");
        read.Value.Text.ShouldBe("gs1:01/06901234567893/21/S1");
        read.Findings.ShouldHaveSingleItem().Code.ShouldBe("identity.checkDigit");
        read.Findings[0].Severity.ShouldBe(Severity.Warning);
        Udi.Read("(01)06901234567893(21)S1", Options).IsValid.ShouldBeFalse();
    }

    // Found by the fuzz program: seed 7, agency gs1, input 4,762,729.
    [Theory]
    [InlineData("]d280069422217050711726102310B1\u001d21SN1")]
    [InlineData("(253)6901234000017`")]
    public void A_wrong_check_digit_hides_nothing_behind_it(string text)
    {
        Udi.Read(text, Options).IsUsable.ShouldBeFalse();
        Identity.Read(text).IsRead.ShouldBeFalse();
    }

    [Fact]
    public void A_lost_separator_is_reported_and_never_repaired()
    {
        var reading = Udi.Read("]d201035960104943371731042610P212940211210428", Options);
        reading.IsValid.ShouldBeTrue();
        reading.Lot.ShouldBe("P212940211210428");
        var word = reading.Diagnostics.ShouldHaveSingleItem();
        (word.Code, word.Severity, reading.Text[word.Position..]).ShouldBe(("udi.separatorSuspected", Severity.Warning, "11210428"));
    }

    [Fact]
    public void Companions_may_stand_in_the_other_symbol()
    {
        Udi.Read("(10)L7", Options).IsValid.ShouldBeFalse();
        Udi.Read("(10)L7", Options).IsWellFormed.ShouldBeTrue();
        var both = Udi.Read("]C10106901234567892", "]C110L7\u001d17291031", Options);
        both.Diagnostics.ShouldBeEmpty();
        (both.DeviceIdentifier, both.Lot, both.Expires?.ToString()).ShouldBe(("06901234567892", "L7", "2029-10-31"));
        Udi.Read("]C10106901234567892", "]C10106901234567885", Options).Diagnostics.ShouldContain(d => d.Kind == UdiFindings.DuplicateAi);
    }

    [Fact]
    public void Two_hibc_symbols_join_in_either_order()
    {
        var one = Udi.Read("+A123BJC5D6E71G", "+$$52001510X3GD", Options);
        var other = Udi.Read("+$$52001510X3GD", "+A123BJC5D6E71G", Options);
        one.IsValid.ShouldBeTrue();
        (other.DeviceIdentifier, other.Lot, other.Expires).ShouldBe((one.DeviceIdentifier, "10X3", one.Expires));
        var joined = Udi.Read(Canonical.Text(one)!, Options);
        (joined.IsValid, joined.Kind, joined.DeviceIdentifier, joined.Lot, joined.Expires).ShouldBe((true, UdiKind.HibcConcatenated, one.DeviceIdentifier, one.Lot, one.Expires));
    }

    [Fact]
    public void Two_symbols_of_isbt_128_make_one_label_and_strangers_do_not()
    {
        var both = Udi.Read("=}013032&,1000000000000XYZ123", "]C0=/A9999XYZ100T0944=,000025=A99971312345600", Options);
        both.Diagnostics.ShouldBeEmpty();
        (both.DeviceIdentifier, both.Serial, both.Lot, both.DistinctIdentification).ShouldBe(("A9999XYZ100T0944", "000025", "000000000000XYZ123", "A99971312345600"));
        var again = Udi.Read(Canonical.Text(both)!, Options);
        (again.IsValid, again.DeviceIdentifier, again.Serial, again.Lot, again.Manufactured).ShouldBe((true, both.DeviceIdentifier, both.Serial, both.Lot, both.Manufactured));
        foreach (var (one, other) in new[] { ("(01)06901234567892", "+A123BJC5D6E71G"), ("+A123BJC5D6E71G", "+A123BJC5D6E71G"), ("MA.156.M0.100204.13351764", "MA.156.M0.100204.13351764") })
        {
            Udi.Read(one, other, Options).Diagnostics.ShouldContain(d => d.Kind == UdiFindings.NotTogether, one);
        }
    }

    [Theory]
    [InlineData("=/A9999XYZ100T0944=/A9999XYZ100T0945")]
    [InlineData("MA.156.M0.100204.13351764.S1.S2")]
    [InlineData("[)>\u001e06\u001d9N110375286414\u001dS1\u001dS2\u001e\u0004")]
    [InlineData("(01)06901234567892(21)1(21)2")]
    public void One_name_said_twice_is_no_name(string text) =>
        Udi.Read(text, Options).Diagnostics.ShouldContain(d => d.Kind == UdiFindings.DuplicateAi);

    [Fact]
    public void A_composite_symbol_speaks_of_the_retail_symbol_beside_it()
    {
        var reading = Udi.Read("]E06901234567892|]e010L7\u001d17291031", Options);
        reading.Diagnostics.ShouldBeEmpty();
        Canonical.Identity(reading)!.Value.Text.ShouldBe("gs1:01/06901234567892/10/L7");
    }

    [Fact]
    public void Elements_say_where_their_value_stands_in_what_came_in()
    {
        var wedge = Options with { Separators = ["<GS>"], Prefix = "\u0002", Suffix = "\r" };
        foreach (var text in new[] { "\u0002]d2010690123456789210L7<GS>21S1\r", "(01)06901234567892(10)L7(21)S1", "https://a.cn/?code=MA.156.M0.100204.13351764.LB1.SX9", "+J123AQ3451/$$3231231BC34567/S4012R" })
        {
            var reading = Udi.Read(text, wedge);
            reading.Elements.Count.ShouldBeGreaterThan(2);
            reading.Elements.ShouldAllBe(e => text.Substring(e.Position, e.Value.Length) == e.Value, text);
        }
    }

    [Theory]
    [InlineData("https://example.com/01/06901234567892/21/A B")]
    [InlineData("HTtps://example.com/01/06901234567892")]
    [InlineData("https://exam_ple.com/01/06901234567892")]
    [InlineData("https://example.com/01/06901234567892?9999=1")]
    [InlineData("https://example.com/01/06901234567892?10=a%00b")]
    [InlineData("https://example.com/01/06901234567892/21/A/10/B")]
    [InlineData("https://example.com/01/06901234567892?254=1")]
    [InlineData("https://example.com/01/06901234567892?21=A")]
    [InlineData("urn:epc:id:none:1.2.3")]
    [InlineData("urn:epc:id:sgtin:6901234.056789")]
    [InlineData("urn:epc:id:sgtin:69012.34056789.1")]
    [InlineData("urn:epc:idpat:sgtin:6901234.056789.1")]
    [InlineData("urn:epc:id:giai:6901234.%")]
    [InlineData("urn:epc:id:sgtin:6901234.05678.1")]
    [InlineData("urn:epc:id:sgtin:6901234.056789.%")]
    [InlineData("urn:epc:id:sgtin:6901234.056789.123456789012345678901")]
    [InlineData("[)>06")]
    [InlineData("(8001)00000000000009")]
    [InlineData("(8011)0")]
    public void No_english_stands_in_a_chinese_sentence(string text)
    {
        var reading = Udi.Read(text, Options);
        reading.IsValid.ShouldBeFalse(text);
        foreach (var finding in reading.Diagnostics.Select(d => d.At("")))
        {
            var said = finding.What(System.Globalization.CultureInfo.GetCultureInfo("zh-CN")).Replace(text, "", StringComparison.Ordinal);
            said.ShouldNotMatch("[a-z]{2,} [a-z]{2,}");
        }
    }

    [Fact]
    public void A_wrong_granularity_is_named_in_the_readers_language()
    {
        var zh = Identity.Read("gs1:01/06901234567892", "", Granularity.Unit).Findings.ShouldHaveSingleItem();
        zh.What(System.Globalization.CultureInfo.GetCultureInfo("zh")).ShouldBe("“gs1:01/06901234567892”指的是产品，此处需要单件。");
        zh.What(System.Globalization.CultureInfo.InvariantCulture).ShouldContain("a product, but a unit");
    }

    [Fact]
    public void A_scanner_profile_is_undone_and_places_stay_those_of_the_input()
    {
        var wedge = Options with { Separators = ["<GS>"], Prefix = "\u0002", Suffix = "\r\n", FoldsFullWidth = true };
        var reading = Udi.Read("\u0002]d2０１06901234567892" + "10L7<GS>21S1\r\n", wedge);
        reading.Diagnostics.ShouldBeEmpty();
        (reading.Lot, reading.Serial).ShouldBe(("L7", "S1"));
        const string broken = "\u0002]d2010690123456789210L7<GS>21S~1\r\n";
        Udi.Read(broken, wedge).Diagnostics.ShouldHaveSingleItem().Position.ShouldBe(broken.IndexOf('~', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("(01)06901234567892(21)批1", 22)]
    [InlineData("]d20106901234567892172613 31", 25)]
    [InlineData("+A123BJC5D6E71H", 14)]
    [InlineData("=/A9997AB3456t0123", 13)]
    public void A_diagnostic_points_at_the_place(string text, int position) => Udi.Read(text, Options).Diagnostics[0].Position.ShouldBe(position);

    [Fact]
    public void A_typical_symbol_costs_less_than_a_kilobyte_and_a_canonical_name_nothing()
    {
        Settled(() => Udi.Read("]d201069422217050711726102310B1\u001d21SN1", Options), 1023);
        Settled(() => Identity.Read("gs1:01/06942221705071/21/SN1").Value.Text, 0);

        // On a busy machine the compiler's last tier is late; its first one boxes. The figure that stays is the code's.
        static void Settled(Func<object> call, long most) =>
            Enumerable.Range(0, 100).Any(_ => Clew.Bench.IdentificationSpeed.Allocated(call) <= most).ShouldBeTrue();
    }

    [Fact]
    public void Every_finding_speaks_both_languages_and_takes_its_arguments()
    {
        foreach (var field in typeof(UdiFindings).GetFields())
        {
            var kind = (FindingKind)field.GetValue(null)!;
            kind.Zh.ShouldContain(c => c > '\u4e00');
            kind.ZhRemedy.ShouldContain(c => c > '\u4e00');
            Enumerable.Range(0, 4).Where(n => kind.En.Contains($"{{{n}}}", StringComparison.Ordinal)).ShouldBe(Enumerable.Range(0, 4).Where(n => kind.Zh.Contains($"{{{n}}}", StringComparison.Ordinal)), kind.Code);
        }
    }
}
