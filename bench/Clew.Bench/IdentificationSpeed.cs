using System.Diagnostics;
using System.Globalization;
using Clew.Identification;

namespace Clew.Bench;

/// <summary>How fast a label is read on one core, and what it allocates. Claim: a million a second of a typical GS1 symbol, below 1 KB each.</summary>
public static class IdentificationSpeed
{
    private static readonly (string Name, string Text)[] Samples =
    [
        ("GS1 symbol, lot, expiry, serial", "]d201069422217050711726102310B1\u001d21SN1"),
        ("the same in brackets", "(01)06942221705071(17)261023(10)B1(21)SN1"),
        ("the same as Digital Link", "https://id.gs1.org/01/06942221705071/10/B1/21/SN1?17=261023"),
        ("EPC URN", "urn:epc:id:sgtin:6942221.070507.SN1"),
        ("HIBC", "+J123AQ3451/$$3231231BC34567/S4012R"),
        ("ISBT 128", "=/A9999XYZ100T0944=,000025=A99971312345600=>014032"),
        ("PPN", "[)>\u001e06\u001d9N110375286414\u001d1T12345ABC\u001dD150600\u001dS12345ABCDEF98765\u001e\u0004"),
        ("MA", "MA.156.M0.100204.13351764.M20261123.LB1.E20281122"),
    ];

    /// <summary>Prints a line a sample, and one for the canonical name on the hot path of capture.</summary>
    public static void Run(TextWriter output, int rounds = 2_000_000)
    {
        var options = new UdiOptions { Today = new DateOnly(2026, 11, 23) };

        // What nobody can do without: the four values as strings of their own, cut at places that are known beforehand, and one digit summed up.
        var floor = Measure(output, "Floor: cut at known places, sum one check digit", rounds, 0, () =>
        {
            var text = Samples[0].Text;
            string[] cut = [text[5..19], text[21..27], text[29..31], text[34..]];
            return CheckDigit.IsRight(cut[0]) ? cut : [];
        });
        foreach (var (name, text) in Samples)
        {
            Measure(output, "Udi.Read, " + name, rounds, floor, () => Udi.Read(text, options));
        }

        Measure(output, "Identity.Read, canonical unit", rounds, floor, () => Identity.Read("gs1:01/06942221705071/21/SN1").Value.Text);
        Measure(output, "Identity.Read, canonical lot", rounds, floor, () => Identity.Read("gs1:01/06942221705071/10/L1").Value.Text);
        Measure(output, "Identity.Read, Digital Link", rounds, floor, () => Identity.Read("https://id.gs1.org/01/06942221705071/21/SN1").Value.Text);
    }

    /// <summary>What one call allocates, exactly.</summary>
    public static long Allocated(Func<object> call)
    {
        // Long enough for the compiler's last tier: what an earlier one boxes is no cost of the code.
        for (var i = 0; i < 200_000; i++)
        {
            GC.KeepAlive(call());
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            GC.KeepAlive(call());
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
    }

    private static double Measure(TextWriter output, string name, int rounds, double floor, Func<object> call)
    {
        var bytes = Allocated(call);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < rounds; i++)
        {
            GC.KeepAlive(call());
        }

        var rate = rounds / clock.Elapsed.TotalSeconds;
        var ratio = floor == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {floor / rate,6:N1} × the floor");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-48} {rate,12:N0}/s {bytes,6} B{ratio}"));
        return rate;
    }
}
