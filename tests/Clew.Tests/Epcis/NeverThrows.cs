using System.Xml;
using Clew.Epcis;
using Clew.Server.Integration.Epcis;

namespace Clew.Tests.Epcis;

public sealed class NeverThrows(ITestOutputHelper output)
{
    [Fact]
    public void Whatever_the_bytes_are_reading_checking_hashing_and_writing_JSON_come_to_an_end()
    {
        var random = new Random(11);
        var (read, unwritable) = (0, 0);
        foreach (var file in ReferenceData.Files("epcis", "*", deep: true).Where(f => Path.GetExtension(f) is ".json" or ".jsonld" or ".xml" && new FileInfo(f).Length < 60_000))
        {
            var bytes = File.ReadAllBytes(file);
            for (var round = 0; round < 10; round++)
            {
                var mutated = bytes.ToArray();
                for (var i = 0; i < round; i++)
                {
                    mutated[random.Next(mutated.Length)] = i % 2 == 0 ? mutated[random.Next(mutated.Length)] : (byte)random.Next(256);
                }

                var whole = EpcisReader.ReadAll(mutated.AsMemory(0, random.Next(4) == 0 ? random.Next(mutated.Length) : mutated.Length));
                read += whole.Events.Count;
                foreach (var e in whole.Events)
                {
                    EventHash.Of(e).Length.ShouldBe(89);
                }

                EpcisReader.ReadAll(EpcisCommands.Written(whole, "json", "2026-01-01T00:00:00Z")).Events.Count.ShouldBe(whole.Events.Count);
                try
                {
                    EpcisCommands.Written(whole, round % 2 == 0 ? "xml" : "xml12", "2026-01-01T00:00:00Z");
                }
                catch (Exception e) when (e is ArgumentException or XmlException or InvalidOperationException)
                {
                    // Names and texts that XML has no way to write; the command says so.
                    unwritable++;
                }
            }
        }

        output.WriteLine($"{read} events read, {unwritable} documents that XML cannot hold");
        read.ShouldBeGreaterThan(500);
    }
}
