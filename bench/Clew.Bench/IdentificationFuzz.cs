using System.Globalization;
using Clew.Identification;

namespace Clew.Bench;

/// <summary>Random and mutated input of every agency, seeded: reading must answer, whatever comes.</summary>
public static class IdentificationFuzz
{
    private static readonly UdiOptions[] Options =
    [
        new() { Today = new DateOnly(2026, 11, 23) },
        new() { Today = new DateOnly(2099, 2, 28), Separators = ["|", "<GS>"], Prefix = "\u0002", Suffix = "\r", FoldsFullWidth = true },
    ];

    /// <summary>Good codes to start from, by agency.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Seeds = new Dictionary<string, string[]>
    {
        ["gs1"] =
        [
            "]d201069422217050711726102310B1\u001d21SN1", "(01)06942221705071(11)261101(17)291031(10)B2611A(21)SN0001", "https://id.gs1.org/01/09520123456788/10/ABC1/21/12345?17=180426",
            "urn:epc:id:sgtin:235678.1908012.1234", "]E02112345678900|]e099COMPOSITE\u001d98XYZ", "06942221705071", "(8007)DE89370400440532013000(415)6942221000022(8020)X",
            "(7258)1/2(8018)694222100000000022", "(4309)18000000003600000000", "(8030)abc=", "23956qk1&dB!23", "urn:epc:id:grai:123456.789012.4ABCD",
        ],
        ["hibcc"] = ["+J123AQ3451/$$3231231BC34567/S4012R", "+$$8053290331260301104+$", "+A99912345/$$812710X3/16D20111212/14D20200906/S77DEFG453", "++A999MODELIDENTIFIER11S8"],
        ["iccbba"] = ["=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123", "=+04000=/A9997XYZ100T0479=A99991712345600=,000012=>019031", "A9990ABC123T048008"],
        ["ifa"] = ["[)>\u001e06\u001d9N110375286414\u001d1T12345ABC\u001dD150600\u001dS12345ABCDEF98765\u001e\u0004", "PP12345ABCD.12345678.9004"],
        ["ma"] = ["MA.156.M0.100350.01004YA10017.SLMSAGAAAC.M210628.LAY21062803.E220628.V220627.C3", "<UDI IAC=\"MA\"><DI>MA.156.M0.100204.13351764</DI><SN>1</SN><EXP>2026-01-01</EXP></UDI>", "https://a.cn/?code=MA.156.M0.100204.13351764"],
        ["ahm"] = ["MF1234567890123BNB2611A*SN0001*MD261101*ED291031"],
    };

    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcxyz()[]{}<>+-*/\\=&%$#@!^~|.,:;?'\"_ \u001d\u001e\u0004\u0000\u00ff\u6279\uff10\ud800\udc00";

    /// <summary>Reads so many, and says how many were answered; throws what reading throws, with the input.</summary>
    public static long Run(string agency, long count, int seed)
    {
        var chance = new Random(seed);
        var seeds = Seeds[agency];
        for (var n = 0L; n < count; n++)
        {
            var text = chance.Next(8) == 0 ? Noise(chance) : Mutated(seeds[chance.Next(seeds.Length)], chance);
            try
            {
                Ask(text, Options[chance.Next(Options.Length)], seeds, chance);
            }
            catch (Exception bug)
            {
                throw new InvalidOperationException($"{agency} {n}: {System.Text.Json.JsonSerializer.Serialize(text)}", bug);
            }
        }

        return count;
    }

    private static void Ask(string text, UdiOptions options, string[] seeds, Random chance)
    {
        var second = chance.Next(16) == 0 ? seeds[chance.Next(seeds.Length)] : null;
        var reading = second is null ? Udi.Read(text, options) : Udi.Read(text, second, options);
        foreach (var diagnostic in reading.Diagnostics)
        {
            _ = diagnostic.ToString().Length;
            if (diagnostic.Position < 0 || diagnostic.Position > Math.Max(text.Length, second?.Length ?? 0))
            {
                throw new InvalidOperationException($"{diagnostic} points beside the input");
            }
        }

        _ = Canonical.Text(reading);
        if (Canonical.Identity(reading) is { } name && Identity.Read(name.Text) is var again && (!again.IsRead || again.Value != name))
        {
            throw new InvalidOperationException($"{name} does not come back");
        }

        _ = Identity.Read(text);
    }

    private static string Noise(Random chance)
    {
        var text = new char[chance.Next(60)];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = Letters[chance.Next(Letters.Length)];
        }

        return new string(text);
    }

    private static string Mutated(string text, Random chance)
    {
        for (var cuts = chance.Next(1, 5); cuts > 0 && text.Length > 0; cuts--)
        {
            var at = chance.Next(text.Length);
            var letter = Letters[chance.Next(Letters.Length)];
            text = chance.Next(5) switch
            {
                0 => text.Remove(at, 1),
                1 => text.Insert(at, letter.ToString()),
                2 => text[..at],
                3 => text + text[at..],
                _ => string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, at)}{letter}{text.AsSpan(at + 1)}"),
            };
        }

        return text;
    }
}
