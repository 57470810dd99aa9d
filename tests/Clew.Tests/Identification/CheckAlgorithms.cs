using Clew.Identification;

namespace Clew.Tests.Identification;

/// <summary>Every check algorithm by examples that others published.</summary>
public sealed class CheckAlgorithms
{
    [Theory]
    [InlineData("629104150021", '3')]      // GS1, "How to calculate a check digit manually"
    [InlineData("37610425002123456", '9')] // the same page, an SSCC
    [InlineData("03600029145", '2')]       // UPC-A, Wikipedia's example
    [InlineData("7351353", '7')]           // EAN-8, Wikipedia's example
    public void Modulo_10(string body, char digit) => CheckDigit.Of(body).ShouldBe(digit);

    [Theory]
    [InlineData("1987654Ad4X4bL5ttr2310c", "2K")] // GS1 General Specifications 7.9.5
    [InlineData("++A999MODELIDENTIFIER11", "S8")] // European Commission, HIBCC's Basic UDI-DI
    public void A_pair_of_check_characters(string body, string pair) => CheckCharacters.Pair(body).ShouldBe(pair);

    [Theory]
    [InlineData("+A123BJC5D6E71", 'G')] // ANSI/HIBC 2.6
    [InlineData("+A123AA40", ' ')]
    [InlineData("+$$52001510X3G", 'D')]
    public void Modulo_43(string body, char check) => CheckCharacters.Hibc(body).ShouldBe(check);

    [Theory]
    [InlineData("1103752864", "14")]             // IFA, PPN of PZN 03752864
    [InlineData("PP12345ABCD.12345678.90", "04")] // IFA, Basic UDI-DI
    public void Modulo_97(string body, string check) => CheckCharacters.Mod97(body).ShouldBe(check);

    [Theory]
    [InlineData("A9990ABC123T0480", 8)] // ICCBBA ST-017
    [InlineData("G123417654321", 10)]   // ICCBBA ST-001: flags 70
    public void Modulo_37_2(string body, int check) => CheckCharacters.Mod37(body).ShouldBe(check);

    [Theory]
    [InlineData("MA.156.M0.100350.01004YA1001", '7')]
    [InlineData("MA.156.M0.100011.2cscp02", '3')]
    [InlineData(".SLMSAGAAAC.M210628.LAY21062803.E220628.V220627", '3')]
    public void Ma(string body, char check) => CheckCharacters.Ma(body).ShouldBe(check);

    [Fact]
    public void Foreign_characters_have_no_check()
    {
        CheckCharacters.Pair("批号").ShouldBeNull();
        CheckCharacters.Hibc("+a").ShouldBeNull();
        CheckCharacters.Mod37("a").ShouldBeNull();
        CheckCharacters.Ma("批").ShouldBeNull();
    }

    [Theory]
    [InlineData(2026, 76, 2076)]
    [InlineData(2026, 77, 1977)]
    [InlineData(2049, 0, 2000)]
    [InlineData(2051, 0, 2100)]
    [InlineData(2051, 1, 2101)]
    [InlineData(2051, 2, 2002)]
    [InlineData(2099, 48, 2148)]
    [InlineData(2099, 50, 2050)]
    [InlineData(1999, 49, 2049)]
    public void The_century_slides(int now, int digits, int year) => UdiDate.Year(digits, now).ShouldBe(year);
}
