using Clew.Identification;

namespace Clew.Tests.Identification;

/// <summary>Reading is total: a short seeded run here, ten million an agency by <c>Clew.Bench fuzz</c>.</summary>
public sealed class Fuzz
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void No_input_throws_and_every_diagnostic_can_be_said(int seed)
    {
        foreach (var agency in Clew.Bench.IdentificationFuzz.Seeds.Keys)
        {
            Clew.Bench.IdentificationFuzz.Run(agency, 20_000, seed).ShouldBe(20_000);
        }
    }

    [Fact]
    public void Time_grows_with_length_only()
    {
        // The worst shapes at the longest length: nested brackets, slashes, dots, separators.
        foreach (var unit in (string[])["(", "(01)", "/01/1", "\u001d", "+/", "=/", ".S", "*BN", "%41", "&99=1", "()", "\\("])
        {
            var text = string.Concat(Enumerable.Repeat(unit, Udi.LengthMax / unit.Length));
            foreach (var head in (string[])["", "]d2", "(10)", "https://a/01/", "MA.156.M0.100204.13351764", "+A123", "[)>\u001e06\u001d", "MF1"])
            {
                var input = (head + text)[..Math.Min(Udi.LengthMax, head.Length + text.Length)];
                var before = GC.GetAllocatedBytesForCurrentThread();
                Udi.Read(input, new UdiOptions { Today = new DateOnly(2026, 1, 1) });
                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4_000_000, head + unit);
            }
        }

        Udi.Read(new string('(', Udi.LengthMax + 1), new UdiOptions { Today = new DateOnly(2026, 1, 1) }).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("udi.tooLong");
    }
}
